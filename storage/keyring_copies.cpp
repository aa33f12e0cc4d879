#include <algorithm>

#include "messages/limits.hpp"
#include "storage/keyring_lmdb.hpp"

namespace whorl::storage::keyring_parts {

status lmdb_keyring::tell(std::span<const key_id> changed) {
  if (changed.empty() || !watcher_.changed) return {};
  std::vector<key_copy> changes;
  status told;
  for (const key_id& id : changed) {
    auto row = copy_of(id);
    if (!row) {
      told = row.error();
      break;
    }
    changes.push_back(*std::move(row));
  }
  if (told) told = watcher_.changed(changes);
  if (!told) untold_ = true;
  return told;
}

result<key_copy> lmdb_keyring::copy_of(const key_id& id) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  const auto slot = live_slot(txn, id);
  if (!slot && slot.error().code == errc::purged) return key_copy{id, std::nullopt};
  if (!slot) return slot.error();
  if (!*slot) return key_gone(id, "never made here");
  secret_key key;
  WHORL_TRY(slots_->read(**slot, id, key));
  return key_copy{id, bytes(key.raw().begin(), key.raw().end())};
}

result<std::vector<key_copy>> lmdb_keyring::copy(std::optional<key_id> after,
                                                 std::size_t keys_max) const {
  WHORL_ASSIGN(const auto some, ids(after, keys_max, false));
  std::vector<key_copy> out;
  for (const key_id& id : some) {  // a key that is destroyed meanwhile is a tombstone, or corrupt
    auto one = copy_of(id);
    if (!one && one.error().code == errc::corrupt) one = copy_of(id);
    if (!one) return one.error();
    out.push_back(*std::move(one));
  }
  return out;
}

status lmdb_keyring::absorb(std::span<const key_copy> from) {
  std::vector<key_id> doomed, gone;
  for (const key_copy& each : from)
    if (!each.secret) doomed.push_back(each.key);
  if (!doomed.empty()) WHORL_TRY(bury(doomed, gone));
  return doomed.size() == from.size() ? status{} : absorb_live(from);
}

status lmdb_keyring::absorb_live(std::span<const key_copy> from) {
  std::vector<std::uint64_t> replaced;
  {
    WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
    bool changes = false;
    for (const key_copy& each : from) {
      if (!each.secret) continue;
      if (each.secret->size() != limits::key_bytes)
        return make_error(errc::invalid_input, name_of(each.key) + ": a key of another size");
      const auto slot = live_slot(txn, each.key);
      if (!slot && slot.error().code == errc::purged) continue;
      const secret_key theirs(*each.secret);
      if (slot && *slot) {
        secret_key ours;
        const status read = slots_->read(**slot, each.key, ours);
        if (read && std::ranges::equal(ours.raw(), theirs.raw())) continue;
        replaced.push_back(**slot);
        WHORL_TRY(txn.put(wiping(), key_of(**slot), empty_value));
      }
      WHORL_TRY(put_key(txn, each.key, theirs));
      changes = true;
    }
    if (!changes) return {};
    WHORL_TRY(slots_->sync());
    WHORL_TRY(release_wiped(txn));
    WHORL_TRY(txn.commit());
    wiped_.clear();
  }
  WHORL_TRY(slots_->erase(replaced));
  WHORL_ASSIGN(const lmdb::write_transaction lock, env_->write());
  wiped_.insert(wiped_.end(), replaced.begin(), replaced.end());
  return {};
}

}  // namespace whorl::storage::keyring_parts
