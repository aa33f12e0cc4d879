#include "actors/casework/queue.hpp"

#include <algorithm>

#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;
using actors::role;

TEST_CASE("queue: a case waits where somebody can do something for it") {
  using q = queue_kind;
  case_in_hand c = opened_case();
  CHECK(queues_of(c.view) == std::vector{q::examiners, q::operations_centre});
  c.must(role::examiner, case_step::prints_confirmed);
  CHECK(queues_of(c.view) == std::vector{q::operations_centre});
  c.must(role::analyst, case_step::status_found, "final-order", {start.ms - day_ms});
  CHECK(queues_of(c.view) == std::vector{q::field_office});
  c.must(role::field_officer, case_step::detainer_issued);
  CHECK(queues_of(c.view).empty());  // the agency holds the person
  c.must(role::lea, case_step::release_notified, {}, {start.ms});
  CHECK(queues_of(c.view) == std::vector{q::field_office});
  c.must(role::field_officer, case_step::died);
  CHECK(queues_of(c.view).empty());
}

TEST_CASE("queue: by level, then deadline, then age") {
  const instant now{start.ms + hour_ms};
  auto item = [](std::uint64_t id, std::uint8_t level, std::int64_t due, std::int64_t since) {
    work_item i;
    i.which = {id};
    i.level = level;
    i.deadline = {due};
    i.waits_since = {since};
    return i;
  };
  std::vector<work_item> all = {item(1, 0, 0, start.ms),
                                item(2, 3, start.ms + 5, start.ms),
                                item(3, 1, 0, start.ms),
                                item(4, 1, start.ms + 9, start.ms + 1),
                                item(5, 1, start.ms + 9, start.ms),
                                item(6, 2, start.ms + 1, start.ms)};
  std::sort(all.begin(), all.end(),
            [&](const auto& a, const auto& b) { return goes_before(a, b, now); });
  std::vector<std::uint64_t> order;
  for (const auto& i : all) order.push_back(i.which.value);
  CHECK(order == std::vector<std::uint64_t>{5, 4, 3, 6, 2, 1});
}

TEST_CASE("queue: names, and who works which") {
  for (queue_kind k : {queue_kind::examiners, queue_kind::operations_centre,
                       queue_kind::field_office, queue_kind::claims})
    CHECK(parse_queue_kind(to_string(k)).value() == k);
  CHECK(parse_queue_kind("desk").error().message.find("field-office") != std::string::npos);
  for (role r : actors::all_roles) {
    CHECK(works(r, queue_kind::examiners) == (r == role::examiner));
    CHECK(works(r, queue_kind::operations_centre) == (r == role::analyst));
    CHECK(works(r, queue_kind::field_office) == (r == role::field_officer));
    CHECK(works(r, queue_kind::claims) == (r == role::analyst || r == role::field_officer));
  }
}
