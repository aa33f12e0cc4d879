#include "apps/casework/await_applied.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "storage/store.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

using namespace apps;
using namespace storage;

TEST_CASE("await applied: another thread's work is waited for, and not for ever") {
  const temp_folder folder;
  must(create_store(folder.path().string(), 1, {}));
  partition_options quick;
  quick.durable = false;
  const auto store = must(open_store(folder.path().string(), quick));
  const journal& log = *store->log;
  audit_store& rows = *store->audit;
  must(await_applied(log, rows, std::chrono::milliseconds(0), "nothing is there"));
  const append_request one{stream_id::audit, "a", std::nullopt,
                           wire::encode(fact(audit_row{{1}, "p", "r", "did", "it", "why", ""}))};
  REQUIRE(store->log->append(std::span(&one, 1))[0].has_value());
  const status late = await_applied(log, rows, std::chrono::milliseconds(0), "the audit is behind");
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == errc::unavailable);
  CHECK(late.error().message == "the audit is behind");
  std::thread applier([&] { must(catch_up(log, rows)); });
  must(await_applied(log, rows, std::chrono::minutes(5), "never"));
  applier.join();
  CHECK(rows.applied().seq == 1);
}

}  // namespace whorl::test
