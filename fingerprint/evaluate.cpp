// All pairs of a set of prints, matched on a few threads. Each print's cylinders are made once.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/precise.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {
namespace {

struct evaluated_print {
  bytes block;
  finger_view view;
  std::uint32_t finger = 0;
  int impression = 0;
};

/// Row i of the lower triangle: the scores of print i against the prints before it.
using score_rows = std::vector<std::vector<std::uint16_t>>;

score_rows match_all(const std::vector<evaluated_print>& prints, const progress_callback& progress,
                     unsigned threads) {
  score_rows rows(prints.size());
  const std::size_t total = prints.size() * (prints.size() - 1) / 2;
  std::atomic<std::size_t> next_row{0};
  std::mutex progress_mutex;
  std::size_t done = 0;
  const auto work = [&] {
    for (std::size_t i = next_row++; i < prints.size(); i = next_row++) {
      rows[i].resize(i);
      for (std::size_t j = 0; j < i; ++j)
        rows[i][j] = finger_score(compare_fingers(prints[i].view, prints[j].view));
      const std::lock_guard lock(progress_mutex);
      done += i;
      if (progress) progress(done, total);
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < std::min(threads, 256u); ++t) others.emplace_back(work);
  work();
  for (std::thread& each : others) each.join();
  return rows;
}

/// Gallery: the lowest impression of each finger. Probes: the rest. A tie counts against.
void add_rank1(const std::vector<evaluated_print>& prints, const score_rows& rows,
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
    const auto score = [&](std::size_t j) { return rows[std::max(i, j)][std::min(i, j)]; };
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
  const score_rows rows = match_all(prints, progress, threads);
  std::vector<pair_score> scores;
  scores.reserve(prints.size() * (prints.size() - 1) / 2);
  for (std::size_t i = 0; i < prints.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      scores.push_back({rows[i][j], prints[i].finger, prints[j].finger});
  accuracy_report report = report_of_scores(scores, numbers.size());
  report.prints = prints.size();
  add_rank1(prints, rows, numbers.size(), report);
  return report;
}

}  // namespace whorl::fingerprint
