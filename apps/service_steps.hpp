// Steps of cases and examiners' decisions over HTTP: one thread takes them, since each waits for
// the disk; each minute it ends detainers whose time is over and says which answers and which
// reviews that examiners disagree on are overdue. Bounded: one more than
// limits::http_steps_waiting_max is refused as overloaded before anything is done.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "apps/casework/case_desk.hpp"
#include "apps/casework/review_clock.hpp"
#include "apps/casework/review_desk.hpp"
#include "apps/http/message.hpp"

namespace whorl::apps {

class service_steps {
 public:
  /// All must outlive it.
  service_steps(storage::store& store, case_board& board, actors::local_node& node,
                const casework::case_settings& settings,
                case_desk::may_receive_function may_receive);
  ~service_steps();  ///< the step that is being taken ends; what waits is answered 503
  service_steps(const service_steps&) = delete;
  service_steps& operator=(const service_steps&) = delete;

  /// `which` and `body` as they came. `reply` is called once, on any thread.
  /// `refused` is told why, before the answer, where that belongs into the audit.
  void take(const actors::principal& who, const std::string& which, const bytes& body,
            http::reply_function reply, std::function<void(const std::string& why)> refused);

  /// Reviews that examiners disagree on, as of the last look: each minute, and after each finding.
  dispute_counts disputes() const { return review_clock_.counts(); }

  /// An examiner's decision of a booking that waits.
  void review(const actors::principal& who, const std::string& booking, const bytes& body,
              http::reply_function reply);

 private:
  struct job {
    std::function<http::response()> work;
    http::reply_function reply;
  };
  void enqueue(job what);
  void work();
  void tick();
  void look_at_reviews();
  http::response step(const actors::principal& who, case_id which, const wanted_step& what,
                      const std::function<void(const std::string& why)>& refused);
  http::response decide(const actors::principal& who, booking_id booking,
                        const wanted_review& what);

  storage::store& store_;
  actors::local_node& node_;
  const casework::review_rules reviews_;
  review_clock review_clock_;
  case_desk desk_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace whorl::apps
