#include "fingerprint/accuracy.hpp"

#include <doctest/doctest.h>

#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl::fingerprint;

TEST_CASE("report_of_scores: rates of a set that can be counted by hand") {
  std::vector<pair_score> scores;
  for (std::uint32_t i = 0; i < 10; ++i) scores.push_back({i < 2 ? 5u : 50u, 0, 0});  // genuine
  for (std::uint32_t i = 0; i < 1000; ++i) scores.push_back({i < 5 ? 20u : 1u, 0, 1});
  const auto report = report_of_scores(scores, 2);
  CHECK(report.genuine_pairs == 10);
  CHECK(report.impostor_pairs == 1000);
  CHECK(report.fnmr_at_fmr[0] == doctest::Approx(0.0));  // threshold 5: FMR 0.005
  CHECK(report.fnmr_at_fmr[1] == doctest::Approx(0.2));  // threshold 50
  CHECK(report.fnmr_counts[1].events == 2);
  CHECK(report.fmr_counts[0].events == 5);  // the pairs that the rate rests on
  CHECK(report.fmr_counts[1].events == 0);
  CHECK(report.fmr_counts[1].trials == 1000);
  CHECK(report.zero_fmr == doctest::Approx(0.2));
  CHECK(report.eer == doctest::Approx(0.0025));  // at threshold 5: (0.005 + 0) / 2
  CHECK(report.det.front().fmr == 1.0);
  CHECK(report.det.back().fnmr == 1.0);
  CHECK(report_of_scores({}, 0).genuine_pairs == 0);
}

TEST_CASE("evaluate: counts, rank one, the same on any number of threads") {
  std::vector<labelled_print> prints;
  for (std::uint64_t finger = 1; finger <= 4; ++finger) {
    const auto master = whorl::test::sample_print(finger);
    for (int impression = 1; impression <= 3; ++impression)
      prints.push_back(
          {std::to_string(finger), impression,
           whorl::test::recaptured(master, finger * 10 + static_cast<unsigned>(impression))});
  }
  std::size_t last = 0;
  const auto one = evaluate(
      prints, [&](std::size_t done, std::size_t) { last = done; }, 1);
  CHECK(last == 66);
  CHECK(one.fingers == 4);
  CHECK(one.genuine_pairs == 4 * 3);
  CHECK(one.impostor_pairs == 6 * 9);
  CHECK(one.eer == 0);
  CHECK(one.search.rank1() == 1);
  CHECK(one.search.missed.trials == 8);
  CHECK(one.search.fnir[1].events == 0);
  CHECK(one.search.fnir[1].trials == 8);
  const auto four = evaluate(prints, {}, 4);
  CHECK(four.det.size() == one.det.size());
  CHECK(four.eer_interval.high == one.eer_interval.high);
  for (auto& each : prints) each.print.minutiae.clear();
  const auto blank = evaluate(prints, {}, 2);
  CHECK(blank.search.rank1() == 0);  // ties count against
  CHECK(blank.eer == doctest::Approx(0.5));
  CHECK(evaluate({}, {}, 2).prints == 0);
}

TEST_CASE("evaluate: a finger in two sources is compared between them alone") {
  std::vector<labelled_print> prints;
  for (std::uint64_t finger = 1; finger <= 3; ++finger) {
    const auto master = whorl::test::sample_print(finger);
    for (int impression = 1; impression <= 4; ++impression)
      prints.push_back({std::to_string(finger), impression,
                        whorl::test::recaptured(master, finger * 10 + unsigned(impression)),
                        impression <= 2 ? "one" : "other"});
  }
  const auto report = evaluate(prints, {}, 2);
  CHECK(report.genuine_pairs == 3 * 2 * 2);
  CHECK(report.impostor_pairs == 3 * 2 * 2 * 2);
  CHECK(report.search.missed.trials == 3 * 2);  // gallery: impression 1 of the first source
  CHECK(report.search.rank1() == 1);
}
