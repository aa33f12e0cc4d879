// A gateway, asked many things at a time from one thread (libcurl's multi interface): for load.
// Owns the requests and their bodies until they have ended. How many are under way is up to the
// caller: nothing waits in here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apps/client/remote.hpp"

namespace whorl::apps::client {

class remote_many {
 public:
  /// Called in work(); may ask for more.
  using answered = std::function<void(result<remote_answer>)>;

  /// Errors: those of remote::make.
  static result<std::unique_ptr<remote_many>> make(const remote_settings& settings);
  virtual ~remote_many() = default;
  /// Errors in `done` as those of remote; unavailable also when it has taken `patience_ms`.
  virtual void get(const std::string& path, long patience_ms, answered done) = 0;
  virtual void post(const std::string& path, bytes body, const std::string& content_type,
                    long patience_ms, answered done) = 0;
  /// Moves them, and waits at most so long for one to move.
  virtual void work(int wait_ms) = 0;
};

}  // namespace whorl::apps::client
