// The store's configuration, <store>/whorl.toml: principals, jurisdictions and the node's numbers.
// Read once a command. Every error names file, line, key and what is allowed there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/bureau_core.hpp"
#include "actors/casework/case_settings.hpp"
#include "actors/cluster/exchange.hpp"
#include "actors/policy_core.hpp"
#include "apps/exchange_config.hpp"

namespace whorl::apps {

/// Of a journal on JetStream in place of the one in the store.
struct journal_config {
  std::vector<std::string> servers;  ///< tls://host:port
  std::string prefix = "whorl";
  std::int64_t replicas = 3;
  /// How long a command waits for a leader: servers may take ten seconds and more to elect one.
  std::int64_t patience_seconds = 30;
  std::string authority, certificate, key;  ///< PEM files
  std::string user, password_file, credentials_file;
};

struct config {
  std::string default_principal;
  std::vector<actors::principal> principals;
  actors::jurisdictions modes;
  std::vector<actors::bureau_rule> bureaus;
  std::size_t threads = 0;
  std::size_t in_flight_max = 64;
  std::uint32_t top_k = 64;
  bool use_index = true;
  std::int64_t booking_deadline_hours = 24;
  std::int64_t stall_seconds = 60;          ///< a command that waits gives up when nothing moves
  std::vector<std::string> callback_hosts;  ///< "host" or "host:port" that OSIA answers may go to
  std::vector<std::string> rule_files;      ///< of the store's own rule-sets, below its folder
  casework::case_settings cases;            ///< rules: the shipped ones and those of rule_files
  std::optional<journal_config> journal;
  std::optional<actors::exchange_settings> cluster;  ///< `whorl serve` is its exchange
  std::optional<exchange_config> exchange;           ///< one of several of the same journal
  std::int64_t retention_days = 30;                  ///< of a purge: after a booking's last answer
  std::int64_t purge_every_hours = 24;               ///< `whorl serve` purges by itself; 0: never
};

/// With the rule-sets that it names. Errors: not_found or io when a file cannot be read, those of
/// parse_config and casework::parse_rules.
result<config> read_config(const std::string& file);
/// `text` is the file's content, `file` its name in errors. Errors: invalid_input for what stands
/// in it; limit_exceeded above limits::config_bytes_max or config_nesting_max, before it is parsed.
result<config> parse_config(std::string_view text, const std::string& file);
/// host:port, the port 0 to 65535. Nothing where it is none.
std::optional<std::pair<std::string, std::uint16_t>> parse_host_port(std::string_view text);
/// The key of a certificate's file that is missing beside the others; empty: none is.
std::string lacking_file(const actors::transport_settings& settings);
inline constexpr std::string_view all_or_none =
    "certificate, key and authority are needed together";
/// The principal of that name (empty: the default). invalid_input lists those there are.
result<actors::principal> find_principal(const config& settings, const std::string& name);
/// Whether a case may be handed over to the principal of that name: one who works on cases for the
/// federal side, and sees protected records where it is one. Errors: invalid_input.
status may_take_over(const std::vector<actors::principal>& all, const std::string& name,
                     bool is_protected);
/// What `whorl init` writes: the defaults, commented.
std::string default_config();

}  // namespace whorl::apps
