// Reads of whorl.toml what is said about cases: [cases], and whose clock is of which time zone. For
// config.cpp: what it includes is large.
#pragma once

#include <string>
#include <vector>

#include "actors/casework/case_settings.hpp"
#include "actors/policy_core.hpp"
#include "actors/settings/toml_reader.hpp"

namespace whorl::apps {

/// Into `out`, whose other members stay. `people`: the principals of the same file. Errors:
/// invalid_input, with file, line and key.
status read_case_settings(const toml::table& root, const std::string& file,
                          const std::vector<actors::principal>& people,
                          casework::case_settings& out);

}  // namespace whorl::apps
