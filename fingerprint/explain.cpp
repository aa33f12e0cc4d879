#include "fingerprint/explain.hpp"

#include <array>
#include <cmath>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/fusion.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "fingerprint/rigid_fit.hpp"

namespace whorl::fingerprint {
namespace {

std::vector<stored_minutia> stored(const finger_view& view) {
  std::vector<stored_minutia> out;
  for (unsigned i = 0; i < view.count; ++i)
    out.push_back({view.x[i], view.y[i], view.angle[i], view.minutia_quality[i]});
  return out;
}

explained_mate describe(const finger_view& a, const finger_view& b, const mate& pair,
                        const rigid_motion& motion, const std::uint8_t* hamming) {
  const quarter_point at = moved(motion, a.x[pair.a], a.y[pair.a]);
  const auto turned = static_cast<std::uint8_t>(a.angle[pair.a] + motion.rotation);
  explained_mate out{pair.a, pair.b, 0, 0, 0};
  out.distance_px = std::hypot(b.x[pair.b] * 4 - at.x, b.y[pair.b] * 4 - at.y) / 4;
  out.turn_degrees = fixed_math::angle_difference(b.angle[pair.b], turned) * 360.0 / 256;
  out.similarity =
      cylinder_similarity(a.ones[pair.a], b.ones[pair.b], hamming[pair.a * b.lanes + pair.b]);
  return out;
}

}  // namespace

explanation explain(const print_template& a, const print_template& b) {
  explanation out;
  out.minutiae_a = a.minutiae.size();
  out.minutiae_b = b.minutiae.size();
  out.llr_100 = log_likelihood_ratio(0);
  const bytes block_a = build_finger_block(a), block_b = build_finger_block(b);
  const finger_view view_a = view_finger_block(block_a, stored_count(a));
  const finger_view view_b = view_finger_block(block_b, stored_count(b));
  out.a = stored(view_a);
  out.b = stored(view_b);
  if (!view_a || !view_b) return out;
  out.coarse = coarse_sum(view_a, view_b) >> 8;
  comparison_trace trace;
  out.evidence = compare_fingers(view_a, view_b, trace);
  out.candidate_pairs = trace.candidate_pairs;
  out.motion = trace.aligned.motion;
  out.score = finger_score(out.evidence);
  out.llr_100 = log_likelihood_ratio(out.score);
  std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> hamming;
  hamming_matrix(view_a, view_b, hamming.data());
  for (const mate& pair : trace.aligned.mates)
    out.mates.push_back(describe(view_a, view_b, pair, out.motion, hamming.data()));
  return out;
}

}  // namespace whorl::fingerprint
