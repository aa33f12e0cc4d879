// The journal that a store's configuration names, in place of the one in its folder.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apps/config.hpp"
#include "storage/coordination.hpp"
#include "storage/health.hpp"
#include "storage/journal.hpp"

namespace whorl::storage::jetstream {
class outbox_journal;
}

namespace whorl::apps {

/// `to_settle` is owned by the journal, which the store takes over: its settle() is to be called
/// now and then, and at the end. Both null: the configuration names none.
struct store_journal {
  std::unique_ptr<storage::journal> log;
  storage::jetstream::outbox_journal* to_settle = nullptr;
};
/// The journal on the servers alone: to be read, by whoever does not own the store; appends ask
/// `may_append` (jetstream_options).
result<std::unique_ptr<storage::journal>> open_remote_journal(
    const journal_config& settings, std::function<status()> may_append = {});

/// What the exchanges of one journal agree on: a bucket of its servers, over a connection of its
/// own that does not wait long.
result<std::shared_ptr<storage::coordination>> open_agreement(const journal_config& settings);

/// How the streams stand with the servers; makes nothing. For a process without other threads.
storage::findings examine_journal(const journal_config& settings);

/// For commands that know the journal in the store's folder alone. conflict: the configuration of
/// `folder`, a store or a backup of one, names another, or there is the outbox of one.
status check_own_journal(const std::string& folder, const std::string& command);

/// Connects, makes the streams when absent, and sends what the outbox of `folder` still holds.
/// conflict: the store has a journal of its own already, whose facts would be missing there.
/// `may_append`: as jetstream_options says.
result<store_journal> open_store_journal(const std::string& folder, const config& settings,
                                         std::function<status()> may_append = {});

}  // namespace whorl::apps
