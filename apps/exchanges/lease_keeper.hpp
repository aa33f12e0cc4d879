// The lease of an exchange, kept by a thread: lease_core decides, a bucket of the journal's servers
// holds it. Beside it stands the succession record, which says who may take the lease.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "actors/cluster/lease_core.hpp"
#include "messages/exchanges.hpp"
#include "storage/coordination.hpp"

namespace whorl::apps::exchanges {

inline constexpr const char* lease_key = "exchange.lease";
inline constexpr const char* succession_key = "exchange.succession";

struct lease_keeper_settings {
  std::string name;
  std::uint64_t incarnation = 0;  ///< drawn at each start
  cluster::lease_settings lease;
  std::function<bool()> is_empty;  ///< as may_take_over; asked until the lease is held
  bool has_facts = false;
  /// Monotonic, and goes on while the machine sleeps.
  std::function<instant()> clock;
  bool has_thread = true;  ///< false: whoever owns it calls look() and end(), as a simulation does
};

class lease_keeper {
 public:
  /// Asks from now on.
  lease_keeper(std::shared_ptr<storage::coordination> bucket, lease_keeper_settings settings);
  ~lease_keeper();  ///< with a thread: gives the lease back

  /// Expected several times in lease_settings::poll_ms, from one thread.
  void look();
  /// Gives the lease back, after the last look.
  void end();

  /// Whether this process is the exchange at this moment. From any thread; cheap.
  bool holds() const;
  /// unavailable where it is not, with why.
  status check() const;
  std::uint64_t epoch() const { return epoch_; }
  /// Waits until it holds, or for so long. Once it has held and lost it, never again.
  bool wait_held(std::int64_t for_ms);
  bool has_ended() const { return ended_; }
  /// Who holds it as far as this process knows, and why this one does not; for people.
  std::string standing() const;
  /// Writes who is in sync, by compare-and-set on what this process wrote last. unavailable:
  /// perhaps written, try again; conflict: another has written, or the lease is gone.
  status record(const std::vector<std::string>& in_sync);

 private:
  void run();
  bool may_take();
  void perform(cluster::lease_effects effects);
  cluster::lease_effects ask(const cluster::lease_effect::read& what);
  cluster::lease_effects ask(const cluster::lease_effect::write& what);
  cluster::lease_effects ask(const cluster::lease_effect::began& what);
  cluster::lease_effects ask(const cluster::lease_effect::ended& what);
  status succeed(std::uint64_t epoch);
  void say(std::string standing);

  const std::shared_ptr<storage::coordination> bucket_;
  const lease_keeper_settings how_;
  mutable std::mutex mutex_;  ///< of core_ and what stands below
  std::condition_variable changed_;
  std::optional<cluster::lease_core> core_;
  std::string standing_ = "has not looked yet";
  bool stopping_ = false;
  std::int64_t looked_at_ms_ = 0;
  bool may_take_ = false;
  std::mutex recording_;                            ///< of the succession record
  std::optional<std::uint64_t> recorded_revision_;  ///< none: a write had no answer
  bool releasing_ = false;                          ///< of the thread: gives the lease back
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace whorl::apps::exchanges
