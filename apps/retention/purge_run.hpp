// One purge of a store: destroys the keys that are due (actors/retention_core.hpp decides), the
// delivered copies in the store's outbox, and what a crash kept from being destroyed. Done by the
// command `whorl purge`, and by the clock of `whorl serve` beside a node that searches. It goes
// along the journal of answers: what was answered since the last run, what was answered so long ago
// that its time has come since, and what was due before and had to stay.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/retention_core.hpp"
#include "apps/retention/purge_marks.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

struct purge_tally {
  std::uint64_t no_match = 0, retention = 0, deleted = 0, keys = 0, copies = 0;
  std::uint64_t failed = 0;  ///< bookings and records that could not be looked at or destroyed
  std::uint64_t looked = 0;  ///< bookings that were read, once for each time: what the run cost
  std::uint64_t facts = 0;   ///< and facts of the journal
  std::string first_error;
};

struct purge_settings {
  actors::retention_rules rules;
  std::string principal, role;  ///< of the audit rows
  std::string outbox;           ///< the store's own
  bool dry_run = false;         ///< counts what is due, destroys nothing, leaves no row
  bool is_whole = true;         ///< all is done that the clock would: the clock counts it as a run
  /// Called after each batch of reads, so that others come to the disk.
  std::function<void()> pause{};
};
/// Reads in a batch: bookings and pages of facts.
inline constexpr std::size_t purge_batch = 256;

class purge_run {
 public:
  using append_function = std::function<status(std::vector<storage::append_request>)>;
  using step_function = std::function<void(std::size_t at, std::size_t of)>;

  /// All must outlive it.
  purge_run(storage::store& store, append_function append, purge_settings settings)
      : store_(store), append_(std::move(append)), settings_(std::move(settings)) {}

  /// At `now`. One booking that cannot be read or destroyed does not keep the others: it is
  /// counted, and looked at again. `marks`: where to begin, and how far it came. Ends early once
  /// `stopping` is set, with error unavailable. Errors: of the store and of `append`.
  result<purge_tally> run(instant now, purge_marks& marks, const std::atomic<bool>& stopping,
                          const step_function& on_step = {});

 private:
  using answer_function = std::function<result<bool>(const booking_answered& answer)>;
  status each_answer(std::uint64_t& mark, const answer_function& visit);
  status kept_before(purge_marks& marks);
  status answered_since(purge_marks& marks);
  status due_since(purge_marks& marks);
  status look_at(booking_id which, purge_marks& marks);
  result<bool> one_booking(const storage::booking_row& row);
  status breathe();
  result<bool> notices_written(const storage::booking_row& row) const;
  result<actors::booking_remains> remains(const storage::booking_row& row,
                                          std::vector<storage::outbox_row>& sent) const;
  status deleted_records(gallery_kind gallery, std::uint64_t& mark);
  result<std::vector<key_id>> live_of(const std::vector<key_id>& keys) const;
  status destroy(const std::vector<key_id>& due, const std::string& object,
                 const std::string& reason, std::uint64_t& counter);
  status remove_copies(const std::vector<storage::outbox_row>& sent);
  storage::append_request row(std::string action, std::string object, std::string purpose,
                              std::string detail, std::string id) const;
  void failed(const std::string& what, const error& why);

  storage::store& store_;
  append_function append_;
  purge_settings settings_;
  instant now_;
  purge_tally done_;
  const std::atomic<bool>* stopping_ = nullptr;
  step_function on_step_;
  std::size_t batch_ = 0;           ///< reads since the last pause
  std::set<booking_id> rehearsed_;  ///< of a dry run, whose bookings stay due
};

/// What a purge did, for a person.
std::string words_of(const purge_tally& done);

/// When the last whole purge began, as the audit says. Errors: of the audit.
result<std::optional<instant>> last_purge(const storage::store& store);

}  // namespace whorl::apps
