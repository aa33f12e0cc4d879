#include "actors/cluster/cluster_node.hpp"

#include "actors/cluster/cluster_actors.hpp"
#include "actors/cluster/transport.hpp"

namespace whorl::actors {
namespace {

class cluster_node_impl final : public cluster_node {
 public:
  explicit cluster_node_impl(const cluster_node_settings& settings)
      : config_(settings.threads, &settings.transport), system_(config_) {
    if (!config_.usable()) return;
    member_settings member;
    member.place = settings.place;
    member.folder = settings.folder;
    member.incarnation = settings.incarnation;
    member.use_index = settings.use_index;
    member.on_failed = settings.on_failed;
    member.connect = [this, settings]() -> caf::expected<caf::actor> {
      auto there =
          reach(system_, settings.transport, settings.exchange_host, settings.exchange_port);
      if (there) return *std::move(there);
      return caf::make_error(caf::sec::cannot_connect_to_node, there.error().message);
    };
    member_ = system_.spawn(member_actor, std::move(member));
  }

  ~cluster_node_impl() override {
    caf::anon_send_exit(member_, caf::exit_reason::user_shutdown);
    member_ = nullptr;
  }

  status started() const { return config_.usable(); }

 private:
  process_config config_;
  caf::actor_system system_;
  caf::actor member_;
};

}  // namespace

result<std::unique_ptr<cluster_node>> cluster_node::start(const cluster_node_settings& settings) {
  auto node = std::make_unique<cluster_node_impl>(settings);
  WHORL_TRY(node->started());
  return std::unique_ptr<cluster_node>(std::move(node));
}

}  // namespace whorl::actors
