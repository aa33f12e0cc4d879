#include "fingerprint/features.hpp"

#include <doctest/doctest.h>

using namespace whorl::fingerprint;

TEST_CASE("features: best quality first, y upwards, around the middle, at 500 dpi") {
  print_template print;
  print.x_resolution_per_cm = print.y_resolution_per_cm = 394;
  print.minutiae = {{200, 400, 7, minutia_type::other, 10}, {400, 0, 9, minutia_type::other, 90}};
  const auto features = extract_features(print);
  REQUIRE(features.size() == 2);
  CHECK(features[0] == feature{50, 100, 9, 90});
  CHECK(features[1] == feature{-50, -100, 7, 10});
  CHECK(extract_features({}).empty());
}
