// The journal on JetStream, against a real nats-server: the common contract, and what only several
// writers and a server show.
#include "storage/jetstream/journal_jetstream.hpp"

#include <atomic>
#include <thread>

#include "storage/jetstream/nats_link.hpp"
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

/// Sends one message of NATS' own id again and again.
class window_probe {
 public:
  window_probe(connection& where, std::string name, int window_ms)
      : link_(must(where.current())), name_(std::move(name)) {
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = name_.c_str();
    config.Duplicates = std::int64_t{window_ms} * 1'000'000;
    jsStreamInfo* made = nullptr;
    REQUIRE(js_AddStream(&made, link_->js(), &config, nullptr, nullptr) == NATS_OK);
    jsStreamInfo_Destroy(made);
    CHECK_FALSE(is_duplicate());
    CHECK(is_duplicate());
  }
  bool is_duplicate() {
    jsPubOptions how;
    jsPubOptions_Init(&how);
    how.MsgId = "one";
    jsPubAck* ack = nullptr;
    REQUIRE(js_Publish(&ack, link_->js(), name_.c_str(), "", 0, &how, nullptr) == NATS_OK);
    const bool known = ack->Duplicate;
    jsPubAck_Destroy(ack);
    return known;
  }

 private:
  std::shared_ptr<storage::jetstream::link> link_;
  std::string name_;
};

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

TEST_CASE("jetstream: who was replaced between reading the tail and sending appends nothing") {
  if (!nats_server_present()) return;
  for (const int replicas : {1, 3}) {
    CAPTURE(replicas);
    nats_servers& servers = replicas == 1 ? shared_server() : shared_cluster();
    const std::string prefix = fresh_prefix();
    const auto next = open_log(servers, prefix, replicas);
    int asked = 0;
    const auto log = must(open_jetstream_journal(
        must(connection::open(servers.options())),
        {.prefix = prefix, .replicas = replicas, .may_append = [&]() -> status {
           if (++asked > 1) return make_error(errc::unavailable, "replaced");
           // It stands still here, another takes over, and it goes on.
           must(append_one(*next, request(stream, "taken over")));
           return {};
         }}));
    CHECK(code_of(append_one(*log, request(stream, "late"))) == errc::unavailable);
    CHECK(asked == 2);
    CHECK_FALSE(must(next->find(stream, "late")).has_value());
    CHECK(must(verify_stream(*next, stream)) == 1);
  }
}

TEST_CASE("jetstream: an id is one fact after the server's window for duplicates is over") {
  if (!nats_server_present()) return;
  const auto where = must(connection::open(shared_server().options()));
  const auto log = must(open_jetstream_journal(
      where, {.prefix = fresh_prefix(), .replicas = 1, .duplicate_window_ms = 100}));
  must(append_one(*log, request(stream, "a")));
  must(append_one(*log, request(stream, "b")));
  // A message with an id of NATS' own says when the window is over.
  const auto forgets = [probe = window_probe(*where, fresh_prefix(), 100)]() mutable {
    return !probe.is_duplicate();
  };
  wait_until(forgets);
  const auto again = must(append_one(*log, request(stream, "a", {}, "other content")));
  CHECK(again.kind == append_kind::duplicate);
  CHECK(again.seq == 1);
  CHECK(must(log->tail(stream)).seq == 2);
}

TEST_CASE("jetstream: nobody deletes a fact, not even who may enter") {
  if (!nats_server_present()) return;
  const std::string prefix = fresh_prefix();
  const auto where = must(connection::open(shared_server().options()));
  const auto log = must(open_jetstream_journal(where, {.prefix = prefix, .replicas = 1}));
  must(append_one(*log, request(stream, "a")));
  const auto now = must(where->current());
  CHECK(js_DeleteMsg(now->js(), (prefix + "_bookings").c_str(), 1, nullptr, nullptr) != NATS_OK);
  CHECK(js_PurgeStream(now->js(), (prefix + "_bookings").c_str(), nullptr, nullptr) != NATS_OK);
  CHECK(must(verify_stream(*log, stream)) == 1);
}

TEST_CASE("jetstream: what is no fact in a stream is corrupt, naming stream and place") {
  if (!nats_server_present()) return;
  const std::string prefix = fresh_prefix();
  const auto where = must(connection::open(shared_server().options()));
  const auto log = must(open_jetstream_journal(where, {.prefix = prefix, .replicas = 1}));
  must(append_one(*log, request(stream, "a")));
  const auto now = must(where->current());
  const std::string subject = prefix + ".bookings.intruder";
  REQUIRE(js_Publish(nullptr, now->js(), subject.c_str(), "x", 1, nullptr, nullptr) == NATS_OK);
  const auto facts = log->read(stream, 1, 10);
  CHECK(code_of(facts) == errc::corrupt);
  CHECK(facts.error().message.find("bookings, fact 2") != std::string::npos);
  CHECK(code_of(log->tail(stream)) == errc::corrupt);
  CHECK(code_of(append_one(*log, request(stream, "b"))) == errc::corrupt);
}

TEST_CASE("jetstream: streams with other settings, and names that are none, are refused") {
  if (!nats_server_present()) return;
  const std::string prefix = fresh_prefix();
  const auto where = must(connection::open(shared_server().options()));
  must(open_jetstream_journal(where, {.prefix = prefix, .replicas = 1}));
  CHECK(code_of(open_jetstream_journal(
            where, {.prefix = prefix, .replicas = 1, .duplicate_window_ms = 500})) ==
        errc::conflict);
  for (const char* bad : {"", "a.b", "a b", "*", ">"})
    CHECK(code_of(open_jetstream_journal(where, {.prefix = bad, .replicas = 1})) ==
          errc::invalid_input);
}

TEST_CASE("jetstream: facts of many sizes are read in order, and within the limit of bytes") {
  if (!nats_server_present()) return;
  const auto log = open_log(shared_server(), fresh_prefix());
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < 150; ++i) sizes.push_back(i % 50 == 49 ? 3u << 20 : i * 13);
  for (std::size_t i = 0; i < 12; ++i) sizes.push_back(4u << 20);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    append_request one = request(stream, "fact " + std::to_string(i));
    one.payload.resize(sizes[i]);
    must(append_one(*log, one));
  }
  std::uint64_t next = 1;
  while (next <= sizes.size()) {
    const auto facts = must(log->read(stream, next, 1000));
    REQUIRE(!facts.empty());
    std::size_t total = 0;
    for (const fact_record& f : facts) {
      CHECK(total < journal_read_bytes_max);
      CHECK(f.seq == next);
      CHECK(f.payload.size() == sizes.at(next - 1));
      total += f.payload.size();
      ++next;
    }
  }
}
