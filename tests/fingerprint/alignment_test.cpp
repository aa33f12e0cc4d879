#include "fingerprint/alignment.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cstdlib>

#include "fingerprint/matcher.hpp"
#include "fingerprint/overlap.hpp"
#include "fingerprint/precise.hpp"
#include "fingerprint/rigid_fit.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("alignment: a print on itself mates every minutia over the whole area") {
  const auto entry = *build_search_entry(std::vector{test::sample_print(1, 40)});
  const auto finger = finger_of(entry, 1);
  const alignment found = compare_fingers(finger, finger);
  CHECK(found.mates == 40);
  CHECK(found.overlap_a == 40);
  CHECK(found.overlap_b == 40);
  CHECK(found.overlap_information == found.information);
}

TEST_CASE("rigid fit: finds the motion that points were moved by, and its inverse leads back") {
  const auto print = test::sample_print(2, 20);
  const auto one = *build_search_entry(std::vector{print});
  const auto two = *build_search_entry(std::vector{test::turned(print, 20, 15, -40)});
  const auto a = finger_of(one, 1), b = finger_of(two, 1);
  rigid_fit fit(15);
  unsigned added = 0;
  for (unsigned i = 0; i < a.count; ++i)  // the same minutia: same quality, angle turned by 20
    for (unsigned j = 0; j < b.count; ++j)
      if (static_cast<std::uint8_t>(a.angle[i] + 20) == b.angle[j] &&
          a.minutia_quality[i] == b.minutia_quality[j])
        fit.add(a, i, b, j, 100), ++added;
  REQUIRE(added == 20);
  const rigid_motion motion = fit.solve();
  CHECK(motion.rotation == 20);
  CHECK(std::abs(motion.cosine - 14449) < 40);  // cos(28.1 degrees) in Q14
  const rigid_motion back = inverse(motion);
  for (unsigned i = 0; i < a.count; ++i) {
    const quarter_point there = moved(motion, a.x[i], a.y[i]);
    const quarter_point again = moved(back, (there.x + 2) / 4, (there.y + 2) / 4);
    CHECK(std::abs(again.x - 4 * a.x[i]) <= 8);
    CHECK(std::abs(again.y - 4 * a.y[i]) <= 8);
  }
}

TEST_CASE("overlap: all inside when laid on itself, none when moved away") {
  const auto entry = *build_search_entry(std::vector{test::sample_print(3, 40)});
  const auto finger = finger_of(entry, 1);
  rigid_motion motion;
  placed_minutiae here, there;
  place(finger, motion, here);
  motion.shift_x = 600 * 4;
  place(finger, motion, there);
  CHECK(std::popcount(overlapping(here, 40, here, 40)) == 40);
  CHECK(overlapping(there, 40, here, 40) == 0);
}
