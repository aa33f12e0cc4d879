#include "apps/casework/case_board.hpp"

#include <algorithm>
#include <limits>

#include "actors/casework/queue.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {

namespace {

constexpr std::size_t facts_a_read = 500;

std::tuple<casework::resource_kind, std::string, std::int64_t> key_of(
    const casework::held_resource& what) {
  return {what.kind, what.id, what.at.ms};
}

}  // namespace

result<std::vector<case_id>> case_board::open_cases() {
  const std::scoped_lock lock(guard_);
  WHORL_TRY(catch_up());
  std::vector<case_id> out;
  for (const auto& [which, one] : open_) out.push_back(which);
  return out;
}

status case_board::each_open(const std::function<status(case_id, const open_case&)>& visit) {
  const std::scoped_lock lock(guard_);
  WHORL_TRY(catch_up());
  for (auto& [which, one] : open_) {
    if (one.ori.empty()) {
      WHORL_ASSIGN(const auto row, store_.bookings->get(one.booking));
      one.ori = row.accepted.ori;
      one.mode = row.accepted.mode;
    }
    WHORL_TRY(visit(which, one));
  }
  return {};
}

result<bool> case_board::is_held(const casework::held_resource& wanted, case_id by_other_than) {
  const std::scoped_lock lock(guard_);
  WHORL_TRY(catch_up());
  const auto found = holders_.find(key_of(wanted));
  if (found == holders_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](case_id one) { return one != by_other_than; });
}

result<std::vector<case_id>> case_board::overdue_answers(instant now) {
  const std::scoped_lock lock(guard_);
  WHORL_TRY(catch_up());
  std::vector<case_id> out;
  for (const auto& [which, answer] : awaited_)
    if (answer.due < now) out.push_back(which);
  return out;
}

result<case_numbers> case_board::numbers(instant now) {
  const std::scoped_lock lock(guard_);
  WHORL_TRY(catch_up());
  case_numbers out;
  out.all = complete_.size();
  out.open = open_.size();
  out.complete = complete_count_;
  for (const auto& [which, answer] : awaited_) out.overdue[answer.level] += answer.due < now;
  return out;
}

std::uint64_t case_board::reads() const {
  const std::scoped_lock lock(guard_);
  return reads_;
}

/// The projection's position is read first: what it has applied by then is in every row that is
/// read after, and a row that is ahead is read again with its own step, to the same end.
status case_board::catch_up() {
  const std::uint64_t until = store_.cases->applied().seq;
  std::set<case_id> changed;
  if (!begun_) {
    WHORL_ASSIGN(const auto all, store_.cases->ids());
    changed.insert(all.begin(), all.end());
  } else {
    for (std::uint64_t seq = seen_seq_ + 1; seq <= until;) {
      WHORL_ASSIGN(const auto records, store_.log->read(stream_id::cases, seq, facts_a_read));
      if (records.empty()) break;
      for (const fact_record& record : records) {
        WHORL_ASSIGN(const fact what, wire::decode_fact(record.payload));
        if (const auto* event = std::get_if<case_event>(&what)) changed.insert(event->which);
      }
      seq = records.back().seq + 1;
    }
  }
  for (const case_id which : changed) WHORL_TRY(look_at(which));
  begun_ = true;
  seen_seq_ = std::max(seen_seq_, until);
  return {};
}

void case_board::note_state(case_id which, booking_id booking, const casework::case_view& view) {
  if (casework::is_open(view)) {
    open_case& one = open_[which];
    one.booking = booking;
    one.view = view;
  } else {
    open_.erase(which);
  }
  // By the same rule that says later that it is overdue.
  if (casework::is_answer_overdue(view, {std::numeric_limits<std::int64_t>::max()}))
    awaited_[which] = {view.opened.about_at, casework::queue_level(view)};
  else
    awaited_.erase(which);
  bool& complete = complete_[which];
  complete_count_ -= complete;
  complete = casework::charges_complete(view);
  complete_count_ += complete;
}

status case_board::look_at(case_id which) {
  ++reads_;
  const auto row = store_.cases->get(which);
  // A step of a case that never opened is in the stream and in no row (storage/ledgers).
  if (!row && row.error().code == errc::not_found) return {};
  if (!row) return row.error();
  const casework::case_view view = casework::fold(row->events);
  note_state(which, row->events.front().booking, view);
  for (const resource_key& old : held_[which]) {
    auto& holders = holders_[old];
    holders.erase(which);
    if (holders.empty()) holders_.erase(old);
  }
  held_.erase(which);
  for (const casework::held_resource& one : view.holds) {
    holders_[key_of(one)].insert(which);
    held_[which].push_back(key_of(one));
  }
  return {};
}

}  // namespace whorl::apps
