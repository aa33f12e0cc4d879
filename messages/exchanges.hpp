// What the exchanges of one store tell each other: who may append facts, who may take over, and the
// keys (docs/decisions/0026). Sent and kept as Cap'n Proto frames (schema/exchanges.capnp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "messages/facts.hpp"

namespace whorl {

/// The lease as it stands in the bucket. `incarnation` tells two processes of one name apart, and a
/// restart; `count` makes every write of a holder a different one. No holder: it was given back.
struct lease_record {
  std::string holder;
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::uint64_t count = 0;
  friend bool operator==(const lease_record&, const lease_record&) = default;
};

/// Which exchanges have every key that a fact needs: the one that wrote this, and those in sync.
struct succession_record {
  std::uint64_t epoch = 0;  ///< of the lease under which it was written
  std::string holder;
  std::vector<std::string> in_sync;  ///< without the holder; sorted
  friend bool operator==(const succession_record&, const succession_record&) = default;
};

/// A row of the keyring on its way to another one. No secret: the key was destroyed.
struct key_copy {
  key_id key;
  std::optional<bytes> secret;  ///< 32 bytes
  friend bool operator==(const key_copy&, const key_copy&) = default;
};

struct key_page {
  std::uint64_t feed = 0;  ///< drawn when the holder began: positions are of one feed
  std::uint64_t next = 0;  ///< everything up to this change is here, or was on earlier pages
  std::uint64_t last = 0;  ///< the newest change there is
  std::vector<key_copy> keys;
  bool whole = false;  ///< of a listing of all keys: this is the last page
  digest lineage{};    ///< what both stores must have alike and no fact brings
  friend bool operator==(const key_page&, const key_page&) = default;
};

}  // namespace whorl
