# The two rounds of a search, between a query actor and shard actors. Nothing here is kept: a lost
# message is asked again. Round one asks every partition for its coarse best; the query cuts
# globally; round two scores precisely those that the cut kept. How schemas change: common.capnp.

@0xa44e34e79fc0a111;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("whorl::schema");

struct Probe {
  # What is searched.
  booking @0 :UInt64;
  # The booking that asks.
  prints @1 :List(Common.ProbePrint);
  # At most ten.
  handsExchanged @2 :Bool;
  # Searched as if every print lay under the other hand's same finger.
}

struct CoverageEntry {
  # One partition's word that it has looked, and up to where its gallery had come.
  gallery @0 :Common.GalleryKind;
  # Whose partition.
  index @1 :UInt32;
  # Partition index in its gallery.
  mapEpoch @2 :UInt32;
  # Of the partition map under which the answer was given.
  appliedSeq @3 :UInt64;
  # Last fact of the gallery's stream that the replica had applied.
  people @4 :UInt64;
  # Records searched.
}

struct MissingEntry {
  # One partition that could not answer.
  gallery @0 :Common.GalleryKind;
  # Whose partition.
  index @1 :UInt32;
  # Partition index in its gallery.
  reason @2 :Text;
  # For an operator, never for an agency.
}

struct CoarseCandidate {
  # A record that the coarse round found.
  subject @0 :UInt64;
  # The record that matched.
  identity @1 :UInt64;
  # The identity it belongs to: differs after a merge.
  score @2 :UInt32;
  # Coarse score, an integer: equal on every machine.
}

enum SequenceKind {
  unspecified @0;
  # Absent: refused by readers.
  moved @1;
  # The print is another finger of the record, and counts as that.
  repeated @2;
  # The print shows a finger of the record that counts already by another print.
}

struct SequenceNote {
  # One print of the probe that does not stand for the finger whose position it has.
  kind @0 :SequenceKind;
  # What is wrong with it.
  probe @1 :UInt8;
  # Finger position that the print came with, 1..10.
  record @2 :UInt8;
  # The record's finger that it shows, 1..10.
}

struct ScoredCandidate {
  # A record with its precise score. Also part of an answered booking.
  subject @0 :UInt64;
  # The record that matched.
  identity @1 :UInt64;
  # The identity it belongs to: differs after a merge.
  fused @2 :UInt32;
  # Score over all fingers, as the decision compares it with the thresholds.
  fingersCompared @3 :UInt8;
  # How many fingers both sides had.
  reordered @4 :UInt32;
  # Score of the best other reading of the positions, after its price; 0 none better.
  sequence @5 :List(SequenceNote);
  # What that reading is, and prints that repeat a finger; at most one a print.
}

struct RoundOneRequest {
  search @0 :UInt64;
  # This attempt: a late answer to an earlier attempt is recognised by it.
  gallery @1 :Common.GalleryKind;
  # Which gallery is searched.
  partitions @2 :List(UInt32);
  # Indices wanted of this gallery.
  tailSeq @3 :UInt64;
  # The stream's tail when the search began; a replica behind it counts as missing.
  afterSeq @4 :UInt64;
  # Only records enrolled after this fact (re-search); 0 means all.
  topK @5 :UInt32;
  # How many candidates at most.
  what @6 :Probe;
  # The probe.
}

struct RoundOneReply {
  search @0 :UInt64;
  # The attempt that is answered.
  coverage @1 :List(CoverageEntry);
  # Partitions that have looked.
  missing @2 :List(MissingEntry);
  # Partitions that could not.
  candidates @3 :List(CoarseCandidate);
  # The best over all partitions of this reply, already cut to topK.
}

struct RoundTwoRequest {
  search @0 :UInt64;
  # The same attempt as in round one.
  gallery @1 :Common.GalleryKind;
  # Which gallery is searched.
  candidates @2 :List(CoarseCandidate);
  # Those the global cut kept and this node holds.
  what @3 :Probe;
  # The probe again: shards keep nothing between the rounds.
  tailSeq @4 :UInt64;
  # As in round one: another replica may be asked, which must hold as much.
}

struct RoundTwoReply {
  search @0 :UInt64;
  # The attempt that is answered.
  missing @1 :List(MissingEntry);
  # Partitions whose candidates could not be scored.
  candidates @2 :List(ScoredCandidate);
  # Precise scores; a candidate deleted between the rounds is left out.
}
