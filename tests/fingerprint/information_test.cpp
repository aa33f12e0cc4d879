#include "fingerprint/information.hpp"

#include <doctest/doctest.h>

#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("information: a minutia that stands alone counts in full, a crowd for little") {
  print_template print;
  print.finger_position = 1;
  print.width_px = print.height_px = 1000;
  for (unsigned i = 0; i < 6; ++i)
    print.minutiae.push_back(
        {static_cast<std::uint16_t>(100 + 100 * i), 100, 0, minutia_type::ridge_ending, 90});
  for (unsigned i = 0; i < 10; ++i)
    print.minutiae.push_back(
        {static_cast<std::uint16_t>(500 + i), 800, 0, minutia_type::ridge_ending, 50});
  const auto entry = *build_search_entry(std::vector{print});
  const auto finger = finger_of(entry, 1);
  information told;
  weigh_minutiae(finger, told);
  std::uint32_t sum = 0;
  for (unsigned i = 0; i < finger.count; ++i) {
    const bool alone = finger.minutia_quality[i] == 90;
    CHECK(told.weight[i] <= 256);
    CHECK((told.weight[i] == 256) == alone);
    if (!alone) CHECK(told.weight[i] < 128);
    sum += told.weight[i];
  }
  CHECK(sum == told.total);
}
