// Of whorl.toml: what is said of reviews and of retention.
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
  CHECK_FALSE(with("[node]\npurge_every_hours = -1\n"));
}
