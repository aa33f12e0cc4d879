// Whole files and lists of them, for commands that take FILE|DIR.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

/// Errors: io, not_found; limit_exceeded above `most` bytes, which are then not read.
result<bytes> read_whole(const std::string& file, std::size_t most);
/// Written beside, then renamed.
status write_whole(const std::string& file, byte_view content);
/// Folders become their files (not those of folders inside) sorted by name; files stay as they are.
/// `ending`: files of folders that end otherwise are left out; empty takes all. not_found names
/// what is not there.
result<std::vector<std::string>> expand(const std::vector<std::string>& names,
                                        std::string_view ending = {});

/// Names in a configuration are found from the folder that it stands in; empty ones stay so.
void find_from_file(const std::string& file, std::initializer_list<std::string*> names);

}  // namespace whorl::apps
