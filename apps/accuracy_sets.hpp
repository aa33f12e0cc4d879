// What `whorl accuracy` measures: sets of folders of templates.
#pragma once

#include <string>
#include <vector>

#include "fingerprint/leave_out.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

/// A set as the arguments name it.
struct set_argument {
  std::string name;
  std::vector<std::string> folders;
};

/// Of --set NAME=DIR[,DIR...]. invalid_input names what is wrong.
result<set_argument> parse_set(const std::string& text);

/// The last part of a folder's path.
std::string folder_name(const std::string& folder);

/// The prints of all folders of a set. Whoever a file names (PERSON-FINGER_IMPRESSION) is one
/// person in all folders; a finger without a person is of its folder alone, and is left out by
/// itself (equal folder names are taken for the same prints in several templates).
result<fingerprint::print_set> read_set(const set_argument& set);

/// The same for --ten-print: fingers without a person are together one person, named as the folder.
result<fingerprint::print_set> read_people(const set_argument& set);

}  // namespace whorl::apps
