#include "apps/pki/identity.hpp"

#include <openssl/x509_vfy.h>

#include "apps/pki/names.hpp"
#include "storage/durable_file.hpp"
#include "storage/openssl.hpp"

namespace whorl::apps::pki {
namespace {

using storage::openssl::owned;
using storage::openssl::reading;

constexpr std::size_t file_max = 1u << 20;

struct release_store {
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
  void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
};

result<owned<X509>> certificate_of(const std::string& file) {
  WHORL_ASSIGN(const std::string text, storage::read_small_file(file, file_max));
  const auto bio = reading(text);
  owned<X509> out(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!out) return make_error(errc::forbidden, file + ": holds no certificate (PEM)");
  return out;
}

/// Signature, time and purpose, as the gateway asks of a client.
status check_chain(X509* certificate, X509* authority, const std::string& file) {
  const std::unique_ptr<X509_STORE, release_store> trusted(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, release_store> check(X509_STORE_CTX_new());
  if (!trusted || !check || X509_STORE_add_cert(trusted.get(), authority) != 1 ||
      X509_STORE_CTX_init(check.get(), trusted.get(), certificate, nullptr) != 1 ||
      X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_CLIENT) != 1)
    return storage::openssl::refused("prepare a check of a certificate");
  if (X509_verify_cert(check.get()) == 1) return {};
  return make_error(errc::forbidden,
                    file + ": the certificate proves nothing: " +
                        X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())));
}

}  // namespace

result<issued> prove_identity(const std::string& folder, const std::string& certificate_file,
                              const std::string& key_file) {
  WHORL_ASSIGN(const auto authority, certificate_of(authority_file(folder)));
  WHORL_ASSIGN(const auto certificate, certificate_of(certificate_file));
  WHORL_TRY(check_chain(certificate.get(), authority.get(), certificate_file));
  WHORL_ASSIGN(const std::string text, storage::read_small_file(key_file, file_max));
  const auto key = storage::openssl::read_private_pem(text);
  if (!key || X509_check_private_key(certificate.get(), key.get()) != 1)
    return make_error(errc::forbidden, key_file + ": is not the key of " + certificate_file);
  WHORL_ASSIGN(const auto revoked, read_revoked(folder));
  issued out;
  out.serial = serial_text(X509_get_serialNumber(certificate.get()));
  out.name = common_name_of(certificate.get());
  out.expires_at_s = expiry_of(certificate.get());
  if (revoked.contains(out.serial))
    return make_error(errc::forbidden, certificate_file + ": the certificate is revoked");
  return out;
}

}  // namespace whorl::apps::pki
