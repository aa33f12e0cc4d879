// What is read off a certificate: what the exchange knows a caller by, and until when.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <string>

namespace whorl::apps::pki {

/// The subject's common name, UTF-8; empty when it has none, several, or a NUL inside.
std::string common_name_of(const X509* certificate);
/// 32 hexadecimal digits, lower case, up to 40 where the number takes more than 16 bytes; empty for
/// one that RFC 5280 (4.1.2.2) does not allow: negative, or of more than 20 bytes.
std::string serial_text(const ASN1_INTEGER* serial);
/// notAfter, seconds since 1970; 0 when it cannot be read.
std::int64_t expiry_of(const X509* certificate);

}  // namespace whorl::apps::pki
