// Reads [exchange] of whorl.toml. For config.cpp: what it includes is large.
#pragma once

#include <optional>
#include <string>

#include "actors/settings/toml_reader.hpp"
#include "apps/exchange_config.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

/// Of the whole file; none: it has no [exchange]. Errors: invalid_input, with file, line and key.
result<std::optional<exchange_config>> parse_exchange_config(const toml::table& root,
                                                             const std::string& file);

}  // namespace whorl::apps
