#include "fingerprint/combination.hpp"

#include <cmath>

#include "fingerprint/information.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "fingerprint/precise.hpp"

namespace whorl::fingerprint {
namespace {

float logarithm(double of) { return of <= 0 ? nothing : static_cast<float>(std::log10(of)); }

}  // namespace

std::vector<combination> combination_grid() {
  std::vector<combination> out;
  for (std::size_t within = 0; within < studied_tolerances.size(); ++within)
    for (std::size_t share = 0; share < similar_shares.size(); ++share)
      for (std::size_t prior = 0; prior < overlap_priors.size(); ++prior)
        for (const double overlap_power : {1.0, 1.25, 1.5})
          for (const double size_power : {0.0, 0.25, 0.5})
            out.push_back({within, share, prior, overlap_power, size_power});
  return out;
}

pair_features features_of(const finger_view& a, const finger_view& b) {
  pair_features out;
  for (auto& each : out.weight) each.fill(nothing);
  comparison_trace trace;
  const alignment found = compare_fingers(a, b, trace);
  out.compiled_score = finger_score(found);
  if (found.mates == 0) return out;
  out.minutiae = logarithm(found.information / 256.0);
  for (std::size_t p = 0; p < overlap_priors.size(); ++p)
    out.overlap[p] = logarithm(found.overlap_information / 256.0 + overlap_priors[p]);
  information of_a, of_b;
  weigh_minutiae(a, of_a);
  weigh_minutiae(b, of_b);
  std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> hamming;
  hamming_matrix(a, b, hamming.data());
  for (std::size_t t = 0; t < studied_tolerances.size(); ++t) {
    std::array<std::uint32_t, similar_shares.size()> weight{};
    for (const mate& each : trace.aligned.mates_within[t]) {
      const unsigned similarity =
          cylinder_similarity(a.ones[each.a], b.ones[each.b], hamming[each.a * b.lanes + each.b]);
      const unsigned told = of_a.root[each.a] * of_b.root[each.b];
      for (std::size_t s = 0; s < similar_shares.size(); ++s)
        weight[s] +=
            mate_weight(each.cost, similarity, told, 256 - similar_shares[s], similar_shares[s]);
    }
    for (std::size_t s = 0; s < similar_shares.size(); ++s) out.weight[t][s] = logarithm(weight[s]);
  }
  return out;
}

float log_score(const pair_features& pair, const combination& by) {
  static const float scale = logarithm(parameters::score_scale / 4096.0) / 2;
  const float weight = pair.weight[by.tolerance][by.share];
  if (weight <= nothing) return nothing;
  return scale + weight -
         static_cast<float>(by.overlap_power * static_cast<double>(pair.overlap[by.prior]) +
                            by.size_power * static_cast<double>(pair.minutiae)) /
             2;
}

}  // namespace whorl::fingerprint
