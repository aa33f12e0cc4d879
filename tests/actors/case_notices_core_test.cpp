// What goes out after a step of a case, to whom, and what is withheld and why.
#include "actors/case_notices_core.hpp"

#include "messages/ebts/reader.hpp"
#include "tests/actors/casework/lifecycle_support.hpp"
#include "tests/actors/people.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::casework::test;
using casework::case_settings;

namespace {

const std::string head = "WHORL-AUDIT-HEAD 1 7";

struct stage {
  booking_accepted accepted;
  biographics who;
  case_in_hand hand;
  told_before told;
  case_settings cases;

  explicit stage(case_in_hand c, jurisdiction_mode mode = jurisdiction_mode::full)
      : hand(std::move(c)) {
    accepted.booking = {0xb1};
    accepted.ori = "TX0000001";
    accepted.tcn = "TCN-1";
    accepted.dai = "WHORLHUB0";
    accepted.mode = mode;
    who.name = "DOE,JOHN";
  }
  /// Takes the step and plans what follows.
  notices after(std::optional<role> as, case_step step, std::string code = {}, instant about = {}) {
    const casework::case_view before = hand.view;
    hand.must(as, step, std::move(code), about);
    case_event taken = hand.events.back();
    taken.which = {0xc1};
    taken.subject = {0x52};
    return plan_step_notices({accepted, who, before, hand.view, taken, told, head, cases});
  }
};

std::string text_of(const outgoing& message) {
  if (message.recipient == "LESC") return whorl::test::to_text(message.body);
  const auto whole = ebts::read_transaction(message.body);
  REQUIRE(whole.has_value());
  CHECK(whole->tot() == message.kind);
  CHECK(whole->tcr() == "TCN-1");
  CHECK(whole->text(2, 990) == head);
  return std::string(whole->text(2, 60).value_or(""));
}
bool has(const std::string& text, const char* word) { return text.find(word) != std::string::npos; }

case_in_hand confirmed() {
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  return c;
}

}  // namespace

TEST_CASE("case notices: the operations centre's answer goes to the agency as one IDR with IAR") {
  stage s(confirmed());
  const notices n =
      s.after(role::analyst, case_step::status_found, "final-order", {start.ms - day_ms});
  REQUIRE(n.messages.size() == 1);
  CHECK(n.messages[0].recipient == "TX0000001");
  CHECK(n.messages[0].kind == "IDR");
  CHECK(n.messages[0].message == "C00000000000000c1/4/IDR");
  CHECK(has(text_of(n.messages[0]), "FINAL ORDER"));
  REQUIRE(n.audit.size() == 1);
  CHECK(n.audit[0].object == "C00000000000000c1");
}

TEST_CASE("case notices: what may not be told is withheld, and the audit says by which rule") {
  const auto withheld = [](stage s) {
    const notices n =
        s.after(role::analyst, case_step::status_found, "lawful", {start.ms - day_ms});
    CHECK(n.messages.empty());
    REQUIRE(n.audit.size() == 1);
    CHECK(has(n.audit[0].action, "withhold IDR from TX0000001"));
    return n.audit[0].detail;
  };
  CHECK(withheld(stage(confirmed(), jurisdiction_mode::limited)) == "jurisdiction mode limited");
  stage deaf(confirmed());
  deaf.cases.cannot_receive.insert("TX");
  CHECK(withheld(std::move(deaf)) == "cannot receive second responses");
  stage one(confirmed());
  one.cases.cannot_receive.insert("TX0000001");
  CHECK(withheld(std::move(one)) == "cannot receive second responses");
  stage victim(confirmed());
  victim.hand.must(role::analyst, case_step::flagged, "protected");
  CHECK(withheld(std::move(victim)) == "protected: never to an agency");
}

TEST_CASE("case notices: an agency is told of a detainer, and of whatever becomes of it") {
  stage s(adjudicated_case(), jurisdiction_mode::limited);
  notices n = s.after(role::field_officer, case_step::detainer_issued);
  REQUIRE(n.messages.size() == 1);
  CHECK(n.messages[0].kind == "DET");
  CHECK(has(text_of(n.messages[0]), "48 HOURS"));
  s.told.detainer = true;
  n = s.after(role::lea, case_step::citizenship_claimed);
  REQUIRE(n.messages.size() == 1);
  CHECK(has(text_of(n.messages[0]), "SUSPENDED"));
  n = s.after(role::analyst, case_step::status_found, "citizen");
  REQUIRE(n.messages.size() == 1);  // limited: the status is not told, the end of the detainer is
  CHECK(has(text_of(n.messages[0]), "WITHDRAWN"));
}

TEST_CASE("safeguard: the end of a detainer is told, even of one who is protected by then") {
  stage s(detained_case());
  s.told.detainer = true;
  s.hand.must(role::analyst, case_step::flagged, "victim-witness");
  const notices n =
      s.after(role::field_officer, case_step::detainer_lifted, "Prosecutorial Discretion");
  REQUIRE(n.messages.size() == 1);
  CHECK(has(text_of(n.messages[0]), "MUST NOT BE HELD"));
}

TEST_CASE("case notices: expiry, custody and activation have words of their own") {
  stage expired(detained_case());
  expired.hand.must(role::lea, case_step::release_notified, {}, start);
  expired.hand.when.clock_end = start;
  CHECK(has(text_of(expired.after({}, case_step::detainer_expired).messages.at(0)), "EXPIRED"));
  stage custody(detained_case());
  CHECK(has(text_of(custody.after(role::field_officer, case_step::taken_into_custody, "BED-1")
                        .messages.at(0)),
            "CUSTODY TAKEN"));
  stage conditional(adjudicated_case());
  CHECK(has(text_of(conditional.after(role::field_officer, case_step::conditional_detainer_issued)
                        .messages.at(0)),
            "CONDITIONAL"));
  conditional.hand.must_record({"1313", offence_class::felony, offence_disposition::convicted, 9});
  CHECK(has(
      text_of(conditional.after(role::field_officer, case_step::detainer_activated).messages.at(0)),
      "NOW IN EFFECT"));
}

TEST_CASE("safeguard: a match that was wrong is taken back from everybody who was told") {
  for (case_step step : {case_step::prints_refuted, case_step::corrected}) {
    stage s(adjudicated_case());
    s.told.status = true;
    const notices n = s.after(role::examiner, step);
    REQUIRE(n.messages.size() == 2);
    CHECK(n.messages[0].recipient == "TX0000001");
    CHECK(has(text_of(n.messages[0]), "THE MATCH WAS WRONG"));
    CHECK(n.messages[1].recipient == "LESC");
    CHECK(n.messages[1].kind == "CHG");
    CHECK(has(text_of(n.messages[1]), "SUBJECT S0000000000000052"));
  }
  stage never_told(adjudicated_case());
  const notices n = never_told.after(role::examiner, case_step::prints_refuted);
  REQUIRE(n.messages.size() == 1);
  CHECK(n.messages[0].recipient == "LESC");
}

TEST_CASE("safeguard: a corrected record reaches the agency and the operations centre") {
  stage s(adjudicated_case());
  s.told.status = true;
  const notices n = s.after({}, case_step::record_changed);
  REQUIRE(n.messages.size() == 2);
  CHECK(has(text_of(n.messages[0]), "LOOKED UP AGAIN"));
  CHECK(n.messages[1].recipient == "LESC");
}

TEST_CASE("case notices: steps that concern nobody outside send nothing") {
  stage s(adjudicated_case());
  for (case_step step : {case_step::note, case_step::taken_up, case_step::citizenship_claimed}) {
    const notices n = s.after(role::analyst, step);
    CHECK(n.messages.empty());
    CHECK(n.audit.empty());
  }
}
