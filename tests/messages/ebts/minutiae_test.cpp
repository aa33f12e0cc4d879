#include "messages/ebts/minutiae.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

transaction with(record one) {
  transaction whole = sample_transaction();
  whole.records.resize(2);
  whole.records.push_back(std::move(one));
  return read_transaction(write_transaction(whole)).value();
}

/// A legacy Type-9 whose MRC has these two minutiae.
record legacy(const std::string& first, const std::string& second) {
  record one = make_record(9, 1);
  one.fields.push_back(make_field(9, 3, std::string("1")));
  one.fields.push_back(make_field(9, 6, std::string("07")));
  one.fields.push_back(make_field(9, 10, std::string("2")));
  one.fields.push_back(make_field(9, 12, std::vector<std::string>{"001", first, "2", "A"}));
  one.fields.back().subfields.push_back({{"002", second, "63", "B"}});
  return one;
}

}  // namespace

TEST_CASE("minutiae: the legacy block of a real file is read (type9.an2k)") {
  for (const auto& path : real_files("legacy minutiae of real transactions")) {
    if (path.filename() != "type9.an2k" && path.filename() != "type9-13.an2k") continue;
    const auto whole = read_transaction(whorl::test::read_file(path)).value();
    const auto prints = read_type9(whole);
    REQUIRE_MESSAGE(prints.has_value(), prints.error().message);
    REQUIRE(prints->size() == 1);
    const type9_print& print = prints->front();
    CHECK(print.block == type9_block::legacy);
    CHECK(print.minutiae.size() == 28);
    CHECK(print.finger_position == 0);
    CHECK(print.impression == 6);
    CHECK(print.x_resolution_per_cm == 1000);
    CHECK(print.minutiae[0].x == 132);
    CHECK(print.minutiae[0].angle == 48);  // 248 + 180 = 68 degrees
    CHECK(print.minutiae[0].type == 1);
  }
}

TEST_CASE("minutiae: the legacy block comes in the convention of ISO 19794-2") {
  const auto prints = read_type9(with(legacy("00100020000", "00300050090"))).value();
  REQUIRE(prints.size() == 1);
  CHECK(prints[0].finger_position == 7);
  CHECK(prints[0].minutiae[0] == type9_minutia{10, 30, 128, 1, 100});
  CHECK(prints[0].minutiae[1] == type9_minutia{30, 0, 192, 2, 1});
  const type9_print at_500_dpi = rescaled(prints[0], 197);
  CHECK(at_500_dpi.minutiae[1].x == 6);
  CHECK(at_500_dpi.x_resolution_per_cm == 197);
}

TEST_CASE("minutiae: legacy positions that are not XXXXYYYYTTT are refused with their place") {
  for (const char* wrong : {"0010002000", "00100020360", "001000200000", "0010002000A", ""}) {
    const auto prints = read_type9(with(legacy("00100020000", wrong)));
    REQUIRE(!prints.has_value());
    CHECK(place_missing_in(prints.error().message) == "");
    CHECK(prints.error().message.find("record 3 (Type-9, IDC 01), field 9.012") == 0);
  }
}

TEST_CASE("minutiae: the INCITS 378 block and 9.200 give back any print") {
  CHECK(rc::check("round trip", [] {
    type9_print print = sample_print(static_cast<std::uint8_t>(*rc::gen::inRange(0, 11)), 0);
    print.impression = *rc::gen::arbitrary<std::uint8_t>();
    print.width_px = *rc::gen::arbitrary<std::uint16_t>();
    print.x_resolution_per_cm = *rc::gen::nonZero<std::uint16_t>();
    print.quality = static_cast<std::uint8_t>(*rc::gen::inRange(0, 101));
    const int count = *rc::gen::inRange(0, 256);
    for (int i = 0; i < count; ++i)
      print.minutiae.push_back({static_cast<std::uint16_t>(*rc::gen::inRange(0, 16384)),
                                static_cast<std::uint16_t>(*rc::gen::inRange(0, 16384)),
                                *rc::gen::arbitrary<std::uint8_t>(),
                                static_cast<std::uint8_t>(*rc::gen::inRange(0, 3)),
                                static_cast<std::uint8_t>(*rc::gen::inRange(0, 101))});
    const auto prints = read_type9(with(make_type9(print, 1)));
    if (!prints) RC_FAIL(prints.error().message);
    RC_ASSERT(prints->size() == 1u);
    RC_ASSERT(prints->front() == print);
  }));
}

TEST_CASE("minutiae: without 9.200 an angle is off by at most one unit") {
  type9_print print = sample_print(2, 0);
  for (int angle = 0; angle < 255; ++angle)
    print.minutiae.push_back({1, 1, static_cast<std::uint8_t>(angle), 1, 50});
  transaction whole = with(make_type9(print, 1));
  whole.records[2].fields.pop_back();
  const auto prints = read_type9(whole).value();
  for (int angle = 0; angle < 255; ++angle) {
    const int off = static_cast<std::int8_t>(prints[0].minutiae[angle].angle - angle);
    CHECK(std::abs(off) <= 1);
  }
}

TEST_CASE("minutiae: an exact angle that contradicts 9.137 is refused") {
  transaction whole = with(make_type9(sample_print(2, 5), 1));
  std::string& angle = whole.records[2].fields.back().subfields[0].items[3];
  angle = std::to_string((std::stoi(angle) + 9) % 256);
  const auto prints = read_type9(whole);
  REQUIRE(!prints.has_value());
  CHECK(prints.error().message.find("field 9.200") != std::string::npos);
  CHECK(place_missing_in(prints.error().message) == "");
}

TEST_CASE("minutiae: numbers outside their range are refused with their place (table)") {
  const std::pair<std::size_t, const char*> cases[] = {{1, "16384"}, {2, "x"}, {3, "180"}, {4, "3"},
                                                       {5, "256"},   {1, ""},  {3, "-1"}};
  for (const auto& [item, value] : cases) {
    transaction whole = with(make_type9(sample_print(2, 5), 1));
    field& fmd = whole.records[2].fields[whole.records[2].fields.size() - 2];
    REQUIRE(fmd.number == 137);
    fmd.subfields[2].items[item] = value;
    const auto prints = read_type9(whole);
    REQUIRE(!prints.has_value());
    CHECK(prints.error().message.find("field 9.137") != std::string::npos);
    CHECK(prints.error().message.find("subfield 3") != std::string::npos);
  }
}

TEST_CASE("minutiae: more than 255 are refused as too many") {
  transaction whole = with(make_type9(sample_print(2, 255), 1));
  for (field& one : whole.records[2].fields) {
    if (one.number == 136) one.subfields[0].items[0] = "256";
    if (one.number == 137) one.subfields.push_back(one.subfields.back());
  }
  const auto prints = read_type9(whole);
  REQUIRE(!prints.has_value());
  CHECK(prints.error().code == errc::limit_exceeded);
}

TEST_CASE("minutiae: resolution per inch is turned into per centimetre") {
  transaction whole = with(make_type9(sample_print(2, 5), 1));
  for (field& one : whole.records[2].fields) {
    if (one.number == 130) one.subfields[0].items[0] = "1";
    if (one.number == 131) one.subfields[0].items[0] = "500";
    if (one.number == 132) one.subfields[0].items[0] = "1000";
  }
  const auto prints = read_type9(whole).value();
  CHECK(prints[0].x_resolution_per_cm == 197);
  CHECK(prints[0].y_resolution_per_cm == 394);
}

TEST_CASE("minutiae: a Type-9 record with neither block is unsupported") {
  const auto prints = read_type9(with(make_record(9, 1)));
  REQUIRE(!prints.has_value());
  CHECK(prints.error().code == errc::unsupported);
}
