// A thread beside the connections' own, for what would hold up everybody else's requests: reading a
// large body, listing many rows. One after the other, in the order they came; bounded.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace whorl::apps::http {

class side_thread {
 public:
  /// So many may wait beside the one that is worked on.
  explicit side_thread(std::size_t waiting_max);
  ~side_thread();  ///< what is being worked on ends first; what waits is dropped
  side_thread(const side_thread&) = delete;
  side_thread& operator=(const side_thread&) = delete;

  /// False when too many wait: nothing is done then. `work` must not throw.
  bool post(std::function<void()> work);

 private:
  void run();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace whorl::apps::http
