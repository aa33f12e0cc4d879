// Asynchronous calls: what became of each, and when its answer is to be delivered. Decides and
// remembers, in memory; desk.hpp works and delivers. Thread-safe. Limits: osia_tasks_max tasks,
// osia_task_kept_ms after they are done, osia_deliveries_max deliveries each.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "messages/result.hpp"

namespace whorl::apps::osia {

/// An answer on its way to the client.
struct delivery {
  std::string task, url, content_type, body;
};

class tasks {
 public:
  /// `id` must be new. overloaded when all that are kept are still of use.
  status add(const std::string& id, const std::string& owner, const std::string& url,
             std::int64_t now_ms);
  void finish(const std::string& id, const std::string& content_type, const std::string& body,
              std::int64_t now_ms);
  /// In the standard's words. Another principal's task is not_found.
  result<std::string> state(const std::string& id, const std::string& owner) const;
  /// not_found also once the answer was delivered: it is not kept then.
  status redeliver(const std::string& id, const std::string& owner, std::int64_t now_ms);
  /// The next whose time has come; it is not given out again before `delivered` is told.
  std::optional<delivery> take_due(std::int64_t now_ms);
  void delivered(const std::string& id, bool done, std::int64_t now_ms);

 private:
  enum class step : std::uint8_t { pending, scheduled, retry, error, completed };
  struct task {
    std::string owner, url, content_type, body;
    step at = step::pending;
    bool under_way = false;
    int tried = 0;
    std::int64_t due_ms = 0, done_ms = 0;
  };
  void make_room(std::int64_t now_ms);
  const task* find(const std::string& id, const std::string& owner) const;

  mutable std::mutex mutex_;
  std::map<std::string, task> all_;
};

}  // namespace whorl::apps::osia
