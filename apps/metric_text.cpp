#include "apps/metric_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>

namespace whorl::apps {

struct metric_text::parts {
  std::vector<prometheus::MetricFamily> all;

  prometheus::ClientMetric& add(const std::string& name, const std::string& help,
                                prometheus::MetricType kind, label_list labels) {
    auto family = std::ranges::find(all, name, &prometheus::MetricFamily::name);
    if (family == all.end()) family = all.insert(all.end(), {name, help, kind, {}});
    prometheus::ClientMetric& out = family->metric.emplace_back();
    for (auto& [key, value] : labels) out.label.push_back({std::move(key), std::move(value)});
    return out;
  }
};

metric_text::metric_text() : parts_(std::make_unique<parts>()) {}
metric_text::~metric_text() = default;

void metric_text::counter(const std::string& name, const std::string& help, std::uint64_t value,
                          label_list labels) {
  parts_->add(name, help, prometheus::MetricType::Counter, std::move(labels)).counter.value =
      static_cast<double>(value);
}

void metric_text::gauge(const std::string& name, const std::string& help, std::uint64_t value,
                        label_list labels) {
  parts_->add(name, help, prometheus::MetricType::Gauge, std::move(labels)).gauge.value =
      static_cast<double>(value);
}

void metric_text::latency(const std::string& name, const std::string& help,
                          const actors::latency_counts& counts, label_list labels) {
  auto& out =
      parts_->add(name, help, prometheus::MetricType::Histogram, std::move(labels)).histogram;
  out.sample_sum = static_cast<double>(counts.total_us) / 1e6;
  const auto& bounds = actors::latency_counts::bounds_ms;
  for (std::size_t i = 0; i < counts.counts.size(); ++i) {
    out.sample_count += counts.counts[i];
    const double bound = i < bounds.size() ? static_cast<double>(bounds[i]) / 1e3
                                           : std::numeric_limits<double>::infinity();
    out.bucket.push_back({out.sample_count, bound});
  }
}

std::string metric_text::text() const {
  return prometheus::TextSerializer().Serialize(parts_->all);
}

}  // namespace whorl::apps
