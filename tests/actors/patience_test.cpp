// How long a search may take: any time while work is done on it, a moment when none is. On CAF's
// testing scheduler, whose clock stands until a test moves it.
#include <caf/all.hpp>

#include <doctest/doctest.h>

#include "actors/protocol.hpp"
#include "actors/search_actors.hpp"
#include "sim/cluster/testing_system.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/actors/people.hpp"

namespace {

using namespace whorl;
using namespace whorl::actors;
using std::chrono::milliseconds;

struct still_system {
  sim::testing_config config;
  caf::actor_system system{config};
  caf::scheduler::test_coordinator& scheduler() { return sim::testing_scheduler(system); }
  void pass(std::int64_t ms) {
    scheduler().advance_time(milliseconds(ms));
    scheduler().run();
  }
};

/// Takes a scan and keeps it until it is told what came of it.
struct kept_scan {
  caf::actor replica;
  scan_job_ptr job;
  caf::typed_response_promise<scan_outcome> promise;
};
caf::behavior keeping_replica(caf::event_based_actor* self, kept_scan* kept) {
  return {
      [=](scan_atom, const scan_job_ptr& job) -> caf::result<scan_outcome> {
        kept->job = job;
        return kept->promise = self->make_response_promise<scan_outcome>();
      },
      [=](caf::ok_atom, scan_outcome& outcome) { kept->promise.deliver(std::move(outcome)); },
      [=](retry_atom) {
        kept->promise.deliver(caf::make_error(caf::exit_reason::unhandled_exception));
      },
  };
}

/// What a round was answered, once it was.
struct asked_round {
  std::optional<round_one_reply> reply;
  std::uint64_t progress = 0;
};
constexpr std::int64_t patience = 1000;
constexpr search_id search{77};

struct shard_and_two : still_system {
  kept_scan scans[2];
  caf::actor shard;
  asked_round got;

  shard_and_two() {
    std::vector<replica_handle> replicas;
    for (std::uint32_t i = 0; i < 2; ++i) {
      scans[i].replica = system.spawn(keeping_replica, &scans[i]);
      replicas.push_back({{gallery_kind::criminal, i}, scans[i].replica});
    }
    shard = system.spawn(shard_actor, std::move(replicas), shard_settings{2, patience, {}, {}});
    round_one_request request;
    request.search = search;
    request.partitions = {0, 1};
    request.what = {{1}, actors::test::prints_of(1, 0)};
    ask<packet>(
        [this](const packet& p) {
          got.reply = actors::test::must(wire::decode_round_one_reply(*p.data));
        },
        round1_atom::value, pack(wire::encode(request)));
  }
  ~shard_and_two() {
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    for (kept_scan& each : scans)
      caf::anon_send_exit(std::exchange(each.replica, nullptr), caf::exit_reason::user_shutdown);
    shard = nullptr;
    scheduler().run();
  }
  template <class Reply, class Then, class... What>
  void ask(Then then, const What&... what) {
    system.spawn([=, this](caf::event_based_actor* self) {
      self->request(shard, caf::infinite, what...).then([=](const Reply& reply) { then(reply); });
    });
    scheduler().run();
  }
  std::uint64_t progress() {
    ask<std::uint64_t>([this](std::uint64_t work) { got.progress = work; }, progress_atom::value,
                       search);
    return got.progress;
  }
  void answer(std::uint32_t partition) {
    scan_outcome outcome;
    outcome.coverage.push_back({{gallery_kind::criminal, partition}, 5, 1});
    caf::anon_send(scans[partition].replica, caf::ok_atom::value, std::move(outcome));
    scheduler().run();
  }
};

TEST_CASE("patience: a scan that gets on is waited for, however long it takes") {
  shard_and_two f;
  std::uint64_t before = f.progress();
  CHECK(before > 0);
  for (int i = 0; i < 100; ++i) {
    for (const auto& each : f.scans) note_turn(*each.job);
    CHECK(f.progress() > before);
    before = f.progress();
    f.pass(patience);
  }
  CHECK(!f.got.reply);
  f.answer(0);
  CHECK(f.progress() > before);  // less to do is progress too
  f.answer(1);
  REQUIRE(f.got.reply);
  CHECK(f.got.reply->coverage.size() == 2);
  CHECK(f.got.reply->missing.empty());
  CHECK(f.progress() == 0);
}

TEST_CASE("patience: a replica that stands still is missing, and its late outcome passed over") {
  shard_and_two f;
  note_turn(*f.scans[0].job);
  f.pass(patience);
  CHECK(!f.got.reply);
  CHECK(wanted(*f.scans[0].job));
  CHECK(!wanted(*f.scans[1].job));  // did nothing meanwhile
  f.answer(1);
  CHECK(!f.got.reply);
  f.answer(0);
  REQUIRE(f.got.reply);
  REQUIRE(f.got.reply->missing.size() == 1);
  CHECK(f.got.reply->missing[0].partition.index == 1);
  CHECK(f.got.reply->missing[0].reason == "its replica stands still");
  CHECK(f.got.reply->coverage.size() == 1);
}

TEST_CASE("patience: a replica that falls is missing at once") {
  shard_and_two f;
  f.answer(0);
  caf::anon_send(f.scans[1].replica, retry_atom::value);
  f.scheduler().run();
  REQUIRE(f.got.reply);
  REQUIRE(f.got.reply->missing.size() == 1);
  CHECK(f.got.reply->missing[0].reason == "its replica fell");
}

/// Stands between queries and shards: keeps round one from the criminal gallery until `let`, and
/// says how it gets on.
struct slow_link {
  bool let = false, works = true;
  std::uint64_t work = 0;
  std::size_t rounds_one = 0;
  std::vector<std::function<void()>> kept;
};
caf::behavior slow_shards(caf::event_based_actor* self, caf::actor shards, slow_link* link) {
  return {
      [=](round1_atom a, const packet& frame) -> caf::result<packet> {
        ++link->rounds_one;
        auto promise = self->make_response_promise<packet>();
        link->kept.push_back([=]() mutable {
          self->request(shards, caf::infinite, a, frame).then([=](const packet& p) mutable {
            promise.deliver(p);
          });
        });
        if (link->let)
          for (auto& go : std::exchange(link->kept, {})) go();
        return promise;
      },
      [=](round2_atom a, packet& frame) { return self->delegate(shards, a, std::move(frame)); },
      [=](progress_atom, search_id) {
        link->work += link->works ? 1 : 0;
        return link->work;
      },
      [=](retry_atom) {
        for (auto& go : std::exchange(link->kept, {})) go();
      },
  };
}

struct node_behind_slow_link : still_system {
  whorl::test::node_fixture store;
  slow_link link;
  caf::actor node, shards;
  bool drained = false;
  static constexpr std::int64_t timeout = 12000;

  node_behind_slow_link() {
    store.import_people({1});
    auto settings = store.raw_settings(system);
    settings.detach_edges = false;
    settings.gateway.query.request_timeout_ms = timeout;
    settings.network = [this](caf::actor_system& s, caf::actor supervisor) {
      return shards = s.spawn(slow_shards, std::move(supervisor), &link);
    };
    node = system.spawn(node_supervisor, &store.store(), std::move(settings));
    system.spawn([this](caf::event_based_actor* self) -> caf::behavior {
      self->request(node, caf::infinite, submit_atom::value, store.booking(1, 1))
          .then([this, self](const submit_reply& r) {
            REQUIRE(r.has_value());
            self->send(node, drain_atom::value, caf::actor(self));
          });
      return {[this](caf::ok_atom) { drained = true; }};
    });
    scheduler().run();
  }
  ~node_behind_slow_link() {
    caf::anon_send_exit(shards, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
    shards = node = nullptr;
    link.kept.clear();
    scheduler().run();
  }
};

TEST_CASE("patience: a round that gets on is not asked again") {
  node_behind_slow_link f;
  REQUIRE(f.link.rounds_one == 2);  // both galleries
  for (int i = 0; i < 50; ++i) f.pass(f.timeout);
  CHECK(f.link.work >= 90);  // it was asked about
  CHECK(f.link.rounds_one == 2);
  CHECK(!f.drained);
  f.link.let = true;
  caf::anon_send(f.shards, retry_atom::value);
  for (int i = 0; i < 100 && !f.drained; ++i) f.pass(10);
  CHECK(f.drained);
  CHECK(f.link.rounds_one == 2);
}

TEST_CASE("patience: a round that stands still is asked again") {
  node_behind_slow_link f;
  f.link.works = false;
  SUBCASE("it is not known any more: its reply was lost") { f.link.work = 0; }
  SUBCASE("it is known, and no work is done") { f.link.work = 7; }
  f.pass(f.timeout);
  f.pass(f.timeout);
  f.pass(f.timeout);
  CHECK(f.link.rounds_one >= 4);
  f.link.let = true;
  for (int i = 0; i < 100 && !f.drained; ++i) f.pass(1000);
  CHECK(f.drained);
}

}  // namespace
