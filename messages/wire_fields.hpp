// Internal to wire: single fields, written and read with their limits. Writing INVARIANTs what
// reading refuses: a fact that nobody could read again must never reach the journal.
// Owner: wire*.cpp only. Limits: limits.hpp and wire.hpp.
#pragma once

#include <capnp/blob.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "messages/wire_frame.hpp"

namespace whorl::wire {

[[noreturn]] inline void refuse(errc code, std::string why) {
  throw refusal{make_error(code, std::move(why))};
}

inline void at_most(std::size_t size, std::size_t max, const char* field) {
  if (size > max) {
    refuse(errc::limit_exceeded,
           std::string(field) + ": " + std::to_string(size) + ", at most " + std::to_string(max));
  }
}

// --- writing ------------------------------------------------------------------------------------

inline capnp::Text::Reader text(const std::string& value) {
  INVARIANT(value.size() <= text_bytes_max);
  return {value.c_str(), value.size()};
}

template <class Bytes>
capnp::Data::Reader blob(const Bytes& value) {
  return {reinterpret_cast<const kj::byte*>(value.data()), value.size()};
}

/// The schemas number enumerators as the C++ enums do (checked by static_assert beside each use).
template <class Wire, class Enum>
constexpr Wire enum_to(Enum value) {
  return static_cast<Wire>(value);
}

template <class Values>
unsigned count(const Values& values, std::size_t max) {
  INVARIANT(values.size() <= max);
  return static_cast<unsigned>(values.size());
}

template <class List, class Values>
void write_each(List list, const Values& values) {
  for (unsigned i = 0; i < list.size(); ++i) write(list[i], values[i]);
}

// --- reading ------------------------------------------------------------------------------------

inline std::string read_text(capnp::Text::Reader from, const char* field) {
  at_most(from.size(), text_bytes_max, field);
  return {from.begin(), from.size()};
}

inline bytes read_data(capnp::Data::Reader from, std::size_t max, const char* field) {
  at_most(from.size(), max, field);
  const auto* first = reinterpret_cast<const std::byte*>(from.begin());
  return {first, first + from.size()};
}

inline digest read_digest(capnp::Data::Reader from, const char* field) {
  digest out{};
  if (from.size() != out.size()) {
    refuse(errc::corrupt, std::string(field) + ": a digest of " + std::to_string(from.size()) +
                              " bytes instead of 32");
  }
  std::copy_n(reinterpret_cast<const std::byte*>(from.begin()), out.size(), out.begin());
  return out;
}

/// Enumerators of Enum are first..last without gaps.
template <class Enum, class Wire>
Enum enum_from(Wire value, Enum first, Enum last, const char* field) {
  const auto raw = static_cast<std::uint16_t>(value);
  if (raw < static_cast<std::uint16_t>(first) || raw > static_cast<std::uint16_t>(last)) {
    refuse(errc::unsupported, std::string(field) + ": unknown value " + std::to_string(raw));
  }
  return static_cast<Enum>(raw);
}

template <class List, class Value>
void read_each(List list, std::vector<Value>& into, std::size_t max, const char* field) {
  at_most(list.size(), max, field);
  into.resize(list.size());
  for (unsigned i = 0; i < list.size(); ++i) read(list[i], into[i]);
}

}  // namespace whorl::wire
