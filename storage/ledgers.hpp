// The small projections: cases (timeline per case), outbox (what must go out and what has) and
// audit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/projection.hpp"

namespace whorl::storage {

struct case_row {
  case_id which;
  std::vector<case_event> events;  ///< in order; the first is `opened`
  const case_event& last() const { return events.back(); }
};

/// A case begins with `opened`: other steps of an unknown case, and a second `opened`, change
/// nothing.
class case_store : public projection {
 public:
  stream_id follows() const override { return stream_id::cases; }
  /// Errors: not_found.
  virtual result<case_row> get(case_id which) const = 0;
  /// Newest first, by opening.
  virtual result<std::vector<case_row>> list(std::size_t limit) const = 0;
  /// Of all cases, in the order of opening.
  virtual result<std::vector<case_id>> ids() const = 0;
  virtual std::uint64_t count() const = 0;
};

struct outbox_row {
  message_queued queued;
  std::optional<message_delivered> delivered;
};

/// A message is queued once and delivered once: repetitions, and deliveries of messages never
/// queued, change nothing.
class outbox_store : public projection {
 public:
  stream_id follows() const override { return stream_id::outbox; }
  /// Queued and not delivered, in order of queueing.
  virtual result<std::vector<message_queued>> pending(std::size_t limit) const = 0;
  /// In order of queueing.
  virtual result<std::vector<outbox_row>> of_booking(booking_id booking) const = 0;
  virtual std::uint64_t count() const = 0;
};

struct numbered_audit_row {
  std::uint64_t seq = 0;  ///< of its fact in stream audit
  audit_row row;
};

class audit_store : public projection {
 public:
  stream_id follows() const override { return stream_id::audit; }
  /// Rows whose object is `object` (empty: all), oldest first, at most limit.
  virtual result<std::vector<audit_row>> rows(std::string_view object, std::size_t limit) const = 0;
  /// The same, newest first, of those whose number is below `before`.
  virtual result<std::vector<numbered_audit_row>> newest(std::string_view object,
                                                         std::uint64_t before,
                                                         std::size_t limit) const = 0;
  virtual std::uint64_t count() const = 0;
};

result<std::unique_ptr<case_store>> open_case_store(const std::string& folder, bool durable = true);
result<std::unique_ptr<outbox_store>> open_outbox_store(const std::string& folder,
                                                        bool durable = true);
result<std::unique_ptr<audit_store>> open_audit_store(const std::string& folder,
                                                      bool durable = true);

}  // namespace whorl::storage
