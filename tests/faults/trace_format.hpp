// The trace of what a program did to its files: written by storage_recorder.cpp, read by trace.hpp.
// A record is: kind u8, length of path u16, offset u64, size of data u32 (little-endian), path,
// data. Paths are relative to the traced folder.
#pragma once

#include <cstdint>

namespace whorl::faults {

enum class op_kind : std::uint8_t {
  write = 1,          ///< data at offset of path
  write_through = 2,  ///< the same through an O_DSYNC descriptor: durable when it returns
  sync = 3,           ///< fsync or fdatasync of path
  sync_folder = 4,    ///< fsync of a folder; "." is the traced folder itself
  truncate = 5,       ///< path has `offset` bytes
  create = 6,         ///< path is new and empty
  rename = 7,         ///< path becomes `data`
  remove = 8,
  make_folder = 9,
  printed = 10,  ///< data on the standard output: seen by the world
  sync_all = 11  ///< syncfs: everything below the traced folder is durable when it returns
};

constexpr bool is_sync(op_kind kind) {
  return kind == op_kind::sync || kind == op_kind::sync_folder || kind == op_kind::sync_all;
}

}  // namespace whorl::faults
