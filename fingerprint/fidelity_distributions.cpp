// What stands in real and in synthetic templates, side by side.
#include <algorithm>
#include <array>
#include <cmath>

#include "fingerprint/fidelity.hpp"

namespace whorl::fingerprint {
namespace {

constexpr double neighbourhood_px = 50;

/// All values of one quantity over a set of prints.
struct samples {
  std::vector<double> count, nearest, fifth, line_turn, opposite, quality, unsure, width, height;
};

void add_neighbours(const std::vector<minutia>& all, std::size_t i, samples& out) {
  std::vector<std::pair<double, std::size_t>> others;
  for (std::size_t j = 0; j < all.size(); ++j) {
    if (j != i) others.emplace_back(std::hypot(all[i].x - all[j].x, all[i].y - all[j].y), j);
  }
  const std::size_t kept = std::min<std::size_t>(others.size(), 5);
  std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(kept),
                    others.end());
  if (kept > 0) out.nearest.push_back(others[0].first);
  if (kept > 4) out.fifth.push_back(others[4].first);
  double opposite = 0, near = 0;
  for (std::size_t k = 0; k < std::min<std::size_t>(kept, 3); ++k) {
    if (others[k].first >= neighbourhood_px) break;
    const int turn = std::abs(static_cast<std::int8_t>(all[i].angle - all[others[k].second].angle));
    out.line_turn.push_back((turn > 64 ? 128 - turn : turn) * 360.0 / 256);
    opposite += turn > 64;
    ++near;
  }
  if (near > 0) out.opposite.push_back(100 * opposite / near);
}

samples collect(std::span<const labelled_print> prints) {
  samples out;
  for (const labelled_print& each : prints) {
    const std::vector<minutia>& all = each.print.minutiae;
    out.count.push_back(static_cast<double>(all.size()));
    if (all.empty()) continue;
    double unsure = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      out.quality.push_back(all[i].quality);
      unsure += all[i].type == minutia_type::other;
      add_neighbours(all, i, out);
    }
    out.unsure.push_back(100 * unsure / static_cast<double>(all.size()));
    const auto [left, right] = std::minmax_element(
        all.begin(), all.end(), [](const minutia& a, const minutia& b) { return a.x < b.x; });
    const auto [top, bottom] = std::minmax_element(
        all.begin(), all.end(), [](const minutia& a, const minutia& b) { return a.y < b.y; });
    out.width.push_back(right->x - left->x);
    out.height.push_back(bottom->y - top->y);
  }
  return out;
}

quantiles quantiles_of(std::vector<double> values) {
  quantiles out{};
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = values[(values.size() - 1) * static_cast<std::size_t>(quantile_percents[i]) / 100];
  }
  return out;
}

/// Means of shares: a quantile of "how many of three" would say little.
quantiles mean_only(const std::vector<double>& values) {
  quantiles out{};
  double sum = 0;
  for (const double value : values) sum += value;
  out.fill(values.empty() ? 0 : sum / static_cast<double>(values.size()));
  return out;
}

}  // namespace

std::vector<compared_distribution> compare_distributions(
    std::span<const labelled_print> real, std::span<const labelled_print> synthetic) {
  const samples r = collect(real), s = collect(synthetic);
  const auto row = [](const char* name, const std::vector<double>& a,
                      const std::vector<double>& b) {
    return compared_distribution{name, quantiles_of(a), quantiles_of(b)};
  };
  return {row("minutiae", r.count, s.count),
          row("nearest neighbour, px", r.nearest, s.nearest),
          row("fifth neighbour, px", r.fifth, s.fifth),
          row("turn of the ridge line to 3 neighbours, degrees", r.line_turn, s.line_turn),
          {"neighbours of opposite sense, mean %", mean_only(r.opposite), mean_only(s.opposite)},
          row("quality of minutiae", r.quality, s.quality),
          {"minutiae of unsure type, mean %", mean_only(r.unsure), mean_only(s.unsure)},
          row("width of the print, px", r.width, s.width),
          row("height of the print, px", r.height, s.height)};
}

}  // namespace whorl::fingerprint
