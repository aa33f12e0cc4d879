// The HTTP interface on one node: who may ask, what is recorded, when an answer may leave. It knows
// requests and responses, not sockets (http/server.hpp); what a resource shows is read by
// service_reads.hpp. What shows a person's data is answered only once its row of the audit is
// durable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "apps/exchanges/key_feed.hpp"
#include "apps/http/callers.hpp"
#include "apps/http/routes.hpp"
#include "apps/http/server.hpp"
#include "apps/http/side_thread.hpp"
#include "apps/http/tokens.hpp"
#include "apps/osia/desk.hpp"
#include "apps/retention/retention_clock.hpp"
#include "apps/service_log.hpp"
#include "apps/service_metrics.hpp"
#include "apps/service_reads.hpp"
#include "apps/service_steps.hpp"
#include "apps/session.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {

/// Of a clock that is never set, milliseconds.
std::int64_t steady_ms();

struct service_settings {
  std::string pki_folder;
  http::rate_settings rates;
  std::int64_t token_seconds = 900;
  std::int64_t follow_seconds = 600;  ///< a booking is followed so long; then one asks again
  http::token_maker tokens;
  std::shared_ptr<service_log> log;
  std::function<retention_counts()> retention{};  ///< for the metrics
  /// Of one of several exchanges: whether it holds the lease now (error unavailable), its keys for
  /// the others, and how these are called.
  std::function<status()> is_exchange{};
  exchanges::key_feed* keys = nullptr;
  std::vector<std::string> exchange_names{};
};

class service {
 public:
  /// Session, node and desk must outlive it, and the node must run. The desk answers what begins
  /// with /osia/; `connections` is asked for the metrics.
  service(session& s, actors::local_node& node, osia::desk& desk, service_settings settings,
          std::function<std::size_t()> connections);

  http::server_hooks hooks();
  /// After the last request: records what has not been yet. Errors as session::append.
  status finish();

 private:
  /// What is needed until the node has given its last answer, which may be after the service is
  /// gone.
  struct lasting {
    lasting(session& s, actors::local_node& n, service_settings settings)
        : node(n),
          log(std::move(settings.log)),
          exchange_names(std::move(settings.exchange_names)),
          callers(
              s.settings(), std::move(settings.pki_folder), settings.rates,
              [this](std::string_view what, const std::string& why) { log->warning(what, why); },
              s.store().folder + "/whorl.toml") {}
    actors::local_node& node;
    const std::shared_ptr<service_log> log;
    const std::vector<std::string> exchange_names;
    http::callers callers;
    service_metrics metrics;
    /// Counts and logs what was answered.
    void note(const request_note& what);
    /// Of identity, role or agency; `object` is what was asked for.
    void record_refusal(const http::request& head, const actors::principal* who, std::string object,
                        const std::string& why);
    /// The row that stands for refusals without one of their own, if it is due.
    std::optional<storage::append_request> summary(bool at_once);
  };

  /// Whose certificate, or whose token; who that is. Errors: as http::callers::who.
  result<http::peer> identify(const http::request& whole) const;
  result<actors::principal> who(const http::request& whole);
  /// The request's route and principal, or its refusal (recorded, where it is one of identity or
  /// role).
  /// Of what is for other exchanges alone.
  std::optional<http::response> judge_exchange(const http::request& head, std::uint64_t body_bytes);
  /// Empty where there are no other exchanges.
  std::string exchange_metrics() const;
  void give_keys(asked what, http::request whole, http::reply_function reply);
  http::admission admit(const http::request& head, std::uint64_t body_bytes);
  std::optional<http::response> judge(const http::request& head, std::uint64_t body_bytes,
                                      asked& out);
  void handle(http::request whole, http::reply_function reply);
  http::side_thread* place_of(const asked& what, const http::request& whole);
  void work_on(const asked& what, http::request whole, const http::reply_function& counted);
  /// A reply that is counted and logged.
  http::reply_function counting(const http::request& whole, const asked& what,
                                http::reply_function reply);
  void take_step(const asked& what, http::request whole, http::reply_function reply);
  void submit(const asked& what, http::request whole, http::reply_function reply);
  result<http::response> answer(const asked& what, const http::request& whole, reading& about);
  result<http::response> token(const asked& what, const http::request& whole, reading& about);
  result<http::response> events(const asked& what, const http::request& whole, reading& about);

  session& session_;
  http::token_maker tokens_;
  std::int64_t token_seconds_, follow_seconds_;
  std::function<retention_counts()> retention_;
  osia::desk& osia_;
  const std::function<status()> is_exchange_;
  exchanges::key_feed* const keys_;
  std::shared_ptr<lasting> lasting_;
  std::function<std::size_t()> connections_;
  service_steps steps_;
  /// Last: what they are working on uses the rest.
  http::side_thread parsing_{limits::http_aside_max};
  http::side_thread paging_{limits::http_aside_max};
  http::side_thread sweeping_{limits::http_aside_max};
};

}  // namespace whorl::apps
