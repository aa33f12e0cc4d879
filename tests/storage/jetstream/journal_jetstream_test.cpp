// The journal on JetStream, against a real nats-server: the common contract, and what only several
// writers and a server show.
#include "storage/jetstream/journal_jetstream.hpp"

#include <atomic>
#include <thread>

#include "tests/storage/jetstream/nats_server.hpp"
#include "tests/storage/journal_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

std::unique_ptr<journal> open_log(const nats_servers& servers, const std::string& prefix,
                                  int replicas = 1) {
  auto where = must(connection::open(servers.options()));
  return must(open_jetstream_journal(std::move(where), {.prefix = prefix, .replicas = replicas}));
}

/// Where there is no server the embedded journal stands in, so that the contract says SKIPPED
/// instead of failing.
struct jetstream_factory {
  std::unique_ptr<journal> make() {
    if (nats_server_present()) return open_log(shared_server(), fresh_prefix());
    folders.push_back(std::make_unique<temp_folder>());
    return quick_journal(folders.back()->path().string());
  }
  std::vector<std::unique_ptr<temp_folder>> folders;
};

constexpr stream_id stream = stream_id::bookings;

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(journal_contract, jetstream_factory);

TEST_CASE("jetstream: facts and message ids are there for another process") {
  if (!nats_server_present()) return;
  const std::string prefix = fresh_prefix();
  must(append_one(*open_log(shared_server(), prefix), request(stream, "a")));
  const auto log = open_log(shared_server(), prefix);
  CHECK(must(append_one(*log, request(stream, "a"))).kind == append_kind::duplicate);
  CHECK(must(append_one(*log, request(stream, "b"))).seq == 2);
  CHECK(must(verify_stream(*log, stream)) == 2);
}

TEST_CASE("jetstream: two writers at once share one chain, and an id of both is one fact") {
  if (!nats_server_present()) return;
  for (const int replicas : {1, 3}) {
    CAPTURE(replicas);
    nats_servers& servers = replicas == 1 ? shared_server() : shared_cluster();
    const std::string prefix = fresh_prefix();
    constexpr int facts = 60;
    std::atomic<int> appended{0}, failed{0};
    open_log(servers, prefix, replicas);
    const auto write = [&](const char* name) {
      const auto log = open_log(servers, prefix, replicas);
      for (int i = 0; i < facts; i += 3) {
        const storage::append_request batch[] = {request(stream, name + std::to_string(i)),
                                                 request(stream, "both" + std::to_string(i)),
                                                 request(stream, name + std::to_string(i + 1))};
        for (const auto& outcome : log->append(batch)) {
          if (!outcome) ++failed;
          if (outcome && outcome->kind == append_kind::appended) ++appended;
        }
      }
    };
    std::thread one(write, "one"), two(write, "two");
    one.join();
    two.join();
    CHECK(failed == 0);
    CHECK(appended == 5 * facts / 3);
    CHECK(must(verify_stream(*open_log(servers, prefix, replicas), stream)) == 5 * facts / 3);
  }
}
