#include "tests/faults/disk_model.hpp"

#include <algorithm>
#include <fstream>

namespace whorl::faults {
namespace {

constexpr std::size_t sector_bytes = 512;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}
std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void put(std::string& content, std::uint64_t offset, std::string_view data) {
  if (content.size() < offset + data.size()) content.resize(offset + data.size());
  std::copy(data.begin(), data.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// The sectors of one write, each there or not.
void put_torn(std::string& content, std::uint64_t offset, std::string_view data,
              std::mt19937_64& random) {
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t room = sector_bytes - (offset + at) % sector_bytes;
    const std::size_t size = std::min(room, data.size() - at);
    if (random() % 2 == 0) put(content, offset + at, data.substr(at, size));
    at += size;
  }
}

}  // namespace

disk_model::file_ptr disk_model::find(const std::string& path) const {
  const auto found = present_.find(path);
  return found == present_.end() ? nullptr : found->second;
}

void disk_model::change_name(const std::string& path, file_ptr now, bool is_folder) {
  folders_[folder_of(path)].pending.push_back({name_of(path), now, is_folder});
  if (now != nullptr) present_[path] = std::move(now);
  if (is_folder) folders_[path];
}

void disk_model::add_write(const operation& what) {
  const file_ptr into = find(what.path);
  if (into == nullptr) return;
  if (what.kind == op_kind::write_through) {
    // Only this write is waited for; where an older one is pending on the same bytes it is over.
    put(into->durable, what.offset, what.data);
    return;
  }
  into->pending.push_back({what.offset, what.data, what.kind == op_kind::truncate});
}

void disk_model::make_durable(file& what) {
  for (const pending_write& w : what.pending)
    w.truncates ? what.durable.resize(w.offset) : put(what.durable, w.offset, w.data);
  what.pending.clear();
}

void disk_model::make_durable(folder_names& names) {
  for (const name_change& change : names.pending) {
    names.durable.erase(change.name);
    if (change.now != nullptr || change.is_folder) names.durable[change.name] = change.now;
  }
  names.pending.clear();
}

void disk_model::apply(const operation& what) {
  switch (what.kind) {
    case op_kind::write:
    case op_kind::write_through:
    case op_kind::truncate:
      return add_write(what);
    case op_kind::sync:
      if (const file_ptr done = find(what.path)) make_durable(*done);
      return;
    case op_kind::sync_folder:
      return make_durable(folders_[what.path]);
    case op_kind::sync_all:
      for (auto& [path, one] : present_) make_durable(*one);
      for (auto& [path, names] : folders_) make_durable(names);
      return;
    case op_kind::create:
      return change_name(what.path, std::make_shared<file>(), false);
    case op_kind::make_folder:
      return change_name(what.path, nullptr, true);
    case op_kind::rename: {
      const file_ptr moved = find(what.path);
      present_.erase(what.path);
      change_name(what.data, moved, false);
      folders_[folder_of(what.path)].pending.push_back({name_of(what.path), nullptr, false});
      return;
    }
    case op_kind::remove:
      change_name(what.path, nullptr, false);
      present_.erase(what.path);
      return;
    case op_kind::printed:
      return;
  }
}

std::string disk_model::survive(const file& what, loss how, std::mt19937_64& random) {
  std::string content = what.durable;
  for (const pending_write& w : what.pending) {
    const bool kept = how == loss::none || (how != loss::all && random() % 2 == 0);
    if (w.truncates) {
      if (kept) content.resize(w.offset);
    } else if (how == loss::some_sectors) {
      put_torn(content, w.offset, w.data, random);
    } else if (kept) {
      put(content, w.offset, w.data);
    }
  }
  return content;
}

void disk_model::write_folder(const std::filesystem::path& at, const std::string& folder, loss how,
                              std::mt19937_64& random) const {
  std::filesystem::create_directories(at);
  const folder_names& names = folders_.at(folder);
  auto found = names.durable;
  std::size_t kept = how == loss::none ? names.pending.size() : 0;
  if (how == loss::some_writes || how == loss::some_sectors)
    kept = random() % (names.pending.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    const name_change& change = names.pending[i];
    found.erase(change.name);
    if (change.now != nullptr || change.is_folder) found[change.name] = change.now;
  }
  for (const auto& [name, content] : found) {
    const std::string path = folder == "." ? name : folder + "/" + name;
    if (content == nullptr) {
      write_folder(at / name, path, how, random);
    } else {
      std::ofstream out(at / name, std::ios::binary);
      const std::string bytes = survive(*content, how, random);
      out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
  }
}

void disk_model::crash_into(const std::filesystem::path& folder, loss how, std::mt19937_64& random,
                            const operation* next) const {
  std::filesystem::remove_all(folder);
  if (next == nullptr || next->kind == op_kind::printed)
    return write_folder(folder, ".", how, random);
  // A write through O_DSYNC that has not returned is as uncertain as any other.
  operation under_way = *next;
  if (is_sync(under_way.kind)) return write_folder(folder, ".", how, random);
  if (under_way.kind == op_kind::write_through) under_way.kind = op_kind::write;
  disk_model with = *this;
  if (const file_ptr touched = find(under_way.path)) {
    // The copy shares its files: the one that is written to becomes its own.
    const auto own = std::make_shared<file>(*touched);
    with.present_[under_way.path] = own;
    for (auto& [name, names] : with.folders_) {
      for (auto& [entry, content] : names.durable)
        if (content == touched) content = own;
      for (name_change& change : names.pending)
        if (change.now == touched) change.now = own;
    }
  }
  with.apply(under_way);
  with.write_folder(folder, ".", how, random);
}

}  // namespace whorl::faults
