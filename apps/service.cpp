#include "apps/service.hpp"

#include <algorithm>
#include <charconv>

#include "apps/answers.hpp"
#include "apps/documents.hpp"
#include "apps/http/problem.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using http::resource;
using http::response;

constexpr std::size_t rows_usual = 100;

response document(const json& what, unsigned status = 200) {
  response out;
  out.status = status;
  out.body = what.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  return out;
}

/// A number of the query or the path, from 1 to `most`.
result<std::size_t> number_of(const std::string& text, const char* name, std::size_t most) {
  std::size_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size() || out < 1 || out > most)
    return make_error(
        errc::invalid_input,
        std::string(name) + ": expected a whole number from 1 to " + std::to_string(most));
  return out;
}

result<std::size_t> limit_of(const http::matched& where) {
  const auto found = where.query.find("limit");
  if (found == where.query.end()) return rows_usual;
  return number_of(found->second, "limit", limits::http_rows_max);
}

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

std::string path_value(const http::matched& where, std::string_view name) {
  const auto found = where.path.find(name);
  return found == where.path.end() ? std::string() : found->second;
}

}  // namespace

http::server_hooks service::hooks() {
  return {[this](const http::request& head, std::uint64_t size) { return admit(head, size); },
          [this](http::request whole, http::reply_function reply) {
            handle(std::move(whole), std::move(reply));
          },
          [this](unsigned status) { metrics_.count("-", status); }};
}

void service::record_refusal(const http::request& head, const actors::principal* who,
                             const std::string& why) {
  if (!callers_.may_record(head.from, wall_now().ms)) return;
  audit_row row;
  row.principal = who != nullptr ? who->name
                  : head.from.name.empty()
                      ? "-"
                      : "(" + printable(head.from.name.substr(0, 64)) + ")";  // as it says itself
  row.role = who != nullptr ? std::string(actors::to_string(who->acts_as)) : "-";
  row.action = "refused";
  row.object = printable(head.target.substr(0, 200));
  row.purpose = printable(head.method.substr(0, 16));
  row.detail = printable(why) + "; from " + head.from.address;
  node_.append_later({session::audit_of(std::move(row))}, [](const auto&) {});
}

std::optional<response> service::judge(const http::request& head, std::uint64_t body_bytes,
                                       asked& out) {
  auto found = http::match(head.method, head.target);
  const bool open = found.found && found.found->to->open;
  if (!open) {
    // Identity before anything else: a stranger learns not even which paths there are.
    auto who = callers_.who(head.from);
    if (!who) {
      record_refusal(head, nullptr, who.error().message);
      return unknown(who.error());
    }
    out.who = *std::move(who);
    if (!callers_.may_ask(out.who, wall_now().ms))
      return http::problem(429, "overloaded", "more requests than this principal may send");
  }
  if (osia_ != nullptr && osia::is_ours(head.target)) {
    std::string pattern, why;
    auto refused = osia_->admit(head, body_bytes, out.who, pattern, why);
    if (!why.empty()) record_refusal(head, &out.who, why);
    return refused;
  }
  if (!found.found) return std::move(found.refusal);
  out.where = *std::move(found.found);
  if (!open && !http::may(out.who.acts_as, *out.where.to)) {
    std::string needed;
    for (const auto p : out.where.to->any_of)
      needed += (needed.empty() ? "" : " or ") + std::string(actors::to_string(p));
    const std::string why =
        "role " + std::string(actors::to_string(out.who.acts_as)) + " may not " + needed;
    record_refusal(head, &out.who, why);
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
    metrics_.count(what.where.to != nullptr ? what.where.to->pattern : "-", refusal->status);
  return refusal;
}

void service::handle(http::request whole, http::reply_function reply) {
  asked what;
  // Admitted when its head came; what that decided is not carried along, so that no request is
  // ever served on somebody else's word. Its body was counted then.
  if (osia_ != nullptr && osia::is_ours(whole.target)) {
    auto who = callers_.who(whole.from);
    if (!who) return reply(unknown(who.error()));
    return osia_->handle(std::move(whole), *who, [this, reply = std::move(reply)](response out) {
      metrics_.count("/osia", out.status);
      reply(std::move(out));
    });
  }
  auto found = http::match(whole.method, whole.target);
  if (!found.found) return reply(std::move(found.refusal));
  what.where = *std::move(found.found);
  if (!what.where.to->open) {
    auto who = callers_.who(whole.from);
    if (!who) return reply(unknown(who.error()));
    what.who = *std::move(who);
  }
  const auto counted = [this, pattern = what.where.to->pattern,
                        reply = std::move(reply)](response out) {
    metrics_.count(pattern, out.status);
    reply(std::move(out));
  };
  if (what.where.to->what == resource::submit) return submit(what, std::move(whole.body), counted);
  storage::append_request record;
  auto out = read(what, record);
  if (!out) {
    // Another agency's booking is answered as one that is not there.
    const bool hidden = out.error().code == errc::forbidden;
    if (hidden) record_refusal(whole, &what.who, out.error().message);
    return counted(hidden ? http::problem(404, "not_found", "no such booking")
                          : http::problem(out.error()));
  }
  if (is_plain(what.where.to->what)) return counted(*std::move(out));
  node_.append_later({std::move(record)}, [counted, out = *std::move(out)](const auto& done) {
    const bool recorded = done.size() == 1 && done.front();
    counted(recorded ? out : http::problem(503, "unavailable", "the audit could not be written"));
  });
}

void service::submit(const asked& what, bytes transaction, http::reply_function reply) {
  node_.submit_later({what.who, std::move(transaction)},
                     [reply = std::move(reply)](const result<actors::submitted>& done) {
                       if (!done) return reply(http::problem(done.error()));
                       const std::string id = to_string(done->booking);
                       auto out = document({{"booking", id},
                                            {"duplicate", done->duplicate},
                                            {"accepted_at", to_string(done->accepted_at)}},
                                           202);
                       out.headers.emplace_back("Location", "/v1/bookings/" + id);
                       reply(std::move(out));
                     });
}

result<response> service::read(const asked& what, storage::append_request& record) {
  const auto recorded = [&](const char* action, const std::string& object, const char* purpose) {
    record = session::audit_of({{},
                                what.who.name,
                                std::string(actors::to_string(what.who.acts_as)),
                                action,
                                object,
                                purpose,
                                "over HTTP"});
  };
  storage::store& store = session_.store();
  switch (what.where.to->what) {
    case resource::live:
      return document({{"status", "pass"}});
    case resource::ready: {
      WHORL_TRY(store.log->tail(stream_id::bookings));
      return document({{"status", "pass"}});
    }
    case resource::metrics: {
      response out;
      out.content_type = "text/plain; version=0.0.4";
      out.body = metrics_.text(store, connections_());
      return out;
    }
    case resource::openapi: {
      response out;
      out.body = http::openapi_document(WHORL_VERSION);
      return out;
    }
    case resource::bookings:
      return bookings(what);
    case resource::booking: {
      WHORL_ASSIGN(const auto row, visible_booking(what));
      return document(booking_state(row, is_booking_side(what.who.acts_as)));
    }
    case resource::answers: {
      WHORL_ASSIGN(auto row, visible_booking(what));
      WHORL_ASSIGN(const auto shown, show_booking(session_, what.who, std::move(row)));
      recorded("read answers", to_string(shown.row.accepted.booking), "identification");
      json out = booking_document(shown);
      // Files of this machine are nothing to a client, which asks by number.
      std::size_t number = 0;
      for (json& sent : out["sent"]) {
        sent.erase("file");
        sent["message"] = ++number;
      }
      return document(out);
    }
    case resource::message:
      recorded("read message", path_value(what.where, "booking"), "identification");
      return message(what);
    case resource::cases:
      recorded("read cases", "cases", "oversight");
      return cases(what);
    case resource::one_case: {
      WHORL_ASSIGN(const case_id id, parse_case_id(path_value(what.where, "case")));
      WHORL_ASSIGN(const auto row, store.cases->get(id));
      WHORL_ASSIGN(auto booked, store.bookings->get(row.events.front().booking));
      WHORL_ASSIGN(const auto booking, show_booking(session_, what.who, std::move(booked)));
      recorded("read case", to_string(id), "case work");
      return document(case_document(row, booking));
    }
    case resource::audit:
      recorded("read audit", "audit", "oversight");
      return audit(what);
    case resource::submit:
      break;
  }
  return make_error(errc::internal, "a route without a resource");
}

result<storage::booking_row> service::visible_booking(const asked& what) {
  WHORL_ASSIGN(const booking_id id, parse_booking_id(path_value(what.where, "booking")));
  WHORL_ASSIGN(auto row, session_.store().bookings->get(id));
  if (!may_see(what.who, row.accepted))
    return make_error(errc::forbidden, "a booking of another agency");
  return row;
}

result<response> service::bookings(const asked& what) {
  WHORL_ASSIGN(const std::size_t most, limit_of(what.where));
  WHORL_ASSIGN(const auto rows, session_.store().bookings->list(most));
  json out = json::array();
  for (const auto& row : rows)
    if (may_see(what.who, row.accepted))
      out.push_back(booking_state(row, is_booking_side(what.who.acts_as)));
  return document({{"bookings", out}});
}

result<response> service::message(const asked& what) {
  WHORL_ASSIGN(auto row, visible_booking(what));
  WHORL_ASSIGN(const auto shown, show_booking(session_, what.who, std::move(row)));
  const std::size_t count = shown.messages.size();
  if (count == 0) return make_error(errc::not_found, "no answer has gone out yet");
  WHORL_ASSIGN(const std::size_t which,
               number_of(path_value(what.where, "message"), "message", count));
  WHORL_ASSIGN(const bytes body,
               session_.store().keys->open(shown.messages[which - 1].queued.body));
  response out;
  out.content_type = "application/octet-stream";
  out.body.assign(reinterpret_cast<const char*>(body.data()), body.size());
  return out;
}

result<response> service::cases(const asked& what) {
  WHORL_ASSIGN(const std::size_t most, limit_of(what.where));
  WHORL_ASSIGN(const auto rows, session_.store().cases->list(most));
  json out = json::array();
  for (const auto& row : rows) out.push_back(case_line(row));
  return document({{"cases", out}});
}

result<response> service::audit(const asked& what) {
  WHORL_ASSIGN(const std::size_t most, limit_of(what.where));
  const auto object = what.where.query.find("object");
  WHORL_ASSIGN(const auto rows,
               session_.store().audit->rows(
                   object == what.where.query.end() ? std::string() : object->second, most));
  json out = json::array();
  for (const auto& row : rows) out.push_back(audit_document(row));
  return document({{"audit", out}});
}

}  // namespace whorl::apps
