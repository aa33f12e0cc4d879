#include "apps/http/tokens.hpp"

#include <jwt.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "messages/limits.hpp"

namespace whorl::apps::http {
namespace {

struct release {
  void operator()(jwt_t* p) const { jwt_free(p); }
  void operator()(char* p) const { std::free(p); }
};

error refused(const char* why) {
  return make_error(errc::forbidden, std::string("the token proves nothing: ") + why);
}

std::string grant(jwt_t* of, const char* name) {
  const char* const found = jwt_get_grant(of, name);
  return found == nullptr ? std::string() : found;
}

/// 32 bytes: as long as the hash, which RFC 7518 3.2 asks for.
const unsigned char* raw(const storage::secret_key& key) {
  return reinterpret_cast<const unsigned char*>(key.raw().data());
}
int size(const storage::secret_key& key) { return static_cast<int>(key.raw().size()); }

}  // namespace

result<token_maker> token_maker::make() {
  auto key = std::make_unique<storage::secret_key>();
  WHORL_TRY(key->randomise());
  return token_maker(std::move(key));
}

result<token_maker::issued> token_maker::issue(const peer& who, instant now,
                                               std::int64_t seconds) const {
  const std::int64_t now_s = now.ms / 1000;
  const std::int64_t until = std::min(now_s + seconds, who.expires_at_s);
  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0) return make_error(errc::io, "a token cannot be made");
  const std::unique_ptr<jwt_t, release> token(made);
  const bool failed = jwt_set_alg(made, JWT_ALG_HS256, raw(*key_), size(*key_)) != 0 ||
                      jwt_add_grant(made, "sub", who.name.c_str()) != 0 ||
                      jwt_add_grant(made, "serial", who.serial.c_str()) != 0 ||
                      jwt_add_grant(made, "address", who.address.c_str()) != 0 ||
                      jwt_add_grant_int(made, "certificate_exp", who.expires_at_s) != 0 ||
                      jwt_add_grant_int(made, "exp", until) != 0;
  const std::unique_ptr<char, release> text(failed ? nullptr : jwt_encode_str(made));
  if (!text) return make_error(errc::io, "a token cannot be made");
  return issued{text.get(), {until * 1000}};
}

result<peer> token_maker::read(std::string_view token, const peer& from, instant now) const {
  if (token.size() > limits::http_token_bytes_max) return refused("longer than any of ours");
  jwt_t* read = nullptr;
  // With a key libjwt takes no unsigned token; which of the signed kinds it is, is asked below.
  if (jwt_decode(&read, std::string(token).c_str(), raw(*key_), size(*key_)) != 0)
    return refused("changed, or not of this gateway's present run");
  const std::unique_ptr<jwt_t, release> held(read);
  if (jwt_get_alg(read) != JWT_ALG_HS256) return refused("signed in another way than ours");
  if (now.ms / 1000 > jwt_get_grant_int(read, "exp")) return refused("expired");
  if (grant(read, "address") != from.address) return refused("given to another address");
  peer out = from;
  out.name = grant(read, "sub");
  out.serial = grant(read, "serial");
  out.expires_at_s = jwt_get_grant_int(read, "certificate_exp");
  if (out.name.empty() || out.serial.empty()) return refused("without a name");
  return out;
}

}  // namespace whorl::apps::http
