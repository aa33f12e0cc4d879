// The authority of one's own: what it issues, what it revokes, and files that were changed.
#include "apps/pki/authority.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "apps/pki/names.hpp"
#include "storage/openssl.hpp"
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

TEST_CASE("authority: an init that was cut off can be made again, a lost ca.pem is not replaced") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  std::filesystem::remove(authority_file(where));  // as if cut off before the last file
  REQUIRE(create_authority(where, 10));
  REQUIRE(issue(where, certificate_kind::client, {"somebody"}, 10));
  const auto key = read_file(authority_key_file(where));
  std::filesystem::remove(authority_file(where));
  CHECK(create_authority(where, 10).error().code == errc::conflict);
  CHECK(read_file(authority_key_file(where)) == key);
}

TEST_CASE("authority: a list is numbered, and a revocation keeps its date") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  const auto list = [&] {
    const std::string text = to_text(read_file(revocation_file(where)));
    const auto bio = storage::openssl::reading(text);
    return storage::openssl::owned<X509_CRL>(
        PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  };
  const auto number = [](X509_CRL* of) {
    const storage::openssl::owned<ASN1_STRING> found(
        static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(of, NID_crl_number, nullptr, nullptr)));
    REQUIRE(found);
    return ASN1_INTEGER_get(found.get());
  };
  const auto first = issue(where, certificate_kind::client, {"a"}, 10);
  const auto second = issue(where, certificate_kind::client, {"b"}, 10);
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(revoke(where, "a"));
  // Backdated and signed again by hand, so that a new date would show.
  auto old = list();
  const auto entry = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(old.get()), 0);
  const storage::openssl::owned<ASN1_TIME> then(ASN1_TIME_set(nullptr, 1'000'000'000));
  REQUIRE(X509_REVOKED_set_revocationDate(entry, then.get()) == 1);
  const auto key =
      storage::openssl::read_private_pem(to_text(read_file(authority_key_file(where))));
  REQUIRE(X509_CRL_sign(old.get(), key.get(), EVP_sha256()) > 0);
  const auto text =
      storage::openssl::pem_of([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, old.get()); });
  REQUIRE(text);
  write_file(revocation_file(where), to_bytes(*text));

  REQUIRE(revoke(where, "a"));
  REQUIRE(revoke(where, "b"));
  const auto now = list();
  CHECK(number(now.get()) == 4);  // init, and three revocations
  STACK_OF(X509_REVOKED)* const all = X509_CRL_get_REVOKED(now.get());
  REQUIRE(sk_X509_REVOKED_num(all) == 2);
  int dated = 0;
  for (int i = 0; i < 2; ++i)
    dated += ASN1_TIME_compare(X509_REVOKED_get0_revocationDate(sk_X509_REVOKED_value(all, i)),
                               then.get()) == 0;
  CHECK(dated == 1);
}

TEST_CASE("authority: serial numbers of other authorities are read up to RFC 5280's 20 bytes") {
  const auto text = [](const char* hex) {
    BIGNUM* number = nullptr;
    BN_hex2bn(&number, hex);
    const storage::openssl::owned<BIGNUM> owned(number);
    const storage::openssl::owned<ASN1_STRING> encoded(BN_to_ASN1_INTEGER(number, nullptr));
    return serial_text(encoded.get());
  };
  CHECK(text("01") == std::string(31, '0') + "1");
  CHECK(text("7F00000000000000000000000000000000000001") ==
        "7f00000000000000000000000000000000000001");
  CHECK(text("7F0000000000000000000000000000000000000001").empty());
  CHECK(text("-01").empty());
}

TEST_CASE("authority: of many who issue and revoke at one time none undoes another's") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  REQUIRE(create_authority(where, 10));
  constexpr int clients = 6, rounds = 4;
  std::vector<std::thread> all;
  std::vector<std::string> revoked(clients * rounds), kept(clients * rounds);
  for (int c = 0; c < clients; ++c)
    all.emplace_back([&, c] {
      for (int r = 0; r < rounds; ++r) {
        const auto at = static_cast<std::size_t>(c * rounds + r);
        const auto gone = issue(where, certificate_kind::client, {"gone"}, 10);
        const auto stays = issue(where, certificate_kind::client, {"stays"}, 10);
        if (!gone || !stays || !revoke(where, gone->facts.serial)) return;
        revoked[at] = gone->facts.serial;
        kept[at] = stays->facts.serial;
      }
    });
  for (auto& one : all) one.join();
  const auto listed = list_issued(where);
  REQUIRE(listed);
  CHECK(listed->size() == 2 * revoked.size());
  const auto list = read_revocations(where);
  REQUIRE(list);
  CHECK(list->serials == std::set<std::string>(revoked.begin(), revoked.end()));
  CHECK(list->number == 1 + clients * rounds);
  for (const auto& one : *listed)
    CHECK(one.revoked == (std::find(kept.begin(), kept.end(), one.serial) == kept.end()));
}

TEST_CASE("authority: of many who make one at one time one does") {
  const temp_folder folder;
  const std::string where = (folder.path() / "pki").string();
  std::atomic<int> made = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 6; ++i)
    all.emplace_back([&] {
      if (create_authority(where, 10)) made += 1;
    });
  for (auto& one : all) one.join();
  CHECK(made == 1);
  CHECK(issue(where, certificate_kind::client, {"a"}, 1));
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
