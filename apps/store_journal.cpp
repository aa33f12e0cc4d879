#include "apps/store_journal.hpp"

#include <algorithm>
#include <filesystem>

#include "apps/session.hpp"
#include "storage/durable_file.hpp"
#include "storage/jetstream/buckets.hpp"
#include "storage/jetstream/connection.hpp"
#include "storage/jetstream/journal_jetstream.hpp"
#include "storage/jetstream/outbox_journal.hpp"
#include "storage/jetstream/stream_look.hpp"

namespace whorl::apps {

namespace js = storage::jetstream;

namespace {

constexpr std::size_t password_bytes_max = 1024;
/// Of one question about the lease: it is asked again long before the lease ends.
constexpr int agreement_patience_ms = 1500;

/// A line's worth: editors end a file with one.
result<std::string> password_in(const std::string& file) {
  WHORL_ASSIGN(std::string text, storage::read_small_file(file, password_bytes_max));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return make_error(errc::invalid_input, file + ": holds no password");
  return text;
}

/// Facts of before would be nowhere: no projection could be made again.
status check_no_other(const std::string& folder) {
  WHORL_ASSIGN(const auto own,
               storage::open_embedded_journal(folder + "/journal", {.read_only = true}));
  for (const stream_id stream : all_streams) {
    WHORL_ASSIGN(const auto tail, own->tail(stream));
    if (tail.seq != 0)
      return make_error(errc::conflict,
                        folder + ": whorl.toml names a journal on JetStream, but this store has " +
                            std::to_string(tail.seq) + " facts of " +
                            std::string(to_string(stream)) +
                            " in its own: take [journal] out, or `whorl init` another store");
  }
  return {};
}

result<js::connection_options> connection_of(const journal_config& from) {
  js::connection_options to;
  to.servers = from.servers;
  to.ca_file = from.authority;
  to.certificate_file = from.certificate;
  to.key_file = from.key;
  to.user = from.user;
  to.credentials_file = from.credentials_file;
  to.patience_ms = static_cast<int>(1000 * from.patience_seconds);
  if (!from.password_file.empty()) {
    WHORL_ASSIGN(to.password, password_in(from.password_file));
  }
  return to;
}

}  // namespace

status check_own_journal(const std::string& folder, const std::string& command) {
  // One that cannot be read is said by whoever needs it; the outbox stands there all the same.
  const auto settings = read_config(folder + "/whorl.toml");
  std::error_code ignored;
  if (!(settings && settings->journal) &&
      !std::filesystem::exists(folder + "/journal-outbox", ignored))
    return {};
  return make_error(errc::conflict,
                    folder + ": its journal stands on JetStream ([journal] in whorl.toml), and `" +
                        command +
                        "` knows only one in the store's folder: it would miss every "
                        "fact. There is no such command for it yet (docs/LIMITS.md); `whorl "
                        "doctor` looks at the servers");
}

storage::findings examine_journal(const journal_config& settings) {
  using storage::health;
  constexpr std::int64_t patience_s = 5;  // a person waits
  journal_config quick = settings;
  quick.patience_seconds = std::min(settings.patience_seconds, patience_s);
  const auto look = [&]() -> result<std::vector<js::stream_look>> {
    WHORL_ASSIGN(auto to, connection_of(quick));
    WHORL_ASSIGN(const auto connection, js::connection::open(std::move(to)));
    return js::look_at_streams(*connection, settings.prefix);
  };
  return storage::in_child("journal servers", [&]() -> storage::findings {
    const auto looked = look();
    if (looked) return js::judge_streams(*looked, settings.replicas);
    return {{"journal servers", health::wrong, looked.error().message,
             "start the servers that [journal] of whorl.toml names; a majority of them must answer "
             "before anything is booked"}};
  });
}

result<std::unique_ptr<storage::journal>> open_remote_journal(const journal_config& from,
                                                              std::function<status()> may_append) {
  WHORL_ASSIGN(auto to, connection_of(from));
  WHORL_ASSIGN(auto connection, js::connection::open(std::move(to)));
  js::jetstream_options streams;
  streams.prefix = from.prefix;
  streams.replicas = static_cast<int>(from.replicas);
  streams.may_append = std::move(may_append);
  return js::open_jetstream_journal(std::move(connection), streams);
}

result<std::shared_ptr<storage::coordination>> open_agreement(const journal_config& from) {
  WHORL_ASSIGN(auto to, connection_of(from));
  to.timeout_ms = to.patience_ms = agreement_patience_ms;
  WHORL_ASSIGN(auto connection, js::connection::open(std::move(to)));
  WHORL_ASSIGN(auto bucket, js::open_bucket(std::move(connection), from.prefix + "-exchanges",
                                            static_cast<int>(from.replicas)));
  return std::shared_ptr<storage::coordination>(std::move(bucket));
}

result<store_journal> open_store_journal(const std::string& folder, const config& settings,
                                         std::function<status()> may_append) {
  store_journal out;
  if (!settings.journal) return out;
  if (std::filesystem::exists(folder + "/journal/data.mdb")) WHORL_TRY(check_no_other(folder));
  WHORL_ASSIGN(auto remote, open_remote_journal(*settings.journal, std::move(may_append)));
  WHORL_ASSIGN(auto outbox,
               js::outbox_journal::open(folder + "/journal-outbox", std::move(remote), wall_now));
  out.to_settle = outbox.get();
  out.log = std::move(outbox);
  return out;
}

}  // namespace whorl::apps
