// Counters of the HTTP interface, as Prometheus text. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace whorl::apps {

/// What others count.
struct service_counts {
  std::size_t connections = 0;      ///< open now
  std::uint64_t unrecorded = 0;     ///< refusals without a row of their own in the audit
  std::uint64_t lists_refused = 0;  ///< revocation lists older than the one in force
  std::uint64_t log_lines_lost = 0;
  std::optional<std::uint64_t> journal_open;  ///< journal_lag::outbox_open
};

class service_metrics {
 public:
  service_metrics();
  ~service_metrics();
  /// `route`: a pattern of the table, or "-" for what is none.
  void count(std::string_view route, unsigned status);
  /// The counters, how many facts, bookings and cases the store holds, and how far its parts are
  /// behind its journal.
  std::string text(storage::store& store, const service_counts& now);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace whorl::apps
