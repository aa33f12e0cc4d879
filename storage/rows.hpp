// How keys and values of the stores are laid out: big-endian words in keys (so that byte order is
// number order), little-endian words in values, everything a multiple of 8 bytes (lmdb.hpp says
// why).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "messages/bytes.hpp"
#include "messages/facts.hpp"
#include "messages/result.hpp"
#include "storage/lmdb.hpp"

namespace whorl::storage {

using word_key = std::array<std::byte, 8>;
using pair_key = std::array<std::byte, 16>;

word_key key_of(std::uint64_t a);
pair_key key_of(std::uint64_t a, std::uint64_t b);
/// SHA-256 of a text, for texts longer than LMDB's keys may be.
digest key_of(std::string_view text);
/// Rows of one name in order of their facts: its digest, seq BE64.
using placed_key = std::array<std::byte, 40>;
placed_key key_of_place(const digest& name, std::uint64_t seq);
/// The index-th word of a key or a value; the caller has checked the size.
std::uint64_t key_word(byte_view key, std::size_t index);
std::uint64_t value_word(byte_view value, std::size_t index);

/// Appends the `size` low bytes of a word, little-endian.
void put_little_endian(bytes& out, std::uint64_t word, int size);
/// The next multiple of 8.
constexpr std::size_t padded(std::size_t size) { return (size + 7) / 8 * 8; }

/// Little-endian words, then `tail` (whose size is a multiple of 8 already).
bytes make_value(std::initializer_list<std::uint64_t> words, byte_view tail = {});
inline const bytes empty_value = make_value({0});

inline byte_view view_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The fact inside a stored value; corrupt when it is of another kind.
result<fact> decode_stored(byte_view value, std::string_view what);
template <class T>
result<T> decode_stored_as(byte_view value, std::string_view what) {
  WHORL_ASSIGN(fact stored, decode_stored(value, what));
  if (T* wanted = std::get_if<T>(&stored)) return std::move(*wanted);
  return make_error(errc::corrupt, std::string(what) + ": a fact of another kind is stored here");
}

/// What a store's folder is; written once, compared at every open.
struct store_identity {
  std::array<char, 8> kind;    ///< for example "journal\0"
  std::uint64_t version = 1;   ///< of this store's own layout
  std::uint64_t detail_a = 0;  ///< kind's own: gallery and index of a partition
  std::uint64_t detail_b = 0;  ///< kind's own: partition count
};
/// Errors: wrong_version, or conflict when the folder holds another store. `meta` is the meta
/// table.
status check_identity(lmdb::environment& env, lmdb::table meta, const store_identity& expected);

}  // namespace whorl::storage
