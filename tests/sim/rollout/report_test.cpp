#include "sim/rollout/report.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"
#include "sim/rollout/shipped.hpp"
#include "sim/rollout/tornado.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {

struct small_world {
  scenario what = usual_scenario();
  casework::case_settings rules = casework::usual_settings();
  std::vector<run_output> runs;
  std::vector<series> monthly;
  small_world() {
    what.to = parse_day("2009-02-01").value();
    runs = *replicate({&what, &rules, {}, 1, 2, 1, 3, {}});
    monthly = monthly_series(runs);
  }
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("report: the map of papers has each county in the colour of its class") {
  const small_world w;
  const std::string svg = map_svg(w.runs.front());
  std::size_t shapes = 0;
  for (std::size_t at = svg.find("<path fill=\"#"); at != std::string::npos;
       at = svg.find("<path fill=\"#", at + 1))
    ++shapes;
  CHECK(shapes == counties().size());
  CHECK(svg.find("<title>Harris County, TX</title>") != std::string::npos);
  CHECK(svg.find("not activated") != std::string::npos);
}

TEST_CASE("report: one file, nothing from a network, every hole filled, each county on the map") {
  small_world w;
  const auto published = parse_figures(shipped_text("published.csv"), "published.csv");
  REQUIRE(published);
  const report r =
      make_report({&w.what, w.runs, &w.monthly, *published, {{"action", 90.0, 110.0}}, 100.0});
  CHECK(r.html.find("{{") == std::string::npos);
  CHECK(count(r.html, "http") == count(r.html, "http://www.w3.org/2000/svg"));
  CHECK(r.html.find("simulated") != std::string::npos);
  CHECK(count(r.html, "<svg") == count(r.html, "</svg>"));
  CHECK(r.pictures.size() >= 12);
  CHECK(r.html.size() < (2u << 20));

  const auto data = nlohmann::json::parse(map_data(w.runs.front(), w.monthly));
  REQUIRE(data["paths"].size() == counties().size());
  std::size_t drawn = 0;
  for (const auto& path : data["paths"]) drawn += path.get<std::string>().starts_with("M");
  CHECK(drawn == counties().size());
  REQUIRE(data["classes"].size() == 4);
  const std::string first = data["classes"][0], last = data["classes"][3];
  CHECK(first.size() == counties().size());
  const auto active = [](const std::string& c) { return c.size() - count(c, "0"); };
  CHECK(active(first) == 1);  // one county in October 2008
  CHECK(active(last) == 29);
}

TEST_CASE("report: a title that looks like a hole is text") {
  small_world w;
  w.what.title = "{{cards}} of {{mine";
  const report r = make_report({&w.what, w.runs, &w.monthly, {}, {}, 0, 0});
  CHECK(r.html.find("{{cards}} of {{mine;") != std::string::npos);
}

TEST_CASE("report: series as CSV and JSON say the same") {
  small_world w;
  const std::string csv = monthly_csv(w.runs, w.monthly);
  CHECK(csv.starts_with("month,counties_activated,counties_activated_low,"));
  CHECK(count(csv, "\n") == 5);
  const auto data = nlohmann::json::parse(monthly_json(w.what, w.runs, w.monthly));
  CHECK(data["simulated"] == true);
  CHECK(data["months"].size() == 4);
  const auto& matches = data["series"]["matches"];
  CHECK(matches["mean"].size() == 4);
  CHECK(matches["low"][3].get<double>() <= matches["mean"][3].get<double>());
  double sum = 0;
  for (const auto& m : data["series"]["matches"]["mean"]) sum += m.get<double>();
  CHECK(sum == doctest::Approx((w.runs[0].until(metric::matches, w.what.to) +
                                w.runs[1].until(metric::matches, w.what.to)) /
                               2));
  CHECK(count(counties_csv(w.runs[0]), "\n") == counties().size() + 1);
  CHECK(data["distributions"]["answer"]["all"]["count"].get<double>() > 10);
  CHECK(answers_csv(w.runs).starts_with("year,share,minutes\n2008,5,"));
  const std::string traces = traces_jsonl(w.runs[0]);
  CHECK(nlohmann::json::parse(traces.substr(0, traces.find('\n')))["step"] == "opened");
}

TEST_CASE("report: the days of a run are a strategy of another") {
  small_world w;
  scenario again = w.what;
  again.strategy = strategy_kind::file;
  again.strategy_file = "activation.csv";
  const auto days = plan(again, counties(), 1, activation_csv(w.runs[0]));
  REQUIRE(days);
  for (std::size_t i = 0; i < counties().size(); ++i) {
    const std::int32_t was = w.runs[0].activated[i];
    CHECK(days->day[i] == (was < w.what.to ? was : never));
  }
}

TEST_CASE("report: the tornado finds what matters") {
  small_world w;
  w.what.to = parse_day("2008-11-25").value();
  w.what.values.bail_days = 1;  // removals within a month
  const tornado_result found = tornado(w.what, w.rules, 1, "", 1, 12, {});
  REQUIRE(found.strongest.size() == 12);
  CHECK(found.centre > 0);
  bool has_matches = false;
  for (const sensitivity& s : found.strongest) has_matches |= s.parameter == "noncitizen_match";
  CHECK(has_matches);
  CHECK(found.until == w.what.to);
  report_parts parts{&w.what, w.runs, &w.monthly, {}, found.strongest, found.centre, found.until};
  CHECK(make_report(parts).html.find("Removals before 2008-11-25 with one") != std::string::npos);
}

TEST_CASE("report: of a scenario that begins after the published figures") {
  small_world w;
  w.what.from = parse_day("2011-03-01").value();
  w.what.to = parse_day("2011-04-10").value();
  w.what.statistics_from = w.what.from;
  w.runs = *replicate({&w.what, &w.rules, {}, 1, 1, 1, 0, {}});
  w.monthly = monthly_series(w.runs);
  const report r = make_report({&w.what, w.runs, &w.monthly, {}, {}, 0, 0});
  CHECK(r.html.find("Submissions against history") == std::string::npos);
  CHECK(r.html.find("Activation") != std::string::npos);
  CHECK(tornado(w.what, w.rules, 1, "", 1, 3, {}).centre > 0);
}
