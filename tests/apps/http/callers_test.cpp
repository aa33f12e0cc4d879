// Who a certificate is: what the gateway asks of each request, with a clock of the test's own.
#include "apps/http/callers.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

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

TEST_CASE("callers: a changed list is noticed though its file's time says nothing") {
  callers_world w;
  const auto made = pki::issue(w.where(), pki::certificate_kind::client, {"somebody"}, 10);
  REQUIRE(made);
  auto who = shown("somebody");
  who.serial = made->facts.serial;
  auto callers = w.callers();
  CHECK(callers.who(who, {0}));
  const auto list = pki::revocation_file(w.where());
  const auto time = std::filesystem::last_write_time(list);
  REQUIRE(pki::revoke(w.where(), "somebody"));
  std::filesystem::last_write_time(list, time);
  CHECK_FALSE(callers.who(who, {0}));
}

TEST_CASE("callers: a list from before the one in force is not taken, and that is told") {
  callers_world w;
  std::vector<std::string> told;
  http::callers callers(w.settings, w.where(), {},
                        [&](std::string_view, const std::string& why) { told.push_back(why); });
  const auto first = pki::issue(w.where(), pki::certificate_kind::client, {"somebody"}, 10);
  const auto second = pki::issue(w.where(), pki::certificate_kind::client, {"another"}, 10);
  REQUIRE(first);
  REQUIRE(second);
  auto who = shown("somebody"), other = shown("another");
  who.serial = first->facts.serial;
  other.serial = second->facts.serial;
  const auto list = pki::revocation_file(w.where());
  const bytes before = read_file(list);
  REQUIRE(pki::revoke(w.where(), "somebody"));
  CHECK_FALSE(callers.who(who, {0}));
  CHECK(told.empty());
  write_file(list, before);
  CHECK_FALSE(callers.who(who, {0}));
  CHECK(callers.who(other, {0}));
  CHECK(callers.lists_refused() == 1);
  CHECK(told.size() == 1);                     // once, not at each request
  REQUIRE(pki::revoke(w.where(), "another"));  // made from the older one: it forgets somebody
  CHECK_FALSE(callers.who(who, {0}));
  CHECK(callers.lists_refused() == 2);
  REQUIRE(pki::revoke(w.where(), "somebody"));
  CHECK_FALSE(callers.who(other, {0}));
  CHECK(callers.lists_refused() == 2);
}

TEST_CASE("callers: refusals from any number of addresses are recorded, as many as are allowed") {
  callers_world w;
  const auto from = [](int number) {
    auto out = shown("");
    out.address = "10.1." + std::to_string(number / 256) + "." + std::to_string(number % 256);
    return out;
  };
  auto many = w.callers({.strangers_burst = 10'000});
  for (int i = 0; i < 6000; ++i) CHECK(many.may_record(from(i), nullptr, 0));
  CHECK(many.unrecorded() == 0);
  auto few = w.callers({.strangers_per_second = 1, .strangers_burst = 3});
  int recorded = 0;
  for (int i = 0; i < 10; ++i) recorded += few.may_record(from(i), nullptr, 0);
  CHECK(recorded == 3);
  CHECK(few.may_record(from(0), &w.settings.principals[0], 0));
  CHECK(few.take_unrecorded(59'999, false) == 0);
  CHECK(few.take_unrecorded(60'000, false) == 7);
  CHECK(few.take_unrecorded(200'000, true) == 0);
  CHECK(few.unrecorded() == 7);
  CHECK(few.may_record(from(11), nullptr, 1000));
  auto one_network = w.callers({.refused_burst = 2});
  auto six = shown("");
  for (int i = 0; i < 4; ++i) {
    six.address = "2001:db8::" + std::to_string(i);
    CHECK(one_network.may_record(six, nullptr, 0) == (i < 2));
  }
}

TEST_CASE("callers: principals are read again when their file changes, and stay where it is none") {
  callers_world w;
  const std::string file = (w.folder.path() / "whorl.toml").string();
  const auto write = [&](const std::string& role, const std::string& ori) {
    write_file(file, to_bytes("default_principal = \"somebody\"\n[[principal]]\nname = "
                              "\"somebody\"\nrole = \"" +
                              role + "\"\n" + ori));
  };
  std::vector<std::string> warnings;
  http::callers callers(
      w.settings, w.where(), {},
      [&](std::string_view what, const std::string&) { warnings.emplace_back(what); }, file);
  const auto role = [&] { return callers.who(shown("somebody"), {1'000'000})->acts_as; };
  CHECK(role() == actors::role::lea);  // there is no file
  CHECK(warnings.empty());
  write("analyst", "");
  CHECK(role() == actors::role::analyst);
  CHECK(callers.who(shown("another"), {1'000'000}).error().code == errc::forbidden);
  write("analyst of nothing", "");
  CHECK(role() == actors::role::analyst);
  CHECK(role() == actors::role::analyst);
  CHECK(warnings == std::vector<std::string>{"whorl.toml"});  // once a change
  write("sib", "ori = \"ZZ\"\n");
  CHECK(role() == actors::role::sib);
}

}  // namespace whorl::test
