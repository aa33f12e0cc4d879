// Puts checked text into a record that is being built; remembers the first thing that does not fit.
// Used by the builders only.
#pragma once

#include <optional>
#include <string>

#include "messages/ebts/transaction.hpp"
#include "messages/error.hpp"

namespace whorl::ebts {

/// Character types of the EBTS field tables.
enum class char_type { letters, digits, letters_digits, printable, date };

struct text_rule {
  std::uint16_t number;
  const char* mnemonic;
  std::size_t size_min;
  std::size_t size_max;
  char_type chars;
};

class field_writer {
 public:
  explicit field_writer(record& into) : into_(into) {}

  /// A field with one item.
  void put(const text_rule& rule, const std::string& value);
  /// The same, left out when empty.
  void put_optional(const text_rule& rule, const std::string& value);
  /// A field whose items are checked already, as subfields.
  void put_subfields(std::uint16_t number, std::vector<subfield> subfields);
  /// True when `value` fits; else the first failure is remembered.
  bool fits(const text_rule& rule, const std::string& value);
  void fail(std::uint16_t number, const char* mnemonic, const std::string& found,
            const std::string& expected);

  const std::optional<whorl::error>& failure() const { return failure_; }

 private:
  record& into_;
  std::optional<whorl::error> failure_;
};

}  // namespace whorl::ebts
