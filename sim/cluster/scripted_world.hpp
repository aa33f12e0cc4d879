// A running world as a script sees it, and what a script can do to it by hand. Owned by run_world;
// looked at and acted on between two steps of the world, never while an actor runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster/checkers/facts_of_run.hpp"
#include "sim/cluster/fault_driver.hpp"

namespace whorl::sim {

enum class round_number : std::uint8_t { one = 1, two = 2 };

class scripted_world {
 public:
  scripted_world(world_state* world, fault_driver* driver,
                 std::unique_ptr<exchange_process>* exchange,
                 std::vector<std::unique_ptr<node_host>>* nodes)
      : world_(world), driver_(driver), exchange_(exchange), nodes_(nodes) {}

  /// Reads what the journal has got since.
  void look();
  void see(const std::string& from, const std::string& to, const caf::message& what);

  // --- what is seen. Bookings by their number in the script.
  std::int64_t now_ms() const { return world_->now_ms(); }
  const client_record& client(std::size_t booking) const { return world_->clients.at(booking); }
  std::size_t person_of(std::size_t booking) const { return planned(booking).person; }
  booking_id id_of(std::size_t booking) const;
  bool accepted(std::size_t booking) const;
  /// Final or for review; the newest.
  std::optional<booking_answered> answer(std::size_t booking, gallery_kind gallery) const;
  template <class T>
  std::vector<T> facts(stream_id stream) const {
    const auto found = facts_.find(stream);
    return found == facts_.end() ? std::vector<T>{} : only<T>(found->second);
  }
  std::uint64_t tail(stream_id stream) const { return world_->journal->tail(stream)->seq; }
  /// As the exchange said within the last tenth of a second; null after it began anew.
  const actors::cluster_status* cluster() const { return world_->status.get(); }
  /// Questions of a round that have arrived at a node so far.
  std::uint64_t rounds_asked(const std::string& node, round_number round) const;
  const std::vector<ordered_by_hand>& orders() const { return world_->orders; }
  std::vector<std::string> node_names() const;
  std::uint64_t exchange_deaths() const { return driver_->exchange_deaths(); }
  /// Of the journal's disk.
  std::uint64_t struck(fault_kind kind) const {
    return world_->journal->fired()[static_cast<std::size_t>(kind)];
  }
  int throws_due(const std::string& where) const { return world_->throws_due[where]; }

  // --- what is done
  void send(std::size_t booking, bool tampered = false);
  void kill_exchange();
  /// Its machine is switched off: started again when start() says so, or the run is healed.
  void kill(const std::string& node);
  void start(const std::string& node);
  void empty_disk(const std::string& node) { driver_->node(node).empty_disk(); }
  /// From its next start.
  void set_version(const std::string& node, std::uint32_t protocol);
  /// "exchange", or a node.
  void set_disk_aside(const std::string& name) { driver_->set_disk_aside(name); }
  void rot(const std::string& node) { driver_->rot(driver_->node(node)); }
  /// Dies at once. A node is started again when start() says so.
  void roll_back(const std::string& name);
  void fill_disk(const std::string& node) { driver_->node(node).fill_disk(true); }
  /// "exchange", or a node.
  void freeze(const std::string& name);
  void thaw(const std::string& name) { driver_->thaw(name); }
  /// One way.
  void block(const std::string& from, const std::string& to);
  void separate(const std::string& one, const std::string& other);
  void reunite(const std::string& one, const std::string& other);
  void clog(const std::string& node, std::int64_t for_ms, std::int64_t delay_ms);
  /// As if drawn so often from now on; 0 ends it. Not of the journal.
  void strike(fault_kind kind, std::uint32_t per_myriad);
  /// The next append of a fact whose message id ends like this.
  void strike_next_append(fault_kind kind, std::string ending) {
    world_->journal->strike_next(kind, std::move(ending));
  }
  /// Of what lies between the query actors and whoever searches.
  void set_link(link_faults faults) { *world_->link = faults; }
  void shard_throws(const std::string& where, int times) { world_->throws_due[where] = times; }
  /// What the exchange's machine takes the time to be, from its next start.
  void set_clock(std::int64_t ahead_ms) { world_->wall_offset_ms = ahead_ms; }
  /// From the exchange's next start.
  void set_mode(std::string_view ori, jurisdiction_mode mode) {
    world_->modes.insert_or_assign(std::string(ori), mode);
  }
  void order(std::string what, cluster::cluster_order order);
  void delete_record(gallery_kind gallery, subject_id subject);

 private:
  const planned_booking& planned(std::size_t booking) const;

  world_state* world_;
  fault_driver* driver_;
  std::unique_ptr<exchange_process>* exchange_;
  std::vector<std::unique_ptr<node_host>>* nodes_;
  std::map<stream_id, std::vector<numbered_fact>> facts_;
  std::map<std::pair<std::string, round_number>, std::uint64_t> asked_;
};

}  // namespace whorl::sim
