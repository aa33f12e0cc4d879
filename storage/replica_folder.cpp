#include "storage/replica_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "messages/limits.hpp"
#include "storage/durable_file.hpp"
#include "storage/lmdb.hpp"
#include "storage/store_files.hpp"

namespace whorl::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t format_bytes_max = 256;

/// Overwrites and removes the files of an environment, then its folder.
status destroy_environment(const std::string& folder) {
  std::error_code code;
  if (!fs::exists(folder, code)) return {};
  for (const auto& entry : fs::directory_iterator(folder, code))
    WHORL_TRY(destroy_file(entry.path().string()));
  fs::remove(folder, code);
  if (code) return make_error(errc::io, folder + ": remove: " + code.message());
  return {};
}

status write_replica_format(const std::string& folder, std::uint32_t count) {
  return write_durably(folder + "/FORMAT", "whorl-replicas " +
                                               std::to_string(replica_format_version) +
                                               "\npartitions " + std::to_string(count) + "\n");
}

/// How many partitions its cluster has.
result<std::uint32_t> read_replica_format(const std::string& folder) {
  WHORL_ASSIGN(const std::string text, read_small_file(folder + "/FORMAT", format_bytes_max));
  std::istringstream in(text);
  std::string kind, word;
  int version = 0;
  std::uint32_t count = 0;
  in >> kind >> version >> word >> count;
  if (kind == "whorl-store")
    return make_error(errc::conflict, folder + ": holds a store: give the node another folder");
  const auto unreadable = [&] {
    return make_error(errc::corrupt, folder +
                                         "/FORMAT: is no replica folder's: remove the folder, "
                                         "the node copies its replicas anew");
  };
  if (kind != "whorl-replicas" || version == 0) return unreadable();
  if (version != replica_format_version)
    return make_error(errc::wrong_version,
                      folder + ": replica format " + std::to_string(version) +
                          " found, this program reads " + std::to_string(replica_format_version) +
                          ": remove the folder, the node copies its replicas anew");
  if (word != "partitions" || count == 0) return unreadable();
  return count;
}

}  // namespace

replica_folder::replica_folder(std::string folder, std::uint32_t count,
                               const partition_options& options)
    : folder_(std::move(folder)), partition_count_(count), options_(options) {
  options_.map_bytes = partition_map_bytes(options_.map_bytes, count);
}

result<std::unique_ptr<replica_folder>> replica_folder::open(const std::string& folder,
                                                             std::uint32_t partition_count,
                                                             const partition_options& options) {
  WHORL_TRY(check_partition_count(partition_count));
  WHORL_TRY(make_durable_folder(folder));
  std::unique_ptr<replica_folder> out(new replica_folder(folder, partition_count, options));
  WHORL_ASSIGN(out->lock_, take_lock(folder));
  if (std::error_code ignored; fs::exists(folder + "/FORMAT", ignored)) {
    WHORL_ASSIGN(const std::uint32_t there, read_replica_format(folder));
    if (there != partition_count)
      return make_error(errc::conflict, folder + ": holds replicas of a cluster with " +
                                            std::to_string(there) + " partitions, this one has " +
                                            std::to_string(partition_count) +
                                            ": give the node another folder");
  } else {
    WHORL_TRY(write_replica_format(folder, partition_count));
  }
  WHORL_TRY(out->clear_incoming());
  return out;
}

status replica_folder::clear_incoming() {
  std::error_code code;
  if (!fs::exists(folder_ + "/incoming", code)) return {};
  for (const auto& entry : fs::directory_iterator(folder_ + "/incoming", code))
    WHORL_TRY(destroy_environment(entry.path().string()));
  return {};
}

std::string replica_folder::place(partition_id which) const {
  return folder_ + "/replicas/" + partition_folder(which);
}

std::string replica_folder::incoming(partition_id which) const {
  std::string name = partition_folder(which);
  std::ranges::replace(name, '/', '-');
  return folder_ + "/incoming/" + name;
}

std::vector<partition_id> replica_folder::held() const {
  std::vector<partition_id> all;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < partition_count_; ++i)
      if (std::error_code ignored; fs::exists(place({gallery, i}) + "/data.mdb", ignored))
        all.push_back({gallery, i});
  return all;
}

result<std::unique_ptr<gallery_partition>> replica_folder::open_replica(partition_id which,
                                                                        keyring& keys) const {
  return open_gallery_partition(place(which), which, partition_count_, keys, options_);
}

result<std::unique_ptr<partition_target>> replica_folder::receive(partition_id which) {
  WHORL_TRY(destroy_environment(incoming(which)));
  return make_partition_target(incoming(which), options_.map_bytes);
}

status replica_folder::accept(partition_id which) {
  const std::string to = place(which), parent = fs::path(to).parent_path().string();
  std::error_code code;
  if (fs::exists(to + "/data.mdb", code))
    return make_error(errc::conflict, to + ": there is a replica of " + to_string(which));
  WHORL_TRY(destroy_environment(to));  // what is left where dropping one was interrupted
  WHORL_TRY(make_durable_folder(parent));
  fs::rename(incoming(which), to, code);
  if (code) return make_error(errc::io, to + ": rename into place: " + code.message());
  return lmdb::sync_folder(parent);
}

status replica_folder::drop(partition_id which) {
  WHORL_TRY(destroy_environment(place(which)));
  return destroy_environment(incoming(which));
}

}  // namespace whorl::storage
