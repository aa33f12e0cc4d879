// Requests and responses between Beast's types and ours. Part of connection.cpp, the one file that
// Beast is compiled in.
#pragma once

#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "apps/http/message.hpp"
#include "apps/http/problem.hpp"
#include "apps/http/shares.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::http {

/// RFC 6750 2.1; empty for another scheme.
inline std::string bearer_of(boost::beast::string_view authorization) {
  constexpr std::size_t scheme = 7;  // "Bearer "
  if (authorization.size() <= scheme ||
      !boost::beast::iequals(authorization.substr(0, scheme), "Bearer "))
    return {};
  return std::string(authorization.substr(scheme));
}

/// Every line of a list (RFC 9110 5.3), as one.
template <class Head>
std::string whole_list(const Head& head, boost::beast::http::field name) {
  std::string out;
  const auto [first, last] = head.equal_range(name);
  for (auto line = first; line != last; ++line)
    out += (out.empty() ? "" : ",") + std::string(line->value());
  return out;
}

/// Without its body, which has not come.
template <class Head>
request request_of(const Head& head, const peer& from) {
  request out;
  out.from = from;
  out.method = std::string(head.method_string());
  out.target = std::string(head.target());
  out.content_type = std::string(head[boost::beast::http::field::content_type]);
  out.content_encoding = whole_list(head, boost::beast::http::field::content_encoding);
  out.bearer = bearer_of(head[boost::beast::http::field::authorization]);
  out.begun = std::chrono::steady_clock::now();
  return out;
}

/// What is answered to a head that is whole and not spoken here, if it is such.
template <class Head>
std::optional<response> unspoken(const Head& head, bool has_length, bool has_body) {
  if (has_body && !has_length)
    return problem(411, "invalid_input", "a body needs a Content-Length");
  if (head.version() != 11 || head.find(boost::beast::http::field::host) == head.end())
    return problem(400, "invalid_input", "HTTP/1.1 with one Host is spoken here");
  return std::nullopt;
}

/// What is answered to bytes that are no request of ours.
inline response malformed(const boost::system::error_code& failed) {
  using boost::beast::http::error;
  const auto too_long = [](unsigned status, const char* what, std::size_t most) {
    return problem(status, "limit_exceeded",
                   std::string(what) + " has more than " + std::to_string(most) + " bytes");
  };
  if (failed == error::header_limit || failed == error::buffer_overflow)
    return too_long(431, "the head", limits::http_head_bytes_max);
  if (failed == error::body_limit) return too_long(413, "the body", limits::transaction_bytes_max);
  return problem(400, "invalid_input", "not a request of HTTP/1.1: " + failed.message());
}

template <class Head>
void put_head(Head& head, const response& from, bool keep) {
  head.result(from.status);
  head.reason(std::string(phrase_of(from.status)));
  head.set(boost::beast::http::field::content_type, from.content_type);
  head.set(boost::beast::http::field::cache_control, "no-store");
  head.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : from.headers) head.set(name, value);
  head.keep_alive(keep);
}

using whole_message = boost::beast::http::response<boost::beast::http::string_body>;

/// `headless`: to HEAD, whose response has GET's head and no body.
inline std::shared_ptr<whole_message> message_of(response from, bool keep, bool headless) {
  auto out = std::make_shared<whole_message>();
  put_head(*out, from, keep);
  out->body() = std::move(from.body);
  out->prepare_payload();
  if (!headless) return out;
  out->body().clear();                                                   // Content-Length stays
  if (from.more) out->erase(boost::beast::http::field::content_length);  // GET's has none
  return out;
}

/// What a response in chunks needs until its end, and its place among them.
struct growing_response {
  std::function<std::optional<std::string>()> more;
  place among;
  boost::beast::http::response<boost::beast::http::empty_body> head{};
  boost::beast::http::response_serializer<boost::beast::http::empty_body> serializer{head};
  std::string text{};

  growing_response(const response& from, bool keep) : more(from.more) {
    put_head(head, from, keep);
    head.chunked(true);
  }
};

}  // namespace whorl::apps::http
