#include "fingerprint/accuracy.hpp"

#include <algorithm>

namespace whorl::fingerprint {
namespace {

/// Scores in rising order with a weight each: 1, or how often the bootstrap drew the pair.
struct weighted_scores {
  struct entry {
    std::uint32_t score;
    std::uint32_t weight;
  };
  std::vector<entry> genuine, impostor;
  std::uint64_t genuine_weight = 0, impostor_weight = 0;
};

struct error_rates {
  double eer = 0;
  std::array<double, 3> fnmr_at_fmr{};
  std::array<std::uint32_t, 3> thresholds{};  ///< of these
  double zero_fmr = 0;
};

/// Walks the thresholds upwards: FNMR is the share of genuine scores below, FMR that of impostor
/// scores not below. Calls visit(threshold, fmr, fnmr) once for every distinct score and one above.
template <class Visit>
void walk_thresholds(const weighted_scores& scores, Visit visit) {
  std::uint64_t below_genuine = 0, below_impostor = 0;
  std::size_t g = 0, i = 0;
  const auto rate = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  while (g < scores.genuine.size() || i < scores.impostor.size()) {
    std::uint32_t threshold = UINT32_MAX;
    if (g < scores.genuine.size()) threshold = scores.genuine[g].score;
    if (i < scores.impostor.size()) threshold = std::min(threshold, scores.impostor[i].score);
    visit(threshold, rate(scores.impostor_weight - below_impostor, scores.impostor_weight),
          rate(below_genuine, scores.genuine_weight));
    for (; g < scores.genuine.size() && scores.genuine[g].score == threshold; ++g)
      below_genuine += scores.genuine[g].weight;
    for (; i < scores.impostor.size() && scores.impostor[i].score == threshold; ++i)
      below_impostor += scores.impostor[i].weight;
    if (g == scores.genuine.size() && i == scores.impostor.size())
      visit(threshold + 1, 0.0, rate(below_genuine, scores.genuine_weight));
  }
}

error_rates rates_of(const weighted_scores& scores) {
  error_rates out;
  std::array<bool, 3> found{};
  bool zero_found = false;
  double previous_fmr = 1, previous_fnmr = 0;
  bool crossed = false;
  walk_thresholds(scores, [&](std::uint32_t threshold, double fmr, double fnmr) {
    if (!crossed && fnmr >= fmr) {
      // Between two thresholds the rates jump: the nearer of the two crossings' means (FVC's EER).
      out.eer = std::min((fmr + fnmr) / 2, (previous_fmr + previous_fnmr) / 2);
      crossed = true;
    }
    for (std::size_t k = 0; k < fmr_levels.size(); ++k)
      if (!found[k] && fmr <= fmr_levels[k])
        out.fnmr_at_fmr[k] = fnmr, out.thresholds[k] = threshold, found[k] = true;
    if (!zero_found && fmr <= 0) out.zero_fmr = fnmr, zero_found = true;
    previous_fmr = fmr;
    previous_fnmr = fnmr;
  });
  return out;
}

/// `draws`: how often each finger was drawn; an impostor pair counts once for each pair of draws.
weighted_scores weigh(std::span<const pair_score> sorted, const std::vector<std::uint32_t>* draws) {
  weighted_scores out;
  for (const pair_score& each : sorted) {
    const bool genuine = each.finger_a == each.finger_b;
    std::uint32_t weight = 1;
    if (draws != nullptr)
      weight =
          genuine ? (*draws)[each.finger_a] : (*draws)[each.finger_a] * (*draws)[each.finger_b];
    if (weight == 0) continue;
    (genuine ? out.genuine : out.impostor).push_back({each.score, weight});
    (genuine ? out.genuine_weight : out.impostor_weight) += weight;
  }
  return out;
}

std::size_t count_below(const std::vector<weighted_scores::entry>& sorted, std::uint32_t score) {
  const auto end =
      std::lower_bound(sorted.begin(), sorted.end(), score,
                       [](const auto& each, std::uint32_t least) { return each.score < least; });
  return static_cast<std::size_t>(end - sorted.begin());
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every library.
class draw_source {
 public:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_ = bootstrap_seed;
};

interval middle_95_percent(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {values[values.size() * 25 / 1000], values[(values.size() * 975 - 1) / 1000]};
}

void add_intervals(std::span<const pair_score> sorted, std::size_t fingers,
                   accuracy_report& report) {
  draw_source source;
  std::vector<double> eers;
  std::array<std::vector<double>, 3> fnmrs;
  for (unsigned round = 0; round < bootstrap_rounds; ++round) {
    std::vector<std::uint32_t> draws(fingers);
    for (std::size_t i = 0; i < fingers; ++i) ++draws[source.next() % fingers];
    const error_rates rates = rates_of(weigh(sorted, &draws));
    eers.push_back(rates.eer);
    for (std::size_t k = 0; k < fnmrs.size(); ++k) fnmrs[k].push_back(rates.fnmr_at_fmr[k]);
  }
  report.eer_interval = middle_95_percent(std::move(eers));
  for (std::size_t k = 0; k < fnmrs.size(); ++k)
    report.fnmr_intervals[k] = middle_95_percent(std::move(fnmrs[k]));
}

}  // namespace

accuracy_report report_of_scores(std::span<const pair_score> scores, std::size_t fingers) {
  accuracy_report report;
  report.fingers = fingers;
  if (scores.empty() || fingers == 0) return report;
  std::vector<pair_score> sorted(scores.begin(), scores.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const pair_score& a, const pair_score& b) { return a.score < b.score; });
  const weighted_scores weighted = weigh(sorted, nullptr);
  report.genuine_pairs = weighted.genuine.size();
  report.impostor_pairs = weighted.impostor.size();
  const error_rates rates = rates_of(weighted);
  report.eer = rates.eer;
  report.fnmr_at_fmr = rates.fnmr_at_fmr;
  report.zero_fmr = rates.zero_fmr;
  for (std::size_t k = 0; k < fmr_levels.size(); ++k) {
    report.fnmr_counts[k] = {count_below(weighted.genuine, rates.thresholds[k]),
                             report.genuine_pairs};
    report.fmr_counts[k] = {
        report.impostor_pairs - count_below(weighted.impostor, rates.thresholds[k]),
        report.impostor_pairs};
  }
  walk_thresholds(weighted, [&](std::uint32_t threshold, double fmr, double fnmr) {
    report.det.push_back({threshold, fmr, fnmr});
  });
  add_intervals(sorted, fingers, report);
  return report;
}

}  // namespace whorl::fingerprint
