// The keys of a standby: a thread that lists all keys of whichever other exchange holds the lease,
// then follows what changes, and takes it over into this store's keyring.
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

#include "apps/client/remote.hpp"
#include "apps/exchanges/key_position.hpp"
#include "messages/exchanges.hpp"
#include "storage/keyring.hpp"

namespace whorl::apps::exchanges {

/// What a standby asks, as the path of a request: the route is in apps/http/routes.cpp.
std::string listing_path(std::optional<key_id> after);
std::string following_path(std::uint64_t feed, std::uint64_t after);

struct key_follower_settings {
  std::vector<client::remote_settings> peers;
  digest lineage{};  ///< of this store: another one's keys are of no use here
  /// Told of each change of what it is doing, on its thread.
  std::function<void(const std::string& standing)> on_change;
};

class key_follower {
 public:
  /// Begins at once. `keys` must outlive it.
  key_follower(storage::own_keyring& keys, key_follower_settings settings);
  ~key_follower();  ///< at the end of the request that is under way

  /// A moment, to be compared with later.
  std::uint64_t mark() const;
  /// Waits until it has every key that there was at that moment, or for so long.
  bool wait_level(std::uint64_t since, std::int64_t for_ms);
  std::string standing() const;

 private:
  void run();
  /// One question, and what comes of it. Errors: whatever keeps it from having all keys.
  status step(client::remote& holder);
  result<key_page> ask(client::remote& holder, const std::string& path) const;
  void say(const std::string& standing);

  storage::own_keyring& keys_;
  const key_follower_settings how_;
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  bool stopping_ = false;
  key_position at_;  ///< changed by the thread alone
  std::string standing_;
  std::thread thread_;
};

}  // namespace whorl::apps::exchanges
