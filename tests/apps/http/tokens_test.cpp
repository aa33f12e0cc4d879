// Tokens with a clock of the test's own: what is ours and of now, and nothing else.
#include "apps/http/tokens.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace whorl::test {
namespace {

using namespace apps::http;

peer certified() { return {"10.0.0.1", "somebody", std::string(32, 'a'), 5000, ""}; }
peer stranger(const std::string& address = "10.0.0.1") { return {address, "", "", 0, ""}; }

token_maker maker() {
  auto made = token_maker::make();
  REQUIRE(made);
  return *std::move(made);
}

}  // namespace

TEST_CASE("tokens: one speaks for its certificate, from its address, until it expires") {
  const token_maker tokens = maker();
  const auto made = tokens.issue(certified(), {1'000'000}, 60);
  REQUIRE(made);
  CHECK(made->expires_at == instant{1'060'000});
  const auto who = tokens.read(made->text, stranger(), {1'060'000});
  REQUIRE(who);
  CHECK(who->name == "somebody");
  CHECK(who->serial == certified().serial);
  CHECK(who->expires_at_s == 5000);
  CHECK(tokens.read(made->text, stranger(), {1'061'000}).error().code == errc::forbidden);
  CHECK(tokens.read(made->text, stranger("10.0.0.2"), {1'000'000}).error().code == errc::forbidden);
  CHECK(maker().read(made->text, stranger(), {1'000'000}).error().code == errc::forbidden);
}

TEST_CASE("tokens: none outlives its certificate") {
  const token_maker tokens = maker();
  CHECK(tokens.issue(certified(), {4'990'000}, 60)->expires_at == instant{5'000'000});
}

TEST_CASE("tokens: what is unsigned, signed otherwise, changed or none is refused") {
  const token_maker tokens = maker();
  const std::string good = tokens.issue(certified(), {0}, 60)->text;
  // {"alg":"none"} and {"alg":"HS384","typ":"JWT"} before our own claims.
  const std::string claims = good.substr(good.find('.'));
  for (const std::string& bad : {std::string(), std::string("."), std::string(".."),
                                 std::string(5000, 'a'), "eyJhbGciOiJub25lIn0" + claims,
                                 "eyJhbGciOiJub25lIn0" + claims.substr(0, claims.rfind('.') + 1),
                                 "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9" + claims, good + "a",
                                 good.substr(1), good.substr(0, good.rfind('.') + 1)}) {
    CAPTURE(bad);
    CHECK(tokens.read(bad, stranger(), {0}).error().code == errc::forbidden);
  }
}

TEST_CASE("tokens: no byte of one can be another (property)") {
  const token_maker tokens = maker();
  const std::string good = tokens.issue(certified(), {0}, 60)->text;
  CHECK(rc::check([&](std::uint8_t to) {
    std::string bad = good;
    const auto at = *rc::gen::inRange<std::size_t>(0, good.size());
    // The signature's last sign carries four bits that are none of it.
    RC_PRE(at + 1 < good.size());
    bad[at] = static_cast<char>(to);
    RC_PRE(bad != good);
    RC_ASSERT_FALSE(tokens.read(bad, stranger(), {0}));
  }));
}

}  // namespace whorl::test
