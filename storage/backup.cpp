#include "storage/backup.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "storage/audit_proof.hpp"
#include "storage/lmdb.hpp"
#include "storage/lmdb_copy.hpp"
#include "storage/store_files.hpp"

namespace whorl::storage {
namespace {

namespace fs = std::filesystem;
using lmdb::snapshot;

constexpr std::uint64_t spare_bytes = 16u << 20;  ///< wanted beyond the size of the copy

std::vector<std::string> projection_folders(std::uint32_t partitions) {
  std::vector<std::string> names = {"bookings", "cases", "outbox", "audit"};
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < partitions; ++i) {
      char index[16];
      std::snprintf(index, sizeof index, "%03u", i);
      names.push_back("gallery/" + std::string(to_string(gallery)) + "/" + index);
    }
  return names;
}

/// The plain files of one folder that a copy wants: neither LMDB's, nor half written, nor those
/// that belong to the place and not to the content.
result<std::vector<std::string>> plain_files(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name == "data.mdb" || name == "lock.mdb" || name == "lock" ||
                      name == "FORMAT" || name == "BACKUP";
    std::error_code ignored;
    if (ours || name.ends_with(".new") || name.ends_with(".part")) continue;
    if (entry.is_regular_file(ignored)) found.push_back(name);
  }
  if (failure)
    return make_error(
        errc::io, folder + ": cannot be listed: " + failure.message() + ": check owner and mode");
  std::sort(found.begin(), found.end());
  return found;
}

std::string printed(std::uint64_t bytes) {
  return std::to_string((bytes + (1u << 20) - 1) >> 20) + " MiB";
}

status check_room(const std::string& near, std::uint64_t bytes) {
  std::error_code failure;
  fs::path place = fs::absolute(near, failure);
  while (!place.empty() && !fs::exists(place, failure) && place != place.parent_path())
    place = place.parent_path();
  const auto room = fs::space(place, failure);
  if (failure || room.available >= bytes + spare_bytes) return {};
  return make_error(errc::storage_full, near + ": needs about " + printed(bytes + spare_bytes) +
                                            ", the volume has " + printed(room.available) +
                                            ": free space or choose another volume");
}

/// Removes what an attempt wrote into a folder that was absent or empty, unless it is kept.
class attempt {
 public:
  explicit attempt(std::string folder) : folder_(std::move(folder)) {
    std::error_code ignored;
    existed_ = fs::exists(folder_, ignored);
  }
  ~attempt() {
    if (kept_) return;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored))
      fs::remove_all(entry.path(), ignored);
    if (!existed_) fs::remove(folder_, ignored);
  }
  attempt(const attempt&) = delete;
  attempt& operator=(const attempt&) = delete;
  void keep() { kept_ = true; }

 private:
  std::string folder_;
  bool existed_ = false, kept_ = false;
};

/// One backup under way.
class backup_run {
 public:
  backup_run(const std::string& from, const std::string& to, const backup_options& o)
      : from_(from), to_(to), options_(o) {}

  result<backup_manifest> run() {
    WHORL_ASSIGN(partitions_, read_format(from_));
    WHORL_TRY(open_all());
    WHORL_TRY(check_room(to_, total_));
    WHORL_TRY(lmdb::make_folder(to_));
    // Before the moment of the copy: a head or an answer written later could name rows that the
    // copied journal does not hold yet.
    WHORL_TRY(copy_plain("", ""));
    WHORL_TRY(copy_plain("outbox", "outbox"));
    WHORL_TRY(copy_pki());
    WHORL_TRY(pin_all());
    for (std::size_t i = 0; i < names_.size(); ++i)
      WHORL_TRY(all_[i]->copy_to(to_ + "/" + names_[i], [&](std::uint64_t bytes) {
        done_ += bytes;
        if (options_.on_work) options_.on_work(std::min(done_, total_), total_);
      }));
    all_.clear();
    WHORL_TRY(sync_file_system(to_));
    return seal();
  }

 private:
  status open_all() {
    names_ = projection_folders(partitions_);
    names_.insert(names_.end(), {"keys", "journal"});
    for (const std::string& name : names_) {
      WHORL_ASSIGN(auto one, snapshot::open(from_ + "/" + name, name == "keys"));
      total_ += one->file_bytes();
      all_.push_back(std::move(one));
    }
    return {};
  }

  status pin_all() {
    snapshot& journal = *all_.back();
    snapshot& keys = *all_[all_.size() - 2];
    for (std::size_t i = 0; i + 2 < all_.size(); ++i) WHORL_TRY(all_[i]->pin());
    WHORL_TRY(keys.hold_writers());
    WHORL_TRY(keys.pin());
    const status beside = copy_plain("keys", "keys");
    const status pinned = beside ? journal.pin() : beside;
    keys.release_writers();
    return pinned;
  }

  /// The plain files of one folder of the store ("": its own).
  status copy_plain(const std::string& from, const std::string& to) {
    const std::string source = from_ + (from.empty() ? "" : "/" + from);
    const std::string target = to_ + (to.empty() ? "" : "/" + to);
    WHORL_TRY(lmdb::make_folder(target));
    WHORL_ASSIGN(const auto names, plain_files(source));
    for (const std::string& name : names)
      WHORL_TRY(copy_plain_file(source + "/" + name, target + "/" + name));
    return {};
  }

  /// As one moment had it: nothing is issued or revoked meanwhile.
  status copy_pki() {
    std::error_code ignored;
    if (!options_.with_pki || !fs::is_directory(from_ + "/" + pki_folder, ignored)) return {};
    WHORL_ASSIGN(const auto alone, wait_for_lock(from_ + "/" + pki_folder));
    return copy_tree(pki_folder);
  }

  /// The plain files of a folder and of those below it.
  status copy_tree(const std::string& folder) {
    WHORL_TRY(copy_plain(folder, folder));
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(from_ + "/" + folder, failure))
      if (entry.is_directory(failure) && !entry.is_symlink(failure))
        WHORL_TRY(copy_tree(folder + "/" + entry.path().filename().string()));
    if (failure)
      return make_error(errc::io, from_ + "/" + folder + ": cannot be listed: " +
                                      failure.message() + ": check owner and mode");
    return {};
  }

  /// Verifies the copy and writes BACKUP, then FORMAT.
  result<backup_manifest> seal() {
    backup_manifest m;
    m.made = to_string(options_.at);
    m.by = options_.by;
    m.partitions = partitions_;
    {
      WHORL_ASSIGN(const auto log, open_embedded_journal(to_ + "/journal", {.read_only = true}));
      for (std::size_t i = 0; i < std::size(all_streams); ++i) {
        WHORL_TRY(verify_stream(*log, all_streams[i]));
        WHORL_ASSIGN(m.tails[i], log->tail(all_streams[i]));
      }
      WHORL_TRY(check_kept_head(to_, *log));
    }
    std::error_code ignored;
    fs::remove(to_ + "/journal/lock.mdb", ignored);
    WHORL_ASSIGN(const auto signer, open_head_signer(to_));
    WHORL_ASSIGN(const auto head, signer->sign(m.tails.back(), options_.at));
    m.audit_head = to_text(head);
    for (const auto& entry : fs::recursive_directory_iterator(to_, ignored)) {
      if (!entry.is_regular_file(ignored)) continue;
      WHORL_ASSIGN(m.files[fs::relative(entry.path(), to_, ignored).generic_string()],
                   sum_of_file(entry.path().string()));
    }
    const std::string text = to_text(m);
    WHORL_TRY(parse_manifest(text));  // a path that its line cannot hold is refused now
    WHORL_TRY(write_durably(to_ + "/BACKUP", text));
    WHORL_TRY(write_format(to_, partitions_));
    return m;
  }

  const std::string &from_, &to_;
  const backup_options& options_;
  std::uint32_t partitions_ = 0;
  std::vector<std::string> names_;  ///< keys and journal last
  std::vector<std::unique_ptr<snapshot>> all_;
  std::uint64_t done_ = 0, total_ = 0;
};

/// Destroys what `purged` names and the copied keyring does not know as destroyed.
result<std::size_t> destroy_again(const std::string& folder, std::vector<key_id> purged) {
  if (purged.empty()) return std::size_t{0};
  WHORL_ASSIGN(const auto keys, open_keyring(folder));
  WHORL_ASSIGN(auto here, keys->tombstones());
  std::sort(here.begin(), here.end());
  std::erase_if(purged,
                [&](const key_id& id) { return std::binary_search(here.begin(), here.end(), id); });
  WHORL_TRY(keys->destroy(purged));
  return purged.size();
}

bool is_within(const std::string& inner, const std::string& outer) {
  std::error_code ignored;
  const fs::path a = fs::weakly_canonical(inner, ignored), b = fs::weakly_canonical(outer, ignored);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

}  // namespace

status check_empty_folder(const std::string& folder) {
  std::error_code failure;
  if (!fs::exists(folder, failure)) return {};
  if (!fs::is_directory(folder, failure))
    return make_error(errc::conflict, folder + ": is no folder: choose another name");
  if (fs::is_empty(folder, failure)) return {};
  if (fs::exists(folder + "/BACKUP", failure) && fs::exists(folder + "/FORMAT", failure))
    return make_error(errc::conflict, folder + ": holds a backup already: choose another folder");
  if (fs::exists(folder + "/FORMAT", failure))
    return make_error(errc::conflict, folder + ": holds a store already: choose another folder");
  return make_error(errc::conflict, folder +
                                        ": is not empty: choose another folder, or empty it "
                                        "if it is what an interrupted run left");
}

result<backup_manifest> back_up(const std::string& folder, const std::string& target,
                                const backup_options& options) {
  WHORL_TRY(read_format(folder));
  if (is_within(target, folder))
    return make_error(errc::conflict,
                      target +
                          ": stands inside the store: choose a folder outside, best on "
                          "another volume");
  WHORL_TRY(check_empty_folder(target));
  attempt cleanup(target);
  auto made = backup_run(folder, target, options).run();
  if (made) cleanup.keep();
  return made;
}

result<backup_manifest> check_backup(const std::string& folder, const work_function& on_work) {
  std::error_code ignored;
  if (!fs::exists(folder + "/BACKUP", ignored) || !fs::exists(folder + "/FORMAT", ignored))
    return make_error(errc::not_found, folder +
                                           ": holds no finished backup (BACKUP and FORMAT): "
                                           "make one with `whorl backup`");
  WHORL_ASSIGN(const std::string text, read_small_file(folder + "/BACKUP", manifest_bytes_max));
  auto manifest = parse_manifest(text);
  if (!manifest) return make_error(manifest.error().code, folder + "/" + manifest.error().message);
  std::uint64_t done = 0, total = 0;
  for (const auto& [path, sum] : manifest->files) total += sum.bytes;
  for (const auto& [path, sum] : manifest->files) {
    const std::string file = folder + "/" + path;
    const auto found = sum_of_file(file);
    if (!found) return make_error(errc::corrupt, found.error().message + ": take another backup");
    if (*found != sum)
      return make_error(errc::corrupt, file + ": is not as it was backed up (" +
                                           std::to_string(found->bytes) + " bytes, then " +
                                           std::to_string(sum.bytes) + "): take another backup");
    done += sum.bytes;
    if (on_work) on_work(done, total);
  }
  WHORL_ASSIGN(const std::uint32_t partitions, read_format(folder));
  if (partitions != manifest->partitions)
    return make_error(errc::corrupt, folder +
                                         "/FORMAT: says other partitions than BACKUP: take "
                                         "another backup");
  return manifest;
}

result<std::vector<key_id>> read_purges(const std::string& folder) {
  WHORL_TRY(read_format(folder));
  WHORL_ASSIGN(const auto lock, take_lock(folder));
  WHORL_ASSIGN(const auto keys, open_keyring(folder + "/keys"));
  return keys->tombstones();
}

result<std::size_t> restore_files(const std::string& backup, const backup_manifest& manifest,
                                  const std::string& target, const std::vector<key_id>& purged,
                                  const work_function& on_work) {
  WHORL_TRY(check_empty_folder(target));
  std::uint64_t done = 0, total = 0;
  for (const auto& [path, sum] : manifest.files) total += sum.bytes;
  WHORL_TRY(check_room(target, total));
  attempt cleanup(target);
  WHORL_TRY(lmdb::make_folder(target));
  for (const auto& [path, sum] : manifest.files) {
    const fs::path to = fs::path(target) / path;
    WHORL_TRY(lmdb::make_folder(to.parent_path().string()));
    WHORL_TRY(copy_plain_file(backup + "/" + path, to.string()));
    done += sum.bytes;
    if (on_work) on_work(done, total);
  }
  WHORL_ASSIGN(const std::size_t destroyed, destroy_again(target + "/keys", purged));
  WHORL_TRY(sync_file_system(target));
  WHORL_TRY(write_format(target, manifest.partitions));
  cleanup.keep();
  return destroyed;
}

status check_restored(const journal& log, const backup_manifest& manifest) {
  for (std::size_t i = 0; i < std::size(all_streams); ++i) {
    WHORL_TRY(verify_stream(log, all_streams[i]));
    WHORL_ASSIGN(const stream_tail tail, log.tail(all_streams[i]));
    if (tail != manifest.tails[i])
      return make_error(errc::corrupt,
                        "stream " + std::string(to_string(all_streams[i])) + " ends at " +
                            std::to_string(tail.seq) + ", the backup says " +
                            std::to_string(manifest.tails[i].seq) + ": take another backup");
  }
  return {};
}

}  // namespace whorl::storage
