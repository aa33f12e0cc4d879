// At most one cluster supervisor: a lease in a key-value store that offers compare-and-set (NATS
// JetStream's; any that answers "written at revision r" or "refused, the revision has moved on").
//
//   watch: read the record; once it has not changed for the whole lease, or nobody holds it,
//     write oneself under the next epoch, expecting the revision that was read
//   hold: write again (a renewal) long before the end; stop when that has not succeeded in time
//
// Why two never hold at once, as long as clocks run at the same rate (their moments are never
// compared): a holder counts its lease from before it SENT the write that succeeded, and stops
// margin_ms early. An observer counts the whole lease from after it RECEIVED a read that showed
// that write's revision. The write happened between the two, so the observer's lease ends later by
// at least the margin; and its own write fails when the revision has moved. margin_ms pays for
// rates that differ: 10 % of the lease allows clocks that drift apart by 10 %.
//
// A process that is frozen while it holds cannot know it: it may send orders after it wakes up and
// before it looks at a clock. So every order carries the holder's epoch, each holder takes a larger
// one than all before, and whoever takes orders refuses older ones (epoch_guard). A new holder
// first writes the partition map again: from then on its predecessor's compare-and-set on the map
// fails.
//
// If the record is lost with the store, epochs go on from the newest this process has seen.
// Owner: the process that wants to be cluster supervisor, one core a start. Pure: moments are of a
// monotonic clock of this machine. Limits: one request on its way at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/exchanges.hpp"
#include "messages/ids.hpp"
#include "messages/result.hpp"

namespace whorl::cluster {

struct lease_settings {
  std::int64_t lease_ms = 5000;
  std::int64_t margin_ms = 500;    ///< the holder stops that much earlier
  std::int64_t renew_ms = 1000;    ///< from one renewal to the next
  std::int64_t poll_ms = 500;      ///< from one look of an observer to the next
  std::int64_t request_ms = 1000;  ///< a request without an answer counts as lost
};

/// A read of the store: the record with its revision, or nothing, with the revision to expect when
/// it is written first (0).
struct lease_entry {
  std::optional<lease_record> record;
  std::uint64_t revision = 0;
};

namespace lease_effect {
struct read {
  std::uint64_t request = 0;  ///< comes back with the answer
};
struct write {
  std::uint64_t request = 0;
  std::uint64_t expected_revision = 0;
  lease_record record;
};
/// From now on orders may be given, under this epoch, while holds() says so.
struct began {
  std::uint64_t epoch = 0;
};
/// Orders must stop.
struct ended {
  std::uint64_t epoch = 0;
  std::string why;
};
}  // namespace lease_effect

using lease_effects = std::vector<std::variant<lease_effect::read, lease_effect::write,
                                               lease_effect::began, lease_effect::ended>>;

class lease_core {
 public:
  /// `seen_epoch`: the newest this process knows of from elsewhere (the partition map's orders).
  lease_core(lease_settings settings, std::string name, std::uint64_t incarnation,
             std::uint64_t seen_epoch = 0);

  /// Expected several times in poll_ms, renew_ms and margin_ms.
  lease_effects on_tick(instant now);
  lease_effects on_read(std::uint64_t request, const lease_entry& entry, instant now);
  /// The write stands at `revision`; none: it was refused because the revision had moved on.
  lease_effects on_written(std::uint64_t request, std::optional<std::uint64_t> revision,
                           instant now);
  /// The request failed, or nobody knows whether it succeeded.
  lease_effects on_failure(std::uint64_t request, instant now);
  /// Gives the lease back, so that others need not wait for its end; does not try again.
  lease_effects on_stop(instant now);

  /// Whether this process may give orders at `now`; to be asked before each.
  bool holds(instant now) const { return epoch_ != 0 && now.ms < holds_until_ms_; }
  /// Of the lease that is held; 0: none.
  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t seen_epoch() const { return seen_epoch_; }

 private:
  enum class asked : std::uint8_t { nothing, read, take, renew, release };

  lease_effects end(const std::string& why);
  lease_effects expire(instant now);
  lease_effect::began begin(instant now);
  lease_effects renew(instant now);
  lease_effects send_read(instant now);
  lease_effects send_write(asked what, lease_record record, instant now);
  lease_effects take_or_wait(instant now);
  bool is_ours(const lease_record& record) const;

  lease_settings settings_;
  std::string name_;
  std::uint64_t incarnation_;
  std::uint64_t seen_epoch_;
  std::uint64_t epoch_ = 0;        ///< held; 0: none
  std::uint64_t ended_epoch_ = 0;  ///< held before: it never begins again
  std::int64_t holds_until_ms_ = 0;
  std::uint64_t count_ = 0;  ///< writes of this process
  std::optional<lease_entry> watched_;
  std::int64_t watched_since_ms_ = 0;
  bool revision_known_ = false;  ///< watched_ is what stands there, no write of ours is uncertain
  asked asked_ = asked::nothing;
  std::uint64_t request_ = 0;
  std::int64_t asked_at_ms_ = 0;
  lease_record written_;  ///< by the write that is, or was last, on its way
  std::int64_t written_at_ms_ = 0;
  std::int64_t next_at_ms_ = 0;
  bool stopping_ = false;
};

/// Refuses orders of holders that have been replaced. Kept by whoever takes orders.
class epoch_guard {
 public:
  explicit epoch_guard(std::uint64_t newest = 0) : newest_(newest) {}
  /// conflict: a newer holder has given orders since; the order must not be carried out.
  status admit(std::uint64_t epoch);
  std::uint64_t newest() const { return newest_; }

 private:
  std::uint64_t newest_;
};

}  // namespace whorl::cluster
