#include "fingerprint/print_pool.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace whorl::fingerprint {
namespace {

/// The best scores of one search: of the probe's own finger and of all others.
struct searched {
  std::uint32_t own = 0, other = 0;
};

counted_rate misses_at(std::span<const searched> probes, double fpir) {
  std::vector<std::uint32_t> others;
  others.reserve(probes.size());
  for (const searched& each : probes) others.push_back(each.other);
  std::sort(others.rbegin(), others.rend());
  const auto allowed =
      static_cast<std::size_t>(std::floor(fpir * static_cast<double>(probes.size()) + 1e-9));
  counted_rate out{0, probes.size()};
  if (allowed >= others.size()) return out;
  // The first score that too many reach is not enough: strictly more is asked for.
  for (const searched& each : probes) out.events += each.own <= others[allowed] ? 1 : 0;
  return out;
}

}  // namespace

print_pool::print_pool(std::span<const labelled_print> prints)
    : blocks_(prints.size()), views_(prints.size()) {
  std::map<std::string_view, std::uint32_t> fingers, sources;
  std::vector<std::uint32_t> first_source;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const labelled_print& each = prints[i];
    const auto number = [](auto& known, std::string_view name) {
      return known.try_emplace(name, static_cast<std::uint32_t>(known.size())).first->second;
    };
    finger_.push_back(number(fingers, each.finger));
    source_.push_back(number(sources, each.source));
    impression_.push_back(each.impression);
    if (finger_.back() == first_source.size()) first_source.push_back(source_.back());
    crosses_ = crosses_ || first_source[finger_.back()] != source_.back();
    if (each.print.minutiae.empty()) continue;
    blocks_[i] = build_finger_block(each.print);
    views_[i] = view_finger_block(blocks_[i], stored_count(each.print));
  }
  fingers_ = fingers.size();
}

identification print_pool::search(
    const std::function<std::uint32_t(std::size_t, std::size_t)>& score) const {
  std::vector<std::size_t> gallery(fingers_, size());
  const auto may_enrol = [&](std::size_t i) { return !crosses_ || source_[i] == source_[0]; };
  for (std::size_t i = 0; i < size(); ++i) {
    std::size_t& kept = gallery[finger_[i]];
    if (may_enrol(i) && (kept == size() || impression_[i] < impression_[kept])) kept = i;
  }
  std::vector<searched> probes;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t own = gallery[finger_[i]];
    if (own == size() || !counts(i, own)) continue;
    searched found{score(i, own), 0};
    for (const std::size_t j : gallery)
      if (j != own && j != size()) found.other = std::max(found.other, score(i, j));
    probes.push_back(found);
  }
  identification out;
  out.missed.trials = probes.size();
  for (const searched& each : probes) out.missed.events += each.own <= each.other ? 1 : 0;
  for (std::size_t k = 0; k < fpir_levels.size(); ++k)
    out.fnir[k] = misses_at(probes, fpir_levels[k]);
  return out;
}

}  // namespace whorl::fingerprint
