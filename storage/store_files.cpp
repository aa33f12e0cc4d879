#include "storage/store_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "messages/limits.hpp"
#include "storage/descriptor.hpp"
#include "storage/durable_file.hpp"
#include "storage/store.hpp"

namespace whorl::storage {
namespace {

error refused(const std::string& path, const char* what, int code) {
  return make_error(code == ENOSPC ? errc::storage_full : errc::io,
                    path + ": " + what + ": " + std::strerror(code));
}

result<std::shared_ptr<descriptor>> open_lock(const std::string& folder) {
  const std::string path = folder + "/lock";
  auto file =
      std::make_shared<descriptor>(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file->get() < 0) return refused(path, "open", errno);
  return file;
}

/// All gallery maps together: half of the 128 TiB that a process can address.
constexpr std::uint64_t gallery_map_bytes_max = 64ull << 40;

}  // namespace

status check_partition_count(std::uint32_t count) {
  if (count != 0 && count <= limits::partitions_max) return {};
  return make_error(errc::invalid_input, "a gallery has 1 to " +
                                             std::to_string(limits::partitions_max) +
                                             " partitions, not " + std::to_string(count));
}

std::string partition_folder(partition_id which) {
  char name[16];
  std::snprintf(name, sizeof name, "%03u", which.index);
  return std::string(to_string(which.gallery)) + "/" + name;
}

std::uint64_t partition_map_bytes(std::uint64_t wanted, std::uint32_t partition_count) {
  const std::uint64_t share = gallery_map_bytes_max / (2 * std::uint64_t{partition_count});
  return std::min(wanted, share / 4096 * 4096);
}

status write_format(const std::string& folder, std::uint32_t partition_count) {
  const std::string text = "whorl-store " + std::to_string(store_format_version) + "\npartitions " +
                           std::to_string(partition_count) + "\n";
  return write_durably(folder + "/FORMAT", text);
}

result<std::uint32_t> read_format(const std::string& folder) {
  const std::string path = folder + "/FORMAT";
  std::ifstream file(path);
  if (!file) {
    const int code = errno;
    if (std::error_code ignored; std::filesystem::exists(path, ignored))
      return refused(path, "open", code);
    return make_error(errc::not_found,
                      folder + ": no whorl store here: make one with `whorl init`");
  }
  std::string kind, word;
  long version = 0, partitions = 0;
  if (!(file >> kind >> version) || kind != "whorl-store")
    return make_error(errc::corrupt, path +
                                         ": does not begin with 'whorl-store <version>': "
                                         "restore it from a copy");
  if (version != store_format_version)
    return make_error(errc::wrong_version,
                      folder + ": store format " + std::to_string(version) +
                          " found, this program reads format " +
                          std::to_string(store_format_version) +
                          ": keep the old program to export, or `whorl init` a new store");
  if (!(file >> word >> partitions) || word != "partitions" || partitions < 1 ||
      partitions > long{limits::partitions_max})
    return make_error(errc::corrupt, path + ": second line must be 'partitions <1.." +
                                         std::to_string(limits::partitions_max) +
                                         ">': restore it from a copy");
  return static_cast<std::uint32_t>(partitions);
}

result<std::shared_ptr<void>> take_lock(const std::string& folder) {
  WHORL_ASSIGN(auto file, open_lock(folder));
  if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) return std::shared_ptr<void>(std::move(file));
  if (errno != EWOULDBLOCK) return refused(folder + "/lock", "lock", errno);
  return make_error(errc::unavailable,
                    folder + ": another process has this store open: stop it first");
}

result<std::shared_ptr<void>> wait_for_lock(const std::string& folder) {
  WHORL_ASSIGN(auto file, open_lock(folder));
  while (::flock(file->get(), LOCK_EX) != 0)
    if (errno != EINTR) return refused(folder + "/lock", "lock", errno);
  return std::shared_ptr<void>(std::move(file));
}

}  // namespace whorl::storage
