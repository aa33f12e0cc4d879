#include "apps/service.hpp"

#include <algorithm>
#include <chrono>

#include "apps/booking_json.hpp"
#include "apps/http/problem.hpp"
#include "apps/http/target.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using http::resource;
using http::response;

/// Of a JSON body that is read on its connection's thread.
constexpr std::size_t body_bytes_at_once = 16u << 10;

/// True when nothing of the answer is a person's, so that no row of the audit is due.
bool is_plain(resource what) {
  return what == resource::live || what == resource::ready || what == resource::metrics ||
         what == resource::openapi || what == resource::bookings || what == resource::booking ||
         what == resource::events || what == resource::rules || what == resource::cluster ||
         what == resource::exchange_keys;
}

bool is_json(std::string_view content_type) {
  return http::is_media_type(content_type, "application/json");
}

/// The same for OSIA's table, which has no HEAD: the connection leaves the body out.
http::request as_get(http::request head) {
  if (head.method == "HEAD") head.method = "GET";
  return head;
}

/// Nothing is unpacked here: a small body could be any size then.
std::optional<response> refuse_coding(const http::request& head, std::uint64_t body_bytes) {
  if (body_bytes == 0 || http::is_identity(head.content_encoding)) return std::nullopt;
  response out =
      http::problem(415, "unsupported",
                    "Content-Encoding '" + printable(head.content_encoding.substr(0, 40)) +
                        "' is not unpacked here: send the body as it is");
  out.headers.emplace_back("Accept-Encoding", "identity");  // RFC 9110 12.5.3
  return out;
}

/// What can be said of a body before it comes.
std::optional<response> judge_body(const http::request& head, const http::route& to,
                                   std::uint64_t body_bytes) {
  if (!to.takes_body())
    return body_bytes == 0
               ? std::nullopt
               : std::optional(http::problem(400, "invalid_input", "this path takes no body"));
  if (body_bytes == 0)
    return http::problem(400, "invalid_input", "a body is expected: an EBTS transaction, or JSON");
  if (auto refused = refuse_coding(head, body_bytes)) return refused;
  if (to.what != resource::submit && !is_json(head.content_type))
    return http::problem(415, "unsupported", "Content-Type application/json is expected");
  // JSON takes many times its size once it is read.
  const std::size_t most =
      is_json(head.content_type) ? limits::osia_body_bytes_max : limits::transaction_bytes_max;
  if (body_bytes > most)
    return http::problem(413, "limit_exceeded",
                         "the body has more than " + std::to_string(most) + " bytes");
  if (!head.content_type.empty() && !is_json(head.content_type) &&
      !http::is_media_type(head.content_type, "application/octet-stream"))
    return http::problem(415, "unsupported",
                         "Content-Type application/octet-stream or application/json is expected");
  return std::nullopt;
}

/// Its name in the standard; of what is asked as GET.
std::string_view osia_operation_of(const http::request& head) {
  std::string allow;
  const auto found = osia::match(head.method, head.target, allow);
  return found ? found->to->id : "-";
}

request_note note_of(const http::request& head, const asked& what) {
  request_note out;
  out.address = head.from.address;
  out.principal = what.who.name;
  if (!what.osia_operation.empty()) out.route = what.osia_operation;
  if (what.where.to == nullptr) return out;
  out.route = what.where.to->pattern;
  out.method = head.method == "HEAD" ? head.method : what.where.to->method;
  const auto booking = what.where.path.find("booking");
  if (booking == what.where.path.end()) return out;
  if (const auto id = parse_booking_id(booking->second)) out.booking = to_string(*id);
  return out;
}

/// The answer to who is nobody: 401, or 503 where that cannot be told.
response unknown(const error& why) {
  return why.code == errc::forbidden ? http::problem(401, "unauthenticated", why.message)
                                     : http::problem(why);
}

/// What a refused request asked for, as the object of its audit row: a path begins with /, so that
/// nobody can put rows under a booking's or a person's id by asking for it.
std::string path_asked(const http::request& head) {
  return head.target.starts_with('/') ? printable(head.target.substr(0, 200)) : "-";
}

}  // namespace

service::service(session& s, actors::local_node& node, osia::desk& desk, service_settings settings,
                 std::function<std::size_t()> connections)
    : session_(s),
      tokens_(std::move(settings.tokens)),
      token_seconds_(settings.token_seconds),
      follow_seconds_(settings.follow_seconds),
      retention_(std::move(settings.retention)),
      osia_(desk),
      is_exchange_(settings.is_exchange),
      keys_(settings.keys),
      lasting_(std::make_shared<lasting>(s, node, std::move(settings))),
      connections_(std::move(connections)),
      steps_(s.store(), s.board(), node, s.settings().cases,
             [this](const std::string& name, bool is_protected) {
               return lasting_->callers.may_take_over(name, is_protected);
             }) {}

http::server_hooks service::hooks() {
  return {[keep = lasting_](const http::peer& who) {
            return keep->callers.who(who, wall_now()) ||
                   keep->callers.exchange(who, keep->exchange_names, wall_now());
          },
          [this](const http::request& head, std::uint64_t size) { return admit(head, size); },
          [this](http::request whole, http::reply_function reply) {
            handle(std::move(whole), std::move(reply));
          },
          [keep = lasting_](unsigned status) {
            request_note note;
            note.status = status;
            keep->note(note);
          }};
}

result<http::peer> service::identify(const http::request& whole) const {
  // A certificate, good or bad, says who it is; a token counts where none was shown.
  const bool has_none = whole.from.serial.empty() && whole.from.fault.empty();
  if (!has_none || whole.bearer.empty()) return whole.from;
  return tokens_.read(whole.bearer, whole.from, wall_now());
}

result<actors::principal> service::who(const http::request& whole) {
  WHORL_ASSIGN(const http::peer shown, identify(whole));
  return lasting_->callers.who(shown, wall_now());
}

status service::finish() {
  if (auto row = lasting_->summary(true)) return session_.append({*std::move(row)});
  return {};
}

std::optional<response> service::judge(const http::request& head, std::uint64_t body_bytes,
                                       asked& out) {
  if (auto row = lasting_->summary(false))
    lasting_->node.append_later({*std::move(row)}, [](const auto&) {});
  auto found = http::match(head.method, head.target);
  const bool open = found.found && found.found->to->open;
  if (is_exchange_ && !(found.found && found.found->to->what == resource::live))
    if (const status now = is_exchange_(); !now) return http::problem(now.error());
  if (found.found && found.found->to->for_exchanges) return judge_exchange(head, body_bytes);
  if (!open) {
    // Identity before anything else: a stranger learns not even which paths there are.
    auto found_who = who(head);
    if (!found_who) {
      lasting_->record_refusal(head, nullptr, path_asked(head), found_who.error().message);
      return unknown(found_who.error());
    }
    out.who = *std::move(found_who);
    if (!lasting_->callers.may_ask(out.who, steady_ms()))
      return http::problem(429, "overloaded", "more requests than this principal may send");
  }
  if (osia::is_ours(head.target)) {
    std::string pattern, why;
    const http::request got = as_get(head);
    out.osia_operation = osia_operation_of(got);
    if (auto coded = refuse_coding(head, body_bytes)) return coded;
    auto refused = osia_.admit(got, body_bytes, out.who, pattern, why);
    if (!why.empty()) lasting_->record_refusal(head, &out.who, path_asked(head), why);
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
    lasting_->record_refusal(head, &out.who, path_asked(head), why);
    return http::problem(403, "forbidden", why);
  }
  return judge_body(head, *out.where.to, body_bytes);
}

http::admission service::admit(const http::request& head, std::uint64_t body_bytes) {
  // JSON takes many times its size once it is read: 16 bytes for a number of one digit.
  constexpr std::uint64_t json_factor = 8;
  static_assert(limits::osia_body_bytes_max * json_factor <=
                limits::http_body_bytes_waiting_max / 4);  // the largest fits into a share
  asked what;
  http::admission out{judge(head, body_bytes, what)};
  if (out.refusal) {
    request_note note = note_of(head, what);
    note.status = out.refusal->status;
    lasting_->note(note);
  }
  out.sender = what.who.name;
  // What is below /osia is JSON also where it does not say so.
  const bool json_body = is_json(head.content_type) || osia::is_ours(head.target);
  out.memory = body_bytes * (json_body ? json_factor : 1);
  return out;
}

http::reply_function service::counting(const http::request& whole, const asked& what,
                                       http::reply_function reply) {
  return [keep = lasting_, note = note_of(whole, what), begun = whole.begun,
          reply = std::move(reply)](response out) {
    using namespace std::chrono;
    request_note done = note;
    done.status = out.status;
    done.micros = duration_cast<microseconds>(steady_clock::now() - begun).count();
    if (out.booking) done.booking = to_string(*out.booking);
    keep->note(done);
    reply(std::move(out));
  };
}

void service::handle(http::request whole, http::reply_function reply) {
  // Admitted when its head came; what that decided is not carried along, so that no request is
  // ever served on somebody else's word. Its body was counted then.
  asked what;
  const bool is_osia = osia::is_ours(whole.target);
  if (is_osia) {
    whole = as_get(std::move(whole));
    what.osia_operation = osia_operation_of(whole);
  } else {
    auto found = http::match(whole.method, whole.target);
    if (!found.found) return reply(std::move(found.refusal));
    what.where = *std::move(found.found);
    if (what.where.to->for_exchanges)
      return give_keys(std::move(what), std::move(whole), std::move(reply));
  }
  std::optional<error> nobody;
  if (is_osia || !what.where.to->open) {
    auto found_who = who(whole);
    if (found_who)
      what.who = *std::move(found_who);
    else
      nobody = found_who.error();
  }
  const auto counted = counting(whole, what, std::move(reply));
  if (nobody) {
    lasting_->record_refusal(whole, nullptr, path_asked(whole), nobody->message);
    return counted(unknown(*nobody));
  }
  http::side_thread* const beside = place_of(what, whole);
  if (beside == nullptr) return work_on(what, std::move(whole), counted);
  const bool taken = beside->post([this, what, whole = std::move(whole), counted]() mutable {
    try {
      work_on(what, std::move(whole), counted);
    } catch (const std::exception&) {  // memory that is not there: this request's misfortune alone
      counted(http::problem(500, "internal", "the request could not be worked on"));
    }
  });
  if (!taken) counted(http::problem(503, "overloaded", "too many such requests wait: ask again"));
}

/// Not on the connection's thread: bodies that take long to read, and what reads many rows. What
/// reads all that there is does not hold up pages either.
http::side_thread* service::place_of(const asked& what, const http::request& whole) {
  if (whole.body.size() > body_bytes_at_once &&
      (what.where.to == nullptr || is_json(whole.content_type)))
    return &parsing_;
  if (what.where.to == nullptr) return nullptr;
  switch (what.where.to->what) {
    case resource::bookings:
    case resource::audit:
      return &paging_;
    case resource::cases:
    case resource::queue:
    case resource::reviews:
    case resource::report:
    case resource::sights:
      return &sweeping_;
    default:
      return nullptr;
  }
}

void service::work_on(const asked& what, http::request whole, const http::reply_function& counted) {
  if (what.where.to == nullptr) return osia_.handle(std::move(whole), what.who, counted);
  if (what.where.to->what == resource::submit) return submit(what, std::move(whole), counted);
  if (what.where.to->what == resource::step) return take_step(what, std::move(whole), counted);
  if (what.where.to->what == resource::review)
    return steps_.review(what.who, what.where.path.find("booking")->second, whole.body, counted);
  reading about;
  auto out = answer(what, whole, about);
  if (!out && out.error().code == errc::forbidden)
    lasting_->record_refusal(whole, &what.who,
                             about.foreign.empty() ? path_asked(whole) : about.foreign,
                             out.error().message + ": " + path_asked(whole));
  // Another agency's booking is answered as one that is not there.
  if (!out && !about.foreign.empty())
    return counted(http::problem(what.where.to->what == resource::one_case ? no_such_case()
                                                                           : no_such_booking()));
  if (!out) return counted(http::problem(out.error()));
  if (is_plain(what.where.to->what)) return counted(*std::move(out));
  std::vector<storage::append_request> rows;
  for (std::string& object : about.objects)
    rows.push_back(session::audit_of({{},
                                      what.who.name,
                                      std::string(actors::to_string(what.who.acts_as)),
                                      about.action,
                                      std::move(object),
                                      about.purpose,
                                      "over HTTP"}));
  if (rows.empty()) return counted(*std::move(out));  // an empty list shows nobody
  lasting_->node.append_later(std::move(rows), [counted, out = *std::move(out)](const auto& done) {
    const bool recorded = std::ranges::all_of(done, [](const auto& row) { return bool(row); });
    counted(recorded ? out : http::problem(503, "unavailable", "the audit could not be written"));
  });
}

void service::take_step(const asked& what, http::request whole, http::reply_function reply) {
  const std::string& which = what.where.path.find("case")->second;
  const bytes body = std::exchange(whole.body, {});
  const auto parsed = parse_case_id(which);
  steps_.take(what.who, which, body, std::move(reply),
              [keep = lasting_, who = what.who, head = std::move(whole),
               object = parsed ? to_string(*parsed) : std::string("-")](const std::string& why) {
                keep->record_refusal(head, &who, object, why);
              });
}

void service::submit(const asked& what, http::request whole, http::reply_function reply) {
  bytes transaction = std::exchange(whole.body, {});
  if (is_json(whole.content_type)) {
    const std::string_view text(reinterpret_cast<const char*>(transaction.data()),
                                transaction.size());
    auto made = booking_of_json(text);
    if (!made) return reply(http::problem(made.error()));
    transaction = *std::move(made);
  }
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
        out.booking = done->booking;
        reply(std::move(out));
      });
}

}  // namespace whorl::apps
