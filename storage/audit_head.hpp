// The countersigned head of the audit: "when this was signed, row <seq> of the stream audit had
// digest <self>". One line of printable ASCII that goes out in every answer, so that rows which
// somebody outside has a head for cannot be cut or rewritten unseen, digests and tail included
// (docs/decisions/0006). The text comes back from outside: parsing is strict and bounded, and only
// the one spelling that to_text() makes is taken.
//
//   WHORL-AUDIT-HEAD 1 <seq> <self, 64 hex> <instant> <key id, 16 hex> <signature, 88 base64>
//
// Signed (Ed25519) is the text up to the space before the signature.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "messages/result.hpp"
#include "storage/journal.hpp"

namespace whorl::storage {

struct audit_head {
  stream_tail tail;    ///< of the stream audit
  instant at;          ///< year 1970 to 9999
  std::string key_id;  ///< first 16 hexadecimal digits of the key's fingerprint
  friend bool operator==(const audit_head&, const audit_head&) = default;
};

struct signed_head {
  audit_head head;
  std::array<std::byte, 64> signature{};
  friend bool operator==(const signed_head&, const signed_head&) = default;
};

inline constexpr std::size_t head_text_max = 256;
/// Where EBTS answers carry it (docs/WHORL_FEATURES.md), and the first word of its line elsewhere.
inline constexpr std::uint16_t head_field = 990;
inline constexpr std::string_view head_line_key = "AUDIT ";

std::string to_text(const signed_head& head);
/// invalid_input says what is expected.
result<signed_head> parse_audit_head(std::string_view text);

/// An Ed25519 public key that checks heads.
class head_verifier {
 public:
  virtual ~head_verifier() = default;
  /// SHA-256 of the raw public key, 64 hexadecimal digits.
  virtual const std::string& fingerprint() const = 0;
  /// Another key's head and a signature that does not fit are both corrupt, in different words.
  virtual status check(const signed_head& head) const = 0;
};
/// From the PEM text of `whorl init`'s audit-key.pub.pem. invalid_input; `name` is for the message.
result<std::unique_ptr<head_verifier>> parse_public_key(std::string_view pem,
                                                        const std::string& name);
result<std::unique_ptr<head_verifier>> read_public_key(const std::string& file);

/// The store's private key.
class head_signer {
 public:
  virtual ~head_signer() = default;
  virtual const std::string& fingerprint() const = 0;
  virtual result<signed_head> sign(const stream_tail& tail, instant at) const = 0;
  /// Signs and replaces the store's audit-head: the newest head that the store knows to be true.
  virtual status keep(const stream_tail& tail, instant at) const = 0;
};

struct signer_options {
  bool durable = true;  ///< false: no fsync (simulation and tests only)
};
/// `folder`/audit-key.pem (PKCS8, mode 0600) and audit-key.pub.pem; both are made when neither is
/// there, the public one when it alone is missing. corrupt when the private key is missing while
/// the public one is there, or the two are not a pair: a new key is never made in silence.
result<std::unique_ptr<head_signer>> open_head_signer(const std::string& folder,
                                                      const signer_options& options = {});

inline std::string private_key_file(const std::string& folder) { return folder + "/audit-key.pem"; }
inline std::string public_key_file(const std::string& folder) {
  return folder + "/audit-key.pub.pem";
}
inline std::string head_file(const std::string& folder) { return folder + "/audit-head"; }

/// What keep() wrote. not_found when there is none; invalid_input when it is damaged.
result<signed_head> read_kept_head(const std::string& folder);

}  // namespace whorl::storage
