#include "actors/identify_core.hpp"

#include <algorithm>
#include <map>

namespace whorl::actors {

identified ranked(const std::vector<scored_candidate>& scored,
                  const std::vector<coverage_entry>& coverage) {
  identified out;
  std::map<subject_id, scored_candidate> best;
  for (const scored_candidate& c : scored) {
    const auto [place, is_new] = best.emplace(c.subject, c);
    if (!is_new && score_of(c) > score_of(place->second)) place->second = c;
  }
  for (auto& [subject, c] : best) out.candidates.push_back(std::move(c));
  std::stable_sort(out.candidates.begin(), out.candidates.end(),
                   [](const auto& a, const auto& b) { return score_of(a) > score_of(b); });
  for (const coverage_entry& c : coverage) out.people += c.people;
  return out;
}

}  // namespace whorl::actors
