// What a service answers from what it holds itself: its state, tokens, a booking's progress, the
// cluster's; the rest is read by service_reads.

#include "apps/casework/case_metrics.hpp"
#include "apps/cluster_metrics.hpp"
#include "apps/cluster_words.hpp"
#include "apps/retention/retention_metrics.hpp"
#include "apps/service.hpp"

namespace whorl::apps {
namespace {

using http::resource;
using http::response;

}  // namespace

result<response> service::token(const asked& what, const http::request& whole, reading& about) {
  if (whole.from.serial.empty())
    return make_error(errc::forbidden, "a token is given for a certificate, not for a token");
  about = {"issue token", "access without certificate", {what.who.name}, {}};
  WHORL_ASSIGN(const auto made, tokens_.issue(whole.from, wall_now(), token_seconds_));
  return json_response({{"token", made.text}, {"expires_at", to_string(made.expires_at)}});
}

result<response> service::events(const asked& what, const http::request& whole, reading& about) {
  WHORL_ASSIGN(const json first, read_state(session_, what, about));
  const auto event = [](const json& state) {
    return "event: " + std::string(state["done"] ? "done" : "state") +
           "\ndata: " + state.dump(-1, ' ', false, json::error_handler_t::replace) + "\n\n";
  };
  response out;
  out.content_type = "text/event-stream";
  out.body = event(first);
  struct progress {
    json last;
    std::int64_t until_ms;
    int quiet = 0;
  };
  constexpr int looks_between_signs = 75;  // 15 s: proxies hang up on what is silent for longer
  out.more = [this, what, whole, event,
              so_far = std::make_shared<progress>(progress{
                  first, steady_ms() + follow_seconds_ * 1000})]() -> std::optional<std::string> {
    // Asked again each time: the certificate may be revoked while the booking is followed.
    reading unused;
    if (so_far->last["done"] || !who(whole)) return std::nullopt;
    if (so_far->until_ms == 0) return std::nullopt;
    if (steady_ms() >= so_far->until_ms) {  // a client that is alive asks again a second later
      so_far->until_ms = 0;
      return "retry: 1000\n\n";
    }
    const auto now = read_state(session_, what, unused);
    if (!now) return std::nullopt;
    if (*now == so_far->last) {
      if (++so_far->quiet < looks_between_signs) return std::string();
      so_far->quiet = 0;
      return ": still\n\n";
    }
    so_far->last = *now;
    so_far->quiet = 0;
    return event(*now);
  };
  return out;
}

result<response> service::answer(const asked& what, const http::request& whole, reading& about) {
  switch (what.where.to->what) {
    case resource::live:
      return json_response({{"status", "pass"}});
    case resource::ready: {
      WHORL_TRY(lasting_->callers.check());
      WHORL_TRY(session_.store().log->tail(stream_id::bookings));
      return json_response({{"status", "pass"}});
    }
    case resource::metrics: {
      response out;
      out.content_type = "text/plain; version=0.0.4";
      out.body = lasting_->metrics.text(
          session_.store(),
          {connections_(), lasting_->callers.unrecorded(), lasting_->callers.lists_refused(),
           lasting_->log->lines_lost(), session_.journal_open()});
      out.body += retention_metrics(retention_());
      out.body += review_metrics(steps_.disputes());
      if (const auto cases = session_.board().numbers(wall_now())) out.body += case_metrics(*cases);
      if (const auto now = lasting_->node.cluster()) out.body += cluster_metrics(*now);
      out.body += exchange_metrics();
      return out;
    }
    case resource::cluster: {
      WHORL_ASSIGN(const auto now, lasting_->node.cluster());
      return json_response(cluster_document(now));
    }
    case resource::cluster_order: {
      WHORL_ASSIGN(auto order, parse_cluster_order(whole.body));
      about = {"order", "operation of the cluster", {words_of(order)}, {}};
      WHORL_TRY(lasting_->node.order(std::move(order)));
      return json_response({{"ordered", about.objects.front()}});
    }
    case resource::token:
      return token(what, whole, about);
    case resource::events:
      return events(what, whole, about);
    case resource::openapi: {
      response out;
      out.body = http::openapi_document(WHORL_VERSION);
      return out;
    }
    default:
      return read_resource(session_, what, about);
  }
}

}  // namespace whorl::apps
