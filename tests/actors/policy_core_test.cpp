#include "actors/policy_core.hpp"

#include <algorithm>
#include <map>

#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

TEST_CASE("policy_core: who may do what") {
  const std::map<permission, std::vector<role>> table = {
      {permission::book, {role::lea, role::sib}},
      {permission::decide_review, {role::examiner}},
      {permission::manage_gallery, {role::operator_}},
      {permission::read_cases,
       {role::examiner, role::operator_, role::oversight, role::analyst, role::field_officer,
        role::officer_287g}},
      {permission::work_case,
       {role::lea, role::sib, role::examiner, role::analyst, role::field_officer,
        role::officer_287g}},
      {permission::read_audit, {role::operator_, role::oversight}},
      {permission::read_prints, {role::examiner, role::oversight}},
      {permission::search_people, {role::examiner}}};
  for (const auto& [wanted, able] : table)
    for (role r : all_roles) {
      CAPTURE(to_string(wanted));
      CAPTURE(to_string(r));
      const bool expected = std::find(able.begin(), able.end(), r) != able.end();
      CHECK(allows(r, wanted) == expected);
      CHECK(require({"ann", r, ""}, wanted).has_value() == expected);
    }
}

TEST_CASE("policy_core: a refusal names principal, role, what was asked and who may") {
  const status outcome = require({"ann", role::lea, "TX0000001"}, permission::read_audit);
  CHECK(refused(outcome, errc::forbidden,
                {"'ann'", "lea", "read the audit", "operator or oversight"}));
}

TEST_CASE("policy_core: roles and modes are read as they are written") {
  for (role r : all_roles) CHECK(must(parse_role(to_string(r))) == r);
  for (const char* text : {"", "LEA", "lea ", "operator_", "root"}) {
    CAPTURE(text);
    CHECK(refused(parse_role(text), errc::invalid_input, {text, "oversight"}));
  }
  const std::string endless(5000, 'x');
  CHECK(parse_role(endless).error().message.size() < 200);
}

TEST_CASE("policy_core: whose ORI has how many characters") {
  for (role r : all_roles) {
    CAPTURE(to_string(r));
    const std::size_t expected = r == role::lea || r == role::officer_287g    ? 9u
                                 : r == role::sib || r == role::field_officer ? 2u
                                                                              : 0u;
    CHECK(ori_length(r) == expected);
  }
}

TEST_CASE("policy_core: the ORI's own mode, else its state's, else the default") {
  jurisdictions modes;
  CHECK(modes.mode_of("TX0000001", "20111122") == jurisdiction_mode::inactive);
  modes.default_mode = jurisdiction_mode::limited;
  modes.by_state["TX"] = jurisdiction_mode::full;
  modes.by_ori["TX0000001"] = jurisdiction_mode::inactive;
  CHECK(modes.mode_of("TX0000001", "20111122") == jurisdiction_mode::inactive);
  CHECK(modes.mode_of("TX0000002", "20111122") == jurisdiction_mode::full);
  CHECK(modes.mode_of("FL0000001", "20111122") == jurisdiction_mode::limited);
  CHECK(modes.mode_of("TX", "20111122") == jurisdiction_mode::full);
  CHECK(modes.mode_of("", "20111122") == jurisdiction_mode::limited);
}

TEST_CASE("policy_core: an agency is a jail unless its configuration says otherwise") {
  jurisdictions modes;
  modes.sources["TXDC00001"] = booking_source::state_prison;
  CHECK(modes.source_of("TXDC00001") == booking_source::state_prison);
  CHECK(modes.source_of("TX0000001") == booking_source::jail);
  CHECK(modes.source_of("TXDC0000") == booking_source::jail);
}

TEST_CASE(
    "safeguard: a jurisdiction can know its status: the newest change that has begun, and why") {
  jurisdictions modes;
  modes.by_state["TX"] = jurisdiction_mode::limited;
  modes.log = {{"TX0000001", "20100601", jurisdiction_mode::full, "memorandum 1"},
               {"TX0000001", "20120101", jurisdiction_mode::inactive, "county ordinance"},
               {"TX", "20110101", jurisdiction_mode::full, "statute"}};
  CHECK(modes.mode_of("TX0000001", "20100531") == jurisdiction_mode::limited);
  CHECK(modes.find("TX0000001", "20100531").change == nullptr);
  CHECK(modes.mode_of("TX0000001", "20100601") == jurisdiction_mode::full);
  CHECK(modes.find("TX0000001", "20111231").change->basis == "memorandum 1");
  CHECK(modes.mode_of("TX0000001", "20120101") == jurisdiction_mode::inactive);
  CHECK(modes.mode_of("TX0000002", "20101231") == jurisdiction_mode::limited);
  CHECK(modes.find("TX0000002", "20120101").change->basis == "statute");
  modes.by_ori["TX0000002"] = jurisdiction_mode::inactive;  // an agency's own, before its state's
  CHECK(modes.mode_of("TX0000002", "20120101") == jurisdiction_mode::inactive);
}
