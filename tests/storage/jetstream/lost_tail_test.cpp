// What nats-servers lose that had not synced: whoever remembers the digests notices, and the outbox
// sends it again.

#include "messages/wire.hpp"
#include "storage/jetstream/journal_jetstream.hpp"
#include "storage/jetstream/outbox_journal.hpp"
#include "storage/ledgers.hpp"
#include "storage/projection.hpp"
#include "tests/storage/jetstream/nats_server.hpp"
#include "tests/storage/journal_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

constexpr stream_id stream = stream_id::audit;

std::unique_ptr<journal> open_log(const nats_servers& servers, int replicas) {
  return must(open_jetstream_journal(must(connection::open(servers.options())),
                                     {.prefix = "w", .replicas = replicas}));
}

append_request row(int number, const std::string& detail = "") {
  audit_row what;
  what.action = "test";
  what.detail = detail;
  return {stream, "row " + std::to_string(number), {}, wire::encode(fact(what))};
}

}  // namespace

TEST_CASE("lost tail: the log is shorter, and what remembers it notices (one server)") {
  if (!nats_server_present()) return;
  const temp_folder folder;
  nats_servers servers(1);
  const auto store = must(open_audit_store((folder.path() / "audit").string(), false));
  stream_tail before;
  {
    const auto log = open_log(servers, 1);
    for (int i = 1; i <= 20; ++i) must(append_one(*log, row(i)));
    must(catch_up(*log, *store));
    before = must(log->tail(stream));
  }
  servers.kill(0);
  servers.lose_tail(0, "w_audit", 1500);
  servers.start(0);
  const auto log = open_log(servers, 1);
  const auto after = must(log->tail(stream));
  CHECK(after.seq > 0);
  CHECK(after.seq < before.seq);
  CHECK(must(verify_stream(*log, stream)) == after.seq);
  CHECK(code_of(catch_up(*log, *store)) == errc::corrupt);
  // Grown to the same length with other facts, it is another log.
  for (int i = 1; must(log->tail(stream)).seq < before.seq; ++i)
    must(append_one(*log, row(100 + i)));
  CHECK(must(log->tail(stream)).self != before.self);
  CHECK(must(verify_stream(*log, stream)) == before.seq);
  CHECK(code_of(catch_up(*log, *store)) == errc::corrupt);
}

TEST_CASE("lost tail: the outbox sends again what three servers lost together") {
  if (!nats_server_present()) return;
  const temp_folder folder;
  nats_servers servers(3);
  std::int64_t now_ms = 1;
  const auto open = [&] {
    return must(outbox_journal::open((folder.path() / "outbox").string(), open_log(servers, 3),
                                     [&] { return instant{now_ms}; }, {.map_bytes = 64u << 20}));
  };
  stream_tail before;
  {
    const auto log = open();
    for (int i = 1; i <= 20; ++i) must(append_one(*log, row(i)));
    before = must(log->tail(stream));
  }
  for (std::size_t i = 0; i < 3; ++i) servers.kill(i);
  for (std::size_t i = 0; i < 3; ++i) servers.lose_tail(i, "w_audit", 1500);
  servers.start_all();
  {
    const auto shorter = open_log(servers, 3);
    const auto now = must(shorter->tail(stream));
    CHECK(now.seq < before.seq);
    CHECK(must(verify_stream(*shorter, stream)) == now.seq);
  }
  const auto log = open();
  CHECK(must(log->tail(stream)) == before);
  CHECK(must(verify_stream(*log, stream)) == before.seq);
}
