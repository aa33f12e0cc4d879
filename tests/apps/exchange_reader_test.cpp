#include <doctest/doctest.h>

#include "apps/config.hpp"

using namespace whorl;
using namespace whorl::apps;

namespace {

constexpr const char* before = R"(default_principal = "operator"
[[principal]]
name = "operator"
role = "operator"
[journal]
servers = ["tls://a:4222"]
authority = "ca.pem"
certificate = "c.pem"
key = "k.pem"
user = "u"
password_file = "p"
)";
constexpr const char* table = R"([exchange]
name = "exchange-a"
certificate = "a.pem"
key = "a.key"
authority = "ca.pem"
)";
constexpr const char* peer = R"([[exchange.peer]]
name = "exchange-b"
url = "https://b:8443"
)";

std::string refusal(const std::string& text) {
  const auto outcome = parse_config(text, "w.toml");
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == errc::invalid_input);
  return outcome.error().message;
}

void names(const std::string& text, const std::string& what) {
  const std::string said = refusal(text);
  CHECK_MESSAGE(said.find(what) != std::string::npos, said);
}

}  // namespace

TEST_CASE(
    "exchange config: name, certificate and one peer are enough; without a table there is none") {
  const auto c = parse_config(std::string(before) + table + peer, "w.toml");
  REQUIRE(c.has_value());
  REQUIRE(c->exchange.has_value());
  CHECK(c->exchange->name == "exchange-a");
  CHECK(c->exchange->lease_seconds == 20);
  REQUIRE(c->exchange->peers.size() == 1);
  CHECK(c->exchange->peers[0].name == "exchange-b");
  CHECK(c->exchange->peers[0].url == "https://b:8443");
  CHECK_FALSE(parse_config(before, "w.toml")->exchange.has_value());
}

TEST_CASE("exchange config: what makes no sense is refused, with line and key") {
  const std::string whole = std::string(before) + table;
  names(whole, "12: exchange.peer: expected 1 to");
  names(whole + "[[exchange.peer]]\nname = \"exchange-a\"\nurl = \"https://x\"\n", "own name");
  names(whole + "[[exchange.peer]]\nname = \"b\"\nurl = \"http://x\"\n", "expected https://");
  names(whole + "[[exchange.peer]]\nname = \"b c\"\nurl = \"https://x\"\n", "letters, digits");
  names(whole + peer + peer, "stands there twice");
  names(whole + "lease_seconds = 4\n" + peer, "exchange.lease_seconds");
  names(whole + "other = 4\n" + peer, "exchange.other");
  const std::string without_journal(before, std::string(before).find("[journal]"));
  names(without_journal + table + peer, "a journal on JetStream that both reach");
  names(std::string("exchange = 3\n") + before, "exchange: expected a table");
}
