// A journal that stands still until it is told to go on, and a node on an actor system of its own:
// for tests in which nothing may depend on how fast a disk is.
#pragma once

#include <caf/all.hpp>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/passing_journal.hpp"
#include "storage/store.hpp"

namespace whorl::test {

/// The store's journal behind a bar: appends wait until it is lifted.
class barred_journal final : public storage::passing_journal {
 public:
  explicit barred_journal(std::unique_ptr<storage::journal> inner)
      : passing_journal(*inner), inner_(std::move(inner)) {}
  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override {
    std::unique_lock lock(mutex_);
    lifted_.wait(lock, [this] { return open_; });
    largest_ = std::max(largest_, batch.size());
    return passing_journal::append(batch);
  }
  void bar() { set(false); }
  void lift() { set(true); }
  std::size_t largest() {
    const std::lock_guard lock(mutex_);
    return largest_;
  }

 private:
  void set(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    lifted_.notify_all();
  }
  std::unique_ptr<storage::journal> inner_;
  std::mutex mutex_;
  std::condition_variable lifted_;
  bool open_ = true;
  std::size_t largest_ = 0;
};

inline barred_journal* bar_journal(storage::store& store) {
  auto barred = std::make_unique<barred_journal>(std::move(store.log));
  barred_journal* bar = barred.get();
  store.log = std::move(barred);
  return bar;
}

struct raw_node {
  raw_node() : system(config.set("logger.verbosity", caf::atom("quiet"))) {}
  caf::actor_system_config config;
  caf::actor_system system;
};

}  // namespace whorl::test
