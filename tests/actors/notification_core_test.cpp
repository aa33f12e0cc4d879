#include "actors/notification_core.hpp"

#include <algorithm>
#include <sstream>

#include "actors/query_core.hpp"
#include "messages/ebts/charset.hpp"
#include "messages/ebts/mandatory.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/actors/people.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

constexpr instant now{1'225'065'600'000};  // 2008-10-27
constexpr booking_id a_booking{0x0b00c1};
constexpr subject_id found{0x5017};
const casework::case_settings& rules() {
  static const casework::case_settings usual = casework::usual_settings();
  return usual;
}
const std::string head = "WHORL-AUDIT-HEAD 1 7 (as storage/audit_head writes it)";

booking_accepted accepted(jurisdiction_mode mode = jurisdiction_mode::full) {
  booking_accepted a;
  a.booking = a_booking;
  a.ori = "TX0000001";
  a.tcn = "WHORL0000000001";
  a.tot = "CARW";
  a.dai = "WHORLHUB0";
  a.mode = mode;
  return a;
}

biographics somebody() {
  biographics who;
  who.name = "DOE,JOHN QUINCY";
  who.birth_date = "19700102";
  who.sex = "M";
  who.birth_place = "TX";
  who.offence_code = "0999";
  who.attention = "SGT MILLER";
  who.controlling_agency = "TX0000009";
  return who;
}

booking_answered answered(gallery_kind gallery, answer_decision decision) {
  booking_answered a;
  a.booking = a_booking;
  a.gallery = gallery;
  a.decision = decision;
  if (decision == answer_decision::hit || decision == answer_decision::review) a.subject = found;
  if (decision == answer_decision::failed) a.reason = "the booking's deadline passed";
  return a;
}

notices plan(gallery_kind gallery, answer_decision decision,
             jurisdiction_mode mode = jurisdiction_mode::full) {
  return plan_notices(accepted(mode), somebody(), answered(gallery, decision), now, head, rules());
}

const outgoing& only_message(const notices& n) {
  REQUIRE(n.messages.size() == 1);
  return n.messages[0];
}

ebts::transaction read(const outgoing& message) {
  const ebts::transaction whole = must(ebts::read_transaction(message.body));
  must(ebts::check_ascii(whole));
  return whole;
}

/// What every answer to an agency has in its header.
void check_header(const outgoing& message, std::string_view tot) {
  CHECK(message.recipient == "TX0000001");
  CHECK(message.kind == tot);
  const ebts::transaction whole = read(message);
  CHECK(whole.tot() == tot);
  CHECK(whole.tcr() == "WHORL0000000001");
  CHECK(whole.dai() == "TX0000001");
  CHECK(whole.ori() == "WHORLHUB0");
  CHECK(whole.dat() == "20081027");
  CHECK(whole.tcn().size() >= 10);
  CHECK(whole.tcn().size() <= 40);
  CHECK(whole.text(2, 73) == "TX0000009");
  CHECK(whole.text(2, 990) == head);
}

/// The line of an IAQ that begins with this key; fails when there is not exactly one.
std::string line_of(const outgoing& iaq, const std::string& key) {
  std::istringstream text(whorl::test::to_text(iaq.body));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(key + " ")) lines.push_back(line.substr(key.size() + 1));
  CAPTURE(key);
  REQUIRE(lines.size() == 1);
  return lines[0];
}

notices plan_iaq(const biographics& who) {
  return plan_notices(accepted(), who, answered(gallery_kind::immigration, answer_decision::hit),
                      now, head, rules());
}

}  // namespace

TEST_CASE("notification_core: a criminal hit is an SRE that identifies") {
  const notices n = plan(gallery_kind::criminal, answer_decision::hit);
  const outgoing& message = only_message(n);
  CHECK(message.message == to_string(a_booking) + "/criminal");
  check_header(message, "SRE");
  const ebts::transaction sre = read(message);
  must(ebts::check_mandatory(sre));
  CHECK(sre.text(2, 59) == "I");
  CHECK(sre.text(2, 18) == "DOE,JOHN QUINCY");
  CHECK(sre.text(2, 14) == fbi_number(found));
  CHECK(n.events.empty());
  REQUIRE(n.audit.size() == 1);
  CHECK(n.audit[0].object == to_string(a_booking));
  CHECK(n.audit[0].detail.find(to_string(found)) != std::string::npos);
  CHECK(n.audit[0].at == now);
}

TEST_CASE("notification_core: a criminal no hit is an SRE that does not, numbered if enrolled") {
  const notices n = plan(gallery_kind::criminal, answer_decision::no_hit);
  check_header(only_message(n), "SRE");
  CHECK(read(only_message(n)).text(2, 59) == "N");
  CHECK_FALSE(read(only_message(n)).text(2, 14).has_value());
  CHECK(n.events.empty());
  booking_answered enrolled = answered(gallery_kind::criminal, answer_decision::no_hit);
  enrolled.subject = query_core::own_subject(a_booking);
  const notices m = plan_notices(accepted(), somebody(), enrolled, now, head, rules());
  CHECK(read(only_message(m)).text(2, 59) == "N");
  CHECK(read(only_message(m)).text(2, 14) == fbi_number(enrolled.subject));
}

TEST_CASE("notification_core: a criminal failure is an ERRT with the reason") {
  const notices n = plan(gallery_kind::criminal, answer_decision::failed);
  check_header(only_message(n), "ERRT");
  must(ebts::check_mandatory(read(only_message(n))));
  CHECK(read(only_message(n)).text(2, 60) == "the booking's deadline passed");
  CHECK(n.audit.size() == 1);
}

TEST_CASE("notification_core: an answer that fits no SRE goes out as ERRT, and says why") {
  biographics nameless = somebody();
  nameless.name.clear();
  const notices n =
      plan_notices(accepted(), nameless, answered(gallery_kind::criminal, answer_decision::hit),
                   now, head, rules());
  check_header(only_message(n), "ERRT");
  CHECK(read(only_message(n)).text(2, 60)->find("NAM") != std::string_view::npos);
  CHECK(n.audit.at(0).action.find("ERRT") != std::string::npos);
}

TEST_CASE("notification_core: CRI is the booking agency where none was stated") {
  biographics who = somebody();
  who.controlling_agency.clear();
  const notices n = plan_notices(
      accepted(), who, answered(gallery_kind::criminal, answer_decision::hit), now, head, rules());
  CHECK(read(only_message(n)).text(2, 73) == "TX0000001");
}

TEST_CASE("notification_core: the criminal answer is the same in every mode") {
  for (auto decision : {answer_decision::hit, answer_decision::no_hit, answer_decision::failed}) {
    const bytes body = only_message(plan(gallery_kind::criminal, decision)).body;
    for (auto mode : {jurisdiction_mode::inactive, jurisdiction_mode::limited})
      CHECK(only_message(plan(gallery_kind::criminal, decision, mode)).body == body);
  }
}

TEST_CASE("notification_core: nothing leaves before an examiner looked, on record") {
  for (gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration}) {
    const notices n = plan(gallery, answer_decision::review);
    CHECK(n.messages.empty());
    CHECK(n.events.empty());
    CHECK(n.audit.size() == 1);
  }
}

TEST_CASE("notification_core: an immigration no hit or failure is an IDR in mode full") {
  const notices no_match = plan(gallery_kind::immigration, answer_decision::no_hit);
  check_header(only_message(no_match), "IDR");
  CHECK(only_message(no_match).message == to_string(a_booking) + "/idr");
  CHECK(read(only_message(no_match)).text(2, 60)->find("NO MATCH") != std::string_view::npos);
  CHECK(no_match.events.empty());
  CHECK(no_match.audit.size() == 1);
  const notices failed = plan(gallery_kind::immigration, answer_decision::failed);
  check_header(only_message(failed), "IDR");
  const std::string text(*read(only_message(failed)).text(2, 60));
  CHECK(text.find("ERROR") != std::string::npos);
  CHECK(text.find("deadline") != std::string::npos);
}

TEST_CASE("notification_core: mode limited withholds the immigration answer, with an audit row") {
  for (auto decision : {answer_decision::no_hit, answer_decision::failed}) {
    const notices n = plan(gallery_kind::immigration, decision, jurisdiction_mode::limited);
    CHECK(n.messages.empty());
    CHECK(n.events.empty());
    REQUIRE(n.audit.size() == 1);
    CHECK(n.audit[0].action.find("withhold") != std::string::npos);
    CHECK(n.audit[0].action.find("TX0000001") != std::string::npos);
    CHECK(n.audit[0].purpose.find("limited") != std::string::npos);
  }
}

TEST_CASE("notification_core: an immigration hit opens a case and asks the LESC, not the agency") {
  for (auto mode : {jurisdiction_mode::limited, jurisdiction_mode::full}) {
    const notices n = plan(gallery_kind::immigration, answer_decision::hit, mode);
    CHECK(only_message(n).recipient == "LESC");
    CHECK(only_message(n).kind == "IAQ");
    CHECK(only_message(n).message == to_string(a_booking) + "/iaq");
    REQUIRE(n.events.size() == 2);
    CHECK(n.events[0].step == case_step::opened);
    CHECK(n.events[1].step == case_step::iaq_queued);
    for (const case_event& e : n.events) {
      CHECK(e.which == case_of(a_booking));
      CHECK(e.booking == a_booking);
      CHECK(e.subject == found);
      CHECK(e.level == 1);
      CHECK(e.rule_set == "2008-10");
      CHECK(e.at == now);
      CHECK_FALSE(e.by.empty());
      CHECK_FALSE(e.reason.empty());
    }
    REQUIRE(n.audit.size() == 1);
    CHECK(n.audit[0].action.find("LESC") != std::string::npos);
    CHECK(n.audit[0].detail.find(to_string(found)) != std::string::npos);
  }
}

TEST_CASE("notification_core: an IAQ has each field once, cut to its length") {
  biographics who = somebody();
  who.name = std::string(40, 'N');
  who.attention = std::string(31, 'A');
  const notices n = plan_iaq(who);
  const outgoing& iaq = only_message(n);
  CHECK(line_of(iaq, "PUR") == "C");
  CHECK(line_of(iaq, "ATN") == std::string(30, 'A'));
  CHECK(line_of(iaq, "NAM") == std::string(30, 'N'));
  CHECK(line_of(iaq, "DOB") == "19700102");
  CHECK(line_of(iaq, "SEX") == "M");
  CHECK(line_of(iaq, "POB") == "TX");
  CHECK(line_of(iaq, "OFF") == "0999");
  CHECK(line_of(iaq, "ORI") == "TX0000001");
  CHECK(line_of(iaq, "TCN") == "WHORL0000000001");
  CHECK(line_of(iaq, "AUDIT") == head);
  CHECK(line_of(iaq, "CASE") == to_string(case_of(a_booking)));
  CHECK(line_of(iaq, "SUBJECT") == to_string(found));
  who.offence_code.clear();
  CHECK(line_of(only_message(plan_iaq(who)), "OFF") == "0399");
}

TEST_CASE("notification_core: an IAQ says whether the booking agency has the person in custody") {
  for (const booking_source source : all_booking_sources) {
    booking_accepted of = accepted();
    of.source = source;
    const notices n =
        plan_notices(of, somebody(), answered(gallery_kind::immigration, answer_decision::hit), now,
                     head, rules());
    const bool held = source == booking_source::jail || source == booking_source::state_prison;
    CHECK(line_of(only_message(n), "CUS") == (held ? "Y" : "N"));
  }
}

TEST_CASE("notification_core: what a booking states cannot add lines to an IAQ") {
  biographics who = somebody();
  who.name = "DOE\nSUBJECT S00";
  who.attention = "A\r\nORI FL0000001";
  who.birth_date = "1970\nCASE 1";
  who.birth_place = std::string(500, 'P');
  who.sex = "M\nTCN X";
  const notices n = plan_iaq(who);
  const outgoing& iaq = only_message(n);
  CHECK(line_of(iaq, "SUBJECT") == to_string(found));
  CHECK(line_of(iaq, "ORI") == "TX0000001");
  CHECK(line_of(iaq, "CASE") == to_string(case_of(a_booking)));
  CHECK(line_of(iaq, "TCN") == "WHORL0000000001");
  CHECK(line_of(iaq, "POB").size() == 2);
  CHECK(line_of(iaq, "DOB").size() == 8);
}

TEST_CASE("notification_core: the same answer gives the same ids and bytes") {
  for (gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (auto decision : {answer_decision::hit, answer_decision::no_hit, answer_decision::failed}) {
      const notices a = plan(gallery, decision), b = plan(gallery, decision);
      REQUIRE(a.messages.size() == b.messages.size());
      for (std::size_t i = 0; i < a.messages.size(); ++i) {
        CHECK(a.messages[i].message == b.messages[i].message);
        CHECK(a.messages[i].body == b.messages[i].body);
      }
      CHECK(a.events == b.events);
      CHECK(a.audit == b.audit);
    }
}

TEST_CASE("notification_core: own control numbers differ by gallery; the examiner is named") {
  const auto tcn = [](gallery_kind g) {
    return std::string(read(only_message(plan(g, answer_decision::no_hit))).tcn());
  };
  CHECK(tcn(gallery_kind::criminal) != tcn(gallery_kind::immigration));
  booking_answered reviewed = answered(gallery_kind::criminal, answer_decision::hit);
  reviewed.decided_by = "ann";
  CHECK(plan_notices(accepted(), somebody(), reviewed, now, head, rules())
            .audit.at(0)
            .detail.find("ann") != std::string::npos);
}

TEST_CASE("notification_core: an immigration answer of an inactive jurisdiction is a bug of ours") {
  for (auto decision : {answer_decision::hit, answer_decision::no_hit, answer_decision::failed}) {
    CHECK(breaks_invariant(
        [&] { plan(gallery_kind::immigration, decision, jurisdiction_mode::inactive); }));
    CHECK_FALSE(breaks_invariant([&] { plan(gallery_kind::immigration, decision); }));
  }
}

TEST_CASE("notification_core: the mark tells gallery and review from answer") {
  std::vector<std::string> marks;
  for (gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (auto decision : {answer_decision::hit, answer_decision::review})
      marks.push_back(notice_mark(answered(gallery, decision)));
  std::sort(marks.begin(), marks.end());
  CHECK(std::unique(marks.begin(), marks.end()) == marks.end());
  CHECK(notice_mark(answered(gallery_kind::criminal, answer_decision::hit)) ==
        notice_mark(answered(gallery_kind::criminal, answer_decision::no_hit)));
}

TEST_CASE("fbi_number: nine capitals or digits for any id, different for near ones") {
  for (std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{36}, ~std::uint64_t{0}}) {
    const std::string number = fbi_number({value});
    CHECK(number.size() == 9);
    CHECK(number.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos);
    CHECK(number == fbi_number({value}));
  }
  CHECK(fbi_number({1}) != fbi_number({2}));
  CHECK(fbi_number({1}) != fbi_number({36}));
}
