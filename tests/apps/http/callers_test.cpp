// Who a certificate is: what the gateway asks of each request, with a clock of the test's own.
#include "apps/http/callers.hpp"

#include <doctest/doctest.h>

#include "apps/pki/authority.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using namespace apps;

struct callers_world {
  temp_folder folder;
  config settings;
  callers_world() {
    REQUIRE(pki::create_authority(where(), 10));
    settings.principals = {{"somebody", actors::role::lea, "ZZPD00001"},
                           {"another", actors::role::examiner, ""}};
  }
  std::string where() const { return (folder.path() / "pki").string(); }
  http::callers callers(http::rate_settings rates = {}) const {
    return http::callers(settings, where(), rates);
  }
};

http::peer shown(const std::string& name) {
  return {"10.0.0.1", name, std::string(32, '1'), 2000, ""};
}

}  // namespace

TEST_CASE("callers: a certificate is asked again at each request: it may expire meanwhile") {
  callers_world w;
  auto callers = w.callers();
  CHECK(callers.who(shown("somebody"), {2'000'999})->ori == "ZZPD00001");
  const auto late = callers.who(shown("somebody"), {2'001'000});
  REQUIRE_FALSE(late);
  CHECK(late.error().code == errc::forbidden);
  CHECK(late.error().message.find("expired") != std::string::npos);
  CHECK_FALSE(callers.who(shown("nobody"), {0}));
}

TEST_CASE("callers: without a readable list of the revoked nobody is let in, nor ready") {
  callers_world w;
  auto callers = w.callers();
  CHECK(callers.check());
  std::filesystem::remove(pki::revocation_file(w.where()));
  CHECK(callers.check().error().code == errc::unavailable);
  CHECK(callers.who(shown("somebody"), {0}).error().code == errc::unavailable);
}

TEST_CASE("callers: one's refusals do not crowd out another's from the audit") {
  callers_world w;
  auto callers = w.callers({.refused_per_second = 1, .refused_burst = 2});
  const actors::principal& one = w.settings.principals[0];
  const actors::principal& other = w.settings.principals[1];
  const auto from = shown("somebody");  // all at one address
  for (int i = 0; i < 2; ++i) CHECK(callers.may_record(from, nullptr, 0));
  CHECK_FALSE(callers.may_record(from, nullptr, 0));
  for (int i = 0; i < 2; ++i) CHECK(callers.may_record(from, &one, 0));
  CHECK_FALSE(callers.may_record(from, &one, 0));
  CHECK(callers.may_record(from, &other, 0));
  CHECK(callers.may_record(from, &one, 1000));
}

}  // namespace whorl::test
