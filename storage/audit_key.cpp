// The Ed25519 key pair behind audit heads, declared in audit_head.hpp.
#include <filesystem>

#include "storage/audit_head.hpp"
#include "storage/cipher.hpp"
#include "storage/durable_file.hpp"
#include "storage/keyring.hpp"
#include "storage/openssl.hpp"

namespace whorl::storage {
namespace {

constexpr std::size_t key_file_max = 4096;

using openssl::owned;
using openssl::refused;
using key_ptr = owned<EVP_PKEY>;
using context_ptr = owned<EVP_MD_CTX>;

const unsigned char* in(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// SHA-256 of the 32 raw bytes, in hexadecimal.
result<std::string> fingerprint_of(EVP_PKEY* key) {
  std::array<unsigned char, 32> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != raw.size())
    return refused("read the public key");
  return hex(sha256(std::as_bytes(std::span(raw))));
}

/// Everything up to the space before the signature, as parse_audit_head takes it apart.
std::string signed_part(const signed_head& head) {
  const std::string text = to_text(head);
  return text.substr(0, text.rfind(' '));
}

class ed25519_verifier final : public head_verifier {
 public:
  ed25519_verifier(key_ptr key, std::string fingerprint)
      : key_(std::move(key)), fingerprint_(std::move(fingerprint)) {}
  const std::string& fingerprint() const override { return fingerprint_; }
  status check(const signed_head& head) const override {
    const std::string own = fingerprint_.substr(0, 16);
    if (head.head.key_id != own)
      return make_error(errc::corrupt, "audit head of row " + std::to_string(head.head.tail.seq) +
                                           ": signed by key " + head.head.key_id + ", not by " +
                                           own + ": forged, or of another store");
    const std::string text = signed_part(head);
    const context_ptr context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1)
      return refused("Ed25519");
    const auto* signature = reinterpret_cast<const unsigned char*>(head.signature.data());
    if (EVP_DigestVerify(context.get(), signature, head.signature.size(), in(text), text.size()) !=
        1)
      return make_error(errc::corrupt, "audit head of row " + std::to_string(head.head.tail.seq) +
                                           ": the signature does not fit: forged or changed");
    return {};
  }

 private:
  key_ptr key_;
  std::string fingerprint_;
};

class ed25519_signer final : public head_signer {
 public:
  ed25519_signer(key_ptr key, std::string fingerprint, std::string folder, bool durable)
      : key_(std::move(key)),
        fingerprint_(std::move(fingerprint)),
        folder_(std::move(folder)),
        durable_(durable) {}
  const std::string& fingerprint() const override { return fingerprint_; }
  result<signed_head> sign(const stream_tail& tail, instant at) const override {
    signed_head out;
    out.head = {tail, at, fingerprint_.substr(0, 16)};
    const std::string text = signed_part(out);
    const context_ptr context(EVP_MD_CTX_new());
    std::size_t size = out.signature.size();
    auto* signature = reinterpret_cast<unsigned char*>(out.signature.data());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature, &size, in(text), text.size()) != 1 ||
        size != out.signature.size())
      return refused("Ed25519");
    return out;
  }
  status keep(const stream_tail& tail, instant at) const override {
    WHORL_ASSIGN(const signed_head head, sign(tail, at));
    return write_durably(head_file(folder_), to_text(head) + "\n", durable_);
  }

 private:
  key_ptr key_;
  std::string fingerprint_, folder_;
  bool durable_;
};

status write_public(const std::string& folder, EVP_PKEY* key, bool durable) {
  WHORL_ASSIGN(const std::string text,
               openssl::pem_of([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key); }));
  return write_durably(public_key_file(folder), text, durable);
}

result<key_ptr> make_key(const std::string& folder, bool durable) {
  key_ptr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return refused("make an Ed25519 key");
  WHORL_ASSIGN(std::string text, openssl::private_pem(key.get()));
  // Private first: a public key alone would say that the private one was lost.
  const status written = write_durably(private_key_file(folder), text, durable);
  wipe(std::as_writable_bytes(std::span(text)));
  WHORL_TRY(written);
  WHORL_TRY(write_public(folder, key.get(), durable));
  return key;
}

result<key_ptr> read_private(const std::string& folder) {
  const std::string path = private_key_file(folder);
  WHORL_ASSIGN(std::string text, read_small_file(path, key_file_max));
  key_ptr key = openssl::read_private_pem(text);
  wipe(std::as_writable_bytes(std::span(text)));
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
    return make_error(errc::corrupt,
                      path + ": holds no plain Ed25519 key (PKCS8 PEM): restore it from a backup");
  return key;
}

}  // namespace

result<std::unique_ptr<head_verifier>> parse_public_key(std::string_view pem,
                                                        const std::string& name) {
  const auto bio = openssl::reading(pem);
  key_ptr key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
    return make_error(errc::invalid_input,
                      name +
                          ": holds no Ed25519 public key (PEM): give the audit-key.pub.pem of "
                          "the store");
  WHORL_ASSIGN(std::string fingerprint, fingerprint_of(key.get()));
  std::unique_ptr<head_verifier> out =
      std::make_unique<ed25519_verifier>(std::move(key), std::move(fingerprint));
  return out;
}

result<std::unique_ptr<head_verifier>> read_public_key(const std::string& file) {
  WHORL_ASSIGN(const std::string text, read_small_file(file, key_file_max));
  return parse_public_key(text, file);
}

result<std::unique_ptr<head_signer>> open_head_signer(const std::string& folder,
                                                      const signer_options& options) {
  std::error_code ignored;
  const bool has_private = std::filesystem::exists(private_key_file(folder), ignored);
  const bool has_public = std::filesystem::exists(public_key_file(folder), ignored);
  if (!has_private && has_public)
    return make_error(errc::corrupt,
                      private_key_file(folder) +
                          ": is missing while audit-key.pub.pem is there: restore it from a "
                          "backup, or keep audit-key.pub.pem elsewhere and remove it here, and a "
                          "new key is made");
  key_ptr key;
  if (has_private) {
    WHORL_ASSIGN(key, read_private(folder));
  } else {
    WHORL_ASSIGN(key, make_key(folder, options.durable));
  }
  WHORL_ASSIGN(std::string fingerprint, fingerprint_of(key.get()));
  if (has_public) {
    WHORL_ASSIGN(const auto kept, read_public_key(public_key_file(folder)));
    if (kept->fingerprint() != fingerprint)
      return make_error(errc::corrupt, public_key_file(folder) +
                                           ": is not the public half of audit-key.pem: restore "
                                           "both from a backup");
  } else if (has_private) {
    WHORL_TRY(write_public(folder, key.get(), options.durable));
  }
  std::unique_ptr<head_signer> out = std::make_unique<ed25519_signer>(
      std::move(key), std::move(fingerprint), folder, options.durable);
  return out;
}

}  // namespace whorl::storage
