// Any history of joins, deaths, returns, drains, moves and changes of holder: every map that is
// published is looked at by the driver (readiness is never given away, epochs follow each other),
// and after healing the cluster comes to rest as it should be.
#include "tests/actors/cluster/cluster_driver.hpp"

using namespace whorl;
using namespace whorl::cluster;
using namespace whorl::cluster::test;

namespace {

void disturb(cluster_driver& c, int kind, std::size_t pick, std::size_t zones) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : c.nodes()) names.push_back(name);
  const std::string& name = names[pick % names.size()];
  switch (kind) {
    case 0:
      if (names.size() < 9)
        c.join({"extra-" + std::to_string(names.size()), "zone-" + std::to_string(pick % zones),
                static_cast<std::uint32_t>(1 + pick % 3)});
      return;
    case 1:
      c.at(name).running = false;
      return;
    case 2:
      if (!c.at(name).running) c.restart(name);
      return;
    case 3:
      c.order(drain_order{name});
      return;
    case 4:
      c.order(undrain_order{name});
      return;
    case 5: {
      const placement at = c.core().map().placements[pick % c.core().map().placements.size()];
      if (!at.nodes.empty()) c.order(move_order{at.partition, at.nodes[0], name});
      return;
    }
    case 6:
      c.change_holder();
      return;
    default:
      c.run(static_cast<int>(pick % 200));  // up to 40 s
  }
}

void heal(cluster_driver& c) {
  for (const auto& [name, n] : c.nodes())
    if (!n.running) c.restart(name);
  const std::set<std::string> drained = c.core().drained();
  for (const std::string& name : drained) c.order(undrain_order{name});
  c.run(400);
}

}  // namespace

TEST_CASE(
    "membership: readiness is never given away, and the cluster comes to rest (any history)") {
  int published = 0;
  CHECK(rc::check([&] {
    membership_settings settings;
    settings.partition_count = *rc::gen::inRange<std::uint32_t>(1, 12);
    settings.replicas = *rc::gen::inRange<std::uint32_t>(1, 4);
    settings.copies_at_once = *rc::gen::inRange<std::uint32_t>(1, 4);
    const auto zones = *rc::gen::inRange<std::size_t>(1, 4);
    cluster_driver c(settings);
    c.copy_steps = *rc::gen::inRange(1, 12);
    for (const node_place& place : some_nodes(*rc::gen::inRange<std::size_t>(1, 6), zones))
      c.join(place);
    const auto events = *rc::gen::container<std::vector<std::pair<int, std::size_t>>>(
        *rc::gen::inRange<std::size_t>(0, 25),
        rc::gen::pair(rc::gen::inRange(0, 14), rc::gen::inRange<std::size_t>(0, 1000)));
    for (const auto& [kind, pick] : events) disturb(c, kind, pick, zones);
    heal(c);
    RC_ASSERT(!c.stood_down());
    RC_ASSERT(c.core().settled());
    const auto wanted = std::min<std::size_t>(settings.replicas, c.nodes().size());
    RC_ASSERT(c.least_ready() == wanted);
    published += c.published();
  }));
  CHECK(published > 300);  // there was something to look at
}
