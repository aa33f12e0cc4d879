// Folders of templates, one print a file: FINGER_IMPRESSION.iso or PERSON-FINGER_IMPRESSION.iso
// (also .ansi). What the public data sets look like, and what `accuracy` and `gallery import` read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fingerprint/template.hpp"
#include "messages/facts.hpp"

namespace whorl::apps {

struct template_file {
  std::string file;
  std::string person;  ///< "012" of "012-3_1.iso"; the folder's name when the file names none
  bool names_person = false;
  std::string finger;  ///< "3", "101"
  int impression = 1;
  fingerprint::print_template print;
};

/// All of a folder, by name; files of other kinds are passed over. Errors name the file;
/// invalid_input when none has such a name.
result<std::vector<template_file>> read_template_folder(const std::string& folder);

/// The prints of one impression as people, by person. Fingers sorted (by number where they are
/// numbers) take the positions 1..10, further ones are left out.
std::map<std::string, std::vector<probe_print>> people_of(const std::vector<template_file>& files,
                                                          int impression);

/// The prints of an ISO or ANSI record, whichever it is.
result<std::vector<fingerprint::print_template>> decode_template(byte_view record);

}  // namespace whorl::apps
