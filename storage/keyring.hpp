// The keyring: one AES-256 key per owner and purpose, so that destroying a key destroys the data it
// sealed (DESIGN "Personal data can be destroyed"). Which key is where, and which was destroyed, is
// in an LMDB environment; the key bytes are beside it in a file of slots that are overwritten in
// place (key_slots.hpp), since LMDB keeps old copies of what it stores. A destroyed key leaves a
// tombstone: the same key id is never made again.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "messages/exchanges.hpp"
#include "messages/facts.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

struct seal_request {
  key_id key;
  bytes plain;
};

class keyring {
 public:
  virtual ~keyring() = default;
  /// Seals each payload, making absent keys; durable (one group commit for all) when it returns.
  /// Error purged when a key id was destroyed before; nothing is then made.
  virtual result<std::vector<sealed_payload>> seal(std::span<const seal_request> batch) = 0;
  /// Errors: purged (key destroyed or never made), corrupt (tag or digest disagrees).
  virtual result<bytes> open(const sealed_payload& payload) const = 0;
  /// Destroys the keys, durably; unknown keys get a tombstone too. Idempotent.
  virtual status destroy(std::span<const key_id> keys) = 0;
  /// Is this key there to be destroyed? False for tombstones and unknown ids.
  virtual result<bool> is_live(const key_id& key) const = 0;
  /// Reads every live key's slot. Calls back for each that is damaged; returns how many are live.
  using damage_function = std::function<void(const key_id& key, const error& why)>;
  virtual result<std::uint64_t> check(const damage_function& on_damage) const = 0;
  /// Every key that was destroyed, in order.
  virtual result<std::vector<key_id>> tombstones() const = 0;
};

/// Who wants to know what becomes of the keys, so that they are elsewhere too before anything rests
/// on them (docs/decisions/0026). Called on the threads that change them.
struct key_watch {
  /// Asked before anything is sealed or destroyed: its error is the caller's, and nothing is done.
  std::function<status()> may_change;
  /// Told once a change is durable here; returns when it is elsewhere. Its error is the caller's,
  /// and nothing is sealed or destroyed any more: a key would be used that is here alone.
  std::function<status(std::span<const key_copy> changes)> changed;
};

/// A keyring whose bytes are here.
class own_keyring : public keyring {
 public:
  /// From now on; to be called before anything else uses it.
  virtual void watch(key_watch watcher) = 0;
  /// Keys and tombstones in order of their ids, at most `keys_max`, behind `after` (none: from the
  /// first). Errors: corrupt names the key.
  virtual result<std::vector<key_copy>> copy(std::optional<key_id> after,
                                             std::size_t keys_max) const = 0;
  /// Takes over what another keyring has, durably. A tombstone destroys the key here; a key that
  /// was destroyed here stays so; one that is another here gives way. The watcher is not told.
  virtual status absorb(std::span<const key_copy> from) = 0;
};

struct keyring_options {
  std::uint64_t map_bytes = 64ull << 30;  ///< sparse reservation
  bool durable = true;                    ///< false: no fsync (simulation and tests only)
};
result<std::unique_ptr<own_keyring>> open_keyring(const std::string& folder,
                                                  const keyring_options& options = {});

/// SHA-256 (OpenSSL).
digest sha256(byte_view data);
std::string hex(byte_view data);

}  // namespace whorl::storage
