// Figures for oversight, on facts that can be counted by hand.
#include "apps/casework/report.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

namespace whorl::test {

using namespace apps;

namespace {

reported_booking booking(const char* ori, std::int64_t at, answer_decision criminal,
                         std::int64_t took_ms, std::optional<answer_decision> immigration = {},
                         const char* code = "") {
  reported_booking out;
  out.offence_code = code;
  storage::booking_row& row = out.row;
  row.accepted.ori = ori;
  row.accepted.accepted_at = {at};
  row.criminal.emplace();
  row.criminal->decision = criminal;
  row.criminal->answered_at = {at + took_ms};
  if (immigration) {
    row.immigration.emplace();
    row.immigration->decision = *immigration;
    row.immigration->answered_at = {at + 2 * took_ms};
  }
  return out;
}

reported_case one_case(const char* ori, std::int64_t at, const char* code,
                       std::vector<case_event> more = {}) {
  reported_case out;
  out.ori = ori;
  case_event opened;
  opened.at = {at};
  opened.charge = offence{code, offence_class::felony, offence_disposition::charged, -1};
  out.row.events.push_back(opened);
  for (case_event& e : more) {
    e.at = {at + 1000};
    out.row.events.push_back(std::move(e));
  }
  out.view = casework::fold(out.row.events);
  return out;
}

case_event step(case_step what, const char* code = "", std::optional<offence> charge = {}) {
  case_event e;
  e.step = what;
  e.code = code;
  e.reason = "because";
  e.charge = std::move(charge);
  if (what == case_step::status_found) e.about_at = {1};
  return e;
}

const jurisdiction_figures& row_of(const report& r, const std::string& name) {
  const auto found = std::find_if(r.rows.begin(), r.rows.end(),
                                  [&](const auto& f) { return f.jurisdiction == name; });
  REQUIRE(found != r.rows.end());
  return *found;
}

}  // namespace

TEST_CASE("report: counts by agency and by state, of the period alone") {
  using d = answer_decision;
  const std::vector<reported_booking> bookings = {
      booking("TX0000001", 10, d::hit, 100, d::hit),
      booking("TX0000001", 20, d::no_hit, 300, d::no_hit),
      booking("TX0000002", 20, d::failed, 50, d::failed), booking("FL0000001", 99, d::hit, 10),
      booking("FL0000001", 30, d::review, 10, d::review)};
  const report r = make_report({{10}, {99}, report_by::agency}, bookings, {});
  CHECK(r.rows.size() == 4);
  CHECK(r.rows.back().jurisdiction == "all");
  CHECK(row_of(r, "all").submissions == 4);  // the one of 99 is after the period
  const auto& tx = row_of(r, "TX0000001");
  CHECK(tx.submissions == 2);
  CHECK(tx.criminal_hits == 1);
  CHECK(tx.matches == 1);
  CHECK(tx.immigration_searches == 2);
  CHECK(tx.criminal_answer_ms.p50 == 100);
  CHECK(tx.criminal_answer_ms.p99 == 300);
  CHECK(row_of(r, "TX0000002").criminal_failed == 1);
  CHECK(row_of(r, "TX0000002").immigration_failed == 1);
  CHECK_FALSE(row_of(r, "TX0000002").criminal_answer_ms.p50);  // a deadline is no answer
  CHECK(row_of(r, "TX0000002").immigration_searches == 0);
  CHECK(row_of(r, "FL0000001").criminal_waiting == 1);
  CHECK(row_of(r, "FL0000001").immigration_waiting == 1);
  CHECK_FALSE(row_of(r, "FL0000001").criminal_answer_ms.p50);
  const report states = make_report({{10}, {99}, report_by::state}, bookings, {});
  CHECK(row_of(states, "TX").submissions == 3);
}

TEST_CASE("report: by the kind of place that booked") {
  using d = answer_decision;
  std::vector<reported_booking> bookings = {booking("TX0000001", 10, d::hit, 100, d::hit),
                                            booking("TX0000002", 20, d::no_hit, 300, d::no_hit)};
  bookings[1].row.accepted.source = booking_source::state_prison;
  reported_case one = one_case("TX0000002", 20, "1313");
  one.source = booking_source::state_prison;
  const report r = make_report({{10}, {99}, report_by::source}, bookings, {one});
  CHECK(row_of(r, "jail").submissions == 1);
  CHECK(row_of(r, "state_prison").submissions == 1);
  CHECK(row_of(r, "state_prison").statuses.at("none yet") == 1);
  CHECK(row_of(r, "jail").statuses.empty());
  REQUIRE(parse_period("", "", "source", {1}).has_value());
  CHECK(parse_period("", "", "source", {1})->by == report_by::source);
  CHECK(parse_period("", "", "prison", {1}).error().message ==
        "by: expected agency, state or source");
}

TEST_CASE("report: outcomes of cases") {
  const offence convicted{"1313", offence_class::felony, offence_disposition::convicted, 400};
  const offence dismissed{"1313", offence_class::felony, offence_disposition::dismissed, -1};
  const std::vector<reported_case> cases = {
      one_case("TX0000001", 10, "1313",
               {step(case_step::prints_confirmed), step(case_step::status_found, "final-order"),
                step(case_step::detainer_issued)}),
      one_case(
          "TX0000001", 11, "1313",
          {step(case_step::status_found, "final-order"),
           step(case_step::offence_recorded, "", convicted), step(case_step::detainer_issued)}),
      one_case("TX0000001", 12, "1313", {step(case_step::status_found, "citizen")}),
      one_case("TX0000001", 13, "1313", {step(case_step::prints_refuted)}),
      one_case("TX0000001", 14, "1313", {step(case_step::offence_recorded, "", dismissed)}),
      one_case("TX0000001", 15, "0399", {step(case_step::offence_recorded, "", convicted)}),
      one_case("TX0000001", 16, "1313", {step(case_step::corrected)}),
      one_case("TX0000001", 5, "0399")};
  std::vector<reported_booking> searches;
  for (int i = 0; i < 4; ++i)
    searches.push_back(booking("TX0000001", 20, answer_decision::no_hit, 1, answer_decision::hit));
  const report r = make_report({{10}, {99}, report_by::agency}, searches, cases);
  const auto& f = row_of(r, "TX0000001");
  CHECK(f.detained == 2);
  CHECK(f.without_conviction == 1);
  CHECK(f.citizens == 1);
  CHECK(f.false_matches == 1);
  CHECK(*per_10000(f.false_matches, f.immigration_searches) == doctest::Approx(2500));
  CHECK(f.corrected == 1);
  CHECK(f.status_waiting == 2);
  CHECK(f.dismissed == 1);
  CHECK(f.complete == 3);  // convicted, dismissed, and one whose booking said nothing
  CHECK(f.statuses.at("final-order") == 2);
  CHECK(f.statuses.at("none yet") == 4);
  CHECK(f.status_answer_ms.p50 == 1000);
}

TEST_CASE("report: Fisher's exact test on tables of the literature, and its symmetry") {
  // Fisher's own: 8 cups of tea, 3 of 4 right.
  CHECK(fisher_exact(3, 1, 1, 3) == doctest::Approx(0.4857142857).epsilon(1e-9));
  CHECK(fisher_exact(1, 9, 11, 3) == doctest::Approx(0.002759456).epsilon(1e-6));
  CHECK(fisher_exact(0, 0, 5, 5) == 1);
  CHECK(fisher_exact(0, 5, 0, 5) == 1);
  CHECK(rc::check([] {
    const auto n = [] { return *rc::gen::inRange<std::size_t>(0, 40); };
    const std::size_t a = n(), b = n(), c = n(), d = n();
    const double p = fisher_exact(a, b, c, d);
    RC_ASSERT(p > 0);
    RC_ASSERT(p <= 1);
    RC_ASSERT(std::abs(p - fisher_exact(c, d, a, b)) < 1e-9);
    RC_ASSERT(std::abs(p - fisher_exact(b, a, d, c)) < 1e-9);
  }));
}

TEST_CASE("report: Holm's correction") {
  const auto out = holm({0.01, 0.04, 0.03, 0.005});
  CHECK(out[3] == doctest::Approx(0.02));
  CHECK(out[0] == doctest::Approx(0.03));
  CHECK(out[2] == doctest::Approx(0.06));
  CHECK(out[1] == doctest::Approx(0.06));  // never below a smaller p's
  CHECK(holm({}).empty());
  CHECK(holm({0.9, 0.8}) == std::vector<double>{1, 1});
}

TEST_CASE("safeguard: a jurisdiction whose offence mix turned is found, one that did not is not") {
  using d = answer_decision;
  std::vector<reported_booking> bookings;
  const auto add = [&](const char* ori, std::int64_t at, const char* code) {
    bookings.push_back(booking(ori, at, d::no_hit, 1, {}, code));
  };
  for (int i = 0; i < 60; ++i) {
    // Before: assault and traffic half and half. In the period: one agency books traffic alone.
    for (const char* ori : {"TX0000001", "TX0000002"}) add(ori, 1, i % 2 == 0 ? "1313" : "5404");
    add("TX0000001", 50, "5404");
    add("TX0000002", 50, i % 2 == 0 ? "1313" : "5404");
    add("TX0000002", 50, "0399");  // says nothing
  }
  const report r = make_report({{10}, {99}, report_by::agency}, bookings, {});
  REQUIRE(r.mix.size() == 4);
  for (const mix_finding& m : r.mix) {
    CAPTURE(m.jurisdiction);
    CHECK((m.adjusted_p < 0.001) == (m.jurisdiction == "TX0000001"));
    CHECK(m.adjusted_p >= m.p);
  }
}

TEST_CASE("report: percentiles by nearest rank") {
  std::vector<std::int64_t> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  CHECK(percentiles_of(values).p50 == 50);
  CHECK(percentiles_of(values).p95 == 95);
  CHECK(percentiles_of(values).p99 == 99);
  CHECK(percentiles_of({7}).p99 == 7);
  CHECK_FALSE(percentiles_of({}).p50);
}

TEST_CASE("report: JSON, CSV, text and HTML say the same") {
  const std::vector<reported_booking> bookings = {
      booking("TX0000001", 10, answer_decision::hit, 100, answer_decision::hit)};
  const report r =
      make_report({{10}, {99}, report_by::agency}, bookings, {one_case("TX0000001", 10, "1313")});
  const auto document = report_document(r);
  CHECK(document["jurisdictions"][0]["matches"] == 1);
  CHECK(document["jurisdictions"][0]["criminal_answer_ms"]["p95"] == 100);
  CHECK(document["jurisdictions"][0]["status_answer_ms"]["p95"].is_null());
  const std::string csv = report_csv(r);
  const auto commas = [](std::string_view line) {
    return std::count(line.begin(), line.end(), ',');
  };
  const std::size_t end = csv.find('\n');
  CHECK(csv.substr(0, end).starts_with("jurisdiction,submissions,"));
  CHECK(csv.substr(end + 1).starts_with("TX0000001,1,1,1,1,1,0,"));
  CHECK(commas(csv.substr(0, end)) ==
        commas(csv.substr(end + 1, csv.find('\n', end + 1) - end - 1)));
  CHECK(report_text(r).find("matches                 1") != std::string::npos);
  const std::string html = report_html(r);
  CHECK(html.find("<svg") != std::string::npos);
  CHECK(html.find("http") == std::string::npos);  // nothing from elsewhere
  CHECK(html.find("synthetic") != std::string::npos);
}

}  // namespace whorl::test
