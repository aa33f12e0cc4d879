// What befalls processes, links and the cluster's owner now and then: looked at four times a second
// of the world's time, drawn from the run's plan; or done by a script, with the same verbs.
#pragma once

#include <memory>
#include <vector>

#include "sim/cluster/node_process.hpp"
#include "sim/cluster/world_state.hpp"

namespace whorl::sim {

class fault_driver {
 public:
  fault_driver(world_state* world, std::vector<std::unique_ptr<node_host>>* nodes,
               std::unique_ptr<exchange_process>* exchange)
      : world_(world),
        nodes_(nodes),
        exchange_(exchange),
        projections_(world->folder + "/store", {"audit", "bookings", "cases", "gallery", "outbox"},
                     world->folder + "/aside/exchange") {}

  std::optional<moment> next_due() const;
  /// Starts what is to start, thaws what was frozen, and draws.
  void advance_to(moment now);
  /// The exchange is killed, and another life of it begins.
  void restart_exchange();
  /// Of nodes and exchange ("exchange"): what is on their disks, to come back to.
  void set_disk_aside(const std::string& name);
  /// A node is killed, and started again at `again` on a disk as it was when it was set aside.
  void roll_back(node_host& node, moment again);
  /// A bit of one of its replicas' files changes.
  void rot(node_host& node);
  /// The exchange dies likewise: journal and keys are what they were, projections are behind.
  void roll_projections_back();
  std::uint64_t exchange_deaths() const { return exchange_deaths_; }
  /// Ends all that lasts, starts all that is down, and takes people's orders back.
  void heal();

  node_host& node(const std::string& name);
  void freeze(process& which, moment until);
  /// Before its time.
  void thaw(const std::string& name);
  /// Nothing passes between the two, either way.
  void separate(const std::string& one, const std::string& other, moment until);
  /// What an operator appends to delete somebody's record.
  static actors::append_batch deletion_of(gallery_kind gallery, subject_id subject, instant at);

 private:
  moment drawn(std::int64_t ms_min, std::int64_t ms_max);
  node_host* drawn_node();
  void start_and_thaw();
  void draw_links();
  void draw_nodes();
  void draw_exchange();
  void end_exchange();
  void begin_exchange();
  void draw_orders();
  void remove_a_record();
  void order(cluster::cluster_order what);

  world_state* world_;
  std::vector<std::unique_ptr<node_host>>* nodes_;
  std::unique_ptr<exchange_process>* exchange_;
  disk_aside projections_;
  std::uint64_t exchange_deaths_ = 0;
  moment next_look_{0};
  std::map<std::string, moment> thaw_at_;
};

}  // namespace whorl::sim
