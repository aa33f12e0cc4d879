// What the users of OpenSSL share: ownership, PEM text, and its errors as ours. For .cpp files of
// storage/ and apps/pki/ alone.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "messages/result.hpp"

namespace whorl::storage::openssl {

struct release {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_CRL* p) const { X509_CRL_free(p); }
  void operator()(X509_REVOKED* p) const { X509_REVOKED_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(ASN1_STRING* p) const { ASN1_STRING_free(p); }  // numbers and times as well
};
template <class T>
using owned = std::unique_ptr<T, release>;

/// Error io: it refused what never fails but for a broken installation.
inline error refused(const char* what) {
  return make_error(errc::io, std::string("OpenSSL: ") + what + " failed: check the installation");
}

/// `text` must outlive it.
inline owned<BIO> reading(std::string_view text) {
  return owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// What `write` (one of OpenSSL's PEM writers) puts into a memory BIO.
template <class Write>
result<std::string> pem_of(Write write) {
  const owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get()) != 1) return refused("write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

/// PKCS8, without a password.
inline result<std::string> private_pem(EVP_PKEY* key) {
  return pem_of([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

/// Nothing when it is none. A password is never asked for: an encrypted key cannot be used
/// unattended.
inline owned<EVP_PKEY> read_private_pem(std::string_view text) {
  const auto bio = reading(text);
  const auto no_password = [](char*, int, int, void*) { return -1; };
  return owned<EVP_PKEY>(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)
                             : nullptr);
}

}  // namespace whorl::storage::openssl
