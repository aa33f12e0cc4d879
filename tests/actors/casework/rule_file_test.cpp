#include "actors/casework/rule_file.hpp"

#include "messages/limits.hpp"
#include "tests/actors/casework/rules_support.hpp"

using namespace whorl;
using namespace whorl::casework;

namespace {

const std::string good = R"(version = "x"
title = "t"
source = "s"
effective = 2011-03-02
[[category]]
name = "felony"
class = "felony"
[[criterion]]
name = "a felony"
level = 2
categories = ["felony"]
[outcome.1]
detainer = "allowed"
[outcome.2]
detainer = "conditional"
answer_due_minutes = 60
[outcome.3]
detainer = "none"
[outcome.none]
detainer = "none"
)";

std::string with(const std::string& old, const std::string& fresh) {
  std::string text = good;
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), fresh);
}

}  // namespace

TEST_CASE("rule file: what is written is what is read") {
  const auto rules = parse_rules(good, "x.toml");
  REQUIRE_MESSAGE(rules.has_value(), rules.error().message);
  CHECK(rules->version == "x");
  CHECK(rules->effective == "20110302");
  REQUIRE(rules->criteria.size() == 1);
  CHECK(rules->criteria[0].level == 2);
  CHECK(rules->criteria[0].convicted_only);
  CHECK(rules->categories[0].at_least == offence_class::felony);
  CHECK(rules->by_level[2].detainer == detainer_rule::conditional);
  CHECK(rules->by_level[2].answer_due_minutes == 60);
  CHECK(rules->by_level[1].detainer == detainer_rule::allowed);
  CHECK(rules->by_level[0].detainer == detainer_rule::none);
}

TEST_CASE("rule file: every set that comes with the program is good and bears its file's name") {
  CHECK(shipped_files().size() == 5);
  for (const shipped_file& file : shipped_files()) {
    CAPTURE(file.name);
    const auto rules = parse_rules(file.text, std::string(file.name));
    REQUIRE_MESSAGE(rules.has_value(), rules.error().message);
    CHECK(rules->version + ".toml" == file.name);
  }
}

TEST_CASE("rule file: an error names file, line, key and what is allowed") {
  struct bad {
    std::string text, line, word;
  };
  const bad table[] = {
      {with("version = \"x\"\n", ""), "x.toml:1", "version: missing"},
      {with("2011-03-02", "\"2011-03-02\""), "x.toml:4", "date without quotes"},
      {with("title", "titel"), "x.toml:2", "no such key; allowed here: version"},
      {with("class = \"felony\"", "class = \"crime\""), "x.toml:7", "misdemeanour"},
      {with("class = \"felony\"", "codes = [\"13\"]"), "x.toml:7", "NCIC"},
      {with("class = \"felony\"", "codes = [\"1399-1301\"]"), "x.toml:7", "range"},
      {with("level = 2", "level = 4"), "x.toml:10", "from 1 to 3"},
      {with("level = 2\n", ""), "x.toml:8", "criterion.level: missing"},
      {with("[\"felony\"]", "[\"felonies\"]"), "x.toml:11", "no [[category]] named 'felonies'"},
      {with("categories = [\"felony\"]", "fact = \"alien\""), "x.toml:11", "re_entry"},
      {with("categories = [\"felony\"]", "count = 1"), "x.toml:8", "either categories or a fact"},
      {with("categories", "counts = \"accused\"\ncategories"), "x.toml:11", "charged or convicted"},
      {with("\"allowed\"", "\"yes\""), "x.toml:13", "conditional"},
      {with("[outcome.3]\ndetainer = \"none\"\n", ""), "x.toml:12", "outcome.3: missing"},
      {with("= 60", "= 0"), "x.toml:16", "from 1 to"},
      {with("source = \"s\"", "source = \"s\"\nscope = [\"Texas\"]"), "x.toml:4", "two letters"},
      {with("source = \"s\"", "source = \"s\"\nrequires = [\"guilt\"]"), "x.toml:4", "no fact"},
      {with("name = \"felony\"", "name = \"felony\"\n[[category]]\nname = \"felony\""), "x.toml:7",
       "stands there twice"},
      {"version = ", "x.toml:1", ""},
  };
  for (const bad& one : table) {
    CAPTURE(one.text);
    const auto rules = parse_rules(one.text, "x.toml");
    REQUIRE_FALSE(rules.has_value());
    CAPTURE(rules.error().message);
    CHECK(rules.error().code == errc::invalid_input);
    CHECK(rules.error().message.find(one.line + ":") == 0);
    CHECK(rules.error().message.find(one.word) != std::string::npos);
  }
  const auto endless = parse_rules(std::string(limits::rule_file_bytes_max + 1, '#'), "x.toml");
  CHECK(endless.error().code == errc::limit_exceeded);
}
