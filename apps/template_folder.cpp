#include "apps/template_folder.hpp"

#include <charconv>
#include <filesystem>
#include <set>

#include "apps/files.hpp"
#include "apps/people.hpp"
#include "fingerprint/ansi_template.hpp"
#include "fingerprint/iso_template.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

/// Numbers by value, before other names.
struct by_number {
  static std::pair<long, std::string> key(const std::string& s) {
    long value = 0;
    const auto end = std::from_chars(s.data(), s.data() + s.size(), value);
    if (end.ec != std::errc{} || end.ptr != s.data() + s.size()) value = 1l << 40;
    return {value, s};
  }
  bool operator()(const std::string& a, const std::string& b) const { return key(a) < key(b); }
};

/// Person, finger and impression from "012-3_1"; false for other names.
bool read_name(const std::string& stem, template_file& out) {
  const auto line = stem.rfind('_');
  if (line == std::string::npos || line == 0) return false;
  const auto end =
      std::from_chars(stem.data() + line + 1, stem.data() + stem.size(), out.impression);
  if (end.ec != std::errc{} || end.ptr != stem.data() + stem.size()) return false;
  out.finger = stem.substr(0, line);
  if (const auto dash = out.finger.find('-'); dash != std::string::npos) {
    out.person = out.finger.substr(0, dash);
    out.names_person = true;
    out.finger = out.finger.substr(dash + 1);
  }
  return true;
}

}  // namespace

result<std::vector<fingerprint::print_template>> decode_template(byte_view record) {
  auto iso = fingerprint::decode_iso(record);
  if (iso || iso.error().code == errc::limit_exceeded) return iso;
  auto ansi = fingerprint::decode_ansi(record);
  return ansi ? std::move(ansi) : std::move(iso);
}

result<std::vector<template_file>> read_template_folder(const std::string& folder) {
  const std::filesystem::path path(folder);
  if (!std::filesystem::is_directory(path))
    return make_error(errc::not_found, "no folder " + folder);
  const std::string folder_name =
      (path.has_filename() ? path : path.parent_path()).filename().string();
  WHORL_ASSIGN(const auto names, expand({folder}));
  std::vector<template_file> out;
  for (const std::string& name : names) {
    const std::filesystem::path file(name);
    if (file.extension() != ".iso" && file.extension() != ".ansi") continue;
    template_file one;
    one.file = name;
    one.person = folder_name;
    if (!read_name(file.stem().string(), one)) continue;
    WHORL_ASSIGN(const bytes content, read_whole(name, limits::template_bytes_max));
    auto prints = decode_template(content);
    if (!prints) return make_error(prints.error().code, name + ": " + prints.error().message);
    if (prints->empty()) return make_error(errc::invalid_input, name + " holds no finger view");
    one.print = std::move(prints->front());
    out.push_back(std::move(one));
  }
  if (out.empty())
    return make_error(errc::invalid_input, folder +
                                               " has no file named FINGER_IMPRESSION.iso or "
                                               "PERSON-FINGER_IMPRESSION.iso");
  return out;
}

std::map<std::string, std::vector<probe_print>> people_of(const std::vector<template_file>& files,
                                                          int impression) {
  // Positions come from all impressions, so that a lost one does not shift the fingers after it.
  std::map<std::string, std::set<std::string, by_number>> fingers;
  for (const auto& f : files) fingers[f.person].insert(f.finger);
  std::map<std::string, std::vector<probe_print>> people;
  for (const auto& f : files) {
    if (f.impression != impression) continue;
    const auto& known = fingers[f.person];
    const auto position = std::distance(known.begin(), known.find(f.finger)) + 1;
    if (position > static_cast<std::ptrdiff_t>(limits::fingers_max)) continue;
    fingerprint::print_template print = f.print;
    print.finger_position = static_cast<std::uint8_t>(position);
    if (auto made = to_probe_print(print); made) people[f.person].push_back(std::move(*made));
  }
  return people;
}

}  // namespace whorl::apps
