// One ANSI/NIST-ITL transaction as plain values: what the reader makes and the writer takes. A
// value owns its text and image bytes and may be copied, at the cost of the images in it. Nothing
// is dropped or normalised: tags keep the spelling they had ("1.04" and "1.004" are the same
// field), unknown records keep their bytes, so that writing an unmodified transaction gives the
// same file. Limits: messages/limits.hpp, applied by the reader.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/bytes.hpp"

namespace whorl::ebts {

/// Items of one subfield, separated by US. Never empty: a bare value is one item.
struct subfield {
  std::vector<std::string> items;
  friend bool operator==(const subfield&, const subfield&) = default;
};

/// One tagged field. Field 2.018 has number 18 in a record of type 2.
struct field {
  std::uint16_t number = 0;
  std::string tag;                  ///< as written, without the colon: "2.018"
  std::vector<subfield> subfields;  ///< separated by RS; empty for image data
  bytes data;                       ///< image data, field 999 of Types 10 and up
  std::uint64_t offset = 0;         ///< of the tag in the file, for errors; no part of equality
  friend bool operator==(const field& a, const field& b) {
    return a.number == b.number && a.tag == b.tag && a.subfields == b.subfields && a.data == b.data;
  }
};

/// The fixed header of a Type-4 record (grayscale fingerprint image, 500 dpi).
struct type4_header {
  std::uint8_t idc = 0;
  std::uint8_t imp = 0;  ///< impression type
  std::array<std::uint8_t, 6> fgp = {255, 255, 255,
                                     255, 255, 255};  ///< finger positions, 255 unused
  std::uint8_t isr = 0;   ///< 0 minimum scanning resolution, 1 the native one of Type-1
  std::uint16_t hll = 0;  ///< pixels on a line
  std::uint16_t vll = 0;  ///< lines
  std::uint8_t gca = 0;   ///< compression: 0 none, 1 WSQ ...
  friend bool operator==(const type4_header&, const type4_header&) = default;
};

enum class record_kind : std::uint8_t {
  tagged = 1,  ///< Types 1, 2, 9, 10, 13, 14, 15: `fields`
  image = 2,   ///< Type 4: `image` and `data` (the image bytes)
  opaque = 3,  ///< any other: `data` is the whole record, kept as it came
};

struct record {
  std::uint8_t type = 0;
  record_kind kind = record_kind::tagged;
  std::uint64_t offset = 0;          ///< where it began in the file; no part of equality
  std::optional<std::uint16_t> idc;  ///< image designation character; none in Type-1
  std::vector<field> fields;
  type4_header image;
  bytes data;

  /// The first field of that number whose tag names this record's own type.
  const field* find(std::uint16_t number) const;
  /// First item of it; none when the field is absent.
  std::optional<std::string_view> text(std::uint16_t number) const;
  friend bool operator==(const record& a, const record& b) {
    return a.type == b.type && a.kind == b.kind && a.idc == b.idc && a.fields == b.fields &&
           a.image == b.image && a.data == b.data;
  }
};

struct transaction {
  std::vector<record> records;

  /// First record of that type, or null.
  const record* find(std::uint8_t type) const;
  std::optional<std::string_view> text(std::uint8_t type, std::uint16_t number) const;
  std::size_t count(std::uint8_t type) const;

  // Empty when the field is absent.
  std::string_view tot() const { return text(1, 4).value_or(""); }  ///< type of transaction
  std::string_view dat() const { return text(1, 5).value_or(""); }  ///< date, YYYYMMDD
  std::string_view dai() const { return text(1, 7).value_or(""); }  ///< destination agency
  std::string_view ori() const { return text(1, 8).value_or(""); }  ///< originating agency
  std::string_view tcn() const { return text(1, 9).value_or(""); }  ///< control number
  std::string_view tcr() const {
    return text(1, 10).value_or("");
  }  ///< control reference: echoes TCN
  std::string_view dom() const { return text(1, 13).value_or(""); }  ///< domain name
  friend bool operator==(const transaction&, const transaction&) = default;
};

/// True for the types whose records are fields with tags (1, 2 and 9 up); 3 to 8 are fixed binary.
constexpr bool is_tagged_type(unsigned type) { return type < 3 || type > 8; }
/// True for the types this codec takes apart; others stay opaque.
bool is_known_type(unsigned type);
/// "2.018" from (2, 18).
std::string tag_of(unsigned type, unsigned number);
/// The record type that a tag as written names: 13 for "13.005".
unsigned tag_type(std::string_view tag);

/// A field with one item, for builders.
field make_field(unsigned type, std::uint16_t number, std::string value);
/// A field with one subfield of several items.
field make_field(unsigned type, std::uint16_t number, std::vector<std::string> items);

}  // namespace whorl::ebts
