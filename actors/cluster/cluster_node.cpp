#include "actors/cluster/cluster_node.hpp"

#include <chrono>

#include "actors/cluster/cluster_actors.hpp"
#include "actors/cluster/transport.hpp"

namespace whorl::actors {
namespace {

constexpr auto counts_limit = std::chrono::seconds(5);

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
    member.on_event = settings.on_event;
    member.connect = [this, settings]() -> caf::expected<caf::actor> {
      std::string why;
      for (const exchange_address& each : settings.exchanges) {
        auto there = reach(system_, settings.transport, each.host, each.port);
        if (there) return *std::move(there);
        why += (why.empty() ? "" : "; ") + there.error().message;
      }
      return caf::make_error(caf::sec::cannot_connect_to_node, why);
    };
    member_ = system_.spawn(member_actor, std::move(member));
  }

  ~cluster_node_impl() override {
    caf::anon_send_exit(member_, caf::exit_reason::user_shutdown);
    member_ = nullptr;
  }

  status started() const { return config_.usable(); }

  result<node_counts> counts() override {
    result<node_counts> out = make_error(errc::unavailable, "the node does not answer");
    caf::scoped_actor self{system_};
    self->request(member_, counts_limit, status_atom::value)
        .receive([&](const node_counts_ptr& now) { out = *now; }, [](const caf::error&) {});
    return out;
  }

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
