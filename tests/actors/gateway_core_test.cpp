#include "actors/gateway_core.hpp"

#include "fingerprint/iso_template.hpp"
#include "messages/ebts/writer.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

const principal texas_agency{"desk 1", role::lea, "TX0000001"};

result<admission> admit_as(const principal& by, const ebts::transaction& whole) {
  return admit({by, ebts::write_transaction(whole)}, {}, "20111122");
}

/// The sample with one field changed, from the agency it names.
result<admission> admit_with(std::uint8_t type, std::uint16_t number, const std::string& value) {
  ebts::transaction whole = sample_transaction();
  set_field(whole, type, number, value);
  principal by = texas_agency;
  by.ori = whole.ori();
  return admit_as(by, whole);
}

/// The sample with one charge of this literal.
ebts::transaction with_charge(const std::string& literal) {
  ebts::transaction whole = sample_transaction();
  for (ebts::field& f : whole.records[1].fields)
    if (f.number == 47) f = ebts::make_field(2, 47, std::vector<std::string>{"20081026", literal});
  return whole;
}

ebts::transaction sample_car() {
  const ebts::record image = ebts::make_type4({.idc = 1,
                                               .imp = 1,
                                               .fgp = {2, 255, 255, 255, 255, 255},
                                               .isr = 0,
                                               .hll = 8,
                                               .vll = 8,
                                               .gca = 0},
                                              bytes(64, std::byte{9}));
  return must(ebts::build_car(sample_booking(), std::span(&image, 1)));
}

fact_record accepted_as(const admission& a) {
  booking_accepted accepted;
  accepted.booking = a.booking;
  accepted.content = a.content;
  accepted.accepted_at = {4711};
  fact_record original;
  original.message_id = acceptance_message_id(a.booking);
  original.payload = wire::encode(fact(accepted));
  return original;
}

}  // namespace

TEST_CASE(
    "history: a jurisdiction activated between booking and answer: the booking keeps its mode") {
  jurisdictions modes;
  modes.log = {{"TX0000001", "20111123", jurisdiction_mode::full, "memorandum"}};
  const bytes sent = ebts::write_transaction(sample_transaction());
  // The mode is in the fact from the day of the booking on; nothing asks for it again.
  CHECK(must(admit({texas_agency, sent}, modes, "20111122")).mode == jurisdiction_mode::inactive);
  CHECK(must(admit({texas_agency, sent}, modes, "20111123")).mode == jurisdiction_mode::full);
}

TEST_CASE("gateway_core: what kind of place booked is fixed with the acceptance") {
  jurisdictions modes;
  const bytes sent = ebts::write_transaction(sample_transaction());
  CHECK(must(admit({texas_agency, sent}, modes, "20111122")).source == booking_source::jail);
  modes.sources["TX0000001"] = booking_source::probation;
  const admission a = must(admit({texas_agency, sent}, modes, "20111122"));
  CHECK(a.source == booking_source::probation);
  CHECK(accepted_as(a, "x", {}, {}, {{}, {}}).source == booking_source::probation);
}

TEST_CASE("gateway_core: a valid CARW is admitted as it says") {
  jurisdictions modes;
  modes.by_ori["TX0000001"] = jurisdiction_mode::limited;
  const bytes sent = ebts::write_transaction(sample_transaction());
  const admission a = must(admit({texas_agency, sent}, modes, "20111122"));
  CHECK(a.booking == booking_id_of("TX0000001", "WHORL0000000001"));
  CHECK(a.ori == "TX0000001");
  CHECK(a.tcn == "WHORL0000000001");
  CHECK(a.tot == "CARW");
  CHECK(a.dai == "WHORLHUB0");
  CHECK(a.content == storage::sha256(sent));
  CHECK(a.retained);
  CHECK(a.mode == jurisdiction_mode::limited);
  REQUIRE(a.prints.size() == 1);
  CHECK(a.prints[0].finger_position == 2);
  CHECK(must(fingerprint::decode_iso(a.prints[0].iso_record))[0].minutiae.size() == 12);
  CHECK(a.who.name == "DOE,JOHN QUINCY");
  CHECK(a.who.aliases == std::vector<std::string>{"ROE,JOHN", "ROE,JACK"});
  CHECK(a.who.birth_date == "19700102");
  CHECK(a.who.sex == "M");
  CHECK(a.who.birth_place == "TX");
  CHECK(a.who.arrest_date == "20081027");
  CHECK(a.who.offence_code == "3562");
  CHECK(a.who.offence_text.find("MARIJUANA") != std::string::npos);
  CHECK(a.who.controlling_agency == "TX0000009");
}

TEST_CASE("gateway_core: retention is Y of RET alone, and the mode is the jurisdiction's") {
  CHECK_FALSE(must(admit_with(2, 5, "N")).retained);
  CHECK(must(admit_with(2, 5, "Y")).mode == jurisdiction_mode::inactive);
}

TEST_CASE("gateway_core: an ORI that is none is refused by name of its field") {
  for (const char* ori : {"TX12", "TX00000012", "tx0000001", "TX 000001", "TX000000-"}) {
    CAPTURE(ori);
    CHECK(refused(admit_with(1, 8, ori), errc::invalid_input, {"1.008", "ORI"}));
  }
}

TEST_CASE("gateway_core: a TCN has 10 to 40 characters") {
  CHECK(refused(admit_with(1, 9, std::string(9, 'A')), errc::invalid_input, {"1.009", "TCN", "9"}));
  CHECK(refused(admit_with(1, 9, std::string(41, 'A')), errc::invalid_input, {"1.009", "41"}));
  CHECK(code_of(admit_with(1, 9, std::string(10, 'A'))) == "done");
  CHECK(code_of(admit_with(1, 9, std::string(40, 'A'))) == "done");
}

TEST_CASE("gateway_core: an agency books for itself, a bureau for its state") {
  const ebts::transaction whole = sample_transaction();
  CHECK(refused(admit_as({"desk 2", role::lea, "TX0000002"}, whole), errc::forbidden,
                {"desk 2", "TX0000002", "1.008", "TX0000001"}));
  CHECK(code_of(admit_as({"bureau", role::sib, "TX"}, whole)) == "done");
  CHECK(refused(admit_as({"bureau", role::sib, "FL"}, whole), errc::forbidden,
                {"bureau", "FL", "1.008"}));
  // Neither form of ORI stands for the other.
  CHECK(code_of(admit_as({"desk", role::lea, "TX"}, whole)) == "forbidden");
  CHECK(code_of(admit_as({"bureau", role::sib, "TX0000001"}, whole)) == "forbidden");
  CHECK(code_of(admit_as({"bureau", role::sib, ""}, whole)) == "forbidden");
}

TEST_CASE("gateway_core: a role that does not book is refused (its ORI fits)") {
  for (role r : {role::examiner, role::operator_, role::oversight}) {
    CAPTURE(to_string(r));
    CHECK(refused(admit_as({"ann", r, "TX0000001"}, sample_transaction()), errc::forbidden,
                  {"ann", to_string(r), "submit bookings"}));
  }
}

TEST_CASE("gateway_core: transactions of another kind are unsupported, TOT named") {
  CHECK(refused(admit_with(1, 4, "XYZ"), errc::unsupported, {"1.004", "TOT", "XYZ"}));
  // Known, and either without an answer or not about a crime.
  CHECK(refused(admit_with(1, 4, "LFFS"), errc::unsupported, {"1.004", "LFFS"}));
  CHECK(refused(admit_with(1, 4, "MAP"), errc::unsupported, {"1.004", "MAP"}));
  CHECK(refused(admit_with(1, 4, "CAR"), errc::invalid_input, {"image"}) == false);
  ebts::transaction other_domain = sample_transaction();
  drop_field(other_domain, 1, 13);
  CHECK(refused(admit_as(texas_agency, other_domain), errc::unsupported, {"1.004", "CARW"}));
}

TEST_CASE("gateway_core: a CAR of images alone is unsupported and told what to send") {
  CHECK(refused(admit_as(texas_agency, sample_car()), errc::unsupported,
                {"CAR", "images", "Type-9", "CARW"}));
}

TEST_CASE("gateway_core: a CAR with Type-9 records is admitted by its minutiae") {
  ebts::transaction whole = sample_car();
  whole.records.push_back(ebts::make_type9(plain_print(3, 20), 2));
  const admission a = must(admit_as(texas_agency, whole));
  CHECK(a.tot == "CAR");
  REQUIRE(a.prints.size() == 1);
  CHECK(a.prints[0].finger_position == 3);
}

TEST_CASE("gateway_core: a mandatory field that is absent is named") {
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{5, 18, 22, 47, 73}) {
    CAPTURE(number);
    ebts::transaction whole = sample_transaction();
    drop_field(whole, 2, number);
    CHECK(refused(admit_as(texas_agency, whole), errc::invalid_input, {ebts::tag_of(2, number)}));
  }
}

TEST_CASE("gateway_core: prints without minutiae enough leave nothing to search with") {
  const ebts::type9_print print = plain_print(1, limits::minutiae_min - 1);
  const auto whole = must(ebts::build_features_booking(sample_booking(), std::span(&print, 1)));
  CHECK(refused(admit_as(texas_agency, whole), errc::invalid_input, {"Type-9", "minutiae"}));
}

TEST_CASE("gateway_core: bytes that are no transaction, or too many, are refused") {
  CHECK(code_of(admit({texas_agency, {}}, {}, {})) == "invalid_input");
  CHECK(code_of(admit({texas_agency, bytes(1000, std::byte{'x'})}, {}, {})) == "invalid_input");
  CHECK(refused(admit({texas_agency, bytes(limits::transaction_bytes_max + 1)}, {}, {}),
                errc::limit_exceeded, {std::to_string(limits::transaction_bytes_max)}));
}

TEST_CASE("gateway_core: characters outside ASCII are refused, field named") {
  CHECK(refused(admit_with(2, 18, "DO\xc3\x89,JOHN"), errc::invalid_input, {"2.018"}));
  CHECK(refused(admit_with(1, 9,
                           "WHORL\xff"
                           "0000001"),
                errc::invalid_input, {"1.009"}));
}

TEST_CASE("gateway_core: texts too long for the journal are refused, field named") {
  // wire::encode would stop the node: whoever takes texts from outside checks them first.
  const std::string longest(limits::text_max, 'A');
  const std::pair<std::uint8_t, std::uint16_t> fields[] = {
      {1, 7}, {2, 6}, {2, 18}, {2, 19}, {2, 20}, {2, 22}, {2, 24}, {2, 45}, {2, 73}};
  for (const auto& [type, number] : fields) {
    CAPTURE(number);
    CHECK(code_of(admit_with(type, number, longest)) == "done");
    CHECK(refused(admit_with(type, number, longest + "A"), errc::limit_exceeded,
                  {ebts::tag_of(type, number), std::to_string(limits::text_max)}));
  }
  CHECK(code_of(admit_as(texas_agency, with_charge(longest))) == "done");
  CHECK(
      refused(admit_as(texas_agency, with_charge(longest + "A")), errc::limit_exceeded, {"2.047"}));
}

TEST_CASE("gateway_core: the offence code is four digits that stand alone") {
  const auto code = [](const std::string& literal) {
    return must(admit_as(texas_agency, with_charge(literal))).who.offence_code;
  };
  CHECK(code("0999 HOMICIDE") == "0999");
  CHECK(code("0999") == "0999");
  CHECK(code("099 X") == "");
  CHECK(code("HOMICIDE 0999") == "");
  CHECK(code("12345 MAIN STREET, TRESPASS") == "");
}

TEST_CASE("gateway_core: a booking's id is that of ORI and TCN alone") {
  ebts::transaction other = sample_transaction();
  set_field(other, 2, 18, "ROE,JANE");
  set_field(other, 1, 5, "20090101");
  const admission a = must(admit_as(texas_agency, sample_transaction()));
  const admission b = must(admit_as({"bureau", role::sib, "TX"}, other));
  CHECK(a.booking == b.booking);
  CHECK(a.content != b.content);
  CHECK(booking_id_of("TX0000001", "A") != booking_id_of("TX0000002", "A"));
  CHECK(booking_id_of("TX0000001", "A") != booking_id_of("TX0000001", "B"));
  CHECK(booking_id_of("AB", "C") != booking_id_of("A", "BC"));
  CHECK(acceptance_message_id(a.booking) == to_string(a.booking) + "/accepted");
}

TEST_CASE("gateway_core: a second submission is the original's duplicate or no booking at all") {
  admission now = must(admit_as(texas_agency, sample_transaction()));
  const fact_record original = accepted_as(now);
  const submitted again = must(compare_with_original(now, original));
  CHECK(again.duplicate);
  CHECK(again.booking == now.booking);
  CHECK(again.accepted_at == instant{4711});
  now.content[31] ^= std::byte{1};
  CHECK(refused(compare_with_original(now, original), errc::content_mismatch,
                {"TX0000001", "WHORL0000000001", to_string(now.booking)}));
}

TEST_CASE("gateway_core: an original that is no acceptance is corrupt") {
  const admission now = must(admit_as(texas_agency, sample_transaction()));
  fact_record other = accepted_as(now);
  other.payload = wire::encode(fact(audit_row{}));
  CHECK(refused(compare_with_original(now, other), errc::corrupt, {other.message_id}));
  other.payload.clear();
  CHECK(code_of(compare_with_original(now, other)) == "corrupt");
}

TEST_CASE("flight_book: takes as many as it says, each once, and room again after leave") {
  flight_book book(2);
  CHECK_FALSE(book.full());
  CHECK(code_of(book.enter({1})) == "done");
  CHECK(refused(book.enter({1}), errc::conflict, {to_string(booking_id{1})}));
  CHECK(code_of(book.enter({2})) == "done");
  CHECK(book.full());
  CHECK(refused(book.enter({3}), errc::overloaded, {"2", "later"}));
  CHECK_FALSE(book.contains({3}));
  CHECK(book.size() == 2);
  // A booking that is in it is in the way of itself, not of the limit.
  CHECK(code_of(book.enter({2})) == "conflict");
  book.leave({1});
  book.leave({1});
  CHECK(book.size() == 1);
  CHECK_FALSE(book.contains({1}));
  CHECK(code_of(book.enter({3})) == "done");
  CHECK(code_of(flight_book(0).enter({1})) == "overloaded");
}

TEST_CASE("gateway_core: what is recorded of a booking, and what is sealed") {
  admission what = must(admit_as(texas_agency, sample_transaction()));
  const auto sealed_for = [&](jurisdiction_mode mode) {
    what.mode = mode;
    std::vector<sealed_payload> sealed;
    for (const storage::seal_request& each : payloads_to_seal(what))
      sealed.push_back({each.key, each.plain, {}});
    return sealed;
  };
  CHECK(sealed_for(jurisdiction_mode::limited).size() == 3);
  const auto inactive = sealed_for(jurisdiction_mode::inactive);
  REQUIRE(inactive.size() == 2);  // promise 5: no prints for the other gallery
  const booking_accepted fact_of = accepted_as(what, "desk 1", {1000}, {2000}, inactive);
  CHECK_FALSE(fact_of.immigration_prints.has_value());
  CHECK(fact_of.booking == what.booking);
  CHECK(fact_of.deadline_at == instant{2000});
  CHECK(fact_of.criminal_prints == inactive[0]);
  CHECK(fact_of.who == inactive[1]);
  const auto facts = acceptance_facts(fact_of);
  REQUIRE(facts.size() == 2);
  CHECK(must(wire::decode_fact(facts[0].payload)) == fact(fact_of));
  CHECK(facts[0].message_id == acceptance_message_id(what.booking));
  const fact audited = must(wire::decode_fact(facts[1].payload));
  const auto* row = std::get_if<audit_row>(&audited);
  REQUIRE(row != nullptr);
  CHECK(row->principal == "desk 1");
  CHECK(row->object == to_string(what.booking));
}
