// AES-256-GCM as the keyring uses it (OpenSSL EVP): 12 bytes of random nonce, then data, then 16
// bytes of tag. The additional data binds a ciphertext to its key id, so that it cannot be moved to
// another.
#pragma once

#include <array>

#include "messages/facts.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

/// A plain key, wiped when it dies.
class secret_key {
 public:
  secret_key() = default;
  explicit secret_key(byte_view raw);  ///< 32 bytes
  ~secret_key();
  secret_key(const secret_key&) = delete;
  secret_key& operator=(const secret_key&) = delete;
  void assign(byte_view raw);  ///< 32 bytes
  /// Fills it from the system's generator.
  status randomise();
  byte_view raw() const { return raw_; }

 private:
  std::array<std::byte, 32> raw_{};
};

inline constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;

result<bytes> encrypt(const secret_key& key, const key_id& bound_to, byte_view plain);
/// corrupt: the tag disagrees (changed bytes, another key or key id).
result<bytes> decrypt(const secret_key& key, const key_id& bound_to, byte_view sealed);
/// HMAC-SHA-256 under a key made of `key`: worth nothing to who lacks the key, so that after a
/// purge nobody can confirm a guess at what was sealed. Error io: OpenSSL refused.
result<digest> keyed_digest(const secret_key& key, byte_view plain);
/// Overwrites memory so that the compiler does not leave it out.
void wipe(std::span<std::byte> memory);

}  // namespace whorl::storage
