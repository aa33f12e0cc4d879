#include "apps/accuracy_sets.hpp"

#include <filesystem>
#include <sstream>

#include "apps/template_folder.hpp"

namespace whorl::apps {

result<set_argument> parse_set(const std::string& text) {
  const auto equals = text.find('=');
  set_argument out;
  if (equals != std::string::npos) {
    out.name = text.substr(0, equals);
    std::istringstream folders(text.substr(equals + 1));
    for (std::string each; std::getline(folders, each, ',');)
      if (!each.empty()) out.folders.push_back(each);
  }
  if (out.name.empty() || out.folders.empty())
    return make_error(errc::invalid_input, "--set " + text + ": wanted is NAME=DIR[,DIR...]");
  return out;
}

std::string folder_name(const std::string& folder) {
  const std::filesystem::path path(folder);
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

namespace {

template <class Label>
result<fingerprint::print_set> read_prints(const set_argument& set, const Label& label) {
  fingerprint::print_set out{set.name, {}};
  for (const std::string& folder : set.folders) {
    WHORL_ASSIGN(const auto files, read_template_folder(folder));
    for (const template_file& f : files) {
      fingerprint::labelled_print each;
      each.impression = f.impression;
      each.print = f.print;
      each.source = folder;
      label(f, folder, each);
      out.prints.push_back(std::move(each));
    }
  }
  return out;
}

}  // namespace

result<fingerprint::print_set> read_set(const set_argument& set) {
  return read_prints(set, [](const template_file& f, const std::string& folder, auto& each) {
    each.finger = f.names_person ? f.person + "-" + f.finger : folder + "/" + f.finger;
    each.person = f.names_person ? f.person : folder_name(folder) + "-" + f.finger;
  });
}

result<fingerprint::print_set> read_people(const set_argument& set) {
  return read_prints(set, [](const template_file& f, const std::string&, auto& each) {
    each.finger = f.person + "-" + f.finger;
    each.person = f.person;
  });
}

}  // namespace whorl::apps
