// One set of prints as leave_out.cpp works on it: features of all its pairs, and error rates over
// those pairs that are none of two people's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/combination.hpp"
#include "fingerprint/leave_out.hpp"
#include "fingerprint/print_pool.hpp"

namespace whorl::fingerprint {

/// Two people (or one, twice), numbered over all sets, first <= second.
struct two_people {
  std::uint32_t first = UINT32_MAX, second = UINT32_MAX;  ///< as made: nobody
  bool has(std::uint32_t person) const { return person == first || person == second; }
};

struct studied_pair {
  std::uint32_t i = 0, j = 0;  ///< prints, j < i
  two_people people;
  bool genuine = false;
  pair_features features;
};

class studied_set {
 public:
  /// `person`: of each print.
  studied_set(const print_set& prints, std::vector<std::uint32_t> person);
  /// Matches the pairs of print i with those before it. Different rows may be made at once.
  void match_row(std::size_t i);
  /// After all rows: gathers the pairs.
  void finish(std::size_t people);

  const print_pool& pool() const { return pool_; }
  std::span<const studied_pair> pairs() const { return pairs_; }
  std::size_t people() const;
  /// Pairs in which neither of the two takes part.
  std::size_t genuine_without(two_people left) const;
  std::size_t impostors_without(two_people left) const;

 private:
  std::size_t between(two_people pair) const { return between_[pair.first * count_ + pair.second]; }

  print_pool pool_;
  std::vector<std::uint32_t> person_;
  std::vector<std::vector<studied_pair>> rows_;
  std::vector<studied_pair> pairs_;
  std::size_t count_ = 0, genuine_ = 0, impostors_ = 0;
  std::vector<std::size_t> genuine_of_, impostors_of_, between_;
};

/// The set's scores under one combination, in order.
class ranked_scores {
 public:
  ranked_scores(const studied_set& set, const combination& by);

  /// For each level (rates, falling): the highest score (log10) that more than this share of the
  /// impostor pairs without the two reach; only what is above it matches.
  template <std::size_t N>
  std::array<float, N> scores_at(const std::array<double, N>& levels, two_people left) const {
    std::array<float, N> out;
    out.fill(nothing);
    scores_at(levels, left, out);
    return out;
  }
  /// FNMR over the genuine pairs without the two, at those scores.
  double fnmr(float at, two_people left) const;

 private:
  struct impostor {
    float score;
    two_people people;
  };
  void scores_at(std::span<const double> levels, two_people left, std::span<float> out) const;

  const studied_set& set_;
  std::vector<impostor> impostors_;             ///< best first
  std::vector<float> genuine_;                  ///< rising
  std::vector<std::vector<float>> genuine_of_;  ///< the same of each person
};

}  // namespace whorl::fingerprint
