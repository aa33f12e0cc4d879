// A gateway's answers as a command understands them.
#include "apps/client/answer.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "apps/http/problem.hpp"

namespace whorl::test {

using namespace apps::client;

TEST_CASE("client: every problem of the gateway becomes the error that it was") {
  for (int code = 1; code <= 16; ++code) {
    const error was = make_error(static_cast<errc>(code), "what is wrong");
    const auto problem = apps::http::problem(was);
    const error read = error_of({problem.status, problem.content_type, problem.body, 0});
    CAPTURE(to_string(was.code));
    CHECK(read.code == was.code);
    CHECK(read.message.find("what is wrong") != std::string::npos);
  }
}

TEST_CASE("client: an answer that is no problem is an error by its status") {
  CHECK(error_of({403, "text/html", "<html>", 0}).code == errc::forbidden);
  CHECK(error_of({404, "", "", 0}).code == errc::not_found);
  CHECK(error_of({502, "", "{}", 0}).code == errc::unavailable);
  CHECK(error_of({429, "", "[1]", 0}).code == errc::overloaded);
  CHECK(document_of({200, "", "{\"a\": 1}", 0}).value()["a"] == 1);
  CHECK(document_of({200, "", "no json", 0}).error().code == errc::corrupt);
}

TEST_CASE("client: busy gateways are asked again, a few times and not at once") {
  CHECK(wait_before_retry({429, "", "", 7}, 0) == 7);
  CHECK(wait_before_retry({503, "", "", 0}, 0) == 1);
  CHECK(wait_before_retry({503, "", "", 9999}, tries_max - 1) == 30);
  CHECK_FALSE(wait_before_retry({503, "", "", 1}, tries_max));
  CHECK_FALSE(wait_before_retry({200, "", "", 1}, 0));
  CHECK_FALSE(wait_before_retry({409, "", "", 1}, 0));
}

TEST_CASE("client: cells of a listing") {
  const json row =
      json::parse(R"({"a": {"b": "x"}, "n": 3, "none": null, "odd": "a\u001bb", "e": ""})");
  CHECK(cell(row, "a.b") == "x");
  CHECK(cell(row, "n") == "3");
  CHECK(cell(row, "none") == "-");
  CHECK(cell(row, "a.c") == "-");
  CHECK(cell(row, "n.b") == "-");
  CHECK(cell(row, "e") == "-");
  CHECK(cell(row, "odd") == "a?b");  // nothing of a server's answer moves the cursor
}

TEST_CASE("client: any bytes are an answer or an error (property)") {
  CHECK(rc::check([](const std::string& body) {
    const unsigned status = *rc::gen::inRange(100u, 600u);
    const auto read = document_of({status, "application/json", body, 0});
    RC_ASSERT(read.has_value() == (status / 100 == 2 && json::accept(body)));
  }));
}

TEST_CASE("client: escaping for paths and queries") {
  CHECK(escaped("B00c1") == "B00c1");
  CHECK(escaped("a b/c?d=e&f%") == "a%20b%2Fc%3Fd%3De%26f%25");
}

}  // namespace whorl::test
