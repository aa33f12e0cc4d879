// Who is asking: a connection's certificate mapped to a principal of whorl.toml, unless it is
// revoked or has expired, and no faster than its rate. Thread-safe; time is handed in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

#include "apps/config.hpp"
#include "apps/http/message.hpp"
#include "apps/http/rate_limit.hpp"

namespace whorl::apps::http {

struct rate_settings {
  double per_second = 10'000;  ///< requests of one principal; twice as many at once
  /// Of one principal, or of one address that proves none: refusals beyond leave no audit row.
  double refused_per_second = 5, refused_burst = 50;
};

class callers {
 public:
  /// `pki_folder` holds the revocation list, which is read again when its file changes. `settings`
  /// must outlive it.
  callers(const config& settings, std::string pki_folder, const rate_settings& rates);
  /// `now` is the wall clock's. Errors: unavailable (the revocation list cannot be read: nobody is
  /// let in), forbidden with what is wrong: no certificate, one that proves nothing, that has
  /// expired since it was shown, that is revoked, a name of no principal.
  result<actors::principal> who(const peer& from, instant now);
  /// Whether anybody can be let in: unavailable as above.
  status check();
  /// Whether one more of this principal's requests may be served now. `steady_ms` is of a clock
  /// that nobody sets.
  bool may_ask(const actors::principal& who, std::int64_t steady_ms);
  /// Whether a refusal is recorded, or only counted: a flood must not fill the audit. A principal
  /// has a bucket of its own, so that strangers at its address, or another principal, cannot hide
  /// what it is refused; `who` null: the peer's address has one.
  bool may_record(const peer& from, const actors::principal* who, std::int64_t steady_ms);

 private:
  status reload();
  const config& settings_;
  std::string folder_;
  std::mutex mutex_;
  std::filesystem::file_time_type read_at_{};
  std::set<std::string> revoked_;
  rate_limit asking_, refused_principals_, refused_strangers_;
};

}  // namespace whorl::apps::http
