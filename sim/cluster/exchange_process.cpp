#include "sim/cluster/exchange_process.hpp"

#include <stdexcept>

#include "actors/node.hpp"
#include "actors/protocol.hpp"
#include "messages/invariant.hpp"
#include "sim/cluster/clients.hpp"
#include "sim/cluster/scenario.hpp"
#include "storage/passing_journal.hpp"

namespace whorl::sim {
using namespace whorl::actors;

node_settings exchange_process::settings() {
  world_state* const world = world_;
  node_settings s;
  s.detach_edges = false;
  s.time = {{world->wall_ms()}, process_->system().clock().now()};
  s.deliver = [](const message_queued& m, const bytes&) -> result<std::string> {
    return m.recipient;
  };
  for (const auto& [ori, mode] : world->modes) s.gateway.modes.by_ori.emplace(ori, mode);
  if (world->options.booking_deadline_ms)
    s.gateway.booking_deadline_ms = *world->options.booking_deadline_ms;
  s.gateway.query.settings.partition_count = partitions;
  s.gateway.in_flight_max = 4;  // small, so that overload is met
  s.shard.partition_count = partitions;
  s.shard.matcher = world->matcher();
  s.shard.fault_hook = [world] {
    if (world->shard_throws(exchange_name))
      throw std::runtime_error("simulated: the shard actor throws");
  };
  s.network = [world](caf::actor_system& sys, caf::actor shards) {
    return make_faulty_link(sys, std::move(shards), world->draw, world->link);
  };
  if (world->options.nodes == 0) return s;
  s.cluster.emplace();
  s.cluster->exchange_name = exchange_name;
  s.cluster->durable = false;
  s.cluster->membership.replicas = replicas_wanted;
  s.cluster->membership.live.dead_ms = 5'000;
  s.cluster->on_failed = [](const error& why) {
    invariant_failed(why.message.c_str(), __FILE__, __LINE__);
  };
  s.cluster->publish_port = [this](const caf::actor& port) { port_ = port; };
  return s;
}

exchange_process::exchange_process(world_state* world) : world_(world) {
  storage::partition_options options;
  options.map_bytes = room_bytes;
  options.durable = false;
  auto opened = storage::open_store(world->folder + "/store", options,
                                    std::make_unique<storage::passing_journal>(*world->journal));
  if (!opened) invariant_failed(opened.error().message.c_str(), __FILE__, __LINE__);
  store_ = *std::move(opened);
  process_ = std::make_unique<process>(exchange_name, world->now, world->drawn_skew_permille());
  world->net.join(*process_);
  node_ = process_->system().spawn(node_supervisor, store_.get(), settings());
  node_->attach_functor([ended = ended_] { *ended = true; });
  process_->keep(node_);
  client_ = process_->system().spawn(client_actor, node_, world);
  process_->keep(client_);
  process_->keep(process_->system().spawn(watcher_actor, node_, world));
}

exchange_process::~exchange_process() {
  world_->net.leave(*process_);
  world_->journal->power_off();
  node_ = port_ = client_ = nullptr;
  process_.reset();
  world_->journal->power_on();
  world_->status = nullptr;
}

}  // namespace whorl::sim
