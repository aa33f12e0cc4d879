#include "messages/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace whorl;

namespace {

result<int> half(int value) {
  if (value % 2 != 0) return make_error(errc::invalid_input, std::to_string(value) + " is odd");
  return value / 2;
}

result<std::string> quarter(int value) {
  WHORL_ASSIGN(const int once, half(value));
  WHORL_ASSIGN(const int twice, half(once));
  return std::to_string(twice);
}

status check_even(int value) {
  WHORL_TRY(half(value));
  return {};
}

result<std::unique_ptr<int>> owned_half(int value) {
  WHORL_ASSIGN(const int once, half(value));
  return std::make_unique<int>(once);
}

result<std::unique_ptr<int>> passed_on(int value) {
  WHORL_ASSIGN(auto pointer, owned_half(value));
  return pointer;
}

}  // namespace

TEST_CASE("result: holds a value or an error") {
  const auto good = half(8);
  REQUIRE(good);
  CHECK(*good == 4);
  CHECK(good.value() == 4);
  const auto bad = half(7);
  REQUIRE(!bad);
  CHECK(bad.error() == error{errc::invalid_input, "7 is odd"});
}

TEST_CASE("result: value_or gives the other when there is none") {
  CHECK(half(8).value_or(-1) == 4);
  CHECK(half(7).value_or(-1) == -1);
}

TEST_CASE("result: WHORL_ASSIGN binds the value or returns the error (first and second step)") {
  CHECK(*quarter(12) == "3");
  CHECK(quarter(7).error().message == "7 is odd");
  CHECK(quarter(14).error().message == "7 is odd");
}

TEST_CASE("result: WHORL_TRY goes on or returns the error") {
  CHECK(check_even(2));
  CHECK(check_even(3).error().code == errc::invalid_input);
}

TEST_CASE("result: carries what can only be moved") {
  auto outcome = passed_on(10);
  REQUIRE(outcome);
  const std::unique_ptr<int> pointer = *std::move(outcome);
  CHECK(*pointer == 5);
  CHECK(!passed_on(7));
}

TEST_CASE("result: a result of an error-like value is still a value") {
  const result<std::string> text = std::string("io");
  CHECK(text.has_value());
  CHECK(text.value() == "io");
}

TEST_CASE("status: success by default") {
  const status fine;
  CHECK(fine.has_value());
  const status failed = make_error(errc::storage_full, "disk");
  CHECK(!failed.has_value());
  CHECK(failed.error().code == errc::storage_full);
}
