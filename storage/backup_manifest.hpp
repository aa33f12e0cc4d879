// The file BACKUP of a backup: what it holds, as text lines with a digest over them, so that bit
// rot is found before anything is restored. Read back from a medium that nobody watched: parsing is
// strict and bounded.
//
//   whorl-backup 1
//   made 2026-11-22T17:01:01.000Z
//   by whorl 0.1.0
//   partitions 4
//   tail bookings 120 <digest, 64 hex>           one a stream
//   audit-head WHORL-AUDIT-HEAD 1 ...            storage/audit_head.hpp
//   file <sha256, 64 hex> <bytes> <path in the backup>
//   end <sha256 of all lines before>
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "storage/audit_head.hpp"
#include "storage/durable_file.hpp"

namespace whorl::storage {

inline constexpr std::size_t manifest_bytes_max = 1u << 30;

struct backup_manifest {
  std::string made;  ///< moment, as to_string(instant) writes it
  std::string by;
  std::uint32_t partitions = 0;
  std::array<stream_tail, std::size(all_streams)> tails{};  ///< in the order of all_streams
  std::string audit_head;
  std::map<std::string, file_sum> files;  ///< by path relative to the backup
  friend bool operator==(const backup_manifest&, const backup_manifest&) = default;
};

std::string to_text(const backup_manifest& manifest);
/// corrupt names the line.
result<backup_manifest> parse_manifest(std::string_view text);

}  // namespace whorl::storage
