#include "storage/cipher.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <string_view>

#include "storage/openssl.hpp"

namespace whorl::storage {
namespace {

using context_ptr = openssl::owned<EVP_CIPHER_CTX>;

/// owner u64 LE, purpose u8.
std::array<unsigned char, 9> bound_data(const key_id& id) {
  std::array<unsigned char, 9> data{};
  for (std::size_t i = 0; i < 8; ++i) data[i] = static_cast<unsigned char>(id.owner >> (8 * i));
  data[8] = static_cast<unsigned char>(id.purpose);
  return data;
}

const unsigned char* in(byte_view data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}
unsigned char* out(std::byte* data) { return reinterpret_cast<unsigned char*>(data); }

using openssl::refused;

}  // namespace

secret_key::secret_key(byte_view raw) { assign(raw); }

void secret_key::assign(byte_view raw) {
  INVARIANT(raw.size() == raw_.size());
  std::copy(raw.begin(), raw.end(), raw_.begin());
}

secret_key::~secret_key() { wipe(raw_); }

status secret_key::randomise() {
  if (RAND_priv_bytes(out(raw_.data()), static_cast<int>(raw_.size())) != 1)
    return refused("random key");
  return {};
}

result<bytes> encrypt(const secret_key& key, const key_id& bound_to, byte_view plain) {
  bytes sealed(nonce_bytes + plain.size() + tag_bytes);
  if (RAND_bytes(out(sealed.data()), nonce_bytes) != 1) return refused("random nonce");
  const context_ptr context(EVP_CIPHER_CTX_new());
  const auto bound = bound_data(bound_to);
  int size = 0;
  std::byte* const body = sealed.data() + nonce_bytes;
  if (!context ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key.raw()), in(sealed)) !=
          1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &size, bound.data(), int(bound.size())) != 1 ||
      EVP_EncryptUpdate(context.get(), out(body), &size, in(plain), int(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), out(body + plain.size()), &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, body + plain.size()) != 1)
    return refused("AES-256-GCM");
  return sealed;
}

result<bytes> decrypt(const secret_key& key, const key_id& bound_to, byte_view sealed) {
  if (sealed.size() < nonce_bytes + tag_bytes)
    return make_error(errc::corrupt, "sealed payload is shorter than nonce and tag");
  bytes plain(sealed.size() - nonce_bytes - tag_bytes);
  bytes tag(sealed.end() - tag_bytes, sealed.end());
  const byte_view body = sealed.subspan(nonce_bytes, plain.size());
  const context_ptr context(EVP_CIPHER_CTX_new());
  const auto bound = bound_data(bound_to);
  int size = 0;
  std::byte no_output{};
  if (!context ||
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key.raw()), in(sealed)) !=
          1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &size, bound.data(), int(bound.size())) != 1 ||
      EVP_DecryptUpdate(context.get(), plain.empty() ? out(&no_output) : out(plain.data()), &size,
                        in(body), int(body.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) != 1)
    return refused("AES-256-GCM");
  if (EVP_DecryptFinal_ex(context.get(), out(&no_output), &size) != 1) {
    wipe(plain);
    return make_error(errc::corrupt,
                      "sealed payload: tag disagrees (changed bytes or another key)");
  }
  return plain;
}

result<digest> keyed_digest(const secret_key& key, byte_view plain) {
  // A key of its own: the cipher's is used for nothing else (NIST SP 800-57, 5.2).
  constexpr std::string_view use = "whorl plain digest";
  const auto mac = [](byte_view under, byte_view text, digest& sum) {
    unsigned int size = 0;
    return HMAC(EVP_sha256(), under.data(), int(under.size()), in(text), text.size(),
                out(sum.data()), &size) != nullptr;
  };
  digest own{}, sum{};
  const bool made = mac(key.raw(), std::as_bytes(std::span(use)), own) && mac(own, plain, sum);
  wipe(own);
  if (!made) return refused("HMAC-SHA-256");
  return sum;
}

void wipe(std::span<std::byte> memory) { OPENSSL_cleanse(memory.data(), memory.size()); }

}  // namespace whorl::storage
