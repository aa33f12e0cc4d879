// Who is asking: a connection's certificate mapped to a principal of whorl.toml, unless it is
// revoked, and no faster than its rate. Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

#include "apps/config.hpp"
#include "apps/http/message.hpp"
#include "apps/http/rate_limit.hpp"

namespace whorl::apps {

struct rate_settings {
  double per_second = 10'000;  ///< requests of one principal; twice as many at once
  double refused_per_second = 5, refused_burst = 50;  ///< of one sender: beyond, no audit row
};

class service_callers {
 public:
  /// `pki_folder` holds the revocation list, which is read again when its file changes.
  service_callers(const config& settings, std::string pki_folder, const rate_settings& rates);
  /// Errors: unavailable (the revocation list cannot be read: nobody is let in), forbidden with
  /// what is wrong: no certificate, one that proves nothing, a revoked one, a name of no principal.
  result<actors::principal> who(const http::peer& from);
  /// Whether one more of this principal's requests may be served now.
  bool may_ask(const actors::principal& who, std::int64_t now_ms);
  /// Whether a refusal of this sender is recorded, or only counted: a flood must not fill the
  /// audit.
  bool may_record(const http::peer& from, std::int64_t now_ms);

 private:
  status reload();
  const config& settings_;
  std::string folder_;
  std::mutex mutex_;
  std::filesystem::file_time_type read_at_{};
  std::set<std::string> revoked_;
  http::rate_limit asking_, refused_;
};

}  // namespace whorl::apps
