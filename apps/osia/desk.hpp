// The OSIA interface on one node: which requests are let in, the threads that work on them by
// priority, tasks and the delivery of their answers. The service above knows who asks
// (apps/service_callers) and passes on what begins with /osia/.
//
// Owned by `whorl serve`. Bounded: what waits (waiting_line.hpp) and what is kept (tasks.hpp). What
// waits in memory is lost with the process; what was answered is not.
#pragma once

#include <condition_variable>
#include <memory>
#include <thread>

#include "apps/http/message.hpp"
#include "apps/osia/perform.hpp"
#include "apps/osia/tasks.hpp"
#include "apps/osia/waiting_line.hpp"

namespace whorl::apps::osia {

struct desk_settings {
  std::vector<std::string> callback_hosts;  ///< none: no asynchronous call is taken
  unsigned workers = 2;                     ///< searches have the node's own threads beside these
  unsigned callers = 4;                     ///< that deliver answers, to one host each at a time
};

bool is_ours(std::string_view target);

class desk {
 public:
  /// `store` and `node` must outlive it.
  desk(storage::store& store, actors::local_node& node, desk_settings settings, surroundings from);
  ~desk();  ///< what is being worked on ends first; what waits is dropped
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  /// The refusal of a request by its head alone; `pattern` is set where a route was found, `why`
  /// where the principal may not call it.
  std::optional<http::response> admit(const http::request& head, std::uint64_t body_bytes,
                                      const actors::principal& who, std::string& pattern,
                                      std::string& why) const;
  /// Of an admitted request. `reply` is called once, on any thread.
  void handle(http::request whole, const actors::principal& who, http::reply_function reply);

 private:
  struct job {
    std::shared_ptr<call> what;
    std::string task{};  ///< empty: somebody waits for `reply`
    http::reply_function reply{};
  };
  result<http::response> on_task(const call& what);
  result<http::response> take(std::shared_ptr<call> what, std::size_t bytes,
                              http::reply_function& reply);
  void work();
  void send_answers();
  http::response answered(const call& what);

  performer perform_;
  actors::local_node& node_;
  desk_settings settings_;
  surroundings from_;
  tasks tasks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  waiting_line<job> waiting_;
  std::uint64_t numbers_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace whorl::apps::osia
