// What nodes say of themselves and where replicas belong: see messages/schema/cluster.capnp.
#include "messages/schema/cluster.capnp.h"
#include "messages/wire_parts.hpp"

// Functions are static: in an unnamed namespace, lookup by argument would miss them.
namespace whorl::schema {

using namespace wire;

static_assert(enum_to<ReplicaState>(replica_state::copying) == ReplicaState::COPYING);
static_assert(enum_to<ReplicaState>(replica_state::following) == ReplicaState::FOLLOWING);
static_assert(enum_to<ReplicaState>(replica_state::ready) == ReplicaState::READY);
static_assert(enum_to<ReplicaState>(replica_state::failed) == ReplicaState::FAILED);

/// Both galleries' partitions.
constexpr std::size_t replicas_of_a_node_max = 2 * std::size_t{limits::partitions_max};

static std::string read_name(capnp::Text::Reader from, const char* field) {
  at_most(from.size(), limits::node_name_max, field);
  std::string name = read_text(from, field);
  if (!is_node_name(name))
    refuse(errc::corrupt, std::string(field) + ": only letters, digits, '-' and '.', at least one");
  return name;
}

static partition_id read_partition(GalleryKind gallery, std::uint32_t index) {
  if (index >= limits::partitions_max) {
    refuse(errc::limit_exceeded, "partition index: " + std::to_string(index) + ", at most " +
                                     std::to_string(limits::partitions_max - 1));
  }
  return {from_wire(gallery), index};
}

static void write(NodePlace::Builder to, const node_place& from) {
  INVARIANT(is_node_name(from.name) && (from.zone.empty() || is_node_name(from.zone)));
  to.setName(text(from.name));
  to.setZone(text(from.zone));
  to.setWeight(from.weight);
}

static void read(NodePlace::Reader from, node_place& to) {
  to.name = read_name(from.getName(), "name of a node");
  to.zone.clear();
  if (from.getZone().size() > 0) to.zone = read_name(from.getZone(), "zone of a node");
  to.weight = from.getWeight();
}

static void write(ReplicaReport::Builder to, const replica_report& from) {
  INVARIANT(from.partition.index < limits::partitions_max);
  to.setGallery(to_wire(from.partition.gallery));
  to.setIndex(from.partition.index);
  to.setState(enum_to<ReplicaState>(from.state));
  to.setAppliedSeq(from.applied_seq);
  to.setPeople(from.people);
}

static void read(ReplicaReport::Reader from, replica_report& to) {
  to.partition = read_partition(from.getGallery(), from.getIndex());
  to.state = enum_from(from.getState(), replica_state::copying, replica_state::failed,
                       "state of a replica");
  to.applied_seq = from.getAppliedSeq();
  to.people = from.getPeople();
}

static void write(NodeReport::Builder to, const node_report& from) {
  write(to.initPlace(), from.place);
  to.setIncarnation(from.incarnation);
  to.setMapEpoch(from.map_epoch);
  to.setDraining(from.draining);
  to.setRoundsInHand(from.rounds_in_hand);
  write_each(to.initReplicas(count(from.replicas, replicas_of_a_node_max)), from.replicas);
  to.setProtocol(from.protocol);
}

static void read(NodeReport::Reader from, node_report& to) {
  read(from.getPlace(), to.place);
  to.incarnation = from.getIncarnation();
  to.map_epoch = from.getMapEpoch();
  to.draining = from.getDraining();
  to.rounds_in_hand = from.getRoundsInHand();
  read_each(from.getReplicas(), to.replicas, replicas_of_a_node_max, "replicas of a node");
  to.protocol = from.getProtocol();
}

static void write(Placement::Builder to, const placement& from) {
  INVARIANT(from.partition.index < limits::partitions_max);
  to.setGallery(to_wire(from.partition.gallery));
  to.setIndex(from.partition.index);
  auto nodes = to.initNodes(count(from.nodes, limits::placed_nodes_max));
  for (unsigned i = 0; i < nodes.size(); ++i) {
    INVARIANT(is_node_name(from.nodes[i]));
    nodes.set(i, text(from.nodes[i]));
  }
}

static void read(Placement::Reader from, placement& to) {
  to.partition = read_partition(from.getGallery(), from.getIndex());
  const auto nodes = from.getNodes();
  at_most(nodes.size(), limits::placed_nodes_max, "nodes of a partition");
  to.nodes.clear();
  for (const auto name : nodes) to.nodes.push_back(read_name(name, "node of a partition"));
}

static void write(PartitionMap::Builder to, const partition_map& from) {
  INVARIANT(from.partition_count <= limits::partitions_max);
  INVARIANT(from.replicas <= limits::replicas_max);
  to.setEpoch(from.epoch);
  to.setPartitionCount(from.partition_count);
  to.setReplicas(from.replicas);
  write_each(to.initPlacements(count(from.placements, replicas_of_a_node_max)), from.placements);
}

static void read(PartitionMap::Reader from, partition_map& to) {
  to.epoch = from.getEpoch();
  to.partition_count = from.getPartitionCount();
  at_most(to.partition_count, limits::partitions_max, "partitions of a gallery");
  to.replicas = from.getReplicas();
  at_most(to.replicas, limits::replicas_max, "replicas of a partition");
  read_each(from.getPlacements(), to.placements, replicas_of_a_node_max, "placements");
}

}  // namespace whorl::schema

namespace whorl::wire {

bytes encode(const node_report& what) { return encode_as<schema::NodeReport>(what); }
result<node_report> decode_node_report(byte_view data) {
  return decode_as<schema::NodeReport, node_report>(data, "node report");
}

bytes encode(const partition_map& what) { return encode_as<schema::PartitionMap>(what); }
result<partition_map> decode_partition_map(byte_view data) {
  return decode_as<schema::PartitionMap, partition_map>(data, "partition map");
}

}  // namespace whorl::wire
