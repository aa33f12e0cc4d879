// The open cases of a store as they stand, which resources cases hold, whose answer is due when and
// how many have their charges complete: so that a queue, a clock, a step or a monitor reads no case
// again, nor every case there ever was. Kept in memory: the first question reads all cases once,
// each later one only those that a step has changed since.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "actors/casework/lifecycle.hpp"
#include "apps/casework/case_metrics.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

/// A case that is open, and of its booking what decides who may know of it.
struct open_case {
  booking_id booking;
  std::string ori;  ///< as each_open() shows it; before, it may not have been asked for yet
  jurisdiction_mode mode = jurisdiction_mode::inactive;
  casework::case_view view;
};

/// Of one store, which must outlive it. Safe from several threads.
class case_board {
 public:
  explicit case_board(const storage::store& store) : store_(store) {}

  /// As far as the store's projection of cases has come, or further where a step came meanwhile.
  /// Errors: of reading cases.
  result<std::vector<case_id>> open_cases();
  /// Each of them, in order of their ids. `visit` is called under the board's lock. Errors: those
  /// of reading cases, and the first of `visit`, which ends it.
  status each_open(const std::function<status(case_id, const open_case&)>& visit);
  /// Whether a case other than `which` holds it.
  result<bool> is_held(const casework::held_resource& wanted, case_id by_other_than);
  /// Those whose answer by the operations centre was due before `now`, and has not come.
  result<std::vector<case_id>> overdue_answers(instant now);
  /// For monitors.
  result<case_numbers> numbers(instant now);
  /// Cases that were read since the beginning, once for each time: what the board has cost.
  std::uint64_t reads() const;

 private:
  using resource_key = std::tuple<casework::resource_kind, std::string, std::int64_t>;
  struct awaited {
    instant due;
    std::uint8_t level = 0;
  };
  status catch_up();
  status look_at(case_id which);
  void note_state(case_id which, booking_id booking, const casework::case_view& view);

  const storage::store& store_;
  mutable std::mutex guard_;
  bool begun_ = false;
  std::uint64_t seen_seq_ = 0;  ///< of stream cases
  std::uint64_t reads_ = 0;
  std::map<case_id, open_case> open_;
  std::map<case_id, awaited> awaited_;  ///< answers of the operations centre
  std::map<case_id, bool> complete_;    ///< of each case there ever was
  std::size_t complete_count_ = 0;
  std::map<resource_key, std::set<case_id>> holders_;
  std::map<case_id, std::vector<resource_key>> held_;
};

}  // namespace whorl::apps
