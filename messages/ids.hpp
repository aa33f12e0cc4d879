// Strong ids: one type each, so that a subject is never passed for a booking. All are 64 bits (LMDB
// keys of 8 bytes). They are derived, not counted: a booking's from SHA-256 of ORI and TCN, what a
// booking creates from the booking's, so that a repeated step makes the same id (promise 4). The
// text form is a letter and 16 hexadecimal digits: B00c1f..., S..., C....
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "messages/result.hpp"

namespace whorl {

template <class Tag>
struct strong_id {
  std::uint64_t value = 0;
  friend auto operator<=>(const strong_id&, const strong_id&) = default;
};

using booking_id = strong_id<struct booking_tag>;  // B
using subject_id = strong_id<struct subject_tag>;  // S
using case_id = strong_id<struct case_tag>;        // C
using search_id = strong_id<struct search_tag>;    // Q, one attempt at one search

std::string to_string(booking_id id);
std::string to_string(subject_id id);
std::string to_string(case_id id);
std::string to_string(search_id id);
/// Reads the text form; the letter must be the right one (invalid_input says which is expected).
result<booking_id> parse_booking_id(std::string_view text);
result<subject_id> parse_subject_id(std::string_view text);
result<case_id> parse_case_id(std::string_view text);

/// Which gallery: criminal (IAFIS's counterpart) or immigration (IDENT's).
enum class gallery_kind : std::uint8_t { criminal = 1, immigration = 2 };
std::string_view to_string(gallery_kind kind);
result<gallery_kind> parse_gallery_kind(std::string_view text);

/// One partition of one gallery: index in [0, partition count).
struct partition_id {
  gallery_kind gallery = gallery_kind::criminal;
  std::uint32_t index = 0;
  friend auto operator<=>(const partition_id&, const partition_id&) = default;
};
std::string to_string(partition_id id);

/// Where a subject lives: a fixed mix of its id, so that no layout knowledge is needed.
std::uint32_t partition_of(subject_id subject, std::uint32_t partition_count);

/// A moment, milliseconds since 1970-01-01 UTC. Never read from a clock below the actors.
struct instant {
  std::int64_t ms = 0;
  friend auto operator<=>(const instant&, const instant&) = default;
};
/// "2026-11-22T17:01:01.000Z".
std::string to_string(instant at);
/// "20261122", as DAT of EBTS wants it.
std::string to_date8(instant at);

}  // namespace whorl

template <class Tag>
struct std::hash<whorl::strong_id<Tag>> {
  std::size_t operator()(whorl::strong_id<Tag> id) const noexcept { return id.value; }
};
