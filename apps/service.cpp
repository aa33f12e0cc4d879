#include "apps/service.hpp"

#include <chrono>

#include "apps/http/problem.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using http::resource;
using http::response;

/// True when nothing of the answer is a person's, so that no row of the audit is due.
bool is_plain(resource what) {
  return what == resource::live || what == resource::ready || what == resource::metrics ||
         what == resource::openapi || what == resource::bookings || what == resource::booking;
}

/// The answer to who is nobody: 401, or 503 where that cannot be told.
response unknown(const error& why) {
  return why.code == errc::forbidden ? http::problem(401, "unauthenticated", why.message)
                                     : http::problem(why);
}

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// What a refused request asked for, as the object of its audit row: a path begins with /, so that
/// nobody can put rows under a booking's or a person's id by asking for it.
std::string path_asked(const http::request& head) {
  return head.target.starts_with('/') ? printable(head.target.substr(0, 200)) : "-";
}

}  // namespace

service::service(session& s, actors::local_node& node, std::string pki_folder,
                 const http::rate_settings& rates, std::function<std::size_t()> connections)
    : session_(s),
      lasting_(std::make_shared<lasting>(s, node, std::move(pki_folder), rates)),
      connections_(std::move(connections)) {}

http::server_hooks service::hooks() {
  return {[this](const http::request& head, std::uint64_t size) { return admit(head, size); },
          [this](http::request whole, http::reply_function reply) {
            handle(std::move(whole), std::move(reply));
          },
          [keep = lasting_](unsigned status) { keep->metrics.count("-", status); }};
}

void service::lasting::record_refusal(const http::request& head, const actors::principal* who,
                                      std::string object, const std::string& why) {
  if (!callers.may_record(head.from, who, steady_ms())) return;
  audit_row row;
  row.principal = who != nullptr ? who->name
                  : head.from.name.empty()
                      ? "-"
                      : "(" + printable(head.from.name.substr(0, 64)) + ")";  // as it says itself
  row.role = who != nullptr ? std::string(actors::to_string(who->acts_as)) : "-";
  row.action = "refused";
  row.object = std::move(object);
  row.purpose = printable(head.method.substr(0, 16));
  row.detail = printable(why) + "; from " + head.from.address;
  node.append_later({session::audit_of(std::move(row))}, [](const auto&) {});
}

std::optional<response> service::judge(const http::request& head, std::uint64_t body_bytes,
                                       asked& out) {
  auto found = http::match(head.method, head.target);
  const bool open = found.found && found.found->to->open;
  if (!open) {
    // Identity before anything else: a stranger learns not even which paths there are.
    auto who = lasting_->callers.who(head.from, wall_now());
    if (!who) {
      lasting_->record_refusal(head, nullptr, path_asked(head), who.error().message);
      return unknown(who.error());
    }
    out.who = *std::move(who);
    if (!lasting_->callers.may_ask(out.who, steady_ms()))
      return http::problem(429, "overloaded", "more requests than this principal may send");
  }
  if (!found.found) return std::move(found.refusal);
  out.where = *std::move(found.found);
  if (!open && !http::may(out.who.acts_as, *out.where.to)) {
    std::string needed;
    for (const auto p : out.where.to->any_of)
      needed += (needed.empty() ? "" : " or ") + std::string(actors::to_string(p));
    const std::string why =
        "role " + std::string(actors::to_string(out.who.acts_as)) + " may not " + needed;
    lasting_->record_refusal(head, &out.who, path_asked(head), why);
    return http::problem(403, "forbidden", why);
  }
  if (!out.where.to->takes_body)
    return body_bytes == 0
               ? std::nullopt
               : std::optional(http::problem(400, "invalid_input", "this path takes no body"));
  if (body_bytes == 0)
    return http::problem(400, "invalid_input", "a body is expected: an EBTS transaction");
  if (body_bytes > limits::transaction_bytes_max)
    return http::problem(
        413, "limit_exceeded",
        "the body has more than " + std::to_string(limits::transaction_bytes_max) + " bytes");
  if (!head.content_type.empty() && head.content_type != "application/octet-stream")
    return http::problem(415, "unsupported", "Content-Type application/octet-stream is expected");
  return std::nullopt;
}

std::optional<response> service::admit(const http::request& head, std::uint64_t body_bytes) {
  asked what;
  auto refusal = judge(head, body_bytes, what);
  if (refusal)
    lasting_->metrics.count(what.where.to != nullptr ? what.where.to->pattern : "-",
                            refusal->status);
  return refusal;
}

void service::handle(http::request whole, http::reply_function reply) {
  asked what;
  // Admitted when its head came; what that decided is not carried along, so that no request is
  // ever served on somebody else's word. Its body was counted then.
  auto found = http::match(whole.method, whole.target);
  if (!found.found) return reply(std::move(found.refusal));
  what.where = *std::move(found.found);
  const auto counted = [keep = lasting_, pattern = what.where.to->pattern,
                        reply = std::move(reply)](response out) {
    keep->metrics.count(pattern, out.status);
    reply(std::move(out));
  };
  if (!what.where.to->open) {
    auto who = lasting_->callers.who(whole.from, wall_now());
    if (!who) {
      lasting_->record_refusal(whole, nullptr, path_asked(whole), who.error().message);
      return counted(unknown(who.error()));
    }
    what.who = *std::move(who);
  }
  if (what.where.to->what == resource::submit) return submit(what, std::move(whole), counted);
  reading about;
  auto out = answer(what, about);
  if (!out && out.error().code == errc::forbidden)
    lasting_->record_refusal(whole, &what.who,
                             about.foreign.empty() ? path_asked(whole) : about.foreign,
                             out.error().message + ": " + path_asked(whole));
  // Another agency's booking is answered as one that is not there.
  if (!out && !about.foreign.empty()) return counted(http::problem(no_such_booking()));
  if (!out) return counted(http::problem(out.error()));
  if (is_plain(what.where.to->what)) return counted(*std::move(out));
  auto row = session::audit_of({{},
                                what.who.name,
                                std::string(actors::to_string(what.who.acts_as)),
                                about.action,
                                about.object,
                                about.purpose,
                                "over HTTP"});
  lasting_->node.append_later({std::move(row)}, [counted, out = *std::move(out)](const auto& done) {
    const bool recorded = done.size() == 1 && done.front();
    counted(recorded ? out : http::problem(503, "unavailable", "the audit could not be written"));
  });
}

void service::submit(const asked& what, http::request whole, http::reply_function reply) {
  bytes transaction = std::exchange(whole.body, {});
  lasting_->node.submit_later(
      {what.who, std::move(transaction)},
      [keep = lasting_, who = what.who, whole = std::move(whole),
       reply = std::move(reply)](const result<actors::submitted>& done) {
        if (!done && done.error().code == errc::forbidden)
          keep->record_refusal(whole, &who, path_asked(whole), done.error().message);
        if (!done) return reply(http::problem(done.error()));
        const std::string id = to_string(done->booking);
        auto out = json_response({{"booking", id},
                                  {"duplicate", done->duplicate},
                                  {"accepted_at", to_string(done->accepted_at)}},
                                 202);
        out.headers.emplace_back("Location", "/v1/bookings/" + id);
        reply(std::move(out));
      });
}

result<response> service::answer(const asked& what, reading& about) {
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
      out.body = lasting_->metrics.text(session_.store(), connections_());
      return out;
    }
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
