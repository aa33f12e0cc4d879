#include "sim/cluster/node_process.hpp"

#include <filesystem>
#include <stdexcept>

#include "actors/cluster/cluster_actors.hpp"

namespace whorl::sim {
namespace {

using namespace whorl::actors;

constexpr std::uint64_t little_room_bytes = 4u << 20, no_room_bytes = 64u << 10;

/// Of a program whose scores are none of ours: nobody is like anybody.
class other_matching final : public matching {
  std::uint32_t coarse(const fingerprint::prepared_probe&, const fingerprint::coarse_scan&,
                       fingerprint::finger_set, byte_view) const override {
    return 0;
  }
  fingerprint::person_score precise(const fingerprint::prepared_probe&, byte_view) const override {
    return {};
  }
};

}  // namespace

node_host::node_host(world_state* world, std::string name,
                     const std::unique_ptr<exchange_process>* exchange)
    : world_(world),
      name_(std::move(name)),
      folder_(world->folder + "/" + name_),
      earlier_(folder_ + "/replicas", {""}, world->folder + "/aside/" + name_),
      exchange_(exchange) {}

node_host::~node_host() { kill(world_->now); }

void node_host::start() {
  starts_at_.reset();
  *failed_ = false;
  ++starts_;
  process_ = std::make_unique<process>(name_, world_->now, world_->drawn_skew_permille());
  world_->net.join(*process_);
  short_of_room_ = world_->strikes(fault_kind::node_disk_full) || full_;
  member_settings s;
  s.place.name = name_;
  s.folder = folder_;
  s.options.durable = false;
  s.options.map_bytes = full_ ? no_room_bytes : short_of_room_ ? little_room_bytes : room_bytes;
  s.incarnation = world_->draw->below(1ull << 40);
  s.detach_edges = false;
  s.use_index = false;
  s.shard.matcher = world_->matcher();
  if (world_->now < other_until_) {
    s.protocol = other_protocol_;
    if (other_protocol_ > node_protocol) s.shard.matcher = std::make_shared<const other_matching>();
  }
  s.shard.fault_hook = [world = world_, name = name_] {
    if (world->shard_throws(name))
      throw std::runtime_error("simulated: a node's shard actor throws");
  };
  s.connect = [this]() -> caf::expected<caf::actor> {
    caf::actor port;
    if (*exchange_) port = world_->net.connect(name_, exchange_name, (*exchange_)->port());
    if (!port) return caf::make_error(caf::sec::cannot_connect_to_node);
    return port;
  };
  s.on_failed = [failed = failed_](const error&) { *failed = true; };
  process_->keep(process_->system().spawn(member_actor, std::move(s)));
}

void node_host::kill(moment again) {
  if (process_) {
    world_->net.leave(*process_);
    process_.reset();
  }
  starts_at_ = again;
}

std::vector<std::string> node_host::replica_files() const {
  std::vector<std::string> files;
  for (const char* gallery : {"criminal", "immigration"})
    for (std::uint32_t i = 0; i < partitions; ++i) {
      const std::string file =
          folder_ + "/replicas/" + gallery + "/00" + std::to_string(i) + "/data.mdb";
      if (std::filesystem::exists(file)) files.push_back(file);
    }
  return files;
}

void node_host::empty_disk() { std::filesystem::remove_all(folder_); }

}  // namespace whorl::sim
