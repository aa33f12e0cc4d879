// Nodes and the exchange come and go: no booking is lost or answered over less than everybody, and
// replicas agree in the end (promises 1, 2, 7).
#include <doctest/doctest.h>

#include <future>

#include "actors/cluster/cluster_actors.hpp"
#include "storage/opened_payloads.hpp"
#include "storage/replica_folder.hpp"
#include "tests/actors/people.hpp"
#include "tests/cluster/running_cluster.hpp"

using namespace whorl;
using namespace whorl::test;
using actors::test::must;

namespace {

const std::vector<std::uint64_t> people{1, 2, 3, 4, 5, 6};

/// Books these people and waits for their answers, each of which must be over everybody.
void book_all(running_cluster& cluster, const std::vector<std::uint64_t>& who,
              std::uint32_t impression) {
  std::vector<actors::submission> all;
  for (const std::uint64_t person : who) all.push_back(cluster.world().booking(person, impression));
  std::vector<result<actors::submitted>> replies(all.size(),
                                                 make_error(errc::unavailable, "no reply"));
  cluster.exchange().submit_all(
      all, [&](std::size_t index, const auto& reply) { replies[index] = reply; });
  must(cluster.exchange().drain());
  for (const auto& reply : replies) {
    const actors::submitted taken = must(reply);
    const auto row = must(cluster.world().store().bookings->get(taken.booking));
    REQUIRE(row.criminal.has_value());
    REQUIRE(row.immigration.has_value());
    CHECK(row.criminal->decision != answer_decision::failed);
    CHECK(row.immigration->decision != answer_decision::failed);
    CHECK(row.criminal->coverage.size() == cluster.world().store().partition_count);
    CHECK(row.immigration->coverage.size() == cluster.world().store().partition_count);
  }
}

bool is_alive(const actors::cluster_status& now, const std::string& name) {
  for (const auto& node : now.nodes)
    if (node.report.place.name == name) return node.liveness == "alive";
  return false;
}

}  // namespace

TEST_CASE("cluster: a node that dies under load costs no booking and no coverage") {
  running_cluster cluster(people, 2, 3);
  cluster.start_nodes({"node-a", "node-b", "node-c"}, 2);
  auto dies = std::async(std::launch::async, [&] { cluster.stop_node("node-b"); });
  book_all(cluster, {1, 2, 3, 4, 5, 6, 31, 32, 33, 34}, 1);
  dies.get();
  cluster.await("the dead node is not asked",
                [](const actors::cluster_status& now) { return !is_alive(now, "node-b"); });
  book_all(cluster, {1, 41}, 2);
}

TEST_CASE("cluster: without any node the exchange answers by itself") {
  running_cluster cluster(people, 2, 1);
  book_all(cluster, {1, 31}, 1);
  cluster.start_nodes({"node-a"}, 1);
  book_all(cluster, {2, 32}, 1);
  cluster.stop_node("node-a");
  book_all(cluster, {3, 33}, 1);
}

TEST_CASE("cluster: a node that returns follows from where it was; one that lost its disk copies") {
  running_cluster cluster(people, 2, 2);
  cluster.start_nodes({"node-a", "node-b"}, 2);
  cluster.stop_node("node-b");
  book_all(cluster, {31, 32}, 1);
  cluster.start_nodes({"node-b"}, 2);
  cluster.stop_node("node-b");
  cluster.remove_replicas("node-b");
  book_all(cluster, {33, 34}, 1);
  cluster.start_nodes({"node-b"}, 2);
  book_all(cluster, {33, 1}, 2);
}

TEST_CASE("cluster: nodes find an exchange that was started again, and its map goes on") {
  running_cluster cluster(people, 2, 2);
  cluster.start_nodes({"node-a", "node-b"}, 2);
  const auto before = must(cluster.exchange().cluster()).map;
  cluster.stop_exchange();
  cluster.start_exchange();
  cluster.await_searchable(2);
  const auto after = must(cluster.exchange().cluster()).map;
  CHECK(after.epoch >= before.epoch);
  CHECK(after.placements == before.placements);
  book_all(cluster, {1, 31}, 1);
}

TEST_CASE("cluster: a bulk load beside replicas reaches them: they are copied anew") {
  running_cluster cluster(people, 2, 2);
  cluster.start_nodes({"node-a", "node-b"}, 2);
  cluster.stop_exchange();
  cluster.world().import_people({51, 52});
  cluster.start_exchange();
  cluster.await_searchable(2);
  cluster.await("people of the load on the nodes", [](const actors::cluster_status& now) {
    std::uint64_t people_there = 0;
    for (const auto& node : now.nodes)
      for (const replica_report& each : node.report.replicas) people_there += each.people;
    return people_there == 2 * 2 * (people.size() + 2);
  });
  book_all(cluster, {51}, 1);
}

TEST_CASE("cluster: an exchange whose map was lost goes on above what its nodes have seen") {
  running_cluster cluster(people, 2, 2);
  cluster.start_nodes({"node-a", "node-b"}, 2);
  const auto before = must(cluster.exchange().cluster()).map.epoch;
  cluster.stop_exchange();
  const std::string file = cluster.world().store().folder + "/cluster-map";
  REQUIRE(std::filesystem::remove(file));
  cluster.start_exchange();
  cluster.await_searchable(2);
  CHECK(must(cluster.exchange().cluster()).map.epoch > before);
  book_all(cluster, {1, 31}, 1);
  cluster.stop_exchange();
  write_file(file, to_bytes("no map"));
  actors::local_node_settings settings;
  settings.outbox_folder = cluster.world().answers_folder();
  settings.cluster.emplace();
  settings.cluster->port = 0;
  const auto refused = actors::local_node::start(cluster.world().store(), settings);
  REQUIRE(!refused);
  CHECK(refused.error().message.find("cluster-map") != std::string::npos);
}

TEST_CASE("cluster: a drained node gives its replicas away before it loses them") {
  running_cluster cluster(people, 2, 3);
  cluster.start_nodes({"node-a", "node-b", "node-c"}, 2);
  must(cluster.exchange().order(cluster::drain_order{"node-a"}));
  cluster.await("node-a is empty", [](const actors::cluster_status& now) {
    for (const auto& [which, count] : now.searchable) CHECK(count >= 2);
    for (const auto& node : now.nodes)
      if (node.report.place.name == "node-a") return node.report.replicas.empty();
    return false;
  });
  cluster.await_searchable(2);
  book_all(cluster, {1, 31}, 1);
  const auto unknown = cluster.exchange().order(cluster::drain_order{"node-x"});
  REQUIRE(!unknown);
  CHECK(unknown.error().code == errc::not_found);
}

TEST_CASE("cluster: a report whose sender is gone by now is nobody's") {
  caf::actor_system_config config;
  config.add_message_type<actors::packet>("whorl::packet");
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  int reports = 0;
  const auto supervisor = system.spawn([&reports]() -> caf::behavior {
    return {[&reports](actors::report_atom, const actors::packet&, const caf::actor& sender) {
      CHECK(sender);
      ++reports;
      return actors::pack({});
    }};
  });
  const auto port = system.spawn(actors::port_actor, supervisor, caf::actor());
  // As CAF hands on what came over a connection that has ended meanwhile.
  caf::anon_send(port, actors::hello_atom::value, actors::pack({}));
  bool answered = false;
  self->request(port, caf::infinite, actors::hello_atom::value, actors::pack({}))
      .receive([&answered](const actors::packet&) { answered = true; },
               [](const caf::error&) { FAIL("a report with a sender was refused"); });
  CHECK(answered);
  CHECK(reports == 1);
  caf::anon_send_exit(port, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

TEST_CASE("cluster: a second process with a node's name is refused") {
  running_cluster cluster(people, 1, 1);
  cluster.start_nodes({"node-a"}, 1);
  std::promise<error> refused;
  actors::cluster_node_settings second;
  second.place.name = "node-a";
  temp_folder folder;
  second.folder = folder.path().string();
  second.exchanges = {{"127.0.0.1", cluster.exchange().cluster_port()}};
  second.incarnation = 999;
  std::atomic<bool> once{false};
  second.on_failed = [&](const error& why) {
    if (!once.exchange(true)) refused.set_value(why);
  };
  const auto other = must(actors::cluster_node::start(second));
  auto why = refused.get_future();
  REQUIRE(why.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
  CHECK(why.get().code == errc::conflict);
  book_all(cluster, {1}, 1);
}

TEST_CASE("cluster: replicas agree with the exchange's partitions once all have caught up") {
  running_cluster cluster(people, 2, 2);
  cluster.start_nodes({"node-a", "node-b"}, 2);
  book_all(cluster, {31, 32, 33, 1}, 1);
  storage::store& store = cluster.world().store();
  const auto tails = std::map<stream_id, std::uint64_t>{
      {stream_id::criminal, must(store.log->tail(stream_id::criminal)).seq},
      {stream_id::immigration, must(store.log->tail(stream_id::immigration)).seq}};
  cluster.await("everybody at the tail", [&](const actors::cluster_status& now) {
    for (const auto& node : now.nodes)
      for (const replica_report& each : node.report.replicas)
        if (each.applied_seq < tails.at(stream_of(each.partition.gallery))) return false;
    return now.nodes.size() == 2;
  });
  for (const char* name : {"node-a", "node-b"}) {
    cluster.stop_node(name);
    const auto folder =
        must(storage::replica_folder::open(cluster.replicas_of(name), store.partition_count, {}));
    CHECK(folder->held().size() == 2 * store.partition_count);
    storage::opened_payloads keys;
    for (const partition_id which : folder->held()) {
      const auto replica = must(folder->open_replica(which, keys));
      const auto& original = store.gallery(which.gallery)[which.index];
      CHECK(must(must(replica->view())->content_digest()) ==
            must(must(original->view())->content_digest()));
    }
  }
}

TEST_CASE("cluster: nothing is listened on over a network without certificates") {
  node_fixture world;
  actors::local_node_settings settings;
  settings.outbox_folder = world.answers_folder();
  settings.cluster.emplace();
  settings.cluster->address = "0.0.0.0";
  settings.cluster->port = 0;
  const auto refused = actors::local_node::start(world.store(), settings);
  REQUIRE(!refused);
  CHECK(refused.error().code == errc::invalid_input);
  CHECK(refused.error().message.find("certificates") != std::string::npos);
}
