// What `whorl serve` does until this exchange holds the lease (docs/decisions/0026): it takes over
// the keys of the one that does, follows the journal, and answers over HTTPS that it stands by.
#pragma once

#include <csignal>
#include <memory>

#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/exchanges/lease_keeper.hpp"
#include "apps/http/server.hpp"
#include "apps/service_log.hpp"
#include "storage/journal.hpp"

namespace whorl::apps {

/// Waits for the lease. Null: one of `stops` came first. The store is closed again when it returns.
/// Errors: of the store, the servers, the gateway's address.
result<std::unique_ptr<exchanges::lease_keeper>> await_lease(
    const context& ctx, const config& settings, const http::server_settings& gateway,
    const std::shared_ptr<service_log>& log, const sigset_t& stops);

/// A row for each stream that says who appends from now on: whoever appended before, and reads the
/// stream's end before it does, is refused by the servers.
std::vector<storage::append_request> rows_of_new_holder(const std::string& name,
                                                        std::uint64_t epoch, instant now);

}  // namespace whorl::apps
