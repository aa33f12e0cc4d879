// The board follows a store's cases: after any steps it says what a look at every case says.
#include "apps/casework/case_board.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "actors/casework/queue.hpp"
#include "messages/wire.hpp"
#include "storage/ledgers.hpp"
#include "storage/store.hpp"
#include "tests/storage/storage_support.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using namespace apps;
using casework::held_resource;
using casework::resource_kind;

namespace {

/// A store of which the stream of cases alone is used.
class cases_world {
 public:
  cases_world() {
    must(storage::create_store(folder_.path().string(), 1, {}));
    storage::partition_options quick;
    quick.durable = false;
    store = must(storage::open_store(folder_.path().string(), quick));
  }
  void append(std::uint64_t which, case_step step, std::string code = {}, instant about = {}) {
    case_event e;
    e.which = {which};
    e.booking = {which};
    e.step = step;
    e.by = "somebody";
    e.at = {1'796'000'000'000 + static_cast<std::int64_t>(++count_)};
    e.rule_set = "2011-03";
    e.code = std::move(code);
    e.about_at = about;
    if (step == case_step::offence_recorded)
      e.charge = offence{"1313", offence_class::felony, offence_disposition::convicted, -1};
    const storage::append_request one{stream_id::cases, "m" + std::to_string(count_), std::nullopt,
                                      wire::encode(fact(e))};
    REQUIRE(store->log->append(std::span(&one, 1))[0].has_value());
  }
  void catch_up() { must(storage::catch_up(*store->log, *store->cases)); }

  /// The same by a look at every case.
  std::vector<case_id> open_ones() const {
    std::vector<case_id> out;
    for (const auto& row : must(store->cases->list(1000)))
      if (casework::is_open(casework::fold(row.events))) out.push_back(row.which);
    std::sort(out.begin(), out.end());
    return out;
  }
  case_numbers numbers(instant now) const {
    case_numbers out;
    for (const auto& row : must(store->cases->list(1000))) {
      const auto view = casework::fold(row.events);
      ++out.all;
      out.open += casework::is_open(view);
      out.complete += casework::charges_complete(view);
      if (casework::is_answer_overdue(view, now)) ++out.overdue[casework::queue_level(view)];
    }
    return out;
  }
  bool is_held(const held_resource& what, case_id by_other_than) const {
    for (const auto& row : must(store->cases->list(1000))) {
      const auto holds = casework::fold(row.events).holds;
      if (row.which != by_other_than && std::find(holds.begin(), holds.end(), what) != holds.end())
        return true;
    }
    return false;
  }

 private:
  temp_folder folder_;
  std::uint64_t count_ = 0;

 public:
  std::unique_ptr<storage::store> store;
};

}  // namespace

TEST_CASE("case board: follows any steps of any cases as a look at all of them would") {
  rc::check([] {
    cases_world w;
    case_board board(*w.store);
    const int rounds = *rc::gen::inRange(1, 5);
    for (int round = 0; round < rounds; ++round) {
      for (const int drawn : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100))) {
        const std::uint64_t which = 1 + static_cast<std::uint64_t>(drawn % 4);
        constexpr std::pair<case_step, const char*> steps[] = {
            {case_step::opened, ""},
            {case_step::opened, ""},
            {case_step::status_found, "final-order"},
            {case_step::interview_booked, "ROOM-1"},
            {case_step::interviewed, ""},
            {case_step::no_action, ""},
            {case_step::offence_recorded, ""},
            {case_step::record_changed, ""},
            {case_step::died, ""}};
        const auto& [step, code] = steps[static_cast<std::size_t>(drawn / 4) % std::size(steps)];
        w.append(which, step, code, {1'796'000'100'000});
      }
      w.catch_up();
      RC_ASSERT(must(board.open_cases()) == w.open_ones());
      for (const instant now : {instant{1'796'000'100'000}, instant{1'796'000'100'001}}) {
        auto numbers = must(board.numbers(now));
        const auto looked = w.numbers(now);
        std::erase_if(numbers.overdue, [](const auto& level) { return level.second == 0; });
        RC_ASSERT(numbers.all == looked.all);
        RC_ASSERT(numbers.open == looked.open);
        RC_ASSERT(numbers.complete == looked.complete);
        RC_ASSERT(numbers.overdue == looked.overdue);
      }
      const held_resource room{resource_kind::interview_slot, "ROOM-1", {1'796'000'100'000}};
      for (std::uint64_t which = 1; which <= 4; ++which)
        RC_ASSERT(must(board.is_held(room, {which})) == w.is_held(room, {which}));
    }
  });
}

TEST_CASE("case board: who asks again reads only the cases that have moved since") {
  cases_world w;
  case_board board(*w.store);
  for (std::uint64_t which = 1; which <= 50; ++which) w.append(which, case_step::opened);
  w.catch_up();
  CHECK(must(board.open_cases()).size() == 50);
  CHECK(board.reads() == 50);
  w.append(7, case_step::died);
  CHECK(must(board.open_cases()).size() == 50);  // the projection has not got there
  w.catch_up();
  CHECK(must(board.open_cases()).size() == 49);
  CHECK(board.reads() == 51);
}

}  // namespace whorl::test
