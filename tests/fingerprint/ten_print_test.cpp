#include "fingerprint/ten_print.hpp"

#include <doctest/doctest.h>

#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl::fingerprint;
using whorl::test::recaptured;
using whorl::test::sample_print;

namespace {

void add_person(std::vector<labelled_print>& prints, std::uint64_t person, unsigned fingers,
                const std::string& source, std::uint64_t first_impression = 1) {
  for (std::uint64_t finger = 1; finger <= fingers; ++finger)
    for (std::uint64_t i = first_impression; i < first_impression + 3; ++i)
      prints.push_back({std::to_string(person) + "-" + std::to_string(finger), static_cast<int>(i),
                        recaptured(sample_print(person * 100 + finger), person * 900 + finger * i),
                        source, std::to_string(person)});
}

const ten_print_row* row_of(const std::vector<ten_print_row>& rows, unsigned fingers, bool across) {
  for (const ten_print_row& each : rows)
    if (each.fingers == fingers && each.across == across) return &each;
  return nullptr;
}

constexpr std::array<std::uint64_t, 2> galleries = {1'000, 1'000'000};

}  // namespace

TEST_CASE("identify_people: groups, probes and strangers are counted; mates are found") {
  std::vector<labelled_print> prints;
  add_person(prints, 1, 10, "a");
  add_person(prints, 2, 10, "a");
  add_person(prints, 3, 6, "b");
  std::size_t last = 0, total = 0;
  const auto rows = identify_people(
      prints, galleries, [&](std::size_t done, std::size_t all) { last = done, total = all; }, 2);
  CHECK(last == total);
  CHECK(rows.size() == 4);  // nobody in two sources
  const ten_print_row& one = *row_of(rows, 1, false);
  CHECK(one.groups == 26);
  CHECK(one.at[0].not_hit.trials == 26 * 2);
  CHECK(one.at[0].stranger_review.trials == 2 * (10 * 16 + 10 * 16 + 6 * 20));
  CHECK(one.at[1].not_hit.events == 26 * 2);  // 800 at most of one finger: never a hit of 10^6
  const ten_print_row& four = *row_of(rows, 4, false);
  CHECK(four.groups == 2 + 2 + 1);
  CHECK(four.people == 3);
  const ten_print_row& ten = *row_of(rows, 10, false);
  CHECK(ten.groups == 3);
  CHECK(ten.fewest == 6);
  for (const ten_print_row* each : {&four, &ten}) {
    CHECK(each->at[1].not_hit.events == 0);
    CHECK(each->at[1].false_review.events == 0);
    CHECK(each->highest_stranger < each->lowest_own);
    CHECK(each->at[0].false_hit.trials == each->groups * 2);
  }
}

TEST_CASE("identify_people: across sources, with the fingers that stand in both") {
  std::vector<labelled_print> prints;
  add_person(prints, 1, 10, "a");
  add_person(prints, 1, 6, "b", 4);
  add_person(prints, 2, 6, "a");
  const auto rows = identify_people(prints, galleries, {}, 1);
  const ten_print_row& two = *row_of(rows, 2, true);
  CHECK(two.at[0].not_hit.trials == 3 * 3 * 2);  // 3 groups, 3 impressions, both ways
  CHECK(two.at[0].not_hit.events == 0);
  CHECK(row_of(rows, 2, false)->at[0].not_hit.trials == 3 * 2 * 3);
}

TEST_CASE("identify_people: what has no usable print counts as missed, other fingers as unknown") {
  std::vector<labelled_print> prints;
  add_person(prints, 1, 2, "a");
  add_person(prints, 2, 2, "a");
  for (labelled_print& each : prints)
    if (each.person == "1" && each.impression == 2) each.print.minutiae.clear();
  for (labelled_print& each : prints)  // the third impressions of 2 are another's
    if (each.person == "2" && each.impression == 3)
      each.print = sample_print(each.finger.back() + 7'000u);
  const auto rows = identify_people(prints, galleries, {}, 1);
  const ten_print_row& pairs = *row_of(rows, 2, false);
  CHECK(pairs.at[0].not_review.events == 2);
  CHECK(pairs.at[0].not_review.trials == 4);
  CHECK(pairs.lowest_own == 0);
  CHECK(identify_people({}, galleries, {}, 1).empty());
}
