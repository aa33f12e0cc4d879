// The interface's table: every path and method is a route or a problem, whatever the bytes.
#include "apps/http/routes.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/http/problem.hpp"
#include "apps/http/rate_limit.hpp"
#include "apps/http/target.hpp"
#include "messages/limits.hpp"

namespace whorl::test {

using namespace apps::http;
using nlohmann::json;

TEST_CASE("routes: every route of the table matches its own path") {
  for (const route& r : routes()) {
    std::string path(r.pattern);
    for (std::size_t at; (at = path.find('{')) != std::string::npos;)
      path.replace(at, path.find('}') - at + 1, "x1");
    CAPTURE(path);
    const auto found = match(r.method, path);
    REQUIRE(found.found);
    CHECK(found.found->to == &r);
    CHECK_FALSE(match("PATCH", path).found);
    CHECK(match("PATCH", path).refusal.status == 405);
    for (const auto& [name, value] : found.found->path) CHECK(value == "x1");
    const auto head = match("HEAD", path);  // wherever there is GET, and nowhere else
    if (r.method == "GET") CHECK(head.found->to == &r);
    if (!head.found) CHECK(head.refusal.headers.front().second.find("GET") == std::string::npos);
  }
}

TEST_CASE("routes: what is none gets the problem that says why") {
  const auto status = [](const std::string& target) {
    const auto found = match("GET", target);
    return found.found ? 200u : found.refusal.status;
  };
  CHECK(status("/v1/bookings") == 200);
  CHECK(status("/v1/bookings?") == 200);
  CHECK(status("/v1/bookings?limit=5") == 200);
  CHECK(status("/v1/bookings/") == 200);  // an empty id, which the resource refuses
  CHECK(status("/v1/%62ookings") == 200);
  CHECK(status("/v1/bookings?limit=5&limit=6") == 400);
  CHECK(status("/v1/bookings?lim=5") == 400);
  CHECK(status("/v1/bookings/%zz") == 400);
  CHECK(status("/v1/bookings/%0a") == 400);
  CHECK(status("/v1/bookings/%4") == 400);
  CHECK(status("https://elsewhere/v1/bookings") == 400);
  CHECK(status("") == 400);
  CHECK(status("/V1/bookings") == 404);
  CHECK(status("/v1//bookings") == 404);
  CHECK(status("/v1/bookings/a/b/c/d") == 404);
  CHECK(status("/" + std::string(limits::http_target_bytes_max, 'a')) == 414);
}

TEST_CASE("target: a media type is told whatever its case and parameters") {
  for (const char* same : {"application/json", "Application/JSON", "application/json;charset=utf-8",
                           "application/json ; charset=utf-8"})
    CHECK(is_media_type(same, "application/json"));
  for (const char* other :
       {"", "application", "application/jsonp", "application/json-seq", "text/json",
        " application/json", "application/octet-stream; a=application/json"})
    CHECK_FALSE(is_media_type(other, "application/json"));
}

TEST_CASE("target: only identity leaves a body as it is, in whatever list and case") {
  for (const char* same : {"", "identity", "Identity", " identity , identity", ",", "\t"})
    CHECK(is_identity(same));
  for (const char* coded : {"gzip", "x-gzip", "br", "identity, gzip", "gzip,identity", "identit",
                            "identity gzip", "identityy", "*"})
    CHECK_FALSE(is_identity(coded));
}

TEST_CASE("routes: any bytes give a route or a problem of the client's (property)") {
  CHECK(rc::check([](const std::string& method, const std::string& target) {
    for (const std::string& whole :
         {target, "/" + target, "/v1/bookings/" + target, "/v1/bookings?limit=" + target}) {
      const auto found = match(method, whole);
      if (found.found) continue;
      RC_ASSERT(found.refusal.status >= 400u);
      RC_ASSERT(found.refusal.status < 500u);
      RC_ASSERT(json::parse(found.refusal.body)["status"] == found.refusal.status);
    }
  }));
}

TEST_CASE(
    "routes: nothing but health is open, and a role meets only what one of its permissions "
    "allows") {
  using actors::role;
  for (const route& r : routes()) CHECK(r.open == r.pattern.starts_with("/health/"));
  const auto allowed = [](role who, std::string_view method, std::string_view path) {
    const auto found = match(method, path);
    REQUIRE(found.found);
    return may(who, *found.found->to);
  };
  CHECK(allowed(role::lea, "POST", "/v1/bookings"));
  CHECK_FALSE(allowed(role::examiner, "POST", "/v1/bookings"));
  CHECK_FALSE(allowed(role::oversight, "POST", "/v1/bookings"));
  CHECK_FALSE(allowed(role::lea, "GET", "/v1/cases"));
  CHECK_FALSE(allowed(role::sib, "GET", "/v1/audit"));
  CHECK(allowed(role::oversight, "GET", "/v1/audit"));
  CHECK_FALSE(allowed(role::operator_, "GET", "/v1/bookings/B1/messages/1"));
}

TEST_CASE("openapi: the document names every route, with its security") {
  const json document = json::parse(openapi_document("1.2.3"));
  CHECK(document["openapi"] == "3.1.0");
  std::size_t operations = 0;
  for (const auto& [path, methods] : document["paths"].items()) operations += methods.size();
  const auto of_get = std::count_if(routes().begin(), routes().end(),
                                    [](const route& r) { return r.method == "GET"; });
  CHECK(operations == routes().size() + static_cast<std::size_t>(of_get));  // each has its HEAD
  for (const route& r : routes()) {
    std::string method(r.method);
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const json& operation = document["paths"][std::string(r.pattern)][method];
    CHECK(operation["summary"] == r.summary);
    CHECK(operation.contains("security") == r.open);
    CHECK(operation.contains("requestBody") == r.takes_body());
    if (r.takes_body()) {
      const json& content = operation["requestBody"]["content"];
      CHECK(content.contains("application/json"));
      CHECK(content.contains("application/octet-stream") == (r.what == resource::submit));
    }
    CHECK(operation["responses"].contains("default"));
    // What it names is there, and what is there is named below.
    for (const auto name : {r.takes, r.gives})
      CHECK((name.empty() || document["components"]["schemas"].contains(std::string(name))));
    CHECK(document["paths"][std::string(r.pattern)].contains("head") ==
          document["paths"][std::string(r.pattern)].contains("get"));
  }
}

TEST_CASE("openapi: every schema is one of a route's, or of one that is") {
  const json document = json::parse(openapi_document("1.2.3"));
  const std::string whole = document.dump();
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    CAPTURE(name);
    CHECK(whole.find("\"#/components/schemas/" + name + "\"") != std::string::npos);
  }
  for (const auto& r : routes()) {
    const bool has_json = r.what != resource::metrics && r.what != resource::events &&
                          r.what != resource::message && !r.for_exchanges;
    CHECK(has_json == !r.gives.empty());
  }
}

TEST_CASE("problem: every error has a status, and a client's fault is none of the server's") {
  for (int code = 1; code <= 16; ++code) {
    const response out = problem({static_cast<errc>(code), "why"});
    const json document = json::parse(out.body);
    CHECK(document["status"] == out.status);
    CHECK(document["detail"] == "why");
    CHECK(out.content_type == "application/problem+json");
  }
  for (const errc code : {errc::invalid_input, errc::unsupported, errc::limit_exceeded,
                          errc::not_found, errc::content_mismatch, errc::forbidden})
    CHECK(status_of(code) / 100 == 4);
  CHECK(problem({errc::overloaded, ""}).headers.front().first == "Retry-After");
  CHECK_NOTHROW(json::parse(problem({errc::invalid_input, "\xff\xfe"}).body));
}

TEST_CASE("rate limit: a burst, then the rate; one sender's haste is not another's") {
  rate_limit limit(10, 3, 100);
  for (int i = 0; i < 3; ++i) CHECK(limit.take("a", 1000));
  CHECK_FALSE(limit.take("a", 1000));
  CHECK(limit.take("b", 1000));
  CHECK_FALSE(limit.take("a", 1099));
  CHECK(limit.take("a", 1100));
  CHECK_FALSE(limit.take("a", 1100));
  CHECK_FALSE(limit.take("a", 0));  // a clock that goes back gives nothing
}

TEST_CASE("rate limit: it remembers only so many, and forgets those who have been quiet") {
  rate_limit limit(10, 1, 2);
  CHECK(limit.take("a", 0));
  CHECK(limit.take("b", 0));
  CHECK_FALSE(limit.take("c", 50));
  CHECK(limit.take("c", 1000));
  CHECK(limit.senders() <= 2);
}

TEST_CASE("rate limit: over any time no more than the burst and the rate pass (property)") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& waits) {
    rate_limit limit(100, 5, 4);
    std::int64_t now = 0;
    std::size_t passed = 0;
    for (const auto wait : waits) {
      now += wait;
      passed += limit.take("a", now);
    }
    RC_ASSERT(static_cast<double>(passed) <= 5 + static_cast<double>(now) / 1000 * 100 + 1e-6);
  }));
}

}  // namespace whorl::test
