#include "fingerprint/leave_out.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "fingerprint/leave_out_set.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

/// People of two fingers and three poor impressions each, so that scores overlap.
print_set people_set(std::uint64_t people, std::uint64_t without_a = 0,
                     std::uint64_t without_b = 0) {
  print_set out{"made", {}};
  for (std::uint64_t person = 1; person <= people; ++person) {
    if (person == without_a || person == without_b) continue;
    for (std::uint64_t finger = 1; finger <= 2; ++finger) {
      const auto master = test::sample_print(person * 10 + finger);
      for (std::uint64_t impression = 1; impression <= 3; ++impression) {
        auto print = test::recaptured(master, person * 100 + finger * 10 + impression);
        const std::size_t kept = 4 + (person * 7 + finger * 3 + impression * 5) % 20;
        if (print.minutiae.size() > kept) print.minutiae.resize(kept);
        out.prints.push_back({std::to_string(person) + "-" + std::to_string(finger),
                              static_cast<int>(impression), std::move(print), "here",
                              std::to_string(person)});
      }
    }
  }
  return out;
}

studied_set studied(const print_set& set) {
  std::vector<std::uint32_t> person;
  for (const labelled_print& each : set.prints)
    person.push_back(static_cast<std::uint32_t>(std::stoul(each.person) - 1));
  studied_set out(set, std::move(person));
  for (std::size_t i = 0; i < set.prints.size(); ++i) out.match_row(i);
  out.finish(10);
  return out;
}

}  // namespace

TEST_CASE("ranked_scores: without two people is as if they had never been there") {
  constexpr std::array<double, 2> levels = {1e-1, 1e-2};
  const studied_set all = studied(people_set(6));
  for (const auto& [a, b] : {std::pair{1u, 2u}, {2u, 5u}, {4u, 4u}, {3u, 6u}}) {
    const studied_set fewer = studied(people_set(6, a, b));
    const two_people left{a - 1, b - 1};
    CHECK(all.genuine_without(left) == fewer.genuine_without({}));
    CHECK(all.impostors_without(left) == fewer.impostors_without({}));
    for (const combination& by : {compiled_combination, combination{4, 0, 4, 1.25, 0}}) {
      const ranked_scores whole(all, by), part(fewer, by);
      const auto at = whole.scores_at(levels, left);
      CHECK(at == part.scores_at(levels, two_people{}));
      CHECK(whole.fnmr(at[1], left) == part.fnmr(at[1], {}));
      CHECK(whole.fnmr(at[1], {}) > 0);  // the sample is poor enough to tell
    }
  }
}

TEST_CASE("leave_out: every pair is scored once; the same on any number of threads") {
  const std::vector<print_set> sets = {people_set(5)};
  std::size_t last = 0, total = 0;
  const auto made = leave_out(
      sets, [&](std::size_t done, std::size_t all) { last = done, total = all; }, 1);
  REQUIRE(made);
  CHECK(last == total);
  CHECK(made->people == 5);
  const left_out_set& set = made->sets.front();
  CHECK(set.people == 5);
  for (const accuracy_report* each : {&set.compiled, &set.fitted, &set.held_out}) {
    CHECK(each->genuine_pairs == 10 * 3);
    CHECK(each->impostor_pairs == 45 * 9);
    CHECK(each->search.missed.trials == 20);
  }
  CHECK(set.stated[0].trials == 45 * 9);
  CHECK(set.stated[0].events >= set.stated[1].events);
  CHECK(set.fitted.fnmr_at_fmr[1] <= set.compiled.fnmr_at_fmr[1]);  // of the grid it is the best
  const std::size_t times =
      std::accumulate(made->chosen.begin(), made->chosen.end(), std::size_t{0},
                      [](std::size_t sum, const auto& each) { return sum + each.times; });
  CHECK(times == 5 + 10);  // within a person, and between two
  CHECK(made->chosen.front().times >= made->chosen.back().times);

  const auto again = leave_out(sets, {}, 3);
  REQUIRE(again);
  CHECK(again->on_all == made->on_all);
  CHECK(again->sets.front().held_out.eer == set.held_out.eer);
  CHECK(again->sets.front().held_out.fnmr_at_fmr == set.held_out.fnmr_at_fmr);

  const auto evaluated = evaluate(sets.front().prints, {}, 2);
  CHECK(evaluated.eer == set.compiled.eer);
  CHECK(evaluated.search.missed.events == set.compiled.search.missed.events);
}

TEST_CASE("leave_out: too few people to choose on are an error that names them") {
  const std::vector<print_set> two = {people_set(2)};
  const auto refused = leave_out(two, {}, 1);
  REQUIRE(!refused);
  CHECK(refused.error().code == errc::invalid_input);
  CHECK(refused.error().message.find("set made: without 1 and 2") != std::string::npos);
  CHECK(!leave_out({}, {}, 1));
  CHECK(!leave_out(std::vector<print_set>{{"empty", {}}}, {}, 1));
}
