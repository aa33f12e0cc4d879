#include "apps/http/callers.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <random>

#include "apps/http/shares.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::http {

constexpr std::int64_t summary_ms = 60'000;

callers::callers(const config& settings, std::string pki_folder, const rate_settings& rates,
                 warn_function warn, std::string config_file)
    : people_(settings.principals),
      folder_(std::move(pki_folder)),
      config_file_(std::move(config_file)),
      warn_(std::move(warn)),
      rates_(rates),
      asking_(rates.per_second, 2 * rates.per_second, limits::http_senders_max),
      refused_principals_(rates.refused_per_second, rates.refused_burst, limits::http_senders_max),
      refused_networks_(limits::http_senders_max),
      salt_(std::to_string(std::random_device{}())) {}

std::optional<callers::file_stamp> callers::stamp_of(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return std::nullopt;
  return file_stamp{found.st_mtim.tv_sec, found.st_mtim.tv_nsec,
                    static_cast<std::uint64_t>(found.st_size), found.st_ino};
}

status callers::reload() {
  const auto unreadable =
      make_error(errc::unavailable, "the revocation list cannot be read: nobody is let in");
  const auto changed = stamp_of(pki::revocation_file(folder_));
  if (!changed) return unreadable;
  if (changed == read_) return {};
  auto list = pki::read_revocations(folder_);
  if (!list) return unreadable;
  read_ = changed;
  // Of the same number but other serials: made from a list of before.
  if (list->number < revoked_.number ||
      (list->number == revoked_.number && list->serials != revoked_.serials)) {
    lists_refused_ += 1;
    if (warn_)
      warn_("revocation list", "number " + std::to_string(list->number) + " does not follow " +
                                   std::to_string(revoked_.number) + ", which stays in force");
    return {};
  }
  revoked_ = *std::move(list);
  return {};
}

void callers::reload_people() {
  if (config_file_.empty()) return;
  const auto changed = stamp_of(config_file_);
  if (changed == people_read_) return;
  people_read_ = changed;
  auto now = read_config(config_file_);
  if (now)
    people_ = std::move(now->principals);
  else if (warn_)
    warn_("whorl.toml", "principals stay as they were: " + now.error().message);
}

status callers::check() {
  const std::scoped_lock lock(mutex_);
  return reload();
}

status callers::prove(const peer& from, instant now) {
  if (from.serial.empty() && from.fault.empty())
    return make_error(errc::forbidden, "no certificate was shown: this needs one of a principal");
  if (!from.fault.empty())
    return make_error(errc::forbidden, "the certificate proves nothing: " + from.fault);
  if (now.ms / 1000 > from.expires_at_s)
    return make_error(errc::forbidden, "the certificate has expired since it was shown");
  const std::scoped_lock lock(mutex_);
  WHORL_TRY(reload());
  if (revoked_.serials.contains(from.serial))
    return make_error(errc::forbidden, "the certificate " + from.serial + " is revoked");
  return {};
}

status callers::exchange(const peer& from, const std::vector<std::string>& names, instant now) {
  WHORL_TRY(prove(from, now));
  if (std::ranges::count(names, from.name) > 0) return {};
  return make_error(errc::forbidden, "the certificate's name is no exchange of whorl.toml");
}

result<actors::principal> callers::who(const peer& from, instant now) {
  WHORL_TRY(prove(from, now));
  const std::scoped_lock lock(mutex_);
  reload_people();
  for (const auto& one : people_)
    if (one.name == from.name) return one;
  return make_error(errc::forbidden, "the certificate's name is no principal of this exchange");
}

status callers::may_take_over(const std::string& name, bool is_protected) {
  const std::scoped_lock lock(mutex_);
  reload_people();
  return apps::may_take_over(people_, name, is_protected);
}

bool callers::may_ask(const actors::principal& who, std::int64_t steady_ms) {
  const std::scoped_lock lock(mutex_);
  return asking_.take(who.name, steady_ms);
}

bool callers::may_record(const peer& from, const actors::principal* who, std::int64_t steady_ms) {
  const std::scoped_lock lock(mutex_);
  bool recorded = false;
  if (who != nullptr) {
    recorded = refused_principals_.take(who->name, steady_ms);
  } else {
    const std::size_t place = std::hash<std::string>{}(salt_ + network_of(from.address));
    // Its own first: what it has too much is not taken from the others.
    recorded =
        refused_networks_[place % refused_networks_.size()].take(rates_.refused_per_second,
                                                                 rates_.refused_burst, steady_ms) &&
        refused_strangers_.take(rates_.strangers_per_second, rates_.strangers_burst, steady_ms);
  }
  if (recorded) return true;
  if (unrecorded_ == 0) unrecorded_since_ms_ = steady_ms;
  unrecorded_ += 1;
  unrecorded_all_ += 1;
  return false;
}

std::uint64_t callers::take_unrecorded(std::int64_t steady_ms, bool at_once) {
  if (unrecorded_ == 0) return 0;
  const std::scoped_lock lock(mutex_);
  if (!at_once && steady_ms - unrecorded_since_ms_ < summary_ms) return 0;
  return unrecorded_.exchange(0);
}

}  // namespace whorl::apps::http
