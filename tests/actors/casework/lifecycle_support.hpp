// Cases built step by step, with people who may take the steps, and time that goes on.
#pragma once

#include <algorithm>

#include "actors/casework/lifecycle.hpp"
#include "tests/actors/casework/rules_support.hpp"

namespace whorl::casework::test {

inline constexpr std::int64_t hour_ms = 60 * 60 * 1000, day_ms = 24 * hour_ms;
inline constexpr instant start{1'322'000'000'000};  // 2011-11-22

inline std::string refusal(const status& outcome) {
  REQUIRE_FALSE(outcome.has_value());
  return outcome.error().message;
}
inline bool says(const std::string& text, const char* word) {
  return text.find(word) != std::string::npos;
}

/// What a step asks for, with the least that the row demands beside it.
inline case_event event_for(const transition& row) {
  case_event e;
  e.step = row.step;
  e.by = "somebody";
  e.at = start;
  if (row.reason) e.reason = "because";
  if (!row.codes.empty())
    e.code = row.codes.front();
  else if (row.code == need::required)
    e.code = "X-1";
  if (std::count(row.guards.begin(), row.guards.end(), guard::offence_on_record) != 0)
    e.code = "1313";
  if (row.moment == need::required) e.about_at = {start.ms - day_ms};
  if (row.with_charge)
    e.charge = offence{"1313", offence_class::felony, offence_disposition::convicted, 400};
  return e;
}

struct case_in_hand {
  case_view view;
  circumstances when{.now = start,
                     .role = {},
                     .rules = detainer_rule::allowed,
                     .stale_after_days = 365,
                     .source = booking_source::jail,
                     .clock_end = {},
                     .is_taken = {}};
  std::vector<case_event> events;

  /// The outcome of asking; the step is taken where it is allowed.
  status take(std::optional<actors::role> role, case_event e, std::string by = "somebody") {
    when.role = role;
    e.by = std::move(by);
    e.at = when.now;
    if (auto allowed = check(view, e, when); !allowed) return allowed;
    apply(view, e);
    events.push_back(std::move(e));
    return {};
  }
  status take(std::optional<actors::role> role, case_step step, std::string code = {},
              instant about = {}, std::string by = "somebody") {
    case_event e;
    e.step = step;
    e.code = std::move(code);
    e.about_at = about;
    e.reason = "because";
    return take(role, std::move(e), std::move(by));
  }
  void must(std::optional<actors::role> role, case_step step, std::string code = {},
            instant about = {}, std::string by = "somebody") {
    const status done = take(role, step, std::move(code), about, std::move(by));
    REQUIRE_MESSAGE(done.has_value(), done.error().message);
  }
  void must_record(offence what) {
    case_event e;
    e.step = case_step::offence_recorded;
    e.charge = std::move(what);
    const status done = take(actors::role::field_officer, std::move(e), "recorder");
    REQUIRE_MESSAGE(done.has_value(), done.error().message);
  }
};

/// Opened for a felony charge, query sent.
inline case_in_hand opened_case(std::string reviewed_by = {}) {
  case_in_hand c;
  case_event e;
  e.step = case_step::opened;
  e.code = std::move(reviewed_by);
  e.charge = offence{"1313", offence_class::felony, offence_disposition::charged, -1};
  REQUIRE(c.take(std::nullopt, e, "whorl").has_value());
  c.must({}, case_step::iaq_queued);
  return c;
}

/// Confirmed, and found not to be lawfully present by a record of yesterday.
inline case_in_hand adjudicated_case(const char* status = "not-lawfully-present") {
  case_in_hand c = opened_case();
  c.must(actors::role::examiner, case_step::prints_confirmed);
  c.must(actors::role::analyst, case_step::status_found, status, {start.ms - day_ms});
  return c;
}

inline case_in_hand detained_case() {
  case_in_hand c = adjudicated_case();
  c.must(actors::role::field_officer, case_step::detainer_issued, {}, {}, "officer");
  return c;
}

}  // namespace whorl::casework::test
