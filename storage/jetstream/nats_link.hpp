// What the users of libnats share: ownership, one link, and its errors as ours. For .cpp files of
// storage/jetstream/ alone.
#pragma once

#include <nats/nats.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "storage/jetstream/connection.hpp"

namespace whorl::storage::jetstream {

struct nats_release {
  void operator()(natsConnection* p) const { natsConnection_Destroy(p); }
  void operator()(natsOptions* p) const { natsOptions_Destroy(p); }
  void operator()(natsSubscription* p) const { natsSubscription_Destroy(p); }
  void operator()(natsMsg* p) const { natsMsg_Destroy(p); }
  void operator()(natsStatistics* p) const { natsStatistics_Destroy(p); }
  void operator()(jsCtx* p) const { jsCtx_Destroy(p); }
  void operator()(jsStreamInfo* p) const { jsStreamInfo_Destroy(p); }
  void operator()(jsPubAck* p) const { jsPubAck_Destroy(p); }
};
template <class T>
using nats_owned = std::unique_ptr<T, nats_release>;

/// The error of a call that was about `subject`: names servers, subject, libnats' words and the
/// server's code. `code` is JetStream's, 0 when it said none. errc::timeout: no answer came, so
/// that what was asked may have happened.
error nats_failure(const std::string& servers, const std::string& subject, natsStatus status,
                   int code = 0, const std::string& text = {});

/// Of JetStream's codes, the ones that are told apart here.
inline constexpr int code_no_message = 10037, code_name_in_use = 10058, code_wrong_last_seq = 10071,
                     code_store_failed = 10077;

class link {
 public:
  static result<std::shared_ptr<link>> dial(const connection_options& options);
  natsConnection* connection() const { return connection_.get(); }
  jsCtx* js() const { return js_.get(); }
  bool closed() const { return natsConnection_IsClosed(connection_.get()); }
  bool up() const { return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED; }
  /// How often it has been made again: what was on its way before is lost.
  std::uint64_t breaks() const;
  int timeout_ms() const { return timeout_ms_; }
  error failure(const std::string& subject, natsStatus status, int code = 0,
                const std::string& text = {}) const {
    return nats_failure(servers_, subject, status, code, text);
  }

 private:
  link() = default;
  std::string servers_;
  int timeout_ms_ = 0;
  nats_owned<natsConnection> connection_;
  nats_owned<jsCtx> js_;  // dies before its connection
};

inline constexpr int pause_ms = 100;
inline void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms)); }

/// Asks again while there is no leader or no connection, for the connection's patience in all. What
/// still fails so is unavailable.
template <class Question>
auto patiently(connection& where, Question question) -> decltype(question(std::declval<link&>())) {
  int left_ms = where.options().patience_ms;
  while (true) {
    auto answer = [&]() -> decltype(question(std::declval<link&>())) {
      WHORL_ASSIGN(const auto now, where.current());
      return question(*now);
    }();
    if (answer) return answer;
    const bool silent = answer.error().code == errc::timeout;
    if (!silent && answer.error().code != errc::unavailable) return answer;
    left_ms -= silent ? where.options().timeout_ms : pause_ms;
    if (left_ms <= 0) return make_error(errc::unavailable, answer.error().message);
    pause();
  }
}

}  // namespace whorl::storage::jetstream
