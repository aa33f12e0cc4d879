#include "fingerprint/leave_out_set.hpp"

#include <algorithm>
#include <cmath>

namespace whorl::fingerprint {
namespace {

std::size_t not_above(const std::vector<float>& rising, float score) {
  return static_cast<std::size_t>(std::upper_bound(rising.begin(), rising.end(), score) -
                                  rising.begin());
}

bool apart(two_people pair, two_people left) {
  return !left.has(pair.first) && !left.has(pair.second);
}

}  // namespace

studied_set::studied_set(const print_set& prints, std::vector<std::uint32_t> person)
    : pool_(prints.prints), person_(std::move(person)), rows_(pool_.size()) {}

void studied_set::match_row(std::size_t i) {
  for (std::size_t j = 0; j < i; ++j) {
    if (!pool_.counts(i, j)) continue;
    studied_pair pair;
    pair.i = static_cast<std::uint32_t>(i);
    pair.j = static_cast<std::uint32_t>(j);
    pair.people = {std::min(person_[i], person_[j]), std::max(person_[i], person_[j])};
    pair.genuine = pool_.finger(i) == pool_.finger(j);
    pair.features = features_of(pool_.views()[i], pool_.views()[j]);
    rows_[i].push_back(pair);
  }
}

void studied_set::finish(std::size_t people) {
  count_ = people;
  genuine_of_.assign(people, 0);
  impostors_of_.assign(people, 0);
  between_.assign(people * people, 0);
  for (std::vector<studied_pair>& row : rows_) {
    for (const studied_pair& pair : row) {
      pairs_.push_back(pair);
      const auto [a, b] = pair.people;
      ++(pair.genuine ? genuine_ : impostors_);
      ++(pair.genuine ? genuine_of_ : impostors_of_)[a];
      if (pair.genuine) continue;
      if (a != b) ++impostors_of_[b];
      ++between_[a * count_ + b];
    }
    row = {};
  }
}

std::size_t studied_set::people() const {
  std::vector<std::uint32_t> all = person_;
  std::sort(all.begin(), all.end());
  return static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
}

std::size_t studied_set::genuine_without(two_people left) const {
  std::size_t out = genuine_;
  if (left.first < count_) out -= genuine_of_[left.first];
  if (left.second < count_ && left.second != left.first) out -= genuine_of_[left.second];
  return out;
}

std::size_t studied_set::impostors_without(two_people left) const {
  std::size_t out = impostors_;
  if (left.first >= count_) return out;
  out -= impostors_of_[left.first];
  if (left.second != left.first) out = out - impostors_of_[left.second] + between(left);
  return out;
}

ranked_scores::ranked_scores(const studied_set& set, const combination& by) : set_(set) {
  for (const studied_pair& pair : set.pairs()) {
    const float score = log_score(pair.features, by);
    if (!pair.genuine) {
      impostors_.push_back({score, pair.people});
      continue;
    }
    genuine_.push_back(score);
    if (genuine_of_.size() <= pair.people.first) genuine_of_.resize(pair.people.first + 1);
    genuine_of_[pair.people.first].push_back(score);
  }
  std::sort(impostors_.begin(), impostors_.end(),
            [](const impostor& a, const impostor& b) { return a.score > b.score; });
  std::sort(genuine_.begin(), genuine_.end());
  for (auto& each : genuine_of_) std::sort(each.begin(), each.end());
}

void ranked_scores::scores_at(std::span<const double> levels, two_people left,
                              std::span<float> out) const {
  std::vector<std::size_t> allowed;
  const auto pairs = static_cast<double>(set_.impostors_without(left));
  for (const double level : levels)
    allowed.push_back(static_cast<std::size_t>(std::floor(level * pairs + 1e-9)));
  const std::size_t most = *std::max_element(allowed.begin(), allowed.end());
  std::size_t seen = 0;
  for (const impostor& each : impostors_) {
    if (!apart(each.people, left)) continue;
    for (std::size_t k = 0; k < allowed.size(); ++k)
      if (seen == allowed[k]) out[k] = each.score;
    if (seen++ == most) return;
  }
}

double ranked_scores::fnmr(float at, two_people left) const {
  std::size_t below = not_above(genuine_, at);
  const auto take = [&](std::uint32_t person) {
    if (person < genuine_of_.size()) below -= not_above(genuine_of_[person], at);
  };
  take(left.first);
  if (left.second != left.first) take(left.second);
  const std::size_t all = set_.genuine_without(left);
  return all == 0 ? 0 : static_cast<double>(below) / static_cast<double>(all);
}

}  // namespace whorl::fingerprint
