// Short-lived signed tokens, for clients that cannot show a certificate at every request
// (browsers): JSON Web Tokens (RFC 7519), HS256, of one process. Whoever holds a certificate gets
// one for its own name; it serves from the address that it was given to, until it or the
// certificate expires, and dies with the certificate's revocation and with the process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "apps/http/message.hpp"
#include "messages/ids.hpp"
#include "messages/result.hpp"
#include "storage/cipher.hpp"

namespace whorl::apps::http {

class token_maker {
 public:
  /// A random key. Error: io (no random numbers).
  static result<token_maker> make();
  struct issued {
    std::string text;
    instant expires_at;
  };
  /// For the one who shows a certificate that proves something; `seconds` at most as long as that.
  result<issued> issue(const peer& who, instant now, std::int64_t seconds) const;
  /// The peer that the token speaks for: name, serial and expiry of the certificate it was issued
  /// on. forbidden says what is wrong: not ours or changed, expired, of another address.
  result<peer> read(std::string_view token, const peer& from, instant now) const;

 private:
  explicit token_maker(std::unique_ptr<storage::secret_key> key) : key_(std::move(key)) {}
  std::unique_ptr<storage::secret_key> key_;
};

}  // namespace whorl::apps::http
