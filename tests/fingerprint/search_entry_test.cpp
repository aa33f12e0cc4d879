#include "fingerprint/search_entry.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("search entry: ten dense fingers fit into 20 KB") {
  const auto entry = build_search_entry(test::sample_person(1, 255));
  REQUIRE(entry.has_value());
  CHECK(entry->size() == 19328);
}

TEST_CASE("search entry: prints that cannot be searched count as missing") {
  auto prints = test::sample_person(2);
  prints[0].minutiae.resize(limits::minutiae_min - 1);
  prints[1].minutiae.resize(limits::minutiae_min);
  const auto entry = *build_search_entry(prints);
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

namespace {

/// Prints of many densities and shapes: small and wide ones, other resolutions, minutiae at the
/// edge of what a print can hold, repeated ones, angles all alike.
std::vector<print_template> unusual_person(std::uint64_t seed) {
  auto prints = test::sample_person(seed, 4 + static_cast<unsigned>(seed * 25 % 252));
  prints[1].x_resolution_per_cm = 394;
  prints[1].y_resolution_per_cm = 98;
  for (auto& m : prints[2].minutiae) m.angle = static_cast<std::uint8_t>(seed);
  prints[3].minutiae.resize(prints[3].minutiae.size() / 2 + 2);
  prints[3].minutiae.insert(prints[3].minutiae.end(), prints[3].minutiae.begin(),
                            prints[3].minutiae.begin() + 2);
  prints[4].minutiae.front().x = 0;
  prints[4].minutiae.back().y = 16383;
  for (auto& m : prints[5].minutiae)
    m = {static_cast<std::uint16_t>(m.x / 3), static_cast<std::uint16_t>(m.y / 3), m.angle, m.type,
         m.quality};
  for (auto& m : prints[6].minutiae)
    m = {static_cast<std::uint16_t>(m.x * 20), static_cast<std::uint16_t>(m.y * 20), m.angle,
         m.type, m.quality};
  return prints;
}

}  // namespace

TEST_CASE("search entry: a thousand prints give the same bytes on every build (golden hash)") {
  std::uint64_t hash = test::fnv_1a_begin;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    hash = test::fnv_1a(*build_search_entry(unusual_person(seed)), hash);
    hash = test::fnv_1a(
        *build_search_entry(test::sample_person(seed, 20 + static_cast<unsigned>(seed) % 40)),
        hash);
  }
  CHECK(hash == 513255954930585253u);
}
