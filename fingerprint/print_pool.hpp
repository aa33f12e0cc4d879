// Labelled prints made ready to be compared with one another: their blocks, numbers for fingers and
// sources, and which pairs count.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

class print_pool {
 public:
  explicit print_pool(std::span<const labelled_print> prints);

  std::size_t size() const { return views_.size(); }
  std::size_t fingers() const { return fingers_; }
  std::span<const finger_view> views() const { return views_; }
  /// Numbered in the order of first appearance.
  std::uint32_t finger(std::size_t print) const { return finger_[print]; }

  /// A finger stands in several sources, so only pairs of different sources count.
  bool crosses() const { return crosses_; }
  bool counts(std::size_t i, std::size_t j) const {
    return i != j && (!crosses_ || source_[i] != source_[j]);
  }

  /// `score`: of any two prints whose pair counts; symmetric. A tie counts against.
  identification search(const std::function<std::uint32_t(std::size_t, std::size_t)>& score) const;

 private:
  std::vector<bytes> blocks_;
  std::vector<finger_view> views_;
  std::vector<std::uint32_t> finger_, source_;
  std::vector<int> impression_;
  std::size_t fingers_ = 0;
  bool crosses_ = false;
};

}  // namespace whorl::fingerprint
