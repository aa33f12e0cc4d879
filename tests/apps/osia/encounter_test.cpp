// Encounters as they come in, are kept and go out: whatever is sent is refused or comes back.
#include "apps/osia/encounter.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "fingerprint/iso_template.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/apps/osia/osia_world.hpp"

using namespace whorl;
using namespace whorl::apps::osia;
using namespace whorl::test;

namespace {

std::vector<probe_print> some_prints() {
  std::vector<probe_print> out;
  for (std::uint8_t finger = 1; finger <= 3; ++finger) {
    fingerprint::print_template print;
    print.finger_position = finger;
    print.width_px = print.height_px = 500;
    for (std::uint16_t i = 0; i < 12; ++i)
      print.minutiae.push_back(
          {static_cast<std::uint16_t>(30 + 31 * i), static_cast<std::uint16_t>(450 - 29 * i),
           static_cast<std::uint8_t>(20 * i), fingerprint::minutia_type::ridge_ending, 50});
    auto record = fingerprint::encode_iso(std::span(&print, 1));
    REQUIRE(record);
    out.push_back({finger, *std::move(record)});
  }
  return out;
}

json any_value() {
  const std::vector<json> values = {nullptr,
                                    true,
                                    7,
                                    -1,
                                    1.5,
                                    "",
                                    "text",
                                    "YWJj",
                                    "LEFT_THUMB",
                                    "ANSI_378",
                                    "FINGER",
                                    json::array(),
                                    json::object(),
                                    json{1, 2},
                                    {{"a", 1}},
                                    std::string(300, 'x'),
                                    "\xC3\xA9"};
  return values[*rc::gen::inRange<std::size_t>(0, values.size())];
}

/// Every place of a document.
void places(const json& in, const json::json_pointer& at, std::vector<json::json_pointer>& out) {
  out.push_back(at);
  if (in.is_object())
    for (const auto& [name, value] : in.items()) places(value, at / name, out);
  if (in.is_array())
    for (std::size_t i = 0; i < in.size(); ++i) places(in[i], at / i, out);
}

}  // namespace

TEST_CASE("osia base64: round trips, and nothing else is taken") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& raw) {
    bytes data;
    for (const auto b : raw) data.push_back(static_cast<std::byte>(b));
    RC_ASSERT(from_base64(base64(data)) == std::optional(data));
  }));
  CHECK(rc::check([](const std::string& text) {
    const auto data = from_base64(text);
    if (data) RC_ASSERT(base64(*data) == text);
  }));
  CHECK(base64(to_bytes("ab")) == "YWI=");
  for (const char* bad : {"YWI", "YW=I", "YWJ=", "=", "Y===", "YWI=YWI=", "YW I", "YWI\n"})
    CHECK_FALSE(from_base64(bad));
}

TEST_CASE("osia encounter: whatever is changed in one, it is refused or read back as it was") {
  const json good = encounter_of(some_prints());
  const bool holds = rc::check([&] {
    json sent = good;
    for (int times = *rc::gen::inRange(0, 3); times > 0; --times) {
      std::vector<json::json_pointer> all;
      places(sent, json::json_pointer(), all);
      const auto& where = all[*rc::gen::inRange<std::size_t>(0, all.size())];
      if (*rc::gen::inRange(0, 4) == 0 && !where.empty() &&
          sent[where.parent_pointer()].is_object())
        sent[where.parent_pointer()].erase(where.back());
      else
        sent[where] = any_value();
    }
    const auto read = read_encounter(sent);
    if (!read) {
      RC_ASSERT(!read.error().message.empty());
      return;
    }
    encounter what = *read;
    what.person = "p";
    what.id = "e";
    const auto record = to_record(what, {7});
    RC_ASSERT(record.has_value());
    RC_ASSERT(what.active() == !record->prints.empty() || what.prints.empty());
    const auto kept = wire::decode_subject_record(wire::encode(*record));
    RC_ASSERT(kept.has_value());
    auto back = read_document(*kept);
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->kind == "encounter");
    back->what.galleries = what.galleries;
    const auto written = write_encounter(back->what);
    RC_ASSERT(written.has_value());
    RC_ASSERT((*written)["status"] == sent["status"]);
    RC_ASSERT((*written)["biometricData"].size() == sent["biometricData"].size());
    for (std::size_t i = 0; i < sent["biometricData"].size(); ++i)
      if (sent["biometricData"][i]["templateFormat"] == "ISO_19794_2")
        RC_ASSERT((*written)["biometricData"][i]["template"] ==
                  sent["biometricData"][i]["template"]);
  });
  CHECK(holds);
}

TEST_CASE("osia encounter: a record's document that is none is corrupt, one too large is refused") {
  CHECK(read_document({{1}, {}, {}, {}})->kind.empty());
  CHECK(read_document(person_record("x", {1}))->person == "x");
  for (const char* bad : {"{", "[]", "{}", "{\"kind\":7,\"personId\":\"x\"}",
                          "{\"kind\":\"encounter\",\"personId\":\"x\"}"}) {
    CAPTURE(bad);
    const auto refused = read_document({{1}, {}, {}, to_bytes(bad)});
    REQUIRE(!refused);
    CHECK(refused.error().code == errc::corrupt);
  }
  encounter large;
  large.said = {{"status", "ACTIVE"},
                {"contextualData", std::string(limits::record_document_bytes_max, 'x')}};
  CHECK(to_record(large, {1}).error().code == errc::limit_exceeded);
}

TEST_CASE("osia encounter: names and birth date reach the exchange's own record") {
  encounter what;
  what.said = {{"status", "ACTIVE"},
               {"biographicData",
                {{"lastName", "DOE"},
                 {"firstName", "JANE"},
                 {"gender", "F"},
                 {"dateOfBirth", "1985-11-30"}}}};
  const auto record = to_record(what, {1});
  REQUIRE(record);
  CHECK(record->who.name == "DOE,JANE");
  CHECK(record->who.birth_date == "19851130");
  CHECK(record->who.sex == "F");
}
