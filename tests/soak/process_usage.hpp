// What the process holds at one moment, as the kernel and the files tell it. Linux only.
#pragma once

#include <cstdint>
#include <string>

namespace whorl::soak {

struct usage {
  std::int64_t anon_kb = 0;  ///< RssAnon: the process's own memory, without mapped files
  std::int64_t file_kb = 0;  ///< RssFile: pages of the store's maps; grows with the store
  std::int64_t threads = 0;
  std::int64_t fds = 0;
  std::int64_t disk_kb = 0;       ///< blocks of every file of the store
  std::int64_t reader_slots = 0;  ///< LMDB's reader slots ever taken, summed over all environments
};

/// Reads /proc/self and walks `store_folder`.
usage usage_now(const std::string& store_folder);

}  // namespace whorl::soak
