// Bookings as JSON: the transaction they stand for, and what is wrong with those that stand for
// none.
#include "apps/booking_json.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "actors/probe_core.hpp"
#include "apps/osia/biometrics.hpp"
#include "apps/people.hpp"
#include "fingerprint/iso_template.hpp"
#include "messages/ebts/booking.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/apps/openapi_check.hpp"
#include "tests/apps/served_world.hpp"

namespace whorl::test {
namespace {

using nlohmann::json;

/// Person `index` of seed 7, as the synthetic bookings of the other tests.
json booking_of_person(std::uint64_t index, const std::string& tcn) {
  json prints = json::array();
  for (const auto& print : fingerprint::make_impressions(apps::person_of(7, index), 5)) {
    const auto record = fingerprint::encode_iso(std::span(&print, 1));
    REQUIRE(record);
    prints.push_back({{"biometricType", "FINGER"},
                      {"biometricSubType", apps::osia::sub_type_of(print.finger_position)},
                      {"templateFormat", "ISO_19794_2"},
                      {"template", apps::osia::base64(*record)}});
  }
  return {{"tcn", tcn},
          {"ori", "ZZPD00001"},
          {"date", "20261126"},
          {"name", "DOE,JANE"},
          {"place_of_birth", "XX"},
          {"date_of_birth", "19800101"},
          {"sex", "F"},
          {"race", "U"},
          {"height", "508"},
          {"weight", "165"},
          {"eyes", "BRO"},
          {"hair", "BRO"},
          {"date_of_arrest", "20261126"},
          {"controlling_agency", "ZZPD00001"},
          {"charges", {{{"date", "20261126"}, {"code", "3562"}, {"literal", "POSSESSION"}}}},
          {"aliases", {"ROE,JANE"}},
          {"prints", prints}};
}

}  // namespace

TEST_CASE("booking JSON: what the OpenAPI document describes is what is taken, no more") {
  const json schema = openapi_document()["components"]["schemas"]["new_booking"];
  json whole = booking_of_person(1, "JSON000001");
  CHECK(faults_of(whole, schema) == std::vector<std::string>{});
  const auto taken = [](const json& what) { return apps::booking_of_json(what.dump()); };
  const std::map<std::string, json> forms = {{"dai", "WHORLX000"},     {"retention", "Y"},
                                             {"citizenship", "US"},    {"case_number", "C1"},
                                             {"state_id", "XX123456"}, {"fbi_number", "123456A1"}};
  for (const auto& [name, member] : schema["properties"].items()) {
    CAPTURE(name);
    if (!whole.contains(name)) whole[name] = forms.at(name);
  }
  CHECK(taken(whole));
  for (const json& name : schema["required"]) {
    CAPTURE(name);
    json without = whole;
    without.erase(name.get<std::string>());
    CHECK_FALSE(taken(without));
  }
  whole["surname"] = "DOE";
  CHECK_FALSE(taken(whole));
}

TEST_CASE("booking JSON: says in EBTS what it said, the same bytes each time") {
  const json whole = booking_of_person(1, "JSON000001");
  const auto made = apps::booking_of_json(whole.dump());
  REQUIRE(made);
  CHECK(*apps::booking_of_json(whole.dump(2)) == *made);
  const auto read = ebts::read_transaction(*made);
  REQUIRE(read);
  const auto fields = ebts::read_booking(*read);
  CHECK(fields.tcn == "JSON000001");
  CHECK(fields.name == "DOE,JANE");
  CHECK(fields.aliases == std::vector<std::string>{"ROE,JANE"});
  CHECK(fields.charges == std::vector<ebts::charge>{{"20261126", "3562", "POSSESSION"}});
  const auto prints = ebts::read_type9(*read);
  REQUIRE(prints);
  CHECK(prints->size() == whole["prints"].size());
}

TEST_CASE("booking JSON: an error names the member") {
  const json good = booking_of_person(1, "JSON000001");
  struct attempt {
    const char* named;
    std::function<void(json&)> change;
  };
  const std::vector<attempt> all = {
      {"booking.name", [](json& b) { b.erase("name"); }},
      {"booking.name", [](json& b) { b["name"] = 5; }},
      {"no_such", [](json& b) { b["no_such"] = ""; }},
      {"booking.prints", [](json& b) { b.erase("prints"); }},
      {"booking.prints[0]", [](json& b) { b["prints"][0] = "x"; }},
      {"booking.prints[0].template", [](json& b) { b["prints"][0]["template"] = "!"; }},
      {"booking.prints[0].image", [](json& b) { b["prints"][0]["image"] = "AAAA"; }},
      {"booking.aliases", [](json& b) { b["aliases"] = {1}; }},
      {"booking.charges[0]", [](json& b) { b["charges"][0] = 1; }},
      {"NAM", [](json& b) { b["name"] = ""; }},
      {"DOB", [](json& b) { b["date_of_birth"] = "1980-01-01"; }},
  };
  for (const attempt& each : all) {
    json bad = good;
    each.change(bad);
    const auto refused = apps::booking_of_json(bad.dump());
    CAPTURE(each.named);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(each.named) != std::string::npos);
  }
  for (const char* text : {"", "[]", "1", "{", "null", "[[[[[[[["})
    CHECK(apps::booking_of_json(text).error().code == errc::invalid_input);
}

TEST_CASE("serve: a booking as JSON is taken, found, and is the same booking a second time") {
  served_world w;
  const temp_folder folder;
  const std::string file = (folder.path() / "booking.json").string();
  // With blanks, larger than what is read on the connection's thread.
  write_file(file, to_bytes(booking_of_person(3, "JSON000001").dump() + std::string(20'000, ' ')));
  const auto post = [&](const std::string& who) {
    return w.ask(who, "/v1/bookings",
                 {"--data-binary", "@" + file, "-H", "Content-Type: application/json"});
  };
  CHECK(post("sheriff").status == 403);
  const auto taken = post("city-police");
  REQUIRE(taken.status == 202);
  const std::string id = taken.document()["booking"];
  CHECK(post("city-police").document()["duplicate"] == true);
  w.done("city-police", id);
  const auto answers = w.ask("city-police", "/v1/bookings/" + id + "/answers").document();
  CHECK(answers["criminal"]["decision"] == "hit");
  CHECK(answers["name_given"] == "DOE,JANE");
  write_file(file, to_bytes("[" + std::string(100'000, ' ') + "}"));
  const auto refused = post("city-police");
  CHECK(refused.status == 400);
  CHECK(refused.content_type == "application/problem+json");
}

}  // namespace whorl::test
