// The HTTP interface's resources on one node: who may ask, what is answered, what is recorded. It
// knows requests and responses, not sockets (http/server.hpp). What shows a person's data is
// answered only once its row of the audit is durable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "apps/http/routes.hpp"
#include "apps/http/server.hpp"
#include "apps/osia/desk.hpp"
#include "apps/service_callers.hpp"
#include "apps/service_metrics.hpp"
#include "apps/session.hpp"

namespace whorl::apps {

class service {
 public:
  /// All must outlive it, and the node must run.
  service(session& s, actors::local_node& node, std::string pki_folder, const rate_settings& rates)
      : session_(s), node_(node), callers_(s.settings(), std::move(pki_folder), rates) {}

  http::server_hooks hooks();
  /// For the metrics.
  void set_connections(std::function<std::size_t()> count) { connections_ = std::move(count); }
  /// Answers what begins with /osia/; must outlive it.
  void set_osia(osia::desk& desk) { osia_ = &desk; }

 private:
  struct asked {
    http::matched where;
    actors::principal who;
  };
  /// The request's route and principal, or its refusal (recorded, where it is one of identity or
  /// role).
  std::optional<http::response> admit(const http::request& head, std::uint64_t body_bytes);
  std::optional<http::response> judge(const http::request& head, std::uint64_t body_bytes,
                                      asked& out);
  void handle(http::request whole, http::reply_function reply);

  result<http::response> read(const asked& what, storage::append_request& record);
  result<storage::booking_row> visible_booking(const asked& what);
  result<http::response> bookings(const asked& what);
  result<http::response> message(const asked& what);
  result<http::response> cases(const asked& what);
  result<http::response> audit(const asked& what);
  void submit(const asked& what, bytes transaction, http::reply_function reply);
  void record_refusal(const http::request& head, const actors::principal* who,
                      const std::string& why);

  session& session_;
  actors::local_node& node_;
  service_callers callers_;
  service_metrics metrics_;
  osia::desk* osia_ = nullptr;
  std::function<std::size_t()> connections_ = [] { return std::size_t{0}; };
};

}  // namespace whorl::apps
