#include "apps/client/answer.hpp"

#include <algorithm>

namespace whorl::apps::client {
namespace {

errc code_of_status(unsigned status) {
  switch (status) {
    case 400:
    case 405:
    case 415:
      return errc::invalid_input;
    case 401:
    case 403:
      return errc::forbidden;
    case 404:
      return errc::not_found;
    case 409:
      return errc::conflict;
    case 410:
      return errc::purged;
    case 411:
    case 413:
    case 414:
    case 431:
      return errc::limit_exceeded;
    case 422:
      return errc::unsupported;
    case 429:
    case 503:
      return errc::overloaded;
    default:
      return errc::unavailable;
  }
}

std::string text_of(const json& problem, const char* member) {
  const auto found = problem.find(member);
  return found != problem.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// By the last part of urn:whorl:problem:CODE.
errc code_of(const json& problem, unsigned status) {
  const std::string type = text_of(problem, "type");
  const std::string name = type.substr(type.rfind(':') + 1);
  for (int i = 1; i < 32; ++i)
    if (const auto code = static_cast<errc>(i); to_string(code) == name) return code;
  return code_of_status(status);
}

}  // namespace

error error_of(const remote_answer& answer) {
  const json problem = json::parse(answer.body, nullptr, false);
  if (problem.is_discarded() || !problem.is_object())
    return make_error(code_of_status(answer.status),
                      "the gateway answered " + std::to_string(answer.status));
  const std::string title = text_of(problem, "title"), detail = text_of(problem, "detail");
  return make_error(code_of(problem, answer.status),
                    (title.empty() ? std::to_string(answer.status) : title) +
                        (detail.empty() || detail == title ? "" : ": " + detail));
}

result<json> document_of(const remote_answer& answer) {
  if (answer.status < 200 || answer.status > 299) return error_of(answer);
  json out = json::parse(answer.body, nullptr, false);
  if (out.is_discarded())
    return make_error(errc::corrupt, "the gateway's answer is no JSON: is this a whorl gateway?");
  return out;
}

std::optional<std::int64_t> wait_before_retry(const remote_answer& answer, int tried) {
  if ((answer.status != 429 && answer.status != 503) || tried >= tries_max) return std::nullopt;
  return std::clamp<std::int64_t>(answer.retry_after_s, 1, 30);
}

std::string cell(const json& row, std::string_view member) {
  const json* at = &row;
  while (!member.empty()) {
    const std::size_t dot = member.find('.');
    if (!at->is_object()) return "-";
    const auto found = at->find(std::string(member.substr(0, dot)));
    if (found == at->end()) return "-";
    at = &*found;
    member = dot == std::string_view::npos ? std::string_view() : member.substr(dot + 1);
  }
  if (at->is_null()) return "-";
  if (at->is_string()) {
    std::string text;
    for (const char c : at->get_ref<const std::string&>())
      text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return text.empty() ? "-" : text;
  }
  return at->dump();
}

}  // namespace whorl::apps::client
