// The keys of the exchange that holds the lease, for its standbys: each change is on the standbys
// that are waited for before anything rests on it. A standby lists all keys, then follows: its next
// question says what it has. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/exchanges/succession.hpp"
#include "storage/keyring.hpp"

namespace whorl::apps::exchanges {

/// How time passes for a feed. A simulation has its own.
class feed_time {
 public:
  using clock = std::chrono::steady_clock;
  virtual ~feed_time() = default;
  virtual clock::time_point now() const { return clock::now(); }
  /// Until it is so, which `changes` may make it, or for so long.
  virtual void wait(std::unique_lock<std::mutex>& lock, std::condition_variable& changes,
                    std::chrono::milliseconds most, const std::function<bool()>& so) const {
    changes.wait_for(lock, most, so);
  }
};

struct key_feed_settings {
  std::uint64_t number = 0;     ///< drawn at each start: positions are of one feed
  digest lineage{};             ///< of the holder's store
  std::int64_t wait_ms = 2000;  ///< for the standbys, before one is taken out of the record
  std::int64_t hold_ms =
      1000;  ///< a question without an answer is answered with nothing after that
  std::shared_ptr<const feed_time> time = std::make_shared<const feed_time>();
};

struct key_feed_counts {
  std::vector<std::string> in_sync;
  std::uint64_t changes = 0, dropped = 0;  ///< keys made or destroyed; standbys taken out
};

class key_feed {
 public:
  using reply_function = std::function<void(result<key_page>)>;
  /// Writes who is in sync, by compare-and-set. unavailable: perhaps written, to be tried again;
  /// any other error: another may hold the lease.
  using record_function = std::function<status(const std::vector<std::string>& in_sync)>;

  /// `keys` must outlive it.
  key_feed(const storage::own_keyring& keys, const key_feed_settings& settings,
           record_function record);
  ~key_feed();  ///< answers what still waits

  /// For the keyring. Once one of these has failed, so does everything after: the lease is gone.
  status may_change() const;
  status changed(std::span<const key_copy> changes);

  /// A page of all keys. Its `next` is the position to follow from after the last page: of the
  /// first page that was asked for.
  result<key_page> list(std::optional<key_id> after) const;
  /// What changed since; waits for something. conflict: the position is none of this feed's any
  /// more, list again. `reply` is called once, on any thread.
  void follow(const std::string& name, std::uint64_t feed, std::uint64_t after,
              reply_function reply);
  /// Before the process ends: answers whoever waits, and lets nothing be changed any more, so that
  /// no standby is taken out of the record since it can ask no more.
  void end();
  /// Several times a second: answers who has waited long, and records who is in sync.
  void tick();
  key_feed_counts counts() const;

 private:
  struct waiting {  ///< has every change there is
    feed_time::clock::time_point until;
    reply_function reply;
  };
  key_page page_after(std::uint64_t after) const;
  status drop_lagging(std::uint64_t which);
  status try_drop(std::uint64_t which);
  status broken(const error& why);

  const storage::own_keyring& keys_;
  const key_feed_settings how_;
  const record_function record_;
  std::mutex recording_;  ///< before mutex_: one writes the record at a time
  mutable std::mutex mutex_;
  std::condition_variable heard_;
  std::deque<key_copy> ring_;  ///< the newest is number last_
  std::uint64_t last_ = 0, dropped_ = 0;
  standby_set standbys_;
  std::deque<waiting> waiting_;
  std::optional<error> broken_;
};

}  // namespace whorl::apps::exchanges
