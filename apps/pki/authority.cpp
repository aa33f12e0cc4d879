#include "apps/pki/authority.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "apps/pki/names.hpp"
#include "storage/durable_file.hpp"
#include "storage/openssl.hpp"
#include "storage/store_files.hpp"

namespace whorl::apps::pki {
namespace {

constexpr std::size_t file_max = 16u << 20;
constexpr std::size_t name_max = 64;  ///< ub-common-name of RFC 5280
constexpr std::size_t serial_bytes = 16;
/// The list is read by our own gateway, which takes any age; outside readers want a date.
constexpr long list_days = 3650;

using storage::openssl::owned;
using storage::openssl::pem_of;
using storage::openssl::reading;
using storage::openssl::refused;

result<owned<EVP_PKEY>> make_key() {
  owned<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (!key) return refused("make a P-256 key");
  return key;
}

struct authority {
  owned<EVP_PKEY> key;
  owned<X509> certificate;
};

result<owned<X509>> read_certificate(const std::string& folder) {
  const std::string path = authority_file(folder);
  auto text = storage::read_small_file(path, file_max);
  if (!text && text.error().code == errc::not_found)
    return make_error(errc::not_found,
                      path + ": no certificate authority here; `whorl pki init` makes one");
  if (!text) return text.error();
  const auto bio = reading(*text);
  owned<X509> out(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!out) return make_error(errc::corrupt, path + ": holds no certificate (PEM)");
  return out;
}

result<authority> open_authority(const std::string& folder) {
  authority out;
  WHORL_ASSIGN(out.certificate, read_certificate(folder));
  const std::string path = authority_key_file(folder);
  WHORL_ASSIGN(const std::string text, storage::read_small_file(path, file_max));
  out.key = storage::openssl::read_private_pem(text);
  if (!out.key || X509_check_private_key(out.certificate.get(), out.key.get()) != 1)
    return make_error(errc::corrupt, path + ": is not the key of ca.pem: restore both");
  return out;
}

/// 127 random bits (RFC 5280 4.1.2.2: positive, at most 20 octets).
status set_random_serial(X509* certificate) {
  std::array<unsigned char, serial_bytes> raw{};
  if (RAND_bytes(raw.data(), raw.size()) != 1) return refused("random numbers");
  raw[0] = static_cast<unsigned char>((raw[0] & 0x7F) | 0x40);
  const owned<BIGNUM> number(BN_bin2bn(raw.data(), raw.size(), nullptr));
  if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
    return refused("serial number");
  return {};
}

status add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    return make_error(errc::invalid_input, "'" + value + "' cannot stand in a certificate");
  return {};
}

/// Version 3, serial, dates from a little before now (clocks differ), the key and the names.
result<owned<X509>> blank(EVP_PKEY* key, const std::string& common_name, X509* issuer, int days) {
  owned<X509> out(X509_new());
  if (!out || X509_set_version(out.get(), X509_VERSION_3) != 1) return refused("X.509");
  WHORL_TRY(set_random_serial(out.get()));
  X509_NAME* const name = X509_get_subject_name(out.get());
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  if (X509_gmtime_adj(X509_getm_notBefore(out.get()), -300) == nullptr ||
      X509_time_adj_ex(X509_getm_notAfter(out.get()), days, 0, nullptr) == nullptr ||
      X509_set_pubkey(out.get(), key) != 1 ||
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) != 1 ||
      X509_set_issuer_name(out.get(), issuer ? X509_get_subject_name(issuer) : name) != 1)
    return refused("X.509");
  return out;
}

status check_names(const std::vector<std::string>& names) {
  if (names.empty()) return make_error(errc::invalid_input, "a certificate needs a name");
  for (const std::string& name : names) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
      return c > 32 && c < 127 && std::string_view(",:;/").find(c) == std::string_view::npos;
    });
    if (name.empty() || name.size() > name_max || !plain)
      return make_error(errc::invalid_input,
                        "'" + name.substr(0, name_max) +
                            "': a name has 1 to 64 printable ASCII signs, no blank , : ; /");
  }
  return {};
}

bool is_address(const std::string& host) {
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string out;
  for (const std::string& host : hosts)
    out += (out.empty() ? "" : ",") + std::string(is_address(host) ? "IP:" : "DNS:") + host;
  return out;
}

status sign(X509* certificate, EVP_PKEY* key) {
  if (X509_sign(certificate, key, EVP_sha256()) <= 0) return refused("sign a certificate");
  return {};
}

/// The next list after `list`: dated now, numbered one up (RFC 5280 5.2.3), signed, written.
status write_list(const std::string& folder, const authority& ca, X509_CRL* list) {
  const owned<ASN1_TIME> now(X509_gmtime_adj(nullptr, 0));
  const owned<ASN1_TIME> next(X509_time_adj_ex(nullptr, list_days, 0, nullptr));
  const owned<ASN1_INTEGER> before(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list, NID_crl_number, nullptr, nullptr)));
  const owned<ASN1_INTEGER> number(ASN1_INTEGER_new());
  if (!now || !next || !number || X509_CRL_set1_lastUpdate(list, now.get()) != 1 ||
      X509_CRL_set1_nextUpdate(list, next.get()) != 1 ||
      ASN1_INTEGER_set_int64(number.get(), before ? ASN1_INTEGER_get(before.get()) + 1 : 1) != 1 ||
      X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, X509V3_ADD_REPLACE) != 1 ||
      X509_CRL_sort(list) != 1 || X509_CRL_sign(list, ca.key.get(), EVP_sha256()) <= 0)
    return refused("sign a revocation list");
  WHORL_ASSIGN(const std::string text,
               pem_of([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, list); }));
  return storage::write_durably(revocation_file(folder), text);
}

result<owned<X509_CRL>> empty_list(const authority& ca) {
  owned<X509_CRL> list(X509_CRL_new());
  if (!list || X509_CRL_set_version(list.get(), 1) != 1 ||
      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(ca.certificate.get())) != 1)
    return refused("a revocation list");
  return list;
}

status add_revoked(X509_CRL* list, const std::string& serial) {
  BIGNUM* parsed = nullptr;
  BN_hex2bn(&parsed, serial.c_str());
  const owned<BIGNUM> number(parsed);
  const owned<ASN1_INTEGER> encoded(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  const owned<ASN1_TIME> now(X509_gmtime_adj(nullptr, 0));
  owned<X509_REVOKED> entry(X509_REVOKED_new());
  if (!encoded || !now || !entry ||
      X509_REVOKED_set_serialNumber(entry.get(), encoded.get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), now.get()) != 1 ||
      X509_CRL_add0_revoked(list, entry.get()) != 1)
    return refused("a revocation list");
  static_cast<void>(entry.release());  // the list's now
  return {};
}

/// The list as it stands, its signature checked.
result<owned<X509_CRL>> read_list(const std::string& folder) {
  const std::string path = revocation_file(folder);
  WHORL_ASSIGN(const auto ca, read_certificate(folder));
  WHORL_ASSIGN(const std::string text, storage::read_small_file(path, file_max));
  const auto bio = reading(text);
  owned<X509_CRL> list(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  if (!list) return make_error(errc::corrupt, path + ": holds no revocation list (PEM)");
  if (X509_CRL_verify(list.get(), X509_get0_pubkey(ca.get())) != 1)
    return make_error(errc::corrupt, path + ": is not signed by ca.pem: changed, or another's");
  return list;
}

result<std::set<std::string>> serials_of(X509_CRL* list, const std::string& path) {
  std::set<std::string> out;
  STACK_OF(X509_REVOKED)* const entries = X509_CRL_get_REVOKED(list);
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    std::string serial =
        serial_text(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i)));
    if (serial.empty())
      return make_error(errc::corrupt, path + ": entry " + std::to_string(i + 1) +
                                           ": a serial number of more than 20 bytes");
    out.insert(std::move(serial));
  }
  return out;
}

/// A kind as the list of issued ones and the certificate itself (RFC 5280 4.2.1.12) call it.
struct kind_words {
  certificate_kind kind;
  std::string_view name;
  const char* usage;
};
constexpr kind_words kinds[] = {{certificate_kind::client, "client", "clientAuth"},
                                {certificate_kind::server, "server", "serverAuth"},
                                {certificate_kind::node, "node", "serverAuth,clientAuth"}};

const kind_words& words_of(certificate_kind kind) {
  return *std::ranges::find(kinds, kind, &kind_words::kind);
}

certificate_kind kind_of(std::string_view name) {
  const auto* const found = std::ranges::find(kinds, name, &kind_words::name);
  return found == std::end(kinds) ? certificate_kind::client : found->kind;
}

/// Whether certificates may have been issued: then a missing ca.pem is a loss, not a beginning.
bool has_issued(const std::string& folder) {
  std::error_code failed;
  return std::filesystem::file_size(issued_file(folder), failed) > 0 && !failed;
}

}  // namespace

std::string_view to_string(certificate_kind kind) { return words_of(kind).name; }

status create_authority(const std::string& folder, int days) {
  std::error_code ignored;
  if (std::filesystem::exists(authority_file(folder), ignored))
    return make_error(errc::conflict,
                      folder + ": holds a certificate authority already; it stays as it is");
  // Without ca.pem, which is written last, what an interrupted `init` left is nobody's.
  if (has_issued(folder))
    return make_error(errc::conflict, authority_file(folder) +
                                          ": is missing, but issued.txt says that certificates "
                                          "were issued: restore it from a copy");
  WHORL_TRY(storage::make_durable_folder(folder));
  WHORL_ASSIGN(const auto alone, storage::wait_for_lock(folder));
  if (std::filesystem::exists(authority_file(folder), ignored))
    return make_error(errc::conflict, folder + ": another `whorl pki init` was there first");
  authority ca;
  WHORL_ASSIGN(ca.key, make_key());
  WHORL_ASSIGN(ca.certificate, blank(ca.key.get(), "whorl certificate authority", nullptr, days));
  X509* const own = ca.certificate.get();
  WHORL_TRY(add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  WHORL_TRY(add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign"));
  WHORL_TRY(add_extension(own, own, NID_subject_key_identifier, "hash"));
  WHORL_TRY(sign(own, ca.key.get()));
  WHORL_ASSIGN(const std::string key, storage::openssl::private_pem(ca.key.get()));
  WHORL_ASSIGN(const std::string text,
               pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, own); }));
  WHORL_TRY(storage::write_durably(authority_key_file(folder), key));
  WHORL_TRY(storage::write_durably(issued_file(folder), std::string_view()));
  WHORL_ASSIGN(const auto list, empty_list(ca));
  WHORL_TRY(write_list(folder, ca, list.get()));
  // Last: with it there is an authority.
  return storage::write_durably(authority_file(folder), text);
}

result<credentials> issue(const std::string& folder, certificate_kind kind,
                          const std::vector<std::string>& names, int days) {
  WHORL_TRY(check_names(names));
  WHORL_ASSIGN(const authority ca, open_authority(folder));
  // Held until the list is written: another's entry must not be lost between reading and writing.
  WHORL_ASSIGN(const auto alone, storage::wait_for_lock(folder));
  WHORL_ASSIGN(const auto key, make_key());
  X509* const issuer = ca.certificate.get();
  WHORL_ASSIGN(const auto made, blank(key.get(), names.front(), issuer, days));
  X509* const own = made.get();
  const bool client = kind == certificate_kind::client;
  WHORL_TRY(add_extension(own, issuer, NID_basic_constraints, "critical,CA:FALSE"));
  WHORL_TRY(add_extension(own, issuer, NID_key_usage, "critical,digitalSignature"));
  WHORL_TRY(add_extension(own, issuer, NID_ext_key_usage, words_of(kind).usage));
  if (!client)
    WHORL_TRY(add_extension(own, issuer, NID_subject_alt_name, alternative_names(names)));
  WHORL_TRY(add_extension(own, issuer, NID_authority_key_identifier, "keyid"));
  WHORL_TRY(sign(own, ca.key.get()));
  credentials out;
  out.facts = {serial_text(X509_get0_serialNumber(own)), kind, names.front(), expiry_of(own),
               false};
  WHORL_ASSIGN(out.certificate, pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, own); }));
  WHORL_ASSIGN(out.key, storage::openssl::private_pem(key.get()));
  // Recorded before it is handed out: what is not known cannot be revoked.
  WHORL_ASSIGN(std::string all, storage::read_small_file(issued_file(folder), file_max));
  all += out.facts.serial + " " + std::string(to_string(kind)) + " " +
         std::to_string(out.facts.expires_at_s) + " " + out.facts.name + "\n";
  WHORL_TRY(storage::write_durably(issued_file(folder), all));
  return out;
}

result<revocations> read_revocations(const std::string& folder) {
  WHORL_ASSIGN(const auto list, read_list(folder));
  revocations out;
  WHORL_ASSIGN(out.serials, serials_of(list.get(), revocation_file(folder)));
  const owned<ASN1_INTEGER> number(static_cast<ASN1_INTEGER*>(
      X509_CRL_get_ext_d2i(list.get(), NID_crl_number, nullptr, nullptr)));
  if (!number || ASN1_INTEGER_get_int64(&out.number, number.get()) != 1)
    return make_error(errc::corrupt, revocation_file(folder) + ": has no number of ours");
  return out;
}

result<std::set<std::string>> read_revoked(const std::string& folder) {
  WHORL_ASSIGN(auto list, read_revocations(folder));
  return std::move(list.serials);
}

result<std::vector<issued>> list_issued(const std::string& folder) {
  WHORL_ASSIGN(const auto revoked, read_revoked(folder));
  WHORL_ASSIGN(const std::string text, storage::read_small_file(issued_file(folder), file_max));
  std::istringstream lines(text);
  std::vector<issued> out;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    issued one;
    std::string kind;
    if (!(words >> one.serial >> kind >> one.expires_at_s >> one.name))
      return make_error(errc::corrupt, issued_file(folder) + ": line " +
                                           std::to_string(out.size() + 1) +
                                           ": expected serial, kind, expiry and name");
    one.kind = kind_of(kind);
    one.revoked = revoked.contains(one.serial);
    out.push_back(std::move(one));
  }
  return out;
}

result<std::vector<issued>> revoke(const std::string& folder, const std::string& serial_or_name) {
  WHORL_ASSIGN(const authority ca, open_authority(folder));
  WHORL_ASSIGN(const auto alone, storage::wait_for_lock(folder));
  WHORL_ASSIGN(const auto list, read_list(folder));
  WHORL_ASSIGN(const auto all, list_issued(folder));
  std::vector<issued> out;
  for (issued one : all) {
    if (one.serial != serial_or_name && one.name != serial_or_name) continue;
    // Once: a second entry, or a later date, would change when it counts from.
    if (!one.revoked) WHORL_TRY(add_revoked(list.get(), one.serial));
    one.revoked = true;
    out.push_back(std::move(one));
  }
  if (out.empty())
    return make_error(errc::not_found, "no certificate '" + serial_or_name +
                                           "' was issued here; `whorl pki list` shows them");
  WHORL_TRY(write_list(folder, ca, list.get()));
  return out;
}

}  // namespace whorl::apps::pki
