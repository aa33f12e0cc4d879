// Of whorl.toml: what is said of reviews, of retention, of time zones and of protected records.
#include <doctest/doctest.h>

#include "apps/config.hpp"

using namespace whorl;
using namespace whorl::apps;

TEST_CASE("config: how many examiners decide, never more than there are; how often serve purges") {
  const auto with = [](const std::string& more) {
    return parse_config(
        "default_principal = \"a\"\n[[principal]]\nname = \"a\"\nrole = \"examiner\"\n"
        "[[principal]]\nname = \"b\"\nrole = \"examiner\"\n" +
            more,
        "whorl.toml");
  };
  const auto usual = with("");
  REQUIRE(usual);
  CHECK(usual->cases.reviews.needed(gallery_kind::criminal) == 1);
  CHECK(usual->cases.reviews.needed(gallery_kind::immigration) == 1);
  CHECK(usual->purge_every_hours == 24);
  CHECK(usual->cases.reviews.disagreement_hours == 24);
  const auto two = with("[cases]\ncriminal_examiners = 2\n[node]\npurge_every_hours = 0\n");
  REQUIRE(two);
  CHECK(two->cases.reviews.needed(gallery_kind::criminal) == 2);
  CHECK(two->cases.reviews.needed(gallery_kind::immigration) == 1);
  CHECK(two->purge_every_hours == 0);
  const auto three = with("[cases]\nimmigration_examiners = 3\n");
  REQUIRE_FALSE(three);
  for (const char* word : {"whorl.toml", "cases.immigration_examiners", "there are 2"})
    CHECK_MESSAGE(three.error().message.find(word) != std::string::npos, three.error().message);
  CHECK_FALSE(with("[cases]\ncriminal_examiners = 0\n"));
  CHECK(with("[cases]\ndisagreement_hours = 5\n")->cases.reviews.disagreement_hours == 5);
  CHECK_FALSE(with("[cases]\ndisagreement_hours = 0\n"));
  CHECK_FALSE(with("[node]\npurge_every_hours = -1\n"));
}

TEST_CASE("config: an agency's time zone is one of this system's, of an ORI or a state") {
  const auto with = [](const std::string& zones) {
    return parse_config(
        "default_principal = \"a\"\n[[principal]]\nname = \"a\"\nrole = \"examiner\"\n"
        "[jurisdictions.time_zones]\n" +
            zones,
        "whorl.toml");
  };
  const auto good = with("TXSO00071 = \"America/Denver\"\nFL = \"America/Chicago\"\n");
  REQUIRE(good);
  CHECK(good->cases.time_zones.at("TXSO00071") == "America/Denver");
  CHECK(casework::zone_of(good->cases, "FLPD00001") == "America/Chicago");
  const auto refused = [&](const char* zones, std::initializer_list<const char*> words) {
    const auto read = with(zones);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == errc::invalid_input);
    for (const char* word : words)
      CHECK_MESSAGE(read.error().message.find(word) != std::string::npos, read.error().message);
  };
  refused("TXSO00071 = \"Mars/Olympus\"\n",
          {"whorl.toml", "jurisdictions.time_zones.TXSO00071", "'Mars/Olympus'", "tzdata"});
  refused("TXSO00071 = \"\"\n", {"jurisdictions.time_zones.TXSO00071"});
  refused("TXSO00071 = 5\n", {"jurisdictions.time_zones.TXSO00071"});
  refused("ELPASO = \"America/Denver\"\n", {"'ELPASO'", "neither"});
}

TEST_CASE("config: protected records are for named people, of no agency and no bureau") {
  const auto with = [](const char* role, const char* ori) {
    return parse_config("default_principal = \"a\"\n[[principal]]\nname = \"a\"\nrole = \"" +
                            std::string(role) + "\"\n" + ori + "protected_records = true\n",
                        "whorl.toml");
  };
  CHECK(with("analyst", "")->principals.at(0).protected_records);
  CHECK(with("field_officer", "ori = \"ZZ\"\n")->principals.at(0).protected_records);
  for (const auto& [role, ori] :
       {std::pair("lea", "ori = \"ZZPD00001\"\n"), std::pair("sib", "ori = \"ZZ\"\n"),
        std::pair("officer_287g", "ori = \"ZZPD00001\"\n")}) {
    const auto read = with(role, ori);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("principal.protected_records") != std::string::npos);
  }
  // Nobody is unless it is said.
  const auto usual = parse_config(
      "default_principal = \"a\"\n[[principal]]\nname = \"a\"\nrole = \"oversight\"\n", "f");
  CHECK_FALSE(usual->principals.at(0).protected_records);
}

TEST_CASE("config: a case goes to whoever works on cases, a protected one to whoever is named") {
  const std::vector<actors::principal> all = {{"a", actors::role::analyst, ""},
                                              {"b", actors::role::field_officer, "ZZ", true},
                                              {"c", actors::role::oversight, "", true}};
  CHECK(may_take_over(all, "a", false));
  CHECK(may_take_over(all, "b", true));
  CHECK_FALSE(may_take_over(all, "a", true).has_value());
  CHECK_FALSE(may_take_over(all, "c", false).has_value());
  CHECK_FALSE(may_take_over(all, "d", false).has_value());
}
