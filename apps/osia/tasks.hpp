// Asynchronous calls: what became of each, and when its answer is to be delivered. Decides and
// remembers, in memory; desk.hpp works and delivers. Thread-safe. Limits: osia_tasks_max tasks,
// osia_task_kept_ms after they are done, osia_deliveries_max deliveries each, and
// osia_answer_bytes_max of answers that are kept.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "messages/result.hpp"

namespace whorl::apps::osia {

/// Bytes of an answer that is kept however many are.
inline constexpr std::size_t answer_bytes_small = 4096;

/// An answer on its way to the client.
struct delivery {
  std::string task, url, content_type, body;
};

class tasks {
 public:
  /// `id` must be new. overloaded when all that are kept are still of use.
  status add(const std::string& id, const std::string& owner, const std::string& url,
             std::int64_t now_ms);
  /// overloaded when there is no room for the answer: then the task is still pending, and is to be
  /// finished with a word that says so (always kept: answer_bytes_small).
  status finish(const std::string& id, const std::string& content_type, const std::string& body,
                std::int64_t now_ms);
  /// In the standard's words. Another principal's task is not_found.
  result<std::string> state(const std::string& id, const std::string& owner) const;
  /// not_found also once the answer was delivered: it is not kept then.
  status redeliver(const std::string& id, const std::string& owner, std::int64_t now_ms);
  /// The one that is due for longest; it is not given out again before `delivered` is told, and
  /// meanwhile no other of its host: one that hangs holds up its own answers alone.
  std::optional<delivery> take_due(std::int64_t now_ms);
  void delivered(const std::string& id, bool done, std::int64_t now_ms);

 private:
  enum class step : std::uint8_t { pending, scheduled, retry, error, completed };
  struct task {
    std::string owner, url, host, content_type, body;
    step at = step::pending;
    bool under_way = false;
    int tried = 0;
    std::int64_t due_ms = 0, done_ms = 0;
  };
  using place = std::map<std::string, task>::iterator;
  place oldest_over();
  void empty(task& what);
  void make_room(std::int64_t now_ms);
  bool make_room_for(std::size_t bytes);
  const task* find(const std::string& id, const std::string& owner) const;

  mutable std::mutex mutex_;
  std::map<std::string, task> all_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace whorl::apps::osia
