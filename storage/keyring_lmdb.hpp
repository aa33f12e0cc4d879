// The keyring on LMDB, for its own two files: keyring.cpp (sealing, opening, destroying) and
// keyring_copies.cpp (what another exchange is given, and what is taken over from one).
//
// Tables: keys ((owner, purpose) -> state, slot), free (slots to use again), wiping (slots whose
// key is destroyed and which may not be overwritten yet). A slot is durable before the row that
// names it; a tombstone is durable before its slot is overwritten. So after a crash a live row has
// its key, and what was destroyed is overwritten at the next opening at the latest.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/cipher.hpp"
#include "storage/key_slots.hpp"
#include "storage/keyring.hpp"
#include "storage/lmdb.hpp"
#include "storage/rows.hpp"

namespace whorl::storage::keyring_parts {

inline constexpr std::string_view next_slot_key = "nextslot";
inline constexpr std::uint64_t state_live = 1, state_destroyed = 2;

inline std::string name_of(const key_id& id) {
  return "key of " + hex(key_of(id.owner)) + ", purpose " + std::to_string(unsigned(id.purpose));
}
inline error key_gone(const key_id& id, const char* why) {
  return make_error(errc::purged, name_of(id) + ": " + why + ": the payload is gone on purpose");
}
inline pair_key row_key(const key_id& id) { return key_of(id.owner, std::uint64_t(id.purpose)); }

class lmdb_keyring final : public own_keyring {
 public:
  lmdb_keyring(std::shared_ptr<lmdb::environment> env, std::unique_ptr<key_slots> slots)
      : env_(std::move(env)), slots_(std::move(slots)) {}

  result<std::vector<sealed_payload>> seal(std::span<const seal_request> batch) override;
  result<bytes> open(const sealed_payload& payload) const override;
  status destroy(std::span<const key_id> keys) override;
  result<bool> is_live(const key_id& key) const override;
  result<std::uint64_t> check(const damage_function& on_damage) const override;
  result<std::vector<key_id>> tombstones() const override;
  void watch(key_watch watcher) override { watcher_ = std::move(watcher); }
  result<std::vector<key_copy>> copy(std::optional<key_id> after,
                                     std::size_t keys_max) const override;
  status absorb(std::span<const key_copy> from) override;
  /// Overwrites what a crash left in `wiping`.
  status finish_wiping();

 private:
  lmdb::table keys() const { return env_->at(1); }
  lmdb::table free_slots() const { return env_->at(2); }
  lmdb::table wiping() const { return env_->at(3); }
  /// The slot of a live key, or nothing when it was never made; purged, corrupt.
  result<std::optional<std::uint64_t>> live_slot(const lmdb::transaction& txn,
                                                 const key_id& id) const;
  result<std::uint64_t> take_slot(lmdb::write_transaction& txn);
  /// Makes the key when absent; says whether it did.
  result<bool> seal_one(lmdb::write_transaction& txn, const seal_request& request,
                        sealed_payload& sealed);
  status may_change() const;
  /// Tells the watcher, once: what it was not told of keeps everything else from being done.
  status tell(std::span<const key_id> changed);
  result<key_copy> copy_of(const key_id& id) const;
  /// In order, behind `after`, at most `most`.
  result<std::vector<key_id>> ids(std::optional<key_id> after, std::size_t most,
                                  bool only_destroyed) const;
  /// Makes the key's slot and row.
  status put_key(lmdb::write_transaction& txn, const key_id& id, const secret_key& key);
  /// Turns the keys into tombstones and overwrites their slots; those that were there are in
  /// `gone`.
  status bury(std::span<const key_id> keys, std::vector<key_id>& gone);
  /// The keys of these that are to be made or changed here.
  status absorb_live(std::span<const key_copy> from);
  /// Slots overwritten since the last write transaction may be used again.
  status release_wiped(lmdb::write_transaction& txn);

  std::shared_ptr<lmdb::environment> env_;
  std::unique_ptr<key_slots> slots_;
  key_watch watcher_;
  std::atomic<bool> untold_{false};   ///< a change that the watcher does not know
  std::vector<std::uint64_t> wiped_;  ///< overwritten, still in `wiping`; under LMDB's writer lock
};

}  // namespace whorl::storage::keyring_parts
