// The keyring over LMDB: table "keys", (owner, purpose) -> state and key. A destroyed key's row
// stays as a tombstone whose key bytes are zeros.
#include "storage/keyring.hpp"

#include "messages/limits.hpp"
#include "storage/cipher.hpp"
#include "storage/rows.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{{'k', 'e', 'y', 's', 0, 0, 0, 0}, 1, 0, 0};
constexpr const char* table_names[] = {"meta", "keys"};
constexpr std::uint64_t state_live = 1, state_destroyed = 2;
constexpr std::size_t row_bytes = 8 + 32;

std::string name_of(const key_id& id) {
  return "key of " + hex(key_of(id.owner)) + ", purpose " + std::to_string(unsigned(id.purpose));
}

error gone(const key_id& id, const char* why) {
  return make_error(errc::purged, name_of(id) + ": " + why + ": the payload is gone on purpose");
}

pair_key row_key(const key_id& id) { return key_of(id.owner, std::uint64_t(id.purpose)); }

class lmdb_keyring final : public keyring {
 public:
  explicit lmdb_keyring(std::shared_ptr<lmdb::environment> env) : env_(std::move(env)) {}

  result<std::vector<sealed_payload>> seal(std::span<const seal_request> batch) override;
  result<bytes> open(const sealed_payload& payload) const override;
  status destroy(std::span<const key_id> keys) override;
  result<std::vector<key_id>> tombstones() const override;

 private:
  lmdb::table keys() const { return env_->at(1); }
  /// The row of a live key, or nothing when it was never made; purged, corrupt.
  result<std::optional<byte_view>> live_key(const lmdb::transaction& txn, const key_id& id) const;
  /// Makes the key when absent; says whether it did.
  result<bool> seal_one(lmdb::write_transaction& txn, const seal_request& request,
                        sealed_payload& sealed);

  std::shared_ptr<lmdb::environment> env_;
};

result<std::optional<byte_view>> lmdb_keyring::live_key(const lmdb::transaction& txn,
                                                        const key_id& id) const {
  WHORL_ASSIGN(const auto row, txn.get(keys(), row_key(id)));
  if (!row) return row;
  if (row->size() != row_bytes)
    return make_error(errc::corrupt, name_of(id) + ": damaged row: restore the keyring");
  if (value_word(*row, 0) == state_destroyed) return gone(id, "destroyed");
  if (value_word(*row, 0) != state_live)
    return make_error(errc::corrupt, name_of(id) + ": unknown state: restore the keyring");
  return std::optional<byte_view>(row->subspan(8));
}

result<bool> lmdb_keyring::seal_one(lmdb::write_transaction& txn, const seal_request& request,
                                    sealed_payload& sealed) {
  if (request.plain.size() > limits::wire_bytes_max)
    return make_error(errc::limit_exceeded, name_of(request.key) +
                                                ": a payload to seal has more "
                                                "than " +
                                                std::to_string(limits::wire_bytes_max) + " bytes");
  sealed.key = request.key;
  sealed.plain_digest = sha256(request.plain);
  WHORL_ASSIGN(const auto known, live_key(txn, request.key));
  if (known) {
    WHORL_ASSIGN(sealed.ciphertext, encrypt(secret_key(*known), request.key, request.plain));
    return false;
  }
  secret_key fresh;
  WHORL_TRY(fresh.randomise());
  bytes row = make_value({state_live}, fresh.raw());
  const status written = txn.put(keys(), row_key(request.key), row);
  wipe(row);
  WHORL_TRY(written);
  WHORL_ASSIGN(sealed.ciphertext, encrypt(fresh, request.key, request.plain));
  return true;
}

result<std::vector<sealed_payload>> lmdb_keyring::seal(std::span<const seal_request> batch) {
  std::vector<sealed_payload> sealed(batch.size());
  WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
  bool made_a_key = false;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    WHORL_ASSIGN(const bool made, seal_one(txn, batch[i], sealed[i]));
    made_a_key |= made;
  }
  // A payload is worth nothing before its key is durable; keys that were there are.
  if (made_a_key) WHORL_TRY(txn.commit());
  return sealed;
}

result<bytes> lmdb_keyring::open(const sealed_payload& payload) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(const auto key, live_key(txn, payload.key));
  if (!key) return gone(payload.key, "never made here");
  auto plain = decrypt(secret_key(*key), payload.key, payload.ciphertext);
  if (!plain)
    return make_error(plain.error().code, name_of(payload.key) + ": " + plain.error().message);
  if (sha256(*plain) != payload.plain_digest) {
    wipe(*plain);
    return make_error(errc::corrupt, name_of(payload.key) + ": the payload's digest disagrees");
  }
  return plain;
}

status lmdb_keyring::destroy(std::span<const key_id> keys_to_destroy) {
  if (keys_to_destroy.empty()) return {};
  const std::array<std::byte, 32> zeros{};
  WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
  // Same size: LMDB overwrites the key bytes in this transaction's copy of the page. The page
  // copied from is only marked free; FORMAT.md says what that means for the file.
  for (const key_id& id : keys_to_destroy)
    WHORL_TRY(txn.put(keys(), row_key(id), make_value({state_destroyed}, zeros)));
  return txn.commit();
}

result<std::vector<key_id>> lmdb_keyring::tombstones() const {
  std::vector<key_id> found;
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(keys()));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    if (row->key.size() != sizeof(pair_key) || row->value.size() < 8)
      return make_error(errc::corrupt, "keyring: damaged row: restore the keyring");
    if (value_word(row->value, 0) == state_destroyed)
      found.push_back({key_word(row->key, 0), static_cast<key_purpose>(key_word(row->key, 1))});
    WHORL_ASSIGN(row, rows.next());
  }
  return found;
}

}  // namespace

result<std::unique_ptr<keyring>> open_keyring(const std::string& folder,
                                              const keyring_options& options) {
  WHORL_ASSIGN(auto env,
               lmdb::environment::open(folder, table_names, {options.map_bytes, options.durable}));
  WHORL_TRY(check_identity(*env, env->at(0), identity));
  return std::unique_ptr<keyring>(std::make_unique<lmdb_keyring>(std::move(env)));
}

}  // namespace whorl::storage
