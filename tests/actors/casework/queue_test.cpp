#include "actors/casework/queue.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>

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

TEST_CASE("queue: a case keeps its place while the same decision is open") {
  case_in_hand c = adjudicated_case();
  const auto goes_on = [&](std::int64_t days) { c.when.now.ms += days * day_ms; };
  const auto since = [&] { return waits_since(c.view, queue_kind::field_office); };
  const instant first = c.when.now;
  CHECK(since() == first);
  goes_on(1);
  c.must(role::field_officer, case_step::interview_booked, "slot", c.when.now);
  goes_on(1);
  c.must(role::field_officer, case_step::interviewed);
  CHECK(since() == first);
  // Gone and found again.
  goes_on(1);
  c.must(role::lea, case_step::released);
  CHECK(since() == c.when.now);
  goes_on(1);
  c.must(role::field_officer, case_step::located, {}, {}, "another");
  CHECK(since() == first);
  // A decision is taken: what follows waits by itself, from when somebody can do something.
  c.must(role::field_officer, case_step::detainer_issued);
  goes_on(30);
  c.must(role::lea, case_step::release_notified, {}, {c.when.now.ms + hour_ms});
  CHECK(since() == c.when.now);
}

TEST_CASE("queue: a claim and a correction wait from their own moment") {
  case_in_hand c = adjudicated_case();
  CHECK(waits_since(c.view, queue_kind::examiners) == start);
  c.when.now.ms += day_ms;
  const instant claimed = c.when.now;
  c.must(role::lea, case_step::citizenship_claimed);
  c.when.now.ms += day_ms;
  const instant corrected = c.when.now;
  c.must({}, case_step::record_changed);
  c.when.now.ms += day_ms;
  c.must({}, case_step::record_changed);
  CHECK(waits_since(c.view, queue_kind::claims) == claimed);
  CHECK(waits_since(c.view, queue_kind::operations_centre) == corrected);
  CHECK(waits_since(c.view, queue_kind::field_office) == start);
}

TEST_CASE("queue: the operations centre's answer is overdue until it is there") {
  case_in_hand c;
  case_event opened;
  opened.step = case_step::opened;
  opened.about_at = {start.ms + hour_ms};
  REQUIRE(c.take(std::nullopt, opened, "whorl").has_value());
  CHECK_FALSE(is_answer_overdue(c.view, {start.ms + hour_ms}));
  CHECK(is_answer_overdue(c.view, {start.ms + hour_ms + 1}));
  c.when.now.ms += day_ms;
  c.must(role::analyst, case_step::status_found, "final-order", {start.ms - day_ms});
  CHECK_FALSE(is_answer_overdue(c.view, c.when.now));
}

TEST_CASE("queue: property: nothing starves, whatever comes and however grave it is") {
  rc::check("ahead of all that came four days later", [] {
    const auto item = [](std::uint64_t id, std::int64_t since) {
      work_item i;
      i.which = {id};
      i.level = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4));
      i.waits_since = {since};
      i.deadline = {*rc::gen::element(std::int64_t{0}, since + hour_ms, since + 9 * day_ms)};
      return i;
    };
    const work_item waiting = item(2, start.ms + *rc::gen::inRange<std::int64_t>(0, day_ms));
    const work_item later =
        item(1, waiting.waits_since.ms + 4 * day_ms + *rc::gen::inRange<std::int64_t>(0, day_ms));
    const instant now{later.waits_since.ms + *rc::gen::inRange<std::int64_t>(0, 50 * day_ms)};
    RC_ASSERT(goes_before(waiting, later, now));
  });
}

TEST_CASE("queue: property: steps never make a case younger where it waited before") {
  rc::check("each return to a state finds the age that it had", [] {
    case_in_hand c = adjudicated_case();
    std::map<case_state, instant> since;
    const auto count = *rc::gen::inRange(1, 40);
    for (int i = 0; i < count; ++i) {
      c.when.now.ms += *rc::gen::inRange<std::int64_t>(1, 3 * day_ms);
      const auto& row = transitions()[*rc::gen::inRange<std::size_t>(0, transitions().size())];
      case_event e = event_for(row);
      if (!row.codes.empty()) e.code = *rc::gen::elementOf(row.codes);
      e.at = c.when.now;
      apply(c.view, e);  // also what a guard would refuse: the age must not depend on it
      if (!is_open(c.view) || c.view.state == case_state::detainer) continue;
      const instant now = waits_since(c.view, queue_kind::field_office);
      const auto [first, fresh] = since.try_emplace(c.view.state, now);
      RC_ASSERT(now == first->second);
      RC_ASSERT(now <= c.view.changed_at);
    }
  });
}
