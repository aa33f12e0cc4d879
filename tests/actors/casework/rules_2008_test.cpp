// The code ranges of the set of October 2008, at both their ends.
#include "tests/actors/casework/rules_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;

namespace {

int level(std::string_view code) { return level_by_code(code); }

}  // namespace

TEST_CASE("rules 2008: ranges hold both their ends and nothing beyond") {
  CHECK(level("0100") == 0);
  CHECK(level("0101") == 1);
  CHECK(level("0105") == 1);
  CHECK(level("0106") == 0);
  CHECK(level("0900") == 0);
  CHECK(level("0901") == 1);
  CHECK(level("0999") == 1);
  CHECK(level("1000") == 0);
  CHECK(level("2001") == 2);
  CHECK(level("2099") == 2);
  CHECK(level("2100") == 0);
  CHECK(level("0300") == 0);
  CHECK(level("0399") == 3);
  CHECK(level("0400") == 0);
  CHECK(level("7399") == 3);
  CHECK(level("7400") == 0);
}

TEST_CASE("rules 2008: an exception comes before the range it is cut out of") {
  CHECK(level("2101") == 1);
  CHECK(level("2102") == 1);
  CHECK(level("2103") == 3);
  CHECK(level("2903") == 3);
  CHECK(level("2904") == 2);
  CHECK(level("2905") == 2);
  CHECK(level("2906") == 3);
  CHECK(level("3801") == 3);
  CHECK(level("3802") == 1);
  CHECK(level("3803") == 1);
  CHECK(level("3804") == 3);
  CHECK(level("4801") == 1);
  CHECK(level("4802") == 3);
  CHECK(level("5401") == 1);
  CHECK(level("5402") == 2);
}

TEST_CASE("rules 2008: drugs are level 2 while no sentence is known") {
  for (const char* code : {"3501", "3562", "3599"}) CHECK(level(code) == 2);
}

TEST_CASE("rules 2008: what is not four digits has no level") {
  for (const char* code : {"", "901", "09999", "0 99", " 901", "901 ", "+901", "-901", "0x99",
                           "abcd", "0000", "9999"}) {
    CAPTURE(code);
    CHECK(level(code) == 0);
  }
  CHECK(level(std::string_view("0901\0", 5)) == 0);
}

TEST_CASE("rules 2008: no code has a level beyond 3") {
  int with_level = 0;
  for (int code = 0; code <= 9999; ++code) {
    const std::string text = std::to_string(10'000 + code).substr(1);
    CHECK(level(text) <= 3);
    with_level += level(text) != 0;
  }
  CHECK(with_level > 1000);
}
