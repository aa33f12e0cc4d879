#include "apps/http/callers.hpp"

#include "apps/pki/authority.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::http {

callers::callers(const config& settings, std::string pki_folder, const rate_settings& rates)
    : settings_(settings),
      folder_(std::move(pki_folder)),
      asking_(rates.per_second, 2 * rates.per_second, limits::http_senders_max),
      refused_principals_(rates.refused_per_second, rates.refused_burst, limits::http_senders_max),
      refused_strangers_(rates.refused_per_second, rates.refused_burst, limits::http_senders_max) {}

status callers::reload() {
  std::error_code failed;
  const auto changed = std::filesystem::last_write_time(pki::revocation_file(folder_), failed);
  if (failed)
    return make_error(errc::unavailable, "the revocation list cannot be read: nobody is let in");
  if (changed == read_at_) return {};
  auto list = pki::read_revoked(folder_);
  if (!list)
    return make_error(errc::unavailable, "the revocation list cannot be read: nobody is let in");
  revoked_ = *std::move(list);
  read_at_ = changed;
  return {};
}

status callers::check() {
  const std::scoped_lock lock(mutex_);
  return reload();
}

result<actors::principal> callers::who(const peer& from, instant now) {
  if (from.serial.empty() && from.fault.empty())
    return make_error(errc::forbidden, "no certificate was shown: this needs one of a principal");
  if (!from.fault.empty())
    return make_error(errc::forbidden, "the certificate proves nothing: " + from.fault);
  if (now.ms / 1000 > from.expires_at_s)
    return make_error(errc::forbidden, "the certificate has expired since it was shown");
  {
    const std::scoped_lock lock(mutex_);
    WHORL_TRY(reload());
    if (revoked_.contains(from.serial))
      return make_error(errc::forbidden, "the certificate " + from.serial + " is revoked");
  }
  for (const auto& one : settings_.principals)
    if (one.name == from.name) return one;
  return make_error(errc::forbidden, "the certificate's name is no principal of this exchange");
}

bool callers::may_ask(const actors::principal& who, std::int64_t steady_ms) {
  const std::scoped_lock lock(mutex_);
  return asking_.take(who.name, steady_ms);
}

bool callers::may_record(const peer& from, const actors::principal* who, std::int64_t steady_ms) {
  const std::scoped_lock lock(mutex_);
  return who != nullptr ? refused_principals_.take(who->name, steady_ms)
                        : refused_strangers_.take(from.address, steady_ms);
}

}  // namespace whorl::apps::http
