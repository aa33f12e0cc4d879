#include "messages/ebts/charset.hpp"

#include <doctest/doctest.h>

#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

transaction named(const std::string& name) {
  transaction whole = read_transaction(write_transaction(sample_transaction())).value();
  for (field& one : whole.records[1].fields)
    if (one.number == 18) one.subfields[0].items[0] = name;
  return whole;
}

}  // namespace

TEST_CASE("charset: a byte that is not 7-bit text is refused by field") {
  CHECK(check_ascii(named("DOE,JOHN")).has_value());
  for (const char* name : {"MU\xc3\x91OZ,ANA", "DOE,\x07", "DOE\x7f"}) {
    const auto outcome = check_ascii(named(name));
    REQUIRE(!outcome.has_value());
    CHECK(outcome.error().message.find("field 2.018") != std::string::npos);
    CHECK(place_missing_in(outcome.error().message) == "");
  }
}

TEST_CASE("charset: other character sets must be declared in DCS") {
  transaction whole = named("MU\xc3\x91OZ,ANA");
  whole.records[0].fields.push_back(
      make_field(1, 15, std::vector<std::string>{"000", "ASCII", "1"}));
  CHECK(!check_ascii(whole).has_value());
  whole.records[0].fields.back().subfields.push_back({{"003", "UTF-8", "1"}});
  CHECK(check_ascii(whole).has_value());
}

TEST_CASE("charset: real files are 7-bit text outside images") {
  for (const auto& path : real_files("characters of real transactions")) {
    const auto outcome = check_ascii(read_transaction(whorl::test::read_file(path)).value());
    CHECK_MESSAGE(outcome.has_value(), path.string(), outcome.error().message);
  }
}
