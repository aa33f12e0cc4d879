#include "fingerprint/elastic.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("elastic: a minutia follows its mated neighbours, never its own mate") {
  const auto print = test::sample_print(7, 40);
  print_template moved = print;  // everything 8 px to the right: a shift that all neighbours share
  for (minutia& each : moved.minutiae) each.x = static_cast<std::uint16_t>(each.x + 8);
  const auto entry = *build_search_entry(std::vector{print});
  const auto a = finger_of(entry, 1);
  placed_minutiae rigid, out;
  rigid_motion motion;
  motion.shift_x = -8 * 4;
  place(a, motion, rigid);
  std::vector<mate> mates;
  for (unsigned i = 0; i < a.count; ++i)
    mates.push_back({static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i), 0});
  stretch(a, a, rigid, mates, out);
  unsigned followed = 0;
  for (unsigned i = 0; i < a.count; ++i) {
    CHECK(out.x[i] >= rigid.x[i]);
    CHECK(out.x[i] <= rigid.x[i] + 32);
    CHECK(out.y[i] == rigid.y[i]);
    followed += out.x[i] > rigid.x[i] + 16 ? 1 : 0;
  }
  CHECK(followed > a.count / 2);
  // One mate alone: its own place stays.
  stretch(a, a, rigid, std::span(mates).first(1), out);
  CHECK(out.x[0] == rigid.x[0]);
}
