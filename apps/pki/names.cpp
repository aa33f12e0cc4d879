#include "apps/pki/names.hpp"

#include <array>
#include <span>

#include "storage/keyring.hpp"
#include "storage/openssl.hpp"

namespace whorl::apps::pki {

std::string common_name_of(const X509* certificate) {
  const X509_NAME* const name = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(name, NID_commonName, at) >= 0) return {};
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out.find('\0') == std::string::npos ? out : std::string();
}

std::string serial_text(const ASN1_INTEGER* serial) {
  std::array<unsigned char, 16> raw{};
  const storage::openssl::owned<BIGNUM> number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (!number || BN_is_negative(number.get()) != 0 ||
      BN_bn2binpad(number.get(), raw.data(), raw.size()) < 0)
    return {};
  return storage::hex(std::as_bytes(std::span(raw)));
}

}  // namespace whorl::apps::pki
