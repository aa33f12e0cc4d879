// All pairs of a set of prints, matched on a few threads. Each print's cylinders are made once.
#include <algorithm>
#include <map>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/evaluate_triangle.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {
namespace {

struct evaluated_print {
  bytes block;
  finger_view view;
  std::uint32_t finger = 0;
  int impression = 0;
};

/// Gallery: the lowest impression of each finger. Probes: the rest. A tie counts against.
void add_rank1(const std::vector<evaluated_print>& prints, const score_triangle& scores,
               std::size_t fingers, accuracy_report& report) {
  std::vector<std::size_t> gallery(fingers, prints.size());
  for (std::size_t i = 0; i < prints.size(); ++i) {
    std::size_t& kept = gallery[prints[i].finger];
    if (kept == prints.size() || prints[i].impression < prints[kept].impression) kept = i;
  }
  std::size_t hits = 0;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const std::size_t own = gallery[prints[i].finger];
    if (own == i) continue;
    const auto score = [&](std::size_t j) { return scores.at(i, j); };
    ++report.rank1_probes;
    hits += std::all_of(gallery.begin(), gallery.end(),
                        [&](std::size_t j) { return j == own || score(j) < score(own); })
                ? 1
                : 0;
  }
  if (report.rank1_probes != 0)
    report.rank1 = static_cast<double>(hits) / static_cast<double>(report.rank1_probes);
}

}  // namespace

accuracy_report evaluate(std::span<const labelled_print> labelled,
                         const progress_callback& progress, unsigned threads) {
  if (labelled.empty()) return {};
  std::map<std::string_view, std::uint32_t> numbers;
  std::vector<evaluated_print> prints(labelled.size());
  for (std::size_t i = 0; i < labelled.size(); ++i) {
    evaluated_print& each = prints[i];
    const auto number = static_cast<std::uint32_t>(numbers.size());
    each.finger = numbers.try_emplace(labelled[i].finger, number).first->second;
    each.impression = labelled[i].impression;
    if (labelled[i].print.minutiae.empty()) continue;
    each.block = build_finger_block(labelled[i].print);
    each.view = view_finger_block(each.block, stored_count(labelled[i].print));
  }
  std::vector<finger_view> views;
  views.reserve(prints.size());
  for (const evaluated_print& each : prints) views.push_back(each.view);
  const score_triangle scores(views, progress, threads);
  std::vector<pair_score> pairs;
  pairs.reserve(prints.size() * (prints.size() - 1) / 2);
  for (std::size_t i = 0; i < prints.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      pairs.push_back({scores.at(i, j), prints[i].finger, prints[j].finger});
  accuracy_report report = report_of_scores(pairs, numbers.size());
  report.prints = prints.size();
  add_rank1(prints, scores, numbers.size(), report);
  return report;
}

}  // namespace whorl::fingerprint
