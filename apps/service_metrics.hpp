// Counters of the HTTP interface, as Prometheus text. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace whorl::apps {

class service_metrics {
 public:
  service_metrics();
  ~service_metrics();
  /// `route`: a pattern of the table, or "-" for what is none.
  void count(std::string_view route, unsigned status);
  /// The counters, and how many facts, bookings and cases the store holds.
  std::string text(storage::store& store, std::size_t connections);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace whorl::apps
