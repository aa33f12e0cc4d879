// A request as it comes off the wire: Beast's parser under the gateway's limits, then the table of
// routes and the problem that answers what is none.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "apps/http/problem.hpp"
#include "apps/http/routes.hpp"
#include "messages/limits.hpp"

namespace {

void judge(std::string_view method, std::string_view target) {
  using namespace whorl::apps::http;
  const match_result found = match(method, target);
  if (found.found) return;
  const bool clients = found.refusal.status >= 400 && found.refusal.status < 500;
  if (!clients || !nlohmann::json::accept(found.refusal.body)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace http = boost::beast::http;
  http::request_parser<http::string_body> parser;
  parser.header_limit(whorl::limits::http_head_bytes_max);
  parser.body_limit(whorl::limits::transaction_bytes_max);
  parser.eager(true);
  boost::beast::error_code failed;
  // In two pieces, as TLS records cut it.
  std::size_t used = 0;
  for (const std::size_t end : {size / 2, size}) {
    while (used < end && !failed && !parser.is_done()) {
      const std::size_t n = parser.put(boost::asio::buffer(data + used, end - used), failed);
      used += n;
      if (failed == http::error::need_more) {
        failed = {};
        break;
      }
      if (n == 0) break;
    }
  }
  if (parser.is_header_done()) {
    const auto& head = parser.get();
    judge({head.method_string().data(), head.method_string().size()},
          {head.target().data(), head.target().size()});
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  judge("GET", text);
  return 0;
}
