#include "actors/retention_core.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace whorl;
using namespace whorl::actors;

namespace {

constexpr std::int64_t day = 24ll * 60 * 60 * 1000;

/// A booking accepted at day 0 and answered on day 1.
booking_remains answered(answer_decision criminal, answer_decision immigration) {
  booking_remains what;
  what.row.accepted.booking = {5};
  what.row.accepted.mode = jurisdiction_mode::full;
  what.row.accepted.immigration_prints = sealed_payload{};
  booking_answered answer;
  answer.booking = {5};
  answer.answered_at = {day};
  answer.decision = criminal;
  what.row.criminal = answer;
  answer.gallery = gallery_kind::immigration;
  answer.decision = immigration;
  what.row.immigration = answer;
  return what;
}

bool destroys(const purge_plan& plan, key_purpose purpose) {
  return std::ranges::any_of(plan.keys,
                             [&](const key_id& k) { return k.owner == 5 && k.purpose == purpose; });
}

}  // namespace

TEST_CASE("retention: a gallery without a match loses the probe at once, the other keeps it") {
  const auto plan =
      due_for_purge(answered(answer_decision::hit, answer_decision::no_hit), {day}, {.days = 30});
  CHECK(plan.reason == purge_reason::no_match);
  CHECK(destroys(plan, key_purpose::probe_immigration));
  CHECK_FALSE(destroys(plan, key_purpose::probe_criminal));
  CHECK_FALSE(destroys(plan, key_purpose::biographics));
}

TEST_CASE("retention: every key goes when the days are over, not an instant before") {
  const auto what = answered(answer_decision::hit, answer_decision::hit);
  CHECK(due_for_purge(what, {31 * day - 1}, {.days = 30}).reason == purge_reason::none);
  const auto plan = due_for_purge(what, {31 * day}, {.days = 30});
  CHECK(plan.reason == purge_reason::retention);
  for (const auto purpose :
       {key_purpose::probe_criminal, key_purpose::probe_immigration, key_purpose::biographics})
    CHECK(destroys(plan, purpose));
  CHECK(due_for_purge(what, {99999 * day}, {.days = -1}).reason == purge_reason::none);
}

TEST_CASE("retention: a limited booking never goes before its agency's clock, whatever is asked") {
  auto what = answered(answer_decision::hit, answer_decision::no_hit);
  const retention_rules at_once{.days = 0, .limited_days_least = 30};
  CHECK(due_for_purge(what, {day}, at_once).reason == purge_reason::retention);
  what.row.accepted.mode = jurisdiction_mode::limited;
  CHECK(due_for_purge(what, {31 * day - 1}, at_once).reason == purge_reason::no_match);
  CHECK(due_for_purge(what, {31 * day}, at_once).reason == purge_reason::retention);
  const retention_rules never{.days = 0, .limited_days_least = -1};
  CHECK(due_for_purge(what, {9999 * day}, never).reason == purge_reason::no_match);
}

TEST_CASE("retention: the booking side is shown a booking by the criminal answer's clock alone") {
  auto what = answered(answer_decision::hit, answer_decision::hit);
  what.row.immigration->answered_at = {20 * day};
  CHECK(is_shown_to_booking_side(what.row, {31 * day - 1}, 30));
  CHECK_FALSE(is_shown_to_booking_side(what.row, {31 * day}, 30));
  CHECK(is_shown_to_booking_side(what.row, {9999 * day}, -1));
  what.row.criminal->decision = answer_decision::review;
  CHECK(is_shown_to_booking_side(what.row, {9999 * day}, 30));
}

TEST_CASE("retention: an open booking, case or message keeps the names") {
  auto open = answered(answer_decision::review, answer_decision::hit);
  CHECK(due_for_purge(open, {999 * day}, {.days = 0}).keys.empty());
  auto waiting = answered(answer_decision::hit, answer_decision::hit);
  waiting.has_undelivered = true;
  CHECK(due_for_purge(waiting, {999 * day}, {.days = 0}).keys.empty());
  auto in_case = answered(answer_decision::hit, answer_decision::hit);
  in_case.has_open_case = true;
  CHECK(due_for_purge(in_case, {999 * day}, {.days = 0}).keys.empty());
}

TEST_CASE("retention: an inactive jurisdiction's booking has no immigration key to destroy") {
  auto what = answered(answer_decision::no_hit, answer_decision::no_hit);
  what.row.accepted.mode = jurisdiction_mode::inactive;
  what.row.accepted.immigration_prints.reset();
  what.row.immigration.reset();
  for (const std::int64_t at : {day, 99 * day}) {
    const auto plan = due_for_purge(what, {at}, {.days = 30});
    CHECK(destroys(plan, key_purpose::probe_criminal));
    CHECK_FALSE(destroys(plan, key_purpose::probe_immigration));
  }
}

TEST_CASE(
    "retention: the clock of runs is due after its hours, an hour after a failure, or never") {
  constexpr std::int64_t hour = day / 24;
  CHECK(purge_is_due({{}, {}, 24}, {day}));
  CHECK_FALSE(purge_is_due({instant{day}, {}, 24}, {2 * day - 1}));
  CHECK(purge_is_due({instant{day}, {}, 24}, {2 * day}));
  CHECK_FALSE(purge_is_due({instant{day}, {}, 0}, {999 * day}));
  CHECK_FALSE(purge_is_due({instant{day}, instant{3 * day}, 24}, {3 * day + hour - 1}));
  CHECK(purge_is_due({instant{day}, instant{3 * day}, 24}, {3 * day + hour}));
  // A clock that was set back a little runs nothing twice; one that was wrong stops nothing.
  CHECK_FALSE(purge_is_due({instant{2 * day}, {}, 24}, {2 * day - hour}));
  CHECK(purge_is_due({instant{900 * day}, {}, 24}, {2 * day}));
}
