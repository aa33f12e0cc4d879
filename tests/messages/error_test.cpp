#include "messages/error.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace whorl;

TEST_CASE("errc: every code has a name of its own") {
  std::set<std::string_view> names;
  for (std::uint16_t code = 1; code <= 16; ++code) {
    const std::string_view name = to_string(static_cast<errc>(code));
    CHECK(name != "unknown");
    names.insert(name);
  }
  CHECK(names.size() == 16);
  CHECK(to_string(errc::content_mismatch) == "content_mismatch");
}

TEST_CASE("errc: a number that is no code is unknown") {
  CHECK(to_string(errc{0}) == "unknown");
  CHECK(to_string(static_cast<errc>(17)) == "unknown");
}

TEST_CASE("error: equal when code and text are") {
  CHECK(make_error(errc::io, "a") == error{errc::io, "a"});
  CHECK(make_error(errc::io, "a") != make_error(errc::io, "b"));
  CHECK(make_error(errc::io, "a") != make_error(errc::timeout, "a"));
}
