#include "storage/rows.hpp"

#include <algorithm>
#include <cstring>

#include "messages/wire.hpp"
#include "storage/keyring.hpp"

namespace whorl::storage {
namespace {

void put_big_endian(std::byte* out, std::uint64_t word) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<std::byte>(word >> (56 - 8 * i));
}

constexpr std::string_view identity_key = "identity";

}  // namespace

word_key key_of(std::uint64_t a) {
  word_key key;
  put_big_endian(key.data(), a);
  return key;
}

pair_key key_of(std::uint64_t a, std::uint64_t b) {
  pair_key key;
  put_big_endian(key.data(), a);
  put_big_endian(key.data() + 8, b);
  return key;
}

digest key_of(std::string_view text) { return sha256(view_of(text)); }

placed_key key_of_place(const digest& name, std::uint64_t seq) {
  placed_key key;
  std::copy(name.begin(), name.end(), key.begin());
  put_big_endian(key.data() + name.size(), seq);
  return key;
}

std::uint64_t key_word(byte_view key, std::size_t index) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i)
    word = word << 8 | std::to_integer<std::uint64_t>(key[8 * index + i]);
  return word;
}

std::uint64_t value_word(byte_view value, std::size_t index) {
  std::uint64_t word = 0;
  for (std::size_t i = 8; i-- > 0;)
    word = word << 8 | std::to_integer<std::uint64_t>(value[8 * index + i]);
  return word;
}

void put_little_endian(bytes& out, std::uint64_t word, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(word >> (8 * i)));
}

bytes make_value(std::initializer_list<std::uint64_t> words, byte_view tail) {
  bytes value;
  value.reserve(8 * words.size() + tail.size());
  for (const std::uint64_t word : words) put_little_endian(value, word, 8);
  value.insert(value.end(), tail.begin(), tail.end());
  return value;
}

result<fact> decode_stored(byte_view value, std::string_view what) {
  // wire wants an aligned start; stored values have one (lmdb.hpp), damaged ones may not.
  WHORL_TRY(lmdb::check_aligned(value, std::string(what)));
  auto stored = wire::decode_fact(value);
  if (stored) return stored;
  return make_error(stored.error().code, std::string(what) + ": " + stored.error().message);
}

status check_identity(lmdb::environment& env, lmdb::table meta, const store_identity& expected) {
  std::uint64_t kind = 0;
  std::memcpy(&kind, expected.kind.data(), 8);
  const bytes wanted = make_value({expected.version, kind, expected.detail_a, expected.detail_b});
  bytes found;
  {
    WHORL_ASSIGN(const lmdb::transaction txn, env.read());
    WHORL_ASSIGN(const auto stored, txn.get(meta, view_of(identity_key)));
    if (stored) found.assign(stored->begin(), stored->end());
  }
  if (found.empty()) {
    WHORL_ASSIGN(lmdb::write_transaction txn, env.write());
    WHORL_TRY(txn.put(meta, view_of(identity_key), wanted));
    return txn.commit();
  }
  if (found == wanted) return {};
  if (found.size() == wanted.size() && value_word(found, 0) != expected.version)
    return make_error(errc::wrong_version,
                      env.folder() + ": written in layout version " +
                          std::to_string(value_word(found, 0)) + ", this program reads version " +
                          std::to_string(expected.version) + ": use the program that wrote it");
  return make_error(errc::conflict,
                    env.folder() + ": holds another store than the " +
                        std::string(expected.kind.data(), strnlen(expected.kind.data(), 8)) +
                        " expected here: give it a folder of its own");
}

}  // namespace whorl::storage
