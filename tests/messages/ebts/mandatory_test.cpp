#include "messages/ebts/mandatory.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>

#include "messages/ebts/place.hpp"
#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

/// Cells of a line of CSV; quotes may hold commas.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      cells.emplace_back();
    else if (c != '\r')
      cells.back() += c;
  }
  return cells;
}

}  // namespace

TEST_CASE("mandatory: the table is that of EBTS (data/ebts/fields.csv)") {
  const auto data = whorl::test::data_folder("comparing mandatory fields with fields.csv");
  if (!data) return;
  std::set<std::string> expected;
  std::istringstream csv(to_text(whorl::test::read_file(*data / "ebts" / "fields.csv")));
  for (std::string line; std::getline(csv, line);) {
    const auto cells = cells_of(line);
    if (cells.size() < 9 || cells[0] == "tag" || cells[0].find("..") != std::string::npos) continue;
    const unsigned type = tag_type(cells[0]);
    const bool known = is_known_type(type) && type != 4 && type != 9;
    if (known && cells[8].rfind('M', 0) == 0) expected.insert(" " + cells[0] + " " + cells[1]);
    std::istringstream tots(cells[6]);
    for (std::string tot; tots >> tot;)
      if (tot == "CAR" || tot == "SRE" || tot == "ERRT")
        expected.insert(tot + " " + cells[0] + " " + cells[1]);
  }
  std::set<std::string> found;
  for (const mandatory_row& row : mandatory_rows())
    found.insert(std::string(row.tot) + " " + tag_of(row.type, row.number) + " " +
                 std::string(row.mnemonic));
  CHECK(found == expected);
  CHECK(found.size() == mandatory_rows().size());
}

TEST_CASE("mandatory: each field that is taken away is named") {
  const std::vector<record> images = {make_type4({}, to_bytes("wsq"))};
  for (const transaction& built :
       {sample_transaction(), build_car(sample_booking(), images).value()}) {
    REQUIRE(check_mandatory(built).has_value() == false);  // LEN is made by the writer
    const transaction whole = read_transaction(write_transaction(built)).value();
    REQUIRE(check_mandatory(whole).has_value());
    for (const mandatory_row& row : mandatory_rows()) {
      if (row.type > 2 || (row.tot != "" && row.tot != "CAR")) continue;
      if (row.type == 1 && row.number == 4) continue;  // without TOT it is no CAR
      transaction changed = whole;
      auto& fields = changed.records[row.type - 1].fields;
      std::erase_if(fields, [&row](const field& one) { return one.number == row.number; });
      const status outcome = check_mandatory(changed);
      REQUIRE_MESSAGE(!outcome.has_value(), row.mnemonic);
      CHECK(outcome.error().message.find(tag_of(row.type, row.number)) != std::string::npos);
      CHECK(outcome.error().message.find(row.mnemonic) != std::string::npos);
    }
  }
}

TEST_CASE("mandatory: records that a TOT needs are named") {
  transaction whole = read_transaction(write_transaction(sample_transaction())).value();
  whole.records.resize(2);
  CHECK(check_mandatory(whole).error().message.find("Type-9") != std::string::npos);
  whole.records[0].fields[3].subfields[0].items[0] = "CAR";
  CHECK(check_mandatory(whole).error().message.find("Type-4 or Type-14") != std::string::npos);
  whole.records[0].fields[3].subfields[0].items[0] = "LFFS";
  CHECK(check_mandatory(whole).error().code == errc::unsupported);
  CHECK(!check_mandatory({}).has_value());
}

TEST_CASE("mandatory: CARW outside its domain is refused") {
  transaction whole = read_transaction(write_transaction(sample_transaction())).value();
  std::erase_if(whole.records[0].fields, [](const field& one) { return one.number == 13; });
  CHECK(check_mandatory(whole).error().message.find("field 1.013") != std::string::npos);
}

TEST_CASE("mandatory: real CARs with images pass, those without are refused") {
  const std::map<std::string, bool> expected = {
      {"valid1.1.an2", true}, {"type_3_wvu.an2", false}, {"type3.an2k", false}};
  for (const auto& path : real_files("mandatory fields of real CARs")) {
    const auto found = expected.find(path.filename().string());
    if (found == expected.end()) continue;
    const auto whole = read_transaction(whorl::test::read_file(path)).value();
    CHECK_MESSAGE(check_mandatory(whole).has_value() == found->second, path.string());
  }
}
