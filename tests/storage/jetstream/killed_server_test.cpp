// Servers that are killed and frozen under load: nothing that was acknowledged is lost, doubled or
// moved. One writer a stream: decision 0022 says what several do to replicas of this version.
#include <atomic>
#include <thread>

#include "storage/jetstream/journal_jetstream.hpp"
#include "tests/storage/jetstream/nats_server.hpp"
#include "tests/storage/journal_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

/// Appends until told to stop, three facts at once; what is not answered is sent again.
class steady_writer {
 public:
  steady_writer(const nats_servers& servers, stream_id stream)
      : log_(must(open_jetstream_journal(must(connection::open(servers.options())),
                                         {.prefix = "k", .replicas = 3}))),
        stream_(stream),
        thread_([this] { write(); }) {}
  ~steady_writer() { end(); }

  int acknowledged() const { return acknowledged_; }
  int broken() const { return broken_; }
  void end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  /// After end(): each message id and the number it was acknowledged with.
  const std::map<std::string, std::uint64_t>& facts() const { return facts_; }

 private:
  void write() {
    for (int number = 0; !stop_; number += 3) {
      std::vector<append_request> open;
      for (int i = 0; i < 3; ++i)
        open.push_back({stream_, std::to_string(number + i), {}, bytes(2000)});
      while (!open.empty() && broken_ == 0) {
        const auto outcomes = log_->append(open);
        std::vector<append_request> again;
        for (std::size_t i = 0; i < open.size(); ++i) {
          if (outcomes[i]) {
            facts_[open[i].message_id] = outcomes[i]->seq;
            ++acknowledged_;
          } else if (outcomes[i].error().code == errc::unavailable) {
            again.push_back(open[i]);
          } else {
            ++broken_;
          }
        }
        open = std::move(again);
      }
    }
  }

  std::unique_ptr<journal> log_;
  stream_id stream_;
  std::atomic<int> acknowledged_{0}, broken_{0};
  std::atomic<bool> stop_{false};
  std::map<std::string, std::uint64_t> facts_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("three servers: killed and frozen in turn, nothing acknowledged is lost or doubled") {
  if (!nats_server_present()) return;
  nats_servers servers(3);
  steady_writer one(servers, stream_id::cases), two(servers, stream_id::audit);
  const auto both_go_on = [&] {
    const int first = one.acknowledged(), second = two.acknowledged();
    wait_until(
        [&] { return one.acknowledged() >= first + 60 && two.acknowledged() >= second + 60; });
  };
  for (std::size_t i = 0; i < 3; ++i) {
    both_go_on();
    servers.kill(i);
    both_go_on();
    servers.start(i);
  }
  both_go_on();
  servers.freeze(0);
  both_go_on();
  servers.thaw(0);
  both_go_on();
  one.end();
  two.end();
  CHECK(one.broken() + two.broken() == 0);
  const auto log = must(open_jetstream_journal(must(connection::open(servers.options())),
                                               {.prefix = "k", .replicas = 3}));
  for (const auto& [stream, acknowledged] :
       {std::pair(stream_id::cases, &one.facts()), std::pair(stream_id::audit, &two.facts())}) {
    CHECK(must(verify_stream(*log, stream)) == acknowledged->size());
    std::map<std::uint64_t, std::string> places;
    while (places.size() < acknowledged->size()) {
      const auto facts = must(log->read(stream, places.size() + 1, 1000));
      REQUIRE(!facts.empty());
      for (const fact_record& f : facts) places[f.seq] = f.message_id;
    }
    for (const auto& [id, seq] : *acknowledged) CHECK(places[seq] == id);
  }
}
