#include "apps/http/problem.hpp"

#include <nlohmann/json.hpp>

namespace whorl::apps::http {

unsigned status_of(errc code) {
  switch (code) {
    case errc::invalid_input:
      return 400;
    case errc::forbidden:
      return 403;
    case errc::not_found:
      return 404;
    case errc::conflict:
    case errc::content_mismatch:
      return 409;
    case errc::purged:
      return 410;
    case errc::limit_exceeded:
      return 413;
    case errc::unsupported:
      return 422;
    case errc::overloaded:
    case errc::unavailable:
      return 503;
    case errc::timeout:
      return 504;
    case errc::storage_full:
      return 507;
    case errc::corrupt:
    case errc::wrong_version:
    case errc::io:
    case errc::internal:
      return 500;
  }
  return 500;
}

std::string_view phrase_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Internal Server Error";
  }
}

response problem(unsigned status, std::string_view code, std::string_view detail) {
  const nlohmann::ordered_json document = {{"type", "urn:whorl:problem:" + std::string(code)},
                                           {"title", phrase_of(status)},
                                           {"status", status},
                                           {"detail", detail}};
  response out;
  out.status = status;
  out.content_type = "application/problem+json";
  // Names that came from outside may not be UTF-8.
  out.body = document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (status == 503 || status == 429) out.headers.emplace_back("Retry-After", "1");
  return out;
}

response problem(const error& what) {
  return problem(status_of(what.code), to_string(what.code), what.message);
}

}  // namespace whorl::apps::http
