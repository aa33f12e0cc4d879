// SHA-256 and hexadecimal text, declared in keyring.hpp.
#include <openssl/sha.h>

#include "storage/keyring.hpp"

namespace whorl::storage {

digest sha256(byte_view data) {
  digest out;
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string hex(byte_view data) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * data.size());
  for (const std::byte b : data) {
    text.push_back(digits[std::to_integer<unsigned>(b) >> 4]);
    text.push_back(digits[std::to_integer<unsigned>(b) & 15u]);
  }
  return text;
}

}  // namespace whorl::storage
