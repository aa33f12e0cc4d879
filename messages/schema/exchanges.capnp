# What the exchanges of one store tell each other (docs/decisions/0026): who holds the lease, who
# could take over, and the keys. Only keys and these records; facts go through the journal. How
# schemas change: common.capnp.

@0xb0b6f3a5d58e41c7;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("whorl::schema");

struct LeaseRecord {
  # Who may append facts.
  holder @0 :Text;
  # By name; empty: it was given back.
  incarnation @1 :UInt64;
  # Drawn at each start.
  epoch @2 :UInt64;
  # Each holder has a larger one than all before.
  count @3 :UInt64;
  # Writes of this holder: no two records are the same.
}

struct SuccessionRecord {
  # Who has every key that a fact needs.
  epoch @0 :UInt64;
  # Of the lease under which it was written.
  holder @1 :Text;
  # Has them all.
  inSync @2 :List(Text);
  # So have these: they may take over.
}

struct KeyCopy {
  # A row of the keyring.
  owner @0 :UInt64;
  purpose @1 :Common.KeyPurpose;
  live @2 :Bool;
  # False: it was destroyed.
  secret @3 :Data;
  # Of a live key: 32 bytes.
}

struct KeyPage {
  # Keys for another exchange.
  feed @0 :UInt64;
  # Drawn when the holder began: positions are of one feed.
  next @1 :UInt64;
  # Everything up to this change is here, or was on earlier pages.
  last @2 :UInt64;
  # The newest change there is.
  keys @3 :List(KeyCopy);
  whole @4 :Bool;
  # Of a listing of all keys: this is the last page.
  lineage @5 :Data;
  # What both stores must have alike and no fact brings (storage/store.hpp).
}
