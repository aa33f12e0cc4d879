// The interface as a table: which method and path is which resource, who may ask and with what. The
// service, its tests and the OpenAPI document are held against this one table.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/policy_core.hpp"
#include "apps/http/message.hpp"

namespace whorl::apps::http {

enum class resource : std::uint8_t {
  live,
  ready,
  metrics,
  openapi,
  token,
  submit,
  bookings,
  booking,
  events,
  answers,
  message,
  cases,
  one_case,
  step,
  review,
  reviews,
  queue,
  rules,
  report,
  audit,
  sights,
  cluster,
  cluster_order,
  exchange_keys
};

struct route {
  std::string_view method, pattern;  ///< {name} stands for one segment
  resource what;
  bool open = false;                         ///< to whoever connects
  std::vector<actors::permission> any_of{};  ///< one is enough; empty: every principal
  std::vector<std::string_view> query{};     ///< parameters it takes
  std::string_view takes{};                  ///< schema of the JSON body (schemas.hpp); empty: none
  std::string_view gives{};                  ///< and of the JSON answer; empty: it is none
  std::string_view summary{};
  /// To other exchanges alone, by the names of their certificates: to no principal.
  bool for_exchanges = false;
  bool takes_body() const { return !takes.empty(); }
};
std::span<const route> routes();

/// The same table as an OpenAPI 3.1 document.
std::string openapi_document(std::string_view version);
/// And for people: each route, and which role may ask for it (docs/API.md).
std::string routes_markdown();

/// A request's target taken apart and matched.
struct matched {
  const route* to = nullptr;
  std::map<std::string, std::string, std::less<>> path, query;
};
/// The route (HEAD: that of GET), or the problem to answer with: 400 (not a path, bad escapes, a
/// parameter that is not the route's or stands twice), 404, 405 with Allow, 414.
struct match_result {
  std::optional<matched> found;
  response refusal;
};
match_result match(std::string_view method, std::string_view target);

bool may(actors::role who, const route& to);

}  // namespace whorl::apps::http
