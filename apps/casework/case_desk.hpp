// Cases on one store: reads a case as it stands, takes steps, gives the queues their order, ends
// detainers whose time is over. The decisions are actors/casework's; this appends what follows from
// them, in one batch: the step, its messages, its audit row. Used by the command line and the
// gateway; one desk a store, its calls may come from several threads and block.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/casework/case_settings.hpp"
#include "actors/casework/queue.hpp"
#include "actors/local_node.hpp"
#include "actors/policy_core.hpp"
#include "apps/casework/case_board.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

/// A case with the booking that opened it.
struct standing_case {
  storage::case_row row;
  casework::case_view view;
  booking_accepted accepted;
  /// What the booking's agency was sent of it: it may know of the case.
  bool agency_was_told = false, agency_has_detainer = false;
};

/// Errors: not_found.
result<standing_case> read_case(storage::store& store, case_id which);
/// Whether the principal may know that the case is there: its own agency or state, and for those
/// who book only what they were told of.
bool may_know_case(const actors::principal& who, const standing_case& one);

/// Newest first, at most `limit`, those that the principal may know of.
result<std::vector<standing_case>> known_cases(storage::store& store, const actors::principal& who,
                                               std::size_t limit);

/// What somebody wants done.
struct wanted_step {
  case_step step = case_step::note;
  std::string reason, code;
  instant about_at;
  std::optional<offence> charge;
  /// Chosen by the client: sent again with it, the step is not taken a second time. Empty: none.
  std::string request;
};

struct taken_step {
  /// The case as it stands then. Errors: not_found (no case, or none that the principal may know
  /// of), those of casework::check, conflict when somebody was faster. Whoever books learns of a
  /// conflict only that there is one.
  result<standing_case> outcome;
  /// Why it was refused, for the audit; empty where it was not, or only spelt wrongly. Whoever
  /// calls records it.
  std::string refusal;
};

/// Of the detainers whose time was over.
struct expiries {
  std::size_t ended = 0, failed = 0;
  std::string first_error;
};

/// Of the operations centre's answers that were due and have not come.
struct overdue_answers {
  std::size_t all = 0;
  std::size_t said = 0;  ///< put on record now; the others were before
};

struct queued_case {
  casework::work_item item;
  casework::case_view view;
};

class case_desk {
 public:
  /// Whether a case, a protected one or not, may be handed over to the principal of that name.
  using may_receive_function = std::function<status(const std::string& name, bool is_protected)>;
  /// All must outlive it.
  case_desk(storage::store& store, case_board& board, actors::local_node& node,
            const casework::case_settings& settings, std::function<instant()> now,
            may_receive_function may_receive);

  taken_step take(const actors::principal& who, case_id which, const wanted_step& what);
  /// Ends the detainers whose 48 hours are over, each by itself. Errors: of reading the cases.
  result<expiries> end_overdue_detainers();
  /// Puts on record, once for each case and for ever, that the operations centre's answer was due
  /// and has not come. Errors: of the journal and of reading the cases.
  result<overdue_answers> record_overdue_answers();

 private:
  result<standing_case> take_as(const actors::principal* who, const standing_case& from,
                                const wanted_step& what);
  result<std::vector<case_id>> running_clocks();
  result<std::optional<instant>> clock_end(const standing_case& from) const;
  result<standing_case> find_for(const actors::principal& who, case_id which) const;
  result<std::optional<standing_case>> taken_before(const actors::principal& who,
                                                    const standing_case& from,
                                                    const wanted_step& what) const;
  status append(std::vector<storage::append_request> batch, case_id which);

  storage::store& store_;
  case_board& board_;
  actors::local_node& node_;
  const casework::case_settings& settings_;
  std::function<instant()> now_;
  may_receive_function may_receive_;
  std::set<case_id> said_overdue_;  ///< what the journal need not be asked again
};

/// The open cases of a queue in the order of work, those that `who` may know of. Where the rules
/// give no level yet because nobody has found a status, the charge's code alone orders them.
result<std::vector<queued_case>> queue_of(case_board& board,
                                          const casework::case_settings& settings,
                                          const actors::principal& who, casework::queue_kind kind,
                                          instant now);

}  // namespace whorl::apps
