#include "messages/ebts/builders.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "messages/ebts/charset.hpp"
#include "messages/ebts/mandatory.hpp"
#include "messages/ebts/transaction_types.hpp"
#include "tests/messages/ebts/samples.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::ebts;
using namespace whorl::ebts::test;

namespace {

/// Compares with tests/golden/<name>; WHORL_GOLDEN=write makes the file anew.
void check_golden(const char* name, const transaction& whole) {
  const auto path = std::filesystem::path(WHORL_SOURCE_DIR) / "tests" / "golden" / name;
  const bytes data = write_transaction(whole);
  const char* mode = std::getenv("WHORL_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write") whorl::test::write_file(path, data);
  CHECK_MESSAGE(to_text(whorl::test::read_file(path)) == to_text(data), name);
}

answer_fields sample_answer() {
  answer_fields answer = answer_to(sample_transaction(), "WHORLANSWER0001", "20081028");
  answer.finding = 'I';
  answer.fbi_number = "123456AA7";
  answer.state_id = "TX1234567";
  return answer;
}

}  // namespace

TEST_CASE("builders: booking, SRE and ERRT are written as the golden files") {
  check_golden("ebts_booking.eft", sample_transaction());
  check_golden("ebts_sre.eft", build_sre(sample_answer()).value());
  const std::vector<std::string> messages = {"L0008 QUALITY", "SEND THE PRINTS AGAIN"};
  check_golden("ebts_errt.eft", build_errt(sample_answer(), messages));
}

TEST_CASE("builders: what is built reads back, is complete and ASCII") {
  const std::vector<std::string> messages = {"NO PRINTS"};
  const std::vector<record> images = {make_type4({.imp = 0, .gca = 1}, to_bytes("wsq"))};
  for (const transaction& built :
       {sample_transaction(), build_sre(sample_answer()).value(),
        build_errt(sample_answer(), messages), build_car(sample_booking(), images).value()}) {
    const auto outcome = read_transaction(write_transaction(built));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().message);
    const status complete = check_mandatory(*outcome);
    CHECK_MESSAGE(complete.has_value(), complete.error().message);
    CHECK(check_ascii(*outcome).has_value());
  }
}

TEST_CASE("builders: a booking of features is never labelled a CAR") {
  const transaction built = sample_transaction();
  CHECK(built.tot() == "CARW");
  CHECK(is_features_profile(built));
  CHECK(!is_tenprint_submission(built.tot()));
}

TEST_CASE("builders: a CAR without images is refused") {
  const auto outcome = build_car(sample_booking(), {});
  REQUIRE(!outcome.has_value());
  CHECK(outcome.error().code == errc::invalid_input);
  const std::vector<record> prints = {make_type9(sample_print(1, 8), 1)};
  CHECK(build_car(sample_booking(), prints).error().code == errc::invalid_input);
  const std::vector<record> many(15, make_type4({}, to_bytes("wsq")));
  CHECK(build_car(sample_booking(), many).error().code == errc::limit_exceeded);
}

TEST_CASE("builders: images of a CAR are given IDC 01 up") {
  record type14 = make_record(14, 77);
  type14.fields.push_back(make_field(14, 13, std::string("1")));
  const std::vector<record> images = {make_type4({.idc = 9}, to_bytes("a")), type14};
  const transaction car = build_car(sample_booking(), images).value();
  CHECK(car.text(1, 11) == "19.69");
  const auto outcome = read_transaction(write_transaction(car));
  REQUIRE_MESSAGE(outcome.has_value(), outcome.error().message);
  CHECK(outcome->records[2].image.idc == 1);
  CHECK(outcome->text(14, 2) == "02");
}

TEST_CASE("builders: a booking field that does not fit is refused by name (table)") {
  struct wrong {
    const char* named;
    void (*change)(booking_fields&);
  };
  const wrong cases[] = {
      {"2.018 (NAM)", [](booking_fields& b) { b.name = "MU\xc3\x91OZ,ANA"; }},
      {"2.018 (NAM)", [](booking_fields& b) { b.name = "DOE\x1dX,JOHN"; }},
      {"2.018 (NAM)", [](booking_fields& b) { b.name = std::string(31, 'A'); }},
      {"2.019 (AKA)", [](booking_fields& b) { b.aliases = {"\xff\xff\xff"}; }},
      {"2.022 (DOB)", [](booking_fields& b) { b.date_of_birth = "19701301"; }},
      {"2.024 (SEX)", [](booking_fields& b) { b.sex = ""; }},
      {"2.047 (ASL)", [](booking_fields& b) { b.charges.clear(); }},
      {"2.047 (ASL code)", [](booking_fields& b) { b.charges[0].code = "356"; }},
      {"2.073 (CRI)", [](booking_fields& b) { b.controlling_agency = ""; }},
      {"1.008 (ORI)", [](booking_fields& b) { b.ori = "TX"; }},
      {"1.009 (TCN)", [](booking_fields& b) { b.tcn = "short"; }},
  };
  const std::vector<type9_print> prints = {sample_print(1, 8)};
  for (const wrong& one : cases) {
    booking_fields booking = sample_booking();
    one.change(booking);
    const auto outcome = build_features_booking(booking, prints);
    REQUIRE_MESSAGE(!outcome.has_value(), one.named);
    CHECK_MESSAGE(outcome.error().message.find(one.named) != std::string::npos,
                  outcome.error().message);
  }
}

TEST_CASE("builders: prints must be one to ten, within their ranges") {
  CHECK(build_features_booking(sample_booking(), {}).error().code == errc::invalid_input);
  const std::vector<type9_print> eleven(11, sample_print(1, 8));
  CHECK(build_features_booking(sample_booking(), eleven).error().code == errc::limit_exceeded);
  std::vector<type9_print> one = {sample_print(1, 256)};
  CHECK(build_features_booking(sample_booking(), one).error().code == errc::limit_exceeded);
  one = {sample_print(1, 8)};
  one[0].minutiae[3].x = 16384;
  CHECK(build_features_booking(sample_booking(), one).error().code == errc::invalid_input);
}

TEST_CASE("builders: an SRE echoes the TCN as TCR and goes back to the ORI") {
  const transaction sre = build_sre(sample_answer()).value();
  CHECK(sre.tot() == "SRE");
  CHECK(sre.tcr() == sample_booking().tcn);
  CHECK(sre.dai() == sample_booking().ori);
  CHECK(sre.ori() == sample_booking().dai);
  CHECK(sre.text(2, 59) == "I");
  CHECK(sre.text(2, 14) == "123456AA7");
  answer_fields answer = sample_answer();
  answer.finding = 'X';
  CHECK(build_sre(answer).error().message.find("2.059 (SRF)") != std::string::npos);
  answer = sample_answer();
  answer.tcr = "";
  CHECK(!build_sre(answer).has_value());
}

TEST_CASE("builders: an ERRT can answer anything") {
  answer_fields answer;
  answer.tcr = "bad\x1ctcn\xff";
  const std::vector<std::string> messages(20, std::string(400, '\x1d'));
  for (const auto& texts : {messages, std::vector<std::string>{}, std::vector<std::string>{""}}) {
    const auto outcome = read_transaction(write_transaction(build_errt(answer, texts)));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().message);
    CHECK(check_mandatory(*outcome).has_value());
    CHECK(outcome->tcr() == "bad?tcn?");
    CHECK(outcome->find(2)->find(60)->subfields.size() <= 11);
  }
}
