# The cluster as its nodes tell each other: what a node says of itself, and where replicas belong.
# Nothing here is a fact: a lost report is followed by the next, the map is read again from where it
# is kept. Nodes of two versions meet during a rolling upgrade. How schemas change: common.capnp.

@0xc5f84b0be51d92a7;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("whorl::schema");

enum ReplicaState {
  unspecified @0;
  # Absent: refused by readers.
  copying @1;
  # The snapshot is on its way.
  following @2;
  # Reads the journal, not yet at the tail it was told of.
  ready @3;
  # Has been at the tail: searched.
  failed @4;
  # Stopped.
}

struct NodePlace {
  # Where a node stands and what it can carry.
  name @0 :Text;
  # Unique in the cluster: 1 to 64 letters, digits, '-' and '.'.
  zone @1 :Text;
  # What fails together, spelt as a name; empty: a zone of its own.
  weight @2 :UInt32;
  # Capacity relative to other nodes; 0: holds nothing.
}

struct ReplicaReport {
  # One replica of the node that reports.
  gallery @0 :Common.GalleryKind;
  # Whose partition.
  index @1 :UInt32;
  # Partition index in its gallery.
  state @2 :ReplicaState;
  # How far it has come.
  appliedSeq @3 :UInt64;
  # Last fact of its gallery's stream that it has applied.
  people @4 :UInt64;
  # Records it holds.
}

struct NodeReport {
  # A node's heartbeat.
  place @0 :NodePlace;
  # Who reports.
  incarnation @1 :UInt64;
  # Drawn at each start: tells a restart, and two processes of one name.
  mapEpoch @2 :UInt32;
  # The newest partition map it has taken over.
  draining @3 :Bool;
  # It asks to be relieved of its replicas.
  roundsInHand @4 :UInt64;
  # Rounds of searches it works on or keeps waiting.
  replicas @5 :List(ReplicaReport);
  # All it holds, of both galleries.
  protocol @6 :UInt32;
  # Which messages, rows and scores it speaks (messages/cluster.hpp); 0: programs before the number.
}

struct Placement {
  # Where the replicas of one partition belong.
  gallery @0 :Common.GalleryKind;
  # Whose partition.
  index @1 :UInt32;
  # Partition index in its gallery.
  nodes @2 :List(Text);
  # By name, in order of preference; while a replica moves, its old and its new node.
}

struct PartitionMap {
  # Where all replicas belong.
  epoch @0 :UInt32;
  # Each change has the next one; older orders are refused.
  partitionCount @1 :UInt32;
  # Of each gallery.
  replicas @2 :UInt32;
  # Wanted of each partition.
  placements @3 :List(Placement);
  # Every partition of both galleries, in order.
}
