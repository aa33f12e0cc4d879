#include "storage/keyring_lmdb.hpp"

#include "messages/limits.hpp"
#include "storage/layout.hpp"

namespace whorl::storage {
namespace keyring_parts {
namespace {

constexpr store_identity identity{{'k', 'e', 'y', 's', 0, 0, 0, 0}, layout::keys_version, 0, 0};
constexpr std::size_t row_bytes = 16;

}  // namespace

result<std::optional<std::uint64_t>> lmdb_keyring::live_slot(const lmdb::transaction& txn,
                                                             const key_id& id) const {
  WHORL_ASSIGN(const auto row, txn.get(keys(), row_key(id)));
  if (!row) return std::optional<std::uint64_t>{};
  if (row->size() != row_bytes)
    return make_error(errc::corrupt, name_of(id) + ": damaged row: restore the keyring");
  if (value_word(*row, 0) == state_destroyed) return key_gone(id, "destroyed");
  if (value_word(*row, 0) != state_live || value_word(*row, 1) < key_slots::first_slot)
    return make_error(errc::corrupt, name_of(id) + ": unknown state: restore the keyring");
  return std::optional<std::uint64_t>(value_word(*row, 1));
}

result<std::uint64_t> lmdb_keyring::take_slot(lmdb::write_transaction& txn) {
  std::optional<std::uint64_t> again;
  {
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(free_slots()));
    WHORL_ASSIGN(const auto first, rows.first());
    if (first) again = key_word(first->key, 0);
  }
  if (again) {
    WHORL_TRY(txn.erase(free_slots(), key_of(*again)));
    return *again;
  }
  WHORL_ASSIGN(const auto stored, txn.get(env_->at(0), view_of(next_slot_key)));
  const std::uint64_t slot = stored ? value_word(*stored, 0) : key_slots::first_slot;
  WHORL_TRY(txn.put(env_->at(0), view_of(next_slot_key), make_value({slot + 1})));
  return slot;
}

status lmdb_keyring::put_key(lmdb::write_transaction& txn, const key_id& id,
                             const secret_key& key) {
  WHORL_ASSIGN(const std::uint64_t slot, take_slot(txn));
  WHORL_TRY(slots_->write(slot, id, key));
  return txn.put(keys(), row_key(id), make_value({state_live, slot}));
}

result<bool> lmdb_keyring::seal_one(lmdb::write_transaction& txn, const seal_request& request,
                                    sealed_payload& sealed) {
  if (request.plain.size() > limits::wire_bytes_max)
    return make_error(errc::limit_exceeded, name_of(request.key) +
                                                ": a payload to seal has more than " +
                                                std::to_string(limits::wire_bytes_max) + " bytes");
  sealed.key = request.key;
  WHORL_ASSIGN(auto slot, live_slot(txn, request.key));
  secret_key key;
  const bool is_new = !slot;
  if (is_new) {
    WHORL_TRY(key.randomise());
    WHORL_TRY(put_key(txn, request.key, key));
  } else {
    WHORL_TRY(slots_->read(*slot, request.key, key));
  }
  WHORL_ASSIGN(sealed.plain_digest, keyed_digest(key, request.plain));
  WHORL_ASSIGN(sealed.ciphertext, encrypt(key, request.key, request.plain));
  return is_new;
}

result<std::vector<sealed_payload>> lmdb_keyring::seal(std::span<const seal_request> batch) {
  std::vector<sealed_payload> sealed(batch.size());
  std::vector<key_id> made;
  WHORL_TRY(may_change());
  {
    WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      WHORL_ASSIGN(const bool is_new, seal_one(txn, batch[i], sealed[i]));
      if (is_new) made.push_back(batch[i].key);
    }
    // A payload is worth nothing before its key is durable; keys that were there are.
    if (made.empty()) return sealed;
    WHORL_TRY(slots_->sync());
    WHORL_TRY(release_wiped(txn));
    WHORL_TRY(txn.commit());
    wiped_.clear();
  }
  WHORL_TRY(tell(made));
  return sealed;
}

status lmdb_keyring::may_change() const {
  if (untold_)
    return make_error(errc::unavailable,
                      "a key was changed here and not elsewhere: start this exchange again");
  return watcher_.may_change ? watcher_.may_change() : status{};
}

result<bytes> lmdb_keyring::open(const sealed_payload& payload) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(const auto slot, live_slot(txn, payload.key));
  if (!slot) return key_gone(payload.key, "never made here");
  secret_key key;
  if (const status got = slots_->read(*slot, payload.key, key); !got) {
    // Destroyed between the row and the slot?
    WHORL_ASSIGN(const lmdb::transaction now, env_->read());
    WHORL_TRY(live_slot(now, payload.key));
    return got.error();
  }
  auto plain = decrypt(key, payload.key, payload.ciphertext);
  if (!plain)
    return make_error(plain.error().code, name_of(payload.key) + ": " + plain.error().message);
  const auto sum = keyed_digest(key, *plain);
  if (!sum || *sum != payload.plain_digest) {
    wipe(*plain);
    return make_error(errc::corrupt, name_of(payload.key) + ": the payload's digest disagrees");
  }
  return plain;
}

status lmdb_keyring::release_wiped(lmdb::write_transaction& txn) {
  for (const std::uint64_t slot : wiped_) {
    WHORL_TRY(txn.erase(wiping(), key_of(slot)));
    WHORL_TRY(txn.put(free_slots(), key_of(slot), empty_value));
  }
  return {};
}

status lmdb_keyring::destroy(std::span<const key_id> doomed) {
  if (doomed.empty()) return {};
  WHORL_TRY(may_change());
  std::vector<key_id> gone;
  const status buried = bury(doomed, gone);
  WHORL_TRY(tell(gone));  // also of those whose slots could not be overwritten
  return buried;
}

status lmdb_keyring::bury(std::span<const key_id> doomed, std::vector<key_id>& gone) {
  std::vector<std::uint64_t> places;
  std::vector<key_id> buried;
  {
    WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
    for (const key_id& id : doomed) {
      const auto slot = live_slot(txn, id);
      if (!slot && slot.error().code == errc::purged) continue;
      // A damaged row is replaced by the tombstone; its slot, if it had one, cannot be told.
      const std::uint64_t place = slot && *slot ? **slot : 0;
      if (place != 0) places.push_back(place);
      if (place != 0) WHORL_TRY(txn.put(wiping(), key_of(place), empty_value));
      WHORL_TRY(txn.put(keys(), row_key(id), make_value({state_destroyed, 0})));
      buried.push_back(id);
    }
    if (buried.empty()) return {};
    WHORL_TRY(release_wiped(txn));
    WHORL_TRY(txn.commit());
    wiped_.clear();
    gone = std::move(buried);
  }
  WHORL_TRY(slots_->erase(places));
  // Where they stand in `wiping` they are not handed out: the next transaction frees them.
  WHORL_ASSIGN(const lmdb::write_transaction lock, env_->write());
  wiped_.insert(wiped_.end(), places.begin(), places.end());
  return {};
}

result<bool> lmdb_keyring::is_live(const key_id& key) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  const auto slot = live_slot(txn, key);
  if (!slot && slot.error().code == errc::purged) return false;
  if (!slot) return slot.error();
  return slot->has_value();
}

result<std::uint64_t> lmdb_keyring::check(const damage_function& on_damage) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(keys()));
  WHORL_ASSIGN(auto row, rows.first());
  std::uint64_t live = 0;
  while (row) {
    const bool whole = row->key.size() == 16 && row->value.size() == row_bytes;
    const key_id id =
        whole ? key_id{key_word(row->key, 0), key_purpose(key_word(row->key, 1))} : key_id{};
    if (!whole) {
      on_damage(id, make_error(errc::corrupt, env_->folder() + ": a row of another size"));
    } else if (value_word(row->value, 0) != state_destroyed) {
      ++live;
      secret_key key;
      const auto slot = live_slot(txn, id);
      const status good = slot ? slots_->read(**slot, id, key) : status(slot.error());
      if (!good) on_damage(id, good.error());
    }
    WHORL_ASSIGN(row, rows.next());
  }
  return live;
}

status lmdb_keyring::finish_wiping() {
  std::vector<std::uint64_t> left;
  {
    WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(wiping()));
    WHORL_ASSIGN(auto row, rows.first());
    while (row) {
      left.push_back(key_word(row->key, 0));
      WHORL_ASSIGN(row, rows.next());
    }
  }
  WHORL_TRY(slots_->erase(left));
  wiped_ = std::move(left);
  return {};
}

result<std::vector<key_id>> lmdb_keyring::tombstones() const {
  return ids(std::nullopt, ~std::size_t{0}, true);
}

result<std::vector<key_id>> lmdb_keyring::ids(std::optional<key_id> after, std::size_t most,
                                              bool only_destroyed) const {
  std::vector<key_id> found;
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(keys()));
  WHORL_ASSIGN(auto row, after ? rows.seek(row_key(*after)) : rows.first());
  while (row && found.size() < most) {
    if (row->key.size() != sizeof(pair_key) || row->value.size() < 8)
      return make_error(errc::corrupt, "keyring: damaged row: restore the keyring");
    const key_id id{key_word(row->key, 0), static_cast<key_purpose>(key_word(row->key, 1))};
    const bool wanted = !only_destroyed || value_word(row->value, 0) == state_destroyed;
    if (wanted && (!after || id != *after)) found.push_back(id);
    WHORL_ASSIGN(row, rows.next());
  }
  return found;
}

}  // namespace keyring_parts

using keyring_parts::lmdb_keyring;

result<std::unique_ptr<own_keyring>> open_keyring(const std::string& folder,
                                                  const keyring_options& options) {
  WHORL_ASSIGN(auto env,
               lmdb::environment::open(folder, layout::keys, {options.map_bytes, options.durable}));
  WHORL_TRY(check_identity(*env, env->at(0), keyring_parts::identity));
  bool has_keys = false;
  {
    WHORL_ASSIGN(const lmdb::transaction txn, env->read());
    WHORL_ASSIGN(const auto next, txn.get(env->at(0), view_of(keyring_parts::next_slot_key)));
    has_keys = next.has_value();
  }
  WHORL_ASSIGN(auto slots, key_slots::open(folder, options.durable, !has_keys));
  auto keys = std::make_unique<lmdb_keyring>(std::move(env), std::move(slots));
  WHORL_TRY(keys->finish_wiping());
  return std::unique_ptr<own_keyring>(std::move(keys));
}

}  // namespace whorl::storage
