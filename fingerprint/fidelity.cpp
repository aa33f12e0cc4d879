#include "fingerprint/fidelity.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "fingerprint/evaluate_triangle.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t score_values = 1u << 16;

/// One print of the whole comparison; `copy` 0 is the real set, 1.. the synthetic ones.
struct placed_print {
  bytes block;
  finger_view view;
  std::uint32_t finger = 0;
  std::uint32_t setting = 0, copy = 0;
  int impression = 0;
  bool real() const { return copy == 0; }
};

class histogram {
 public:
  void add(std::uint16_t score) {
    ++counts_[score];
    ++total_;
  }
  double share_from(std::uint32_t threshold) const {
    std::uint64_t above = 0;
    for (std::size_t score = threshold; score < score_values; ++score) above += counts_[score];
    return total_ == 0 ? 0 : static_cast<double>(above) / static_cast<double>(total_);
  }
  std::uint32_t threshold_of(double level) const {
    std::uint64_t above = 0;
    for (std::size_t score = score_values; score-- > 0;) {
      above += counts_[score];
      if (static_cast<double>(above) > level * static_cast<double>(total_))
        return static_cast<std::uint32_t>(score + 1);
    }
    return 0;
  }
  quantiles percents() const {
    quantiles out{};
    for (std::size_t i = 0; i < out.size() && total_ != 0; ++i) {
      const std::uint64_t rank = (total_ - 1) * static_cast<unsigned>(quantile_percents[i]) / 100;
      std::uint64_t below = 0;
      std::size_t score = 0;
      while ((below += counts_[score]) <= rank) ++score;
      out[i] = static_cast<double>(score);
    }
    return out;
  }

 private:
  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(score_values);
  std::uint64_t total_ = 0;
};

std::vector<placed_print> place(std::span<const fidelity_setting> settings) {
  std::vector<placed_print> out;
  std::map<std::string, std::uint32_t> numbers;
  const auto add = [&](const labelled_print& from, std::string finger, std::uint32_t setting,
                       std::uint32_t copy) {
    placed_print& each = out.emplace_back();
    const auto number = static_cast<std::uint32_t>(numbers.size());
    each.finger = numbers.try_emplace(std::move(finger), number).first->second;
    each.setting = setting;
    each.copy = copy;
    each.impression = from.impression;
    if (from.print.minutiae.empty()) return;
    each.block = build_finger_block(from.print);
    each.view = view_finger_block(each.block, stored_count(from.print));
  };
  for (std::uint32_t s = 0; s < settings.size(); ++s) {
    for (const auto& print : settings[s].real) add(print, "real " + print.finger, s, 0);
    for (std::uint32_t c = 0; c < settings[s].synthetic.size(); ++c)
      for (const auto& print : settings[s].synthetic[c]) add(print, print.finger, s, c + 1);
  }
  return out;
}

using index_list = std::vector<std::size_t>;

/// 95 % of the real rate at `threshold`: fingers drawn with replacement; a pair of fingers counts
/// as often as both were drawn.
interval bootstrap(const std::vector<placed_print>& prints, const score_triangle& scores,
                   const index_list& real, std::uint32_t threshold) {
  std::map<std::uint32_t, std::size_t> place_of;
  for (const std::size_t i : real) place_of.try_emplace(prints[i].finger, place_of.size());
  const std::size_t n = place_of.size();
  if (n == 0) return {};
  std::vector<std::uint32_t> pairs(n * n), matches(n * n);
  for (std::size_t a = 0; a < real.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const std::size_t cell =
          place_of[prints[real[a]].finger] * n + place_of[prints[real[b]].finger];
      ++pairs[cell];
      matches[cell] += scores.at(real[a], real[b]) >= threshold;
    }
  }
  random_stream random(bootstrap_seed);
  std::vector<double> rates;
  for (unsigned round = 0; round < bootstrap_rounds; ++round) {
    std::vector<double> weight(n);
    for (std::size_t k = 0; k < n; ++k) ++weight[random.below(static_cast<std::uint32_t>(n))];
    double all = 0, matched = 0;
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b < n; ++b) {
        if (a == b) continue;
        all += weight[a] * weight[b] * pairs[a * n + b];
        matched += weight[a] * weight[b] * matches[a * n + b];
      }
    }
    if (all > 0) rates.push_back(matched / all);
  }
  std::sort(rates.begin(), rates.end());
  if (rates.empty()) return {};
  return {rates[rates.size() / 40], rates[rates.size() - 1 - rates.size() / 40]};
}

/// Impostor pairs of a selection of prints, three kinds apart.
void add_rates(const std::vector<placed_print>& prints, const score_triangle& scores,
               const index_list& chosen, fidelity_result& out) {
  histogram kinds[3];  // by how many of the two are synthetic
  index_list real;
  for (std::size_t a = 0; a < chosen.size(); ++a) {
    const placed_print& p = prints[chosen[a]];
    if (p.real()) real.push_back(chosen[a]);
    for (std::size_t b = 0; b < a; ++b) {
      const placed_print& q = prints[chosen[b]];
      if (p.finger == q.finger) continue;
      kinds[(p.real() ? 0 : 1) + (q.real() ? 0 : 1)].add(scores.at(chosen[a], chosen[b]));
    }
  }
  for (std::size_t i = 0; i < out.rates.size(); ++i) {
    compared_rate& rate = out.rates[i];
    rate.level = fmr_levels[i];
    rate.threshold = kinds[0].threshold_of(rate.level);
    rate.real = kinds[0].share_from(rate.threshold);
    rate.synthetic_real = kinds[1].share_from(rate.threshold);
    rate.synthetic_synthetic = kinds[2].share_from(rate.threshold);
    rate.real_interval = bootstrap(prints, scores, real, rate.threshold);
  }
  out.real_prints = real.size();
  out.synthetic_prints = chosen.size() - real.size();
}

struct hits {
  std::size_t right = 0, probes = 0;
  double share() const {
    return probes == 0 ? 0 : static_cast<double>(right) / static_cast<double>(probes);
  }
};

/// Gallery: the lowest impression of each finger of one copy; probes: its other prints.
void add_rank1(const std::vector<placed_print>& prints, const score_triangle& scores,
               const index_list& copy, hits& out) {
  std::map<std::uint32_t, std::size_t> gallery;
  for (const std::size_t i : copy) {
    const auto [entry, fresh] = gallery.try_emplace(prints[i].finger, i);
    if (!fresh && prints[i].impression < prints[entry->second].impression) entry->second = i;
  }
  for (const std::size_t i : copy) {
    const std::size_t own = gallery[prints[i].finger];
    if (own == i) continue;
    const std::uint16_t score = scores.at(i, own);
    ++out.probes;
    out.right += std::all_of(gallery.begin(), gallery.end(), [&](const auto& entry) {
      return entry.second == own || scores.at(i, entry.second) < score;
    });
  }
}

void add_mates(const std::vector<placed_print>& prints, const score_triangle& scores,
               const index_list& chosen, fidelity_result& out) {
  std::map<std::uint32_t, index_list> copies;
  for (const std::size_t i : chosen) copies[prints[i].copy].push_back(i);
  histogram genuine[2];
  hits rank1[2];
  for (const auto& [copy, members] : copies) {
    const std::size_t side = copy == 0 ? 0 : 1;
    for (std::size_t a = 0; a < members.size(); ++a)
      for (std::size_t b = 0; b < a; ++b)
        if (prints[members[a]].finger == prints[members[b]].finger)
          genuine[side].add(scores.at(members[a], members[b]));
    add_rank1(prints, scores, members, rank1[side]);
  }
  out.real_genuine = genuine[0].percents();
  out.synthetic_genuine = genuine[1].percents();
  out.real_rank1 = rank1[0].share();
  out.synthetic_rank1 = rank1[1].share();
}

std::size_t count_real_fingers(const std::vector<placed_print>& prints, const index_list& chosen) {
  std::vector<std::uint32_t> fingers;
  for (const std::size_t i : chosen)
    if (prints[i].real()) fingers.push_back(prints[i].finger);
  std::sort(fingers.begin(), fingers.end());
  return static_cast<std::size_t>(std::unique(fingers.begin(), fingers.end()) - fingers.begin());
}

}  // namespace

bool compared_rate::near() const {
  return real > 0 && std::min(synthetic_real, synthetic_synthetic) >= real / 2 &&
         std::max(synthetic_real, synthetic_synthetic) <= real * 2;
}

bool within_tenth(double real, double synthetic) {
  return std::abs(synthetic - real) <= std::abs(real) / 10;
}

std::vector<fidelity_result> measure_fidelity(std::span<const fidelity_setting> settings,
                                              const progress_callback& progress, unsigned threads) {
  const std::vector<placed_print> prints = place(settings);
  if (prints.empty()) return {};
  std::vector<finger_view> views;
  for (const placed_print& each : prints) views.push_back(each.view);
  const score_triangle scores(views, progress, threads);
  std::vector<fidelity_result> results;
  for (std::uint32_t s = 0; s <= settings.size(); ++s) {
    const bool pool = s == settings.size();
    index_list chosen;
    for (std::size_t i = 0; i < prints.size(); ++i)
      if (pool ? settings[prints[i].setting].pooled : prints[i].setting == s) chosen.push_back(i);
    fidelity_result& result = results.emplace_back();
    result.name = pool ? "pooled" : settings[s].name;
    add_rates(prints, scores, chosen, result);
    result.real_fingers = count_real_fingers(prints, chosen);
    if (pool) continue;
    add_mates(prints, scores, chosen, result);
    std::vector<labelled_print> synthetic;
    for (const auto& copy : settings[s].synthetic)
      synthetic.insert(synthetic.end(), copy.begin(), copy.end());
    result.distributions = compare_distributions(settings[s].real, synthetic);
  }
  return results;
}

}  // namespace whorl::fingerprint
