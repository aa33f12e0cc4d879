// Who is asking: a connection's certificate mapped to a principal of whorl.toml, unless it is
// revoked or has expired, and no faster than its rate. Thread-safe; time is handed in.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/config.hpp"
#include "apps/http/message.hpp"
#include "apps/http/rate_limit.hpp"
#include "apps/pki/authority.hpp"

namespace whorl::apps::http {

struct rate_settings {
  double per_second = 10'000;  ///< requests of one principal; twice as many at once
  /// Of one principal, or of one network that proves none: refusals beyond leave no audit row.
  double refused_per_second = 5, refused_burst = 50;
  /// Of all networks together.
  double strangers_per_second = 20, strangers_burst = 200;
};

class callers {
 public:
  /// What `warn` is told: of which file, and what is wrong with it.
  using warn_function = std::function<void(std::string_view what, const std::string& why)>;
  /// `pki_folder` holds the revocation list, which is read again when its file changes; one
  /// that does not follow the list in force is not taken, of which `warn` is told. So are the
  /// principals of `config_file` (empty: those of `settings` for good): a role that was taken from
  /// somebody is gone with the next request. A file that cannot be read changes nothing.
  callers(const config& settings, std::string pki_folder, const rate_settings& rates,
          warn_function warn = {}, std::string config_file = {});
  /// `now` is the wall clock's. Errors: unavailable (the revocation list cannot be read: nobody is
  /// let in), forbidden with what is wrong: no certificate, one that proves nothing, that has
  /// expired since it was shown, that is revoked, a name of no principal.
  result<actors::principal> who(const peer& from, instant now);
  /// Likewise of one that is another exchange; its name is one of these.
  status exchange(const peer& from, const std::vector<std::string>& names, instant now);
  /// As apps::may_take_over(), of whom the file names now.
  status may_take_over(const std::string& name, bool is_protected);
  /// Whether anybody can be let in: unavailable as above.
  status check();
  /// Whether one more of this principal's requests may be served now. `steady_ms` is of a clock
  /// that nobody sets.
  bool may_ask(const actors::principal& who, std::int64_t steady_ms);
  /// Whether a refusal is recorded, or only counted: a flood must not fill the audit. A principal
  /// has a bucket of its own, so that strangers at its address, or another principal, cannot hide
  /// what it is refused; `who` null: the peer's network has one, and all of them one together.
  bool may_record(const peer& from, const actors::principal* who, std::int64_t steady_ms);
  /// How many were only counted and are in no summary yet, when one is due: a minute after the
  /// first of them, or `at_once`. They are in one with this.
  std::uint64_t take_unrecorded(std::int64_t steady_ms, bool at_once);
  std::uint64_t unrecorded() const { return unrecorded_all_; }
  std::uint64_t lists_refused() const { return lists_refused_; }

 private:
  /// What is asked of every certificate.
  status prove(const peer& from, instant now);
  /// When a file was changed by whatever tool: its time alone may be set back, or too coarse.
  struct file_stamp {
    std::int64_t seconds = 0, nanoseconds = 0;
    std::uint64_t size = 0, inode = 0;
    bool operator==(const file_stamp&) const = default;
  };
  static std::optional<file_stamp> stamp_of(const std::string& file);
  status reload();
  void reload_people();
  std::vector<actors::principal> people_;
  std::string folder_, config_file_;
  std::mutex mutex_;
  warn_function warn_;
  std::optional<file_stamp> read_, people_read_;
  pki::revocations revoked_;
  rate_settings rates_;
  rate_limit asking_, refused_principals_;
  /// By a hash that nobody outside knows: however many networks there are, each has a bucket, and
  /// finding it costs the same.
  std::vector<token_bucket> refused_networks_;
  token_bucket refused_strangers_;
  const std::string salt_;
  std::int64_t unrecorded_since_ms_ = 0;
  std::atomic<std::uint64_t> unrecorded_{0}, unrecorded_all_{0}, lists_refused_{0};
};

}  // namespace whorl::apps::http
