// Safeguards of who may be held, and for how long (DOMAIN section 5): detainers, their 48 hours,
// and those whom nobody has in custody.
#include "actors/casework/clocks.hpp"
#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;
using actors::role;

TEST_CASE("safeguard: who was booked on probation or parole is nobody's prisoner: no detainer") {
  for (const booking_source source : {booking_source::probation, booking_source::parole}) {
    case_in_hand c = adjudicated_case();
    c.when.source = source;
    CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "probation"));
    c.when.rules = detainer_rule::conditional;
    CHECK(says(refusal(c.take(role::field_officer, case_step::conditional_detainer_issued)),
               "not in custody"));
    // An officer has to go there, with a warrant.
    c.must(role::field_officer, case_step::taken_into_custody, "BED-1");
  }
  case_in_hand c = adjudicated_case();
  c.when.source = booking_source::state_prison;
  CHECK(says(refusal(c.take(role::field_officer, case_step::taken_into_custody, "BED-1")),
             "a detainer comes first"));
  c.must(role::field_officer, case_step::detainer_issued);
}

TEST_CASE(
    "safeguard: one on probation who is found in a jail can be asked for there, until freed") {
  case_in_hand c = adjudicated_case();
  c.when.source = booking_source::probation;
  c.must(role::field_officer, case_step::released, {}, {}, "one");
  c.must(role::field_officer, case_step::located, {}, {}, "another");
  c.must(role::field_officer, case_step::detainer_issued, {}, {}, "another");
  c.must(role::field_officer, case_step::detainer_lifted, "Prosecutorial Discretion");
  c.must(role::field_officer, case_step::released, {}, {}, "one");
  CHECK_FALSE(c.view.located);
}

TEST_CASE("safeguard: a detainer does not die silently: its end is a step that frees the person") {
  case_in_hand c = detained_case();
  c.must(role::lea, case_step::release_notified, {}, {start.ms});
  c.when.clock_end = **detainer_end(c.view, "America/New_York");
  CHECK_FALSE(c.take(std::nullopt, case_step::detainer_expired));
  c.when.now = *c.when.clock_end;
  c.must({}, case_step::detainer_expired);
  CHECK(c.view.state == case_state::at_large);
  CHECK_FALSE(c.take(std::nullopt, case_step::detainer_expired));  // once
}

TEST_CASE("safeguard: an end that was told stands, whatever time zone is asked for later") {
  case_in_hand c = detained_case();
  const auto tell = [&](instant about, instant ends) {
    case_event e;
    e.step = case_step::release_notified;
    e.about_at = about;
    e.clock_ends = ends;
    REQUIRE(c.take(role::lea, e).has_value());
  };
  const auto end = [&](const char* zone) { return **detainer_end(c.view, zone); };
  const instant release{start.ms + 10 * hour_ms}, told{release.ms + 50 * hour_ms};
  tell(release, told);
  CHECK(end("America/New_York") == told);
  CHECK(end("Pacific/Honolulu") == told);
  // An earlier moment does not end later, by the zone that is in force when it is told.
  tell({release.ms - hour_ms}, {told.ms + hour_ms});
  CHECK(end("America/New_York") == told);
  tell({release.ms - 2 * hour_ms}, {told.ms - hour_ms});
  CHECK(end("America/New_York").ms == told.ms - hour_ms);
  c.when.now = {release.ms};  // the moment has come: a later one changes nothing
  tell({release.ms + day_ms}, {told.ms + day_ms});
  CHECK(end("America/New_York").ms == told.ms - hour_ms);
  // Custody of another kind is another clock. A fact of an earlier version says no end.
  c.must(role::field_officer, case_step::released, {}, {}, "one");
  c.must(role::field_officer, case_step::located, {}, {}, "another");
  c.must(role::field_officer, case_step::detainer_issued);
  tell({c.when.now.ms + hour_ms}, {});
  CHECK(end("America/New_York") != end("Pacific/Honolulu"));
}

TEST_CASE("safeguard: 48 hours are not made longer by a second notice or a new form") {
  case_in_hand c = detained_case();
  c.must(role::lea, case_step::release_notified, {}, {start.ms + hour_ms});
  // Until the moment has come the agency may name another.
  c.must(role::lea, case_step::release_notified, {}, {start.ms + 2 * hour_ms});
  const instant end = **detainer_end(c.view, "America/New_York");
  c.when.now = {start.ms + 3 * hour_ms};
  c.must(role::lea, case_step::release_notified, {}, {start.ms + 30 * hour_ms});
  CHECK(**detainer_end(c.view, "America/New_York") == end);
  c.must(role::field_officer, case_step::detainer_lifted, "Superseding - New Form Issued");
  c.must(role::field_officer, case_step::detainer_issued);
  CHECK(**detainer_end(c.view, "America/New_York") == end);
  // Nobody is taken on it once it is over, though no clock has struck yet.
  c.when.now = c.when.clock_end.emplace(end);
  CHECK(says(refusal(c.take(role::field_officer, case_step::taken_into_custody, "BED-1")),
             "48 hours are over"));
  // In custody anew, another clock.
  c.must({}, case_step::detainer_expired);
  c.must(role::field_officer, case_step::located);
  c.must(role::field_officer, case_step::detainer_issued);
  CHECK_FALSE(detainer_end(c.view, "America/New_York")->has_value());
}

TEST_CASE("safeguard: nobody gets a second 48 hours for a person by saying gone and found again") {
  case_in_hand c = detained_case();
  c.must(role::field_officer, case_step::released, {}, {}, "officer");
  CHECK(says(refusal(c.take(role::field_officer, case_step::located, {}, {}, "officer")),
             "another person"));
  CHECK(c.take(role::field_officer, case_step::located, {}, {}, "other").has_value());
}
