// Damage to encoded messages, for tests of decoders: words of the Cap'n Proto encoding by index
// (0 is the segment table, 1 the root pointer), and every small damage to a whole message.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "messages/bytes.hpp"
#include "messages/result.hpp"
#include "messages/wire.hpp"

namespace whorl::test {

inline std::uint64_t word_at(const bytes& message, std::size_t index) {
  std::uint64_t word = 0;
  REQUIRE(message.size() >= 8 * index + 8);
  std::memcpy(&word, message.data() + 8 * index, 8);
  return word;
}

inline void set_word(bytes& message, std::size_t index, std::uint64_t word) {
  REQUIRE(message.size() >= 8 * index + 8);
  std::memcpy(message.data() + 8 * index, &word, 8);
}

/// What the upper half of a list pointer holds: how many elements of which size (2 bytes of one
/// byte, 4 of four bytes, 7 words of structs).
constexpr std::uint32_t list_half(std::uint32_t count, unsigned size_code) {
  return count << 3 | size_code;
}

/// A pointer at word `at` to the list that starts at word `target`.
constexpr std::uint64_t list_pointer(std::size_t at, std::size_t target, std::uint32_t half) {
  return std::uint64_t{half} << 32 | static_cast<std::uint32_t>((target - at - 1) << 2 | 1);
}

/// Index of the first word whose upper half is `half`.
inline std::size_t find_half(const bytes& message, std::uint32_t half) {
  for (std::size_t i = 0; i < message.size() / 8; ++i) {
    if (word_at(message, i) >> 32 == half) return i;
  }
  FAIL("no such pointer");
  return 0;
}

/// Index of the byte in which two encodings of the same size differ; they differ in one only.
inline std::size_t differing_byte(const bytes& a, const bytes& b) {
  REQUIRE(a.size() == b.size());
  const auto [at, unused] = std::mismatch(a.begin(), a.end(), b.begin());
  REQUIRE(at != a.end());
  const auto index = static_cast<std::size_t>(at - a.begin());
  REQUIRE(std::equal(at + 1, a.end(), b.begin() + static_cast<std::ptrdiff_t>(index) + 1));
  return index;
}

/// Every truncation must be refused; every flipped bit must be refused or decode to something that
/// can be encoded again.
template <class Decode, class Encode>
void damage_everywhere(const bytes& good, Decode decode, Encode encode) {
  for (std::size_t size = 0; size < good.size(); ++size) {
    const bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    const auto outcome = decode(cut);
    REQUIRE_MESSAGE(!outcome, "cut to ", size, " bytes");
    REQUIRE(outcome.error().code == errc::corrupt);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned bit = 0; bit <= 8; ++bit) {  // 8: all of them
      bytes flipped = good;
      flipped[at] ^= bit == 8 ? std::byte{0xff} : static_cast<std::byte>(1u << bit);
      const auto outcome = decode(flipped);
      if (!outcome) {
        const errc code = outcome.error().code;
        const bool known =
            code == errc::corrupt || code == errc::unsupported || code == errc::limit_exceeded;
        REQUIRE_MESSAGE(known, "byte ", at, " bit ", bit, ": ", outcome.error().message);
      } else {
        REQUIRE(decode(encode(*outcome)).has_value());
      }
    }
  }
}

/// The same of a value that wire encodes.
template <class Value, class Decode>
void stands_damage(const Value& value, Decode decode) {
  damage_everywhere(
      wire::encode(value), [decode](const bytes& message) { return decode(message); },
      [](const Value& what) { return wire::encode(what); });
}

}  // namespace whorl::test
