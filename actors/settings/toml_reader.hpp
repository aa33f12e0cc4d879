// Reads settings from TOML with errors that name file, line and key, and say what is allowed there.
// For apps/config (whorl.toml) and casework/rule_file. The first error is kept: later ones would
// follow from it.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "messages/result.hpp"

namespace whorl::settings {

/// The text as a table. Errors: limit_exceeded above `bytes_max` or limits::config_nesting_max,
/// before it is parsed (dotted keys have no limit in toml++, which goes down a call a table);
/// invalid_input where it is no TOML.
result<toml::table> parse_toml(std::string_view text, const std::string& file,
                               std::size_t bytes_max);

class toml_reader {
 public:
  explicit toml_reader(std::string file) : file_(std::move(file)) {}

 protected:
  void refuse(const toml::node& where, std::string_view key, const std::string& why);
  /// Refuses keys of `table` that are not in `allowed`.
  void known(const toml::table& table, const std::string& prefix,
             std::initializer_list<std::string_view> allowed);
  std::string text(const toml::table& table, std::string_view key, const std::string& name,
                   bool required = true);
  std::string text_value(const toml::node& node, const std::string& name);
  /// Leaves `out` where the key is absent.
  void number(const toml::table& table, std::string_view key, const std::string& name,
              std::int64_t& out, std::int64_t low, std::int64_t high);
  void boolean(const toml::table& table, std::string_view key, const std::string& name, bool& out);
  bool failed() const { return failed_; }
  const error& failure() const { return failure_; }

 private:
  std::string file_;
  bool failed_ = false;
  error failure_;
};

}  // namespace whorl::settings
