#include "sim/cluster/disk_aside.hpp"

#include <algorithm>
#include <filesystem>

namespace whorl::sim {
namespace {

namespace fs = std::filesystem;

constexpr unsigned put_back_percent = 60;

/// LMDB's lock file stays where it is: it holds nothing of a file's content.
void copy_environment(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  fs::copy_file(from / "data.mdb", to / "data.mdb", fs::copy_options::overwrite_existing);
}

}  // namespace

disk_aside::disk_aside(std::string root, std::vector<std::string> which, std::string aside)
    : root_(std::move(root)), aside_(std::move(aside)), which_(std::move(which)) {}

void disk_aside::take() {
  fs::remove_all(aside_);
  names_.clear();
  if (!fs::exists(root_)) return;
  for (const auto& file : fs::recursive_directory_iterator(root_)) {
    if (file.path().filename() != "data.mdb") continue;
    const std::string name = fs::relative(file.path().parent_path(), root_).string();
    if (std::ranges::any_of(which_, [&](const auto& each) { return name.starts_with(each); }))
      names_.push_back(name);
  }
  std::ranges::sort(names_);  // a folder's order is the file system's
  for (const std::string& name : names_)
    copy_environment(fs::path(root_) / name, fs::path(aside_) / name);
}

std::vector<std::string> disk_aside::put_back(chance& draw) const {
  std::vector<std::string> drawn;
  for (const std::string& name : names_)
    if (draw.percent(put_back_percent)) drawn.push_back(name);
  if (drawn.empty() && taken()) drawn.push_back(names_[draw.below(names_.size())]);
  for (const std::string& name : drawn)
    copy_environment(fs::path(aside_) / name, fs::path(root_) / name);
  return drawn;
}

}  // namespace whorl::sim
