// The authority of one's own: what it issues, what it revokes, and files that were changed.
#include "apps/pki/authority.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support.hpp"

namespace whorl::test {

using namespace apps::pki;

TEST_CASE("authority: a second one in the same folder is refused and changes nothing") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  const auto before = read_file(authority_key_file(where));
  const status again = create_authority(where, 10);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == errc::conflict);
  CHECK(read_file(authority_key_file(where)) == before);
}

TEST_CASE("authority: keys are for their owner alone") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  using std::filesystem::perms;
  const auto allowed = std::filesystem::status(authority_key_file(where)).permissions();
  CHECK((allowed & (perms::group_all | perms::others_all)) == perms::none);
}

TEST_CASE("authority: what is issued is listed, and revoked by serial or by name") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  const auto first = issue(where, certificate_kind::client, {"city-police"}, 10);
  const auto second = issue(where, certificate_kind::client, {"city-police"}, 10);
  const auto server = issue(where, certificate_kind::server, {"localhost", "127.0.0.1"}, 10);
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(server);
  CHECK(first->facts.serial != second->facts.serial);
  CHECK(first->facts.serial.size() == 32);
  CHECK(first->certificate.find("BEGIN CERTIFICATE") != std::string::npos);
  CHECK(first->key.find("BEGIN PRIVATE KEY") != std::string::npos);

  REQUIRE(revoke(where, first->facts.serial));
  auto revoked = read_revoked(where);
  REQUIRE(revoked);
  CHECK(*revoked == std::set<std::string>{first->facts.serial});
  const auto all_of_name = revoke(where, "city-police");
  REQUIRE(all_of_name);
  CHECK(all_of_name->size() == 2);
  const auto all = list_issued(where);
  REQUIRE(all);
  CHECK(all->size() == 3);
  CHECK(std::count_if(all->begin(), all->end(), [](const auto& c) { return c.revoked; }) == 2);
  CHECK(revoke(where, "nobody").error().code == errc::not_found);
}

TEST_CASE("authority: names that cannot stand in a certificate are refused") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  const std::vector<std::string> bad = {"",     "two words", std::string(65, 'a'),  "a,DNS:evil",
                                        "../a", "a\nb",      std::string("a\0b", 3)};
  for (const std::string& name : bad) {
    const auto refused = issue(where, certificate_kind::server, {name}, 10);
    CAPTURE(name);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::invalid_input);
  }
  CHECK(list_issued(where)->empty());
}

TEST_CASE("authority: a revocation list of another authority, or a changed one, is refused") {
  const temp_folder folder;
  const std::string ours = (folder.path() / "a").string(), other = (folder.path() / "b").string();
  REQUIRE(create_authority(ours, 10));
  REQUIRE(create_authority(other, 10));
  write_file(revocation_file(ours), read_file(revocation_file(other)));
  CHECK(read_revoked(ours).error().code == errc::corrupt);
  write_file(revocation_file(ours), to_bytes("no list"));
  CHECK(read_revoked(ours).error().code == errc::corrupt);
  std::filesystem::remove(revocation_file(ours));
  CHECK(read_revoked(ours).error().code == errc::not_found);
}

TEST_CASE("authority: without its key nothing is issued") {
  const temp_folder folder;
  const std::string ours = (folder.path() / "a").string(), other = (folder.path() / "b").string();
  CHECK(issue(ours, certificate_kind::client, {"a"}, 1).error().code == errc::not_found);
  REQUIRE(create_authority(ours, 10));
  REQUIRE(create_authority(other, 10));
  write_file(authority_key_file(ours), read_file(authority_key_file(other)));
  CHECK(issue(ours, certificate_kind::client, {"a"}, 1).error().code == errc::corrupt);
}

}  // namespace whorl::test
