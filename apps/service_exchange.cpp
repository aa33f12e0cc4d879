// The route that is for other exchanges: keys, to one that stands by (apps/exchanges).
#include <algorithm>
#include <charconv>

#include "apps/http/problem.hpp"
#include "apps/metric_text.hpp"
#include "apps/service.hpp"
#include "messages/wire.hpp"
#include "storage/cipher.hpp"

namespace whorl::apps {
namespace {

using http::response;

response page_response(result<key_page> page) {
  if (!page) return http::problem(page.error());
  response out;
  out.content_type = "application/octet-stream";
  bytes frame = wire::encode(*page);
  for (key_copy& each : page->keys)
    if (each.secret) storage::wipe(*each.secret);
  out.body.assign(reinterpret_cast<const char*>(frame.data()), frame.size());
  storage::wipe(frame);
  return out;
}

/// What is asked for: a page of all keys behind one, or what changed since a position.
struct key_question {
  std::optional<key_id> listed;
  std::optional<std::uint64_t> feed;
  std::uint64_t after = 0;
};
result<key_question> parse_question(const http::matched& where) {
  const auto number = [&](const char* name) -> result<std::optional<std::uint64_t>> {
    const auto given = where.query.find(name);
    if (given == where.query.end()) return std::optional<std::uint64_t>{};
    std::uint64_t value = 0;
    const char* const end = given->second.data() + given->second.size();
    const auto read = std::from_chars(given->second.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end)
      return make_error(errc::invalid_input, std::string(name) + ": expected a number");
    return std::optional(value);
  };
  WHORL_ASSIGN(const auto owner, number("owner"));
  WHORL_ASSIGN(const auto purpose, number("purpose"));
  WHORL_ASSIGN(const auto feed, number("feed"));
  WHORL_ASSIGN(const auto after, number("after"));
  if (owner.has_value() != purpose.has_value() || feed.has_value() != after.has_value() ||
      (owner && feed) || (purpose && *purpose > 255))
    return make_error(errc::invalid_input,
                      "expected owner and purpose, or feed and after, or none");
  key_question out;
  if (owner) out.listed = key_id{*owner, static_cast<key_purpose>(*purpose)};
  out.feed = feed;
  out.after = after.value_or(0);
  return out;
}

}  // namespace

std::optional<response> service::judge_exchange(const http::request& head,
                                                std::uint64_t body_bytes) {
  const status known = lasting_->callers.exchange(head.from, lasting_->exchange_names, wall_now());
  if (known)
    return body_bytes == 0
               ? std::nullopt
               : std::optional(http::problem(400, "invalid_input", "this path takes no body"));
  const auto principal = who(head);
  lasting_->record_refusal(head, principal ? &*principal : nullptr, "/v1/exchange/keys",
                           known.error().message);
  if (principal) return http::problem(403, "forbidden", "this is for other exchanges alone");
  return http::problem(known.error().code == errc::forbidden ? 401 : 503,
                       known.error().code == errc::forbidden ? "unauthenticated" : "unavailable",
                       known.error().message);
}

std::string service::exchange_metrics() const {
  if (keys_ == nullptr) return {};
  const exchanges::key_feed_counts now = keys_->counts();
  metric_text out;
  for (const std::string& name : lasting_->exchange_names)
    out.gauge("whorl_exchange_in_sync", "1: it has every key and could take over",
              std::ranges::count(now.in_sync, name) > 0 ? 1 : 0, {{"exchange", name}});
  out.counter("whorl_exchange_key_changes_total", "keys made or destroyed since it took the lease",
              now.changes);
  out.counter("whorl_exchange_dropped_total",
              "others that did not take over a change of keys in time", now.dropped);
  return out.text();
}

void service::give_keys(asked what, http::request whole, http::reply_function reply) {
  what.who.name = whole.from.name;
  const auto counted = counting(whole, what, std::move(reply));
  if (const status known =
          lasting_->callers.exchange(whole.from, lasting_->exchange_names, wall_now());
      !known)
    return counted(http::problem(known.error()));
  if (keys_ == nullptr)
    return counted(http::problem(404, "not_found", "this exchange has no others: no [exchange]"));
  const auto question = parse_question(what.where);
  if (!question) return counted(http::problem(question.error()));
  if (question->feed)
    return keys_->follow(
        whole.from.name, *question->feed, question->after,
        [counted](result<key_page> page) { counted(page_response(std::move(page))); });
  if (question->listed) {
    const bool taken = paging_.post([this, listed = question->listed, counted] {
      counted(page_response(keys_->list(listed)));
    });
    if (!taken) counted(http::problem(503, "overloaded", "too many requests wait: ask again"));
    return;
  }
  audit_row row{{}, whole.from.name, "exchange", "keys copied", "exchange", "stands by", {}};
  lasting_->node.append_later(
      {session::audit_of(std::move(row))}, [feed = keys_, counted](const auto& done) {
        if (!done.empty() && done.front()) return counted(page_response(feed->list(std::nullopt)));
        counted(http::problem(503, "unavailable", "the audit could not be written"));
      });
}

}  // namespace whorl::apps
