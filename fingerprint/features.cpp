#include "fingerprint/features.hpp"

#include <algorithm>
#include <tuple>

#include "fingerprint/parameters.hpp"
#include "messages/limits.hpp"

namespace whorl::fingerprint {
namespace {

std::int32_t to_500_dpi(std::uint16_t pixels, std::uint16_t per_cm) {
  const std::int32_t resolution = per_cm == 0 ? parameters::resolution_per_cm : per_cm;
  return (2 * pixels * parameters::resolution_per_cm + resolution) / (2 * resolution);
}

std::int16_t clamped(std::int32_t value) {
  return static_cast<std::int16_t>(
      std::clamp(value, -feature_coordinate_max, feature_coordinate_max));
}

}  // namespace

bool ranks_before(const feature& a, const feature& b) {
  const auto key = [](const feature& f) {
    return std::tuple(-f.quality, f.x * f.x + f.y * f.y, f.x, f.y, f.angle);
  };
  return key(a) < key(b);
}

std::vector<feature> extract_features(const print_template& print) {
  const std::size_t count = std::min(print.minutiae.size(), limits::minutiae_max);
  if (count == 0) return {};
  std::vector<std::pair<std::int32_t, std::int32_t>> places(count);
  std::int64_t sum_x = 0, sum_y = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const minutia& each = print.minutiae[i];
    places[i] = {to_500_dpi(each.x, print.x_resolution_per_cm),
                 -to_500_dpi(each.y, print.y_resolution_per_cm)};
    sum_x += places[i].first;
    sum_y += places[i].second;
  }
  const auto middle_x = static_cast<std::int32_t>(sum_x / static_cast<std::int64_t>(count));
  const auto middle_y = static_cast<std::int32_t>(sum_y / static_cast<std::int64_t>(count));
  std::vector<feature> features(count);
  for (std::size_t i = 0; i < count; ++i) {
    features[i] = {clamped(places[i].first - middle_x), clamped(places[i].second - middle_y),
                   print.minutiae[i].angle, std::min<std::uint8_t>(print.minutiae[i].quality, 100)};
  }
  std::sort(features.begin(), features.end(), ranks_before);
  return features;
}

}  // namespace whorl::fingerprint
