// The HTTP interface on one node: who may ask, what is recorded, when an answer may leave. It knows
// requests and responses, not sockets (http/server.hpp); what a resource shows is read by
// service_reads.hpp. What shows a person's data is answered only once its row of the audit is
// durable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "apps/http/callers.hpp"
#include "apps/http/routes.hpp"
#include "apps/http/server.hpp"
#include "apps/service_metrics.hpp"
#include "apps/service_reads.hpp"
#include "apps/session.hpp"

namespace whorl::apps {

class service {
 public:
  /// Session and node must outlive it, and the node must run. `connections` is asked for the
  /// metrics.
  service(session& s, actors::local_node& node, std::string pki_folder,
          const http::rate_settings& rates, std::function<std::size_t()> connections);

  http::server_hooks hooks();

 private:
  /// What is needed until the node has given its last answer, which may be after the service is
  /// gone.
  struct lasting {
    lasting(session& s, actors::local_node& n, std::string pki_folder,
            const http::rate_settings& rates)
        : node(n), callers(s.settings(), std::move(pki_folder), rates) {}
    actors::local_node& node;
    http::callers callers;
    service_metrics metrics;
    /// Of identity, role or agency; `object` is what was asked for.
    void record_refusal(const http::request& head, const actors::principal* who, std::string object,
                        const std::string& why);
  };

  /// The request's route and principal, or its refusal (recorded, where it is one of identity or
  /// role).
  std::optional<http::response> admit(const http::request& head, std::uint64_t body_bytes);
  std::optional<http::response> judge(const http::request& head, std::uint64_t body_bytes,
                                      asked& out);
  void handle(http::request whole, http::reply_function reply);
  void submit(const asked& what, http::request whole, http::reply_function reply);
  result<http::response> answer(const asked& what, reading& about);

  session& session_;
  std::shared_ptr<lasting> lasting_;
  std::function<std::size_t()> connections_;
};

}  // namespace whorl::apps
