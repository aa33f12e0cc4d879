# How a node of a cluster gets its replicas: rows of a partition as it stood at one moment, then the
# facts of its gallery's stream. Nothing here is kept: a lost message is asked again. How schemas
# change: common.capnp.

@0xfbf196fefc3e1391;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("whorl::schema");

struct FactsRequest {
  stream @0 :UInt8;
  # storage's number of the stream; a gallery's.
  fromSeq @1 :UInt64;
  # The first fact that is wanted.
  factsMax @2 :UInt32;
  # How many at most.
  replicas @3 :List(FollowingReplica);
  # For which they are: records enrolled in these partitions are opened.
}

struct FollowingReplica {
  # What a replica stands on.
  partition @0 :UInt32;
  # Its index.
  appliedSeq @1 :UInt64;
  # The last fact that it holds.
  imports @2 :UInt64;
  # Made of all bulk loads that it holds.
  applied @3 :Data;
  # Digest of that fact; zeros before the first.
  checked @4 :RowStretch;
  # Rows it has read of itself, to be compared; absent: none now.
}

struct RowPlace {
  # Behind a row.
  table @0 :UInt32;
  # Index of the table in gallery_tables.hpp.
  key @1 :Data;
  # Of the row; empty: before the table's first.
}

struct RowStretch {
  # The rows between two places.
  after @0 :RowPlace;
  # They begin behind it.
  to @1 :RowPlace;
  # The last of them.
  content @2 :Data;
  # Digest over them (storage/gallery_stretch.hpp).
}

struct FactRecord {
  # A fact as it stands in its stream.
  seq @0 :UInt64;
  # From 1, without gaps.
  messageId @1 :Text;
  # Unique in the stream.
  previous @2 :Data;
  # Digest of the fact before it.
  self @3 :Data;
  # Its own digest.
  payload @4 :Data;
  # A Fact of fact.capnp.
}

enum OpenedState {
  unspecified @0;
  # Absent: refused by readers.
  plain @1;
  # It opened.
  purged @2;
  # Its key was destroyed.
  damaged @3;
  # It does not open.
}

struct OpenedPayload {
  # What a sealed payload of the facts held.
  owner @0 :UInt64;
  # Of the key.
  purpose @1 :Common.KeyPurpose;
  # Of the key.
  state @2 :OpenedState;
  # Whether it opened.
  plain @3 :Data;
  # What it held.
}

struct FactsReply {
  stream @0 :UInt8;
  # Of all the facts.
  facts @1 :List(FactRecord);
  # In order, without gaps.
  opened @2 :List(OpenedPayload);
  # Records that were asked to be opened.
  tailSeq @3 :UInt64;
  # The stream's tail when they were read.
  parted @4 :List(UInt32);
  # Partitions whose replicas have another history: to be copied anew.
}

struct RowsRequest {
  gallery @0 :Common.GalleryKind;
  # Whose partition.
  index @1 :UInt32;
  # Partition index in its gallery.
  copy @2 :UInt64;
  # Drawn by the node, one for each copy that it makes.
  number @3 :UInt64;
  # Of the piece; 0 fixes the moment.
}

struct StoredRow {
  # A row of an LMDB table.
  key @0 :Data;
  value @1 :Data;
}

struct RowsReply {
  copy @0 :UInt64;
  # As asked.
  number @1 :UInt64;
  # As asked.
  table @2 :UInt32;
  # Index of the table in gallery_tables.hpp.
  last @3 :Bool;
  # The copy is whole with this piece.
  rowsSoFar @4 :UInt64;
  # With this piece.
  content @5 :Data;
  # Digest over this piece and all before.
  rows @6 :List(StoredRow);
  # In order of their keys.
}
