// Prometheus text out of numbers that others count. Not thread-safe; one for each answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/cluster/round_counts.hpp"

namespace whorl::apps {

class metric_text {
 public:
  using label_list = std::vector<std::pair<std::string, std::string>>;
  static constexpr const char* content_type = "text/plain; version=0.0.4";

  metric_text();
  ~metric_text();
  /// Lines of one name come together, by its first use; all have its kind and help.
  void counter(const std::string& name, const std::string& help, std::uint64_t value,
               label_list labels = {});
  void gauge(const std::string& name, const std::string& help, std::uint64_t value,
             label_list labels = {});
  /// In seconds; its `_count` is how many there were.
  void latency(const std::string& name, const std::string& help,
               const actors::latency_counts& counts, label_list labels = {});
  std::string text() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace whorl::apps
