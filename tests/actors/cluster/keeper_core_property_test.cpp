// A keeper and an exchange that loses answers, goes away and comes back, under maps that change:
// when all is healed, what is wanted is ready at the tail, and nothing else is left.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

#include "actors/cluster/keeper_core.hpp"

using namespace whorl;
using namespace whorl::actors;

namespace {

/// Drawn from a seed: what is found is not made smaller, which might take for ever.
std::mt19937_64 lots;
std::uint32_t up_to(std::uint32_t most) { return static_cast<std::uint32_t>(lots() % (most + 1)); }
bool one_in(std::uint32_t of) { return up_to(of - 1) == 0; }

std::vector<partition_id> some_partitions() {
  std::vector<partition_id> out;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t index = 0; index < 3; ++index)
      if (one_in(2)) out.push_back({gallery, index});
  return out;
}

gallery_kind gallery_in(stream_id stream) {
  return stream == stream_id::criminal ? gallery_kind::criminal : gallery_kind::immigration;
}

struct sent_question {
  std::uint64_t connection = 0;
  std::variant<keeper_effect::ask_rows, keeper_effect::ask_facts> what;
};

struct replica_world {
  keeper_core core{1000};
  std::vector<partition_id> wanted;
  bool told = false, connected = false, healed = false;
  std::uint64_t connection = 0;
  std::map<stream_id, std::uint64_t> tails{{stream_id::criminal, 5}, {stream_id::immigration, 5}};
  std::vector<sent_question> sent;
  std::map<partition_id, std::uint64_t> disk;  ///< whole replicas: how far they are
  std::set<partition_id> dropping;
  std::map<std::uint64_t, std::uint64_t> copies;  ///< by their number: the moment they show
  std::set<std::uint64_t> refused;                ///< copies that the exchange knows no more

  void perform(const keeper_effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { does(e); }, effect);
  }
  void does(const keeper_effect::begin_copy& e) {
    RC_ASSERT(connected);
    RC_ASSERT(!disk.contains(e.which));
    RC_ASSERT(!dropping.contains(e.which));
    RC_ASSERT(std::ranges::count(wanted, e.which) == 1);
  }
  void does(const keeper_effect::ask_rows& e) { send(e); }
  void does(const keeper_effect::ask_facts& e) {
    for (const sent_question& each : sent) {
      const auto* facts = std::get_if<keeper_effect::ask_facts>(&each.what);
      const bool second =
          facts != nullptr && facts->stream == e.stream && each.connection == connection;
      RC_ASSERT(!second);
    }
    RC_ASSERT(!e.partitions.empty());
    for (const std::uint32_t index : e.partitions) {
      const partition_id which{gallery_in(e.stream), index};
      RC_ASSERT(core.is_open(which));
      RC_ASSERT(disk.at(which) + 1 >= e.from_seq);
    }
    send(e);
  }
  void send(std::variant<keeper_effect::ask_rows, keeper_effect::ask_facts> what) {
    RC_ASSERT(connected);
    sent.push_back({connection, std::move(what)});
  }
  void does(const keeper_effect::accept& e) {
    RC_ASSERT(disk.emplace(e.which, moment_of_last_copy).second);
    if (!healed && one_in(5)) return perform(core.on_damaged(e.which));
    perform(core.on_opened(e.which, disk.at(e.which), 1));
  }
  void does(const keeper_effect::drop& e) {
    RC_ASSERT(dropping.insert(e.which).second);
    RC_ASSERT(!core.is_open(e.which));
    if (one_in(2)) finish_drop(e.which);
  }
  void does(const keeper_effect::report&) {}

  void finish_drop(partition_id which) {
    dropping.erase(which);
    disk.erase(which);
    perform(core.on_dropped(which));
  }

  void on_rows(const keeper_effect::ask_rows& e) {
    if (e.number == 0) copies.emplace(e.copy, tails.at(stream_of(e.which.gallery)) - up_to(2));
    if (!copies.contains(e.copy) || refused.contains(e.copy)) return core.on_copy_failed(e.copy);
    if (!core.expects(e.copy, e.number)) return perform(core.on_rows(e.copy, e.number, false));
    const bool last = e.number == 1 + e.copy % 4;
    moment_of_last_copy = copies.at(e.copy);
    perform(core.on_rows(e.copy, e.number, last));
  }
  void on_facts(const keeper_effect::ask_facts& e) {
    const std::uint64_t tail = tails.at(e.stream);
    const std::uint64_t end = std::min(tail, e.from_seq + up_to(healed ? 50 : 3));
    std::vector<keeper_core::applied_replica> applied;
    for (const std::uint32_t index : e.partitions) {
      const partition_id which{gallery_in(e.stream), index};
      const auto found = disk.find(which);
      if (found == disk.end() || dropping.contains(which)) continue;
      if (found->second + 1 < e.from_seq) continue;  // copied anew since
      if (!healed && one_in(20)) {
        perform(core.on_damaged(which));
        continue;
      }
      if (healed || !one_in(8)) found->second = std::max(found->second, end);
      applied.push_back({which, found->second, 1});
    }
    perform(core.on_facts(e.stream, e.question, tail, applied));
  }
  /// Any of what is on its way comes, or is lost; once healed in order.
  void deliver() {
    if (sent.empty()) return;
    const auto at =
        sent.begin() + (healed ? 0 : up_to(static_cast<std::uint32_t>(sent.size() - 1)));
    const sent_question one = *at;
    sent.erase(at);
    const bool lost = !healed && one_in(4);
    if (const auto* rows = std::get_if<keeper_effect::ask_rows>(&one.what)) {
      if (!healed && one_in(12)) refused.insert(rows->copy);
      if (lost) return core.on_rows_lost(rows->copy);
      return on_rows(*rows);
    }
    const auto& facts = std::get<keeper_effect::ask_facts>(one.what);
    if (lost) return core.on_facts_failed(facts.stream, facts.question);
    on_facts(facts);
  }
  void connect() {
    connected = true;
    ++connection;
    perform(core.on_connected());
  }
  void change_map() {
    wanted = some_partitions();
    told = true;
    perform(core.on_wanted(wanted));
  }
  void grow() {
    auto& [stream, tail] = *std::next(tails.begin(), up_to(1));
    tail += 1 + up_to(3);
    if (connected && !one_in(3)) perform(core.on_tail(stream, tail));  // else word of it is lost
  }
  void tick() {
    if (const auto which = core.next_to_check()) {
      RC_ASSERT(connected);
      RC_ASSERT(core.is_open(*which));
      if (!healed && one_in(6)) perform(core.on_damaged(*which));
    }
    perform(core.on_tick());
  }
  void step() {
    switch (up_to(11)) {
      case 0:
        if (connected) core.on_disconnected();
        connected = false;
        return;
      case 1:
      case 2:
        return connected ? deliver() : connect();
      case 3:
        return change_map();
      case 4:
        return tick();
      case 5:
        return grow();
      case 6:
        return dropping.empty() ? deliver() : finish_drop(*dropping.begin());
      default:
        return deliver();
    }
  }
  void heal() {
    healed = true;
    refused.clear();
    if (!connected) connect();
    for (int round = 0; round < 20; ++round) {
      tick();
      for (int i = 0; !sent.empty() || !dropping.empty(); ++i) {
        RC_ASSERT(i < 1000);  // it comes to rest
        if (!dropping.empty())
          finish_drop(*dropping.begin());
        else
          deliver();
      }
    }
  }
  std::uint64_t moment_of_last_copy = 0;
};

}  // namespace

TEST_CASE(
    "keeper: once healed, all that is wanted is ready at the tail, and nothing else is left") {
  CHECK(rc::check([](std::uint64_t seed) {
    lots.seed(seed);
    replica_world world;
    for (const partition_id which : some_partitions())  // of an earlier start
      if (one_in(2)) {
        world.disk[which] = up_to(5);
        world.core.hold(which, world.disk[which], 1);
      }
    for (std::uint32_t steps = 10 + up_to(150); steps > 0; --steps) world.step();
    if (!world.told) world.change_map();
    world.heal();
    std::set<partition_id> held;
    for (const replica_report& each : world.core.reports()) {
      RC_ASSERT(each.state == replica_state::ready);
      RC_ASSERT(each.applied_seq == world.tails.at(stream_of(each.partition.gallery)));
      RC_ASSERT(world.disk.at(each.partition) == each.applied_seq);
      RC_ASSERT(world.core.is_open(each.partition));
      held.insert(each.partition);
    }
    RC_ASSERT(held == std::set<partition_id>(world.wanted.begin(), world.wanted.end()));
    RC_ASSERT(world.disk.size() == held.size());
  }));
}
