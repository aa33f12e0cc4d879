#include "tests/storage/jetstream/certificates.hpp"

#include <doctest/doctest.h>
#include <openssl/ec.h>

#include "apps/pki/authority.hpp"
#include "storage/openssl.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using namespace storage::openssl;

void add(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const owned<X509_EXTENSION> made(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  REQUIRE(made);
  REQUIRE(X509_add_ext(certificate, made.get(), -1) == 1);
}

std::string text_of(const std::string& path) { return to_text(read_file(path)); }

}  // namespace

void issue_for_both_ends(const std::string& folder, const std::vector<std::string>& names) {
  const std::string ca_text = text_of(apps::pki::authority_file(folder));
  const auto bio = reading(ca_text);
  const owned<X509> ca(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  const auto ca_key = read_private_pem(text_of(apps::pki::authority_key_file(folder)));
  const owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const owned<X509> made(X509_new());
  REQUIRE((ca && ca_key && key && made));
  X509* const own = made.get();
  X509_set_version(own, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(own), 77);
  X509_gmtime_adj(X509_getm_notBefore(own), -3600);
  X509_gmtime_adj(X509_getm_notAfter(own), 24 * 3600);
  X509_set_pubkey(own, key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(own), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(names.front().c_str()), -1, -1,
                             0);
  X509_set_issuer_name(own, X509_get_subject_name(ca.get()));
  std::string hosts;
  for (const std::string& name : names) {
    const bool address = name.find_first_not_of("0123456789.") == std::string::npos;
    hosts += (hosts.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  add(own, ca.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  add(own, ca.get(), NID_subject_alt_name, hosts);
  REQUIRE(X509_sign(own, ca_key.get(), EVP_sha256()) > 0);
  const auto certificate = pem_of([&](BIO* out) { return PEM_write_bio_X509(out, own); });
  const auto secret = private_pem(key.get());
  REQUIRE((certificate && secret));
  write_file(folder + "/server.pem", to_bytes(*certificate));
  write_file(folder + "/server-key.pem", to_bytes(*secret));
}

}  // namespace whorl::test
