// What is read off a certificate: the two things that the exchange knows a caller by.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace whorl::apps::pki {

/// The subject's common name, UTF-8; empty when it has none, several, or a NUL inside.
std::string common_name_of(const X509* certificate);
/// 32 hexadecimal digits, lower case; empty when the number takes more than 16 bytes.
std::string serial_text(const ASN1_INTEGER* serial);

}  // namespace whorl::apps::pki
