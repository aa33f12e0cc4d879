#include "apps/store_journal.hpp"

#include <filesystem>

#include "apps/session.hpp"
#include "storage/durable_file.hpp"
#include "storage/jetstream/connection.hpp"
#include "storage/jetstream/journal_jetstream.hpp"
#include "storage/jetstream/outbox_journal.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t password_bytes_max = 1024;

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

}  // namespace

result<std::unique_ptr<storage::journal>> open_remote_journal(const journal_config& from) {
  namespace js = storage::jetstream;
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
  WHORL_ASSIGN(auto connection, js::connection::open(std::move(to)));
  js::jetstream_options streams;
  streams.prefix = from.prefix;
  streams.replicas = static_cast<int>(from.replicas);
  return js::open_jetstream_journal(std::move(connection), streams);
}

result<store_journal> open_store_journal(const std::string& folder, const config& settings) {
  namespace js = storage::jetstream;
  store_journal out;
  if (!settings.journal) return out;
  if (std::filesystem::exists(folder + "/journal/data.mdb")) WHORL_TRY(check_no_other(folder));
  WHORL_ASSIGN(auto remote, open_remote_journal(*settings.journal));
  WHORL_ASSIGN(auto outbox,
               js::outbox_journal::open(folder + "/journal-outbox", std::move(remote), wall_now));
  out.to_settle = outbox.get();
  out.log = std::move(outbox);
  return out;
}

}  // namespace whorl::apps
