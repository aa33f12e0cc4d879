// Appeals against an order of removal, and the person's counsel.
#include <doctest/doctest.h>

#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;
using actors::role;

namespace {

constexpr role officer = role::field_officer;

case_in_hand charged_case() {
  case_in_hand c = detained_case();
  c.must_record({"1313", offence_class::felony, offence_disposition::convicted, 400});
  c.must(officer, case_step::taken_into_custody, "BED-1");
  c.must(officer, case_step::notice_served, "es");
  c.must(officer, case_step::charging_document_served, "NTA-1");
  c.must(officer, case_step::hearing_booked, "COURT-1", {start.ms + day_ms});
  c.must(officer, case_step::hearing_held);
  return c;
}

case_in_hand ordered_case() {
  case_in_hand c = charged_case();
  c.must(officer, case_step::removal_ordered);
  return c;
}

status remove(case_in_hand& c) {
  if (auto seat = c.take(officer, case_step::transport_booked, "SEAT-1", {start.ms + day_ms});
      !seat)
    return seat;
  return c.take(officer, case_step::removed, "8-Excluded/Deported/Removed");
}

}  // namespace

TEST_CASE("safeguard: nobody is removed while an appeal waits, and the seat is given back") {
  case_in_hand c = ordered_case();
  c.must(officer, case_step::transport_booked, "SEAT-1", {start.ms + day_ms});
  c.must(officer, case_step::appeal_filed);
  CHECK(c.view.state == case_state::appealed);
  CHECK(is_open(c.view));
  for (const held_resource& one : c.view.holds) CHECK(one.kind != resource_kind::transport_seat);
  CHECK(says(refusal(remove(c)), "the case is appealed"));
  CHECK(says(refusal(c.take(officer, case_step::removed, "8-Excluded/Deported/Removed")),
             "the case is appealed"));
  c.must(officer, case_step::appeal_decided, "dismissed");
  CHECK(remove(c).has_value());
  CHECK(c.view.state == case_state::closed);
}

TEST_CASE("appeal: filed within 30 days of the order, the last moment counts, not a later one") {
  case_in_hand c = ordered_case();
  c.when.now = {start.ms + appeal_days * day_ms + 1};
  CHECK(says(refusal(c.take(officer, case_step::appeal_filed)), "30 days"));
  c.when.now = {start.ms + appeal_days * day_ms};
  c.must(officer, case_step::appeal_filed);
}

TEST_CASE("appeal: sustained frees, remanded asks for a hearing and can be appealed anew") {
  case_in_hand freed = ordered_case();
  freed.must(officer, case_step::appeal_filed);
  CHECK_FALSE(freed.take(officer, case_step::appeal_decided, "lost").has_value());
  freed.must(officer, case_step::appeal_decided, "sustained");
  CHECK(freed.view.state == case_state::closed);
  CHECK(freed.view.closing == "sustained");
  CHECK(freed.view.holds.empty());

  case_in_hand c = ordered_case();
  c.must(officer, case_step::appeal_filed);
  c.must(officer, case_step::appeal_decided, "remanded");
  CHECK(c.view.state == case_state::charged);
  CHECK(says(refusal(c.take(officer, case_step::removal_ordered)), "no hearing was held"));
  c.must(officer, case_step::hearing_booked, "COURT-2", {start.ms + day_ms});
  c.must(officer, case_step::hearing_held);
  c.must(officer, case_step::removal_ordered);
  c.must(officer, case_step::appeal_filed);
  c.must(officer, case_step::appeal_decided, "withdrawn");
  CHECK(says(refusal(c.take(officer, case_step::appeal_filed)), "cannot be appealed"));
}

TEST_CASE("appeal: an earlier order that is reinstated cannot be appealed") {
  case_in_hand c = adjudicated_case("final-order");
  c.must(officer, case_step::detainer_issued);
  c.must(officer, case_step::taken_into_custody, "BED-1");
  c.must(officer, case_step::notice_served, "es");
  c.must(officer, case_step::removal_ordered);
  CHECK(says(refusal(c.take(officer, case_step::appeal_filed)), "cannot be appealed"));
}

TEST_CASE("safeguard: counsel on record is told before an order, and of it before a removal") {
  case_in_hand c = charged_case();
  CHECK(says(refusal(c.take(role::examiner, case_step::counsel_notified, "order")), "no counsel"));
  c.must(role::lea, case_step::counsel_recorded, "A. Lawyer, Springfield");
  CHECK(c.view.counsel == "A. Lawyer, Springfield");
  CHECK(says(refusal(c.take(officer, case_step::removal_ordered)), "counsel was not told"));
  c.must(officer, case_step::counsel_notified, "hearing");
  c.must(officer, case_step::removal_ordered);
  CHECK(says(refusal(remove(c)), "counsel was not told"));
  c.must(officer, case_step::counsel_notified, "order");
  c.must(officer, case_step::counsel_recorded, "Another, Shelbyville");  // knows of nothing yet
  CHECK(says(refusal(remove(c)), "counsel was not told"));
  c.must(officer, case_step::counsel_withdrawn);
  CHECK(c.view.counsel.empty());
  CHECK(remove(c).has_value());
}
