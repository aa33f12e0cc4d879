#include "sim/rollout/fit.hpp"

#include <doctest/doctest.h>

#include "sim/rollout/calendar.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {

/// "Published" figures that a run with other constants makes.
std::vector<figure> made_with(const scenario& s, const casework::case_settings& rules,
                              std::string_view day) {
  const auto runs = replicate({&s, &rules, {}, 3, 2, 1, 0, {}});
  std::vector<figure> out;
  for (const char* metric : {"submissions_cum", "ident_matches_cum", "level1_identified_cum",
                             "detainers_cum", "removals_cum", "removed_noncriminal_cum"}) {
    figure f;
    f.day = parse_day(day).value();
    f.metric = metric;
    f.value = (simulated((*runs)[0], f) + simulated((*runs)[1], f)) / 2;
    out.push_back(f);
  }
  return out;
}

}  // namespace

TEST_CASE("fit: finds the constants that made the figures") {
  const casework::case_settings rules = casework::usual_settings();
  scenario truth = usual_scenario();
  truth.to = parse_day("2009-02-10").value();
  truth.values.noncitizen_match *= 1.3;
  truth.values.action *= 0.8;
  truth.values.notified *= 0.85;
  truth.values.has_priors *= 0.9;
  const auto figures = made_with(truth, rules, "2009-02-09");
  double share = 0;
  bool falls = false;
  const auto found = fit(usual_scenario(), rules, figures, 3, [&](double now) {
    falls = falls || now < share;
    share = now;
  });
  REQUIRE(found);
  CHECK_FALSE(falls);
  CHECK(share == doctest::Approx(static_cast<double>(found->runs) / 43));
  for (std::size_t i = 0; i < found->targets.size(); ++i) {
    CAPTURE(found->targets[i].parameter);
    CHECK(found->simulated[i] == doctest::Approx(found->targets[i].published.value).epsilon(0.02));
    for (const parameter_info& p : parameters())
      if (p.name == found->targets[i].parameter)
        CHECK(found->values[i] == doctest::Approx(truth.values.*p.where).epsilon(0.1));
  }
}

TEST_CASE("fit: never looks at a figure after the last day of fitting") {
  std::vector<figure> figures(2);
  figures[0].metric = figures[1].metric = "submissions_cum";
  figures[0].day = parse_day("2010-12-31").value();
  figures[0].value = 1;
  figures[1].day = parse_day("2011-01-01").value();
  figures[1].value = 2;
  const auto targets = fit_targets(figures);
  REQUIRE(targets.size() == 1);
  CHECK(targets[0].published.value == 1);
  CHECK_FALSE(fit(usual_scenario(), casework::usual_settings(), figures, 1, {}));
}
