#include "fingerprint/search_entry.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("search entry: ten dense fingers fit into 20 KB and pass the check") {
  const auto entry = build_search_entry(test::sample_person(1, 255));
  REQUIRE(entry.has_value());
  CHECK(entry->size() == 19336);
  CHECK(entry->size() % 8 == 0);
  CHECK(check_search_entry(*entry).has_value());
}

TEST_CASE("search entry: prints that cannot be searched count as missing") {
  auto prints = test::sample_person(2);
  prints[0].minutiae.resize(limits::minutiae_min - 1);
  prints[1].minutiae.resize(limits::minutiae_min);
  const auto entry = *build_search_entry(prints);
  CHECK(check_search_entry(entry).has_value());
  CHECK_FALSE(finger_of(entry, 1));
  CHECK(finger_of(entry, 2).count == limits::minutiae_min);
  CHECK(build_search_entry(std::span(prints).first(1)).error().code == errc::invalid_input);
  CHECK(build_search_entry({}).error().code == errc::invalid_input);
}

TEST_CASE("search entry: a repeated position keeps the print of best quality") {
  auto worse = test::sample_print(1), better = test::sample_print(2, 30);
  worse.quality = 40;
  better.quality = 60;
  const auto alone = *build_search_entry(std::vector{better});
  CHECK(*build_search_entry(std::vector{worse, better}) == alone);
  CHECK(*build_search_entry(std::vector{better, worse}) == alone);
}

TEST_CASE("search entry: the order of minutiae in the template does not matter") {
  auto print = test::sample_print(3, 80);
  const auto entry = *build_search_entry(std::vector{print});
  std::reverse(print.minutiae.begin(), print.minutiae.end());
  CHECK(*build_search_entry(std::vector{print}) == entry);
}

TEST_CASE("search entry: damage to structure or cylinders is found (any one bit)") {
  const auto entry = *build_search_entry(test::sample_person(4, 20));
  const auto finger = finger_of(entry, 1);
  const auto cylinders = finger.lanes * 32u;
  CHECK(rc::check([&] {
    auto damaged = entry;
    const auto at = *rc::gen::inRange<std::size_t>(0, 64 + cylinders);
    if (at == 56 || at == 57) return;  // quality and count of the print: values, not structure
    damaged[at] ^= static_cast<std::byte>(1 << *rc::gen::inRange(0, 8));
    RC_ASSERT_FALSE(check_search_entry(damaged).has_value());
  }));
  for (std::size_t size = 0; size < entry.size(); size += 8)
    CHECK_FALSE(check_search_entry(byte_view(entry).first(size)).has_value());
  auto other_version = entry;
  other_version[4] = std::byte{9};
  CHECK(check_search_entry(other_version).error().code == errc::wrong_version);
  CHECK_FALSE(check_search_entry(byte_view(entry).subspan(4)).has_value());
}

TEST_CASE("search entry: what passes the check is scored without a crash (damaged at random)") {
  const auto entry = *build_search_entry(test::sample_person(5, 24));
  const auto probe = *prepare_probe(test::sample_person(5, 24));
  CHECK(rc::check([&] {
    auto damaged = entry;
    damaged[*rc::gen::inRange<std::size_t>(0, damaged.size())] =
        static_cast<std::byte>(*rc::gen::inRange(0, 256));
    if (!check_search_entry(damaged)) return;
    precise_score(*probe, damaged);
    coarse_score(*probe, damaged);
  }));
}
