// A disk that loses what was not synced. Fed with the operations of a trace, it keeps, beside the
// present state of the folder, what is certain to survive a loss of power, and makes from both the
// states in which a machine may come up again. The rules are POSIX's, not a kind file system's:
//   - a file's data survives after a sync of the file (or a write through O_DSYNC), everything
//     after a sync of the file system;
//   - an unsynced write survives whole, in part (by 512-byte sectors, in any choice) or not at all,
//     whatever came before or after it;
//   - a name (create, rename, remove, mkdir) survives after a sync of its folder; unsynced changes
//     of one folder survive up to some point, in order, as journaling file systems do it.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/trace.hpp"

namespace whorl::faults {

/// What becomes of unsynced writes.
enum class loss : std::uint8_t { all, none, some_writes, some_sectors };

class disk_model {
 public:
  /// Takes the operation over; `printed` changes nothing.
  void apply(const operation& what);
  /// Writes into `folder` (made anew) a state that may be found after power was lost now.
  /// `next`: the operation under way at that moment, of which a part may be on the disk.
  void crash_into(const std::filesystem::path& folder, loss how, std::mt19937_64& random,
                  const operation* next = nullptr) const;

 private:
  struct pending_write {
    std::uint64_t offset = 0;
    std::string data;
    bool truncates = false;  ///< then offset is the file's new size
  };
  struct file {
    std::string durable;
    std::vector<pending_write> pending;
  };
  using file_ptr = std::shared_ptr<file>;
  /// Changes of the names of one folder, in order: name -> file, or null when removed.
  struct name_change {
    std::string name;
    file_ptr now;
    bool is_folder = false;
  };
  struct folder_names {
    std::map<std::string, file_ptr> durable;  ///< null: a folder
    std::deque<name_change> pending;
  };

  static void make_durable(file& what);
  static void make_durable(folder_names& names);
  file_ptr find(const std::string& path) const;
  void change_name(const std::string& path, file_ptr now, bool is_folder);
  void add_write(const operation& what);
  static std::string survive(const file& what, loss how, std::mt19937_64& random);
  void write_folder(const std::filesystem::path& at, const std::string& folder, loss how,
                    std::mt19937_64& random) const;

  std::map<std::string, file_ptr> present_;  ///< by whole path
  std::map<std::string, folder_names> folders_{{".", {}}};
};

}  // namespace whorl::faults
