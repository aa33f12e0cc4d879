#include "apps/osia/errors.hpp"

#include <nlohmann/json.hpp>

namespace whorl::apps::osia {
namespace {

unsigned nearest(unsigned wanted, const description* asked) {
  // Unknown and conflicting ids are bad requests where the standard has no status of their own.
  return asked == nullptr || asked->answers(wanted) ? wanted : 400;
}

}  // namespace

unsigned status_of(errc code, const description* asked) {
  switch (code) {
    case errc::invalid_input:
    case errc::unsupported:
    case errc::limit_exceeded:
      return 400;
    case errc::forbidden:
      return 403;
    case errc::not_found:
    case errc::purged:
      return nearest(404, asked);
    case errc::conflict:
    case errc::content_mismatch:
      return nearest(409, asked);
    case errc::overloaded:
    case errc::unavailable:
    case errc::timeout:
    case errc::storage_full:
      return 503;
    case errc::corrupt:
    case errc::wrong_version:
    case errc::io:
    case errc::internal:
      return 500;
  }
  return 500;
}

http::response refusal(unsigned status, const error& why) {
  http::response out;
  out.status = status;
  out.body = nlohmann::json{{"code", static_cast<int>(why.code)}, {"message", why.message}}.dump(
                 2, ' ', false, nlohmann::json::error_handler_t::replace) +
             "\n";
  if (status == 503) out.headers.emplace_back("Retry-After", "1");
  return out;
}

http::response refusal(const error& why, const description* asked) {
  return refusal(status_of(why.code, asked), why);
}

}  // namespace whorl::apps::osia
