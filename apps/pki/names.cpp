#include "apps/pki/names.hpp"

#include <algorithm>
#include <ctime>
#include <vector>

#include "storage/keyring.hpp"
#include "storage/openssl.hpp"

namespace whorl::apps::pki {
namespace {

constexpr int serial_least = 16, serial_most = 20;  ///< bytes written, bytes taken

}  // namespace

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
  const storage::openssl::owned<BIGNUM> number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (!number || BN_is_negative(number.get()) != 0 || BN_num_bytes(number.get()) > serial_most)
    return {};
  std::vector<std::byte> raw(
      static_cast<std::size_t>(std::max(BN_num_bytes(number.get()), serial_least)));
  BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(raw.data()),
               static_cast<int>(raw.size()));
  return storage::hex(raw);
}

std::int64_t expiry_of(const X509* certificate) {
  std::tm when{};
  return ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) == 1 ? timegm(&when) : 0;
}

}  // namespace whorl::apps::pki
