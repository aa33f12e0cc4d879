#include "tests/cluster/running_cluster.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>
#include <thread>

namespace whorl::test {
namespace {

constexpr auto patience = std::chrono::seconds(60);
constexpr auto look_every = std::chrono::milliseconds(10);

std::string shown(const actors::cluster_status& now) {
  std::ostringstream out;
  out << "map " << now.map.epoch << (now.settled ? ", settled" : ", moving");
  for (const auto& node : now.nodes) {
    out << "\n  " << node.report.place.name << " " << node.liveness;
    for (const replica_report& each : node.report.replicas)
      out << " " << to_string(each.partition) << ":" << int(each.state) << "@" << each.applied_seq;
  }
  for (const auto& [which, count] : now.searchable)
    out << "\n  " << to_string(which) << " searchable " << count;
  return out.str();
}

}  // namespace

running_cluster::running_cluster(const std::vector<std::uint64_t>& people, std::uint32_t replicas,
                                 std::uint32_t first_nodes)
    : replicas_(replicas), first_nodes_(first_nodes) {
  world_.import_people(people);
  start_exchange();
}

running_cluster::~running_cluster() {
  nodes_.clear();
  exchange_.reset();
}

void running_cluster::start_exchange() {
  actors::local_node_settings settings;
  settings.modes.by_ori.emplace("WH0000001", jurisdiction_mode::full);
  settings.outbox_folder = world_.answers_folder();
  settings.cluster.emplace();
  settings.cluster->port = port_;
  settings.cluster->membership.replicas = replicas_;
  settings.cluster->membership.first_nodes = first_nodes_;
  settings.cluster->on_event = recorder("exchange");
  auto started = actors::local_node::start(world_.store(), settings);
  REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  exchange_ = *std::move(started);
  port_ = exchange_->cluster_port();
  REQUIRE(port_ != 0);
}

void running_cluster::stop_exchange() {
  exchange_.reset();
  world_.reopen();
}

void running_cluster::start_node(const std::string& name, const std::string& zone,
                                 std::function<void(const error&)> on_failed) {
  actors::cluster_node_settings settings;
  settings.place = {name, zone, 1};
  settings.folder = (folders_.path() / name).string();
  settings.exchanges = {{"127.0.0.1", port_}};
  settings.threads = 2;
  settings.incarnation = ++starts_;
  settings.on_failed = std::move(on_failed);
  settings.on_event = recorder(name);
  auto started = actors::cluster_node::start(settings);
  REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  nodes_[name] = *std::move(started);
}

void running_cluster::start_nodes(const std::vector<std::string>& names, std::size_t searchable) {
  for (const std::string& name : names) start_node(name);
  await_searchable(searchable);
}

actors::event_function running_cluster::recorder(const std::string& whose) {
  return [whose, to = record_](const actors::node_event& event) {
    if (event.level == actors::event_level::debug) return;
    const std::scoped_lock lock(to->mutex);
    to->lines.push_back(whose + " " + words_of(event));
  };
}

std::vector<std::string> running_cluster::events() const {
  const std::scoped_lock lock(record_->mutex);
  return record_->lines;
}

void running_cluster::remove_replicas(const std::string& name) {
  std::filesystem::remove_all(folders_.path() / name);
}

void running_cluster::await(const char* what, const condition& reached) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto now = exchange_->cluster();
    if (now && reached(*now)) return;
    if (std::chrono::steady_clock::now() > until)
      FAIL("not reached: " << what << "; " << (now ? shown(*now) : now.error().message));
    std::this_thread::sleep_for(look_every);
  }
}

void running_cluster::await_searchable(std::size_t nodes) {
  await("so many nodes for each partition", [&](const actors::cluster_status& now) {
    if (!now.settled || now.searchable.empty()) return false;
    for (const auto& [which, count] : now.searchable)
      if (count != nodes) return false;
    return true;
  });
}

}  // namespace whorl::test
