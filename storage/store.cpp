#include "storage/store.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "messages/limits.hpp"
#include "storage/audit_proof.hpp"
#include "storage/durable_file.hpp"
#include "storage/lmdb.hpp"
#include "storage/store_files.hpp"

namespace whorl::storage {
namespace {

constexpr std::size_t catch_up_batch = 1024;
constexpr std::size_t public_key_bytes_max = 4096;

status open_gallery(store& into, gallery_kind gallery, partition_options options) {
  options.map_bytes = partition_map_bytes(options.map_bytes, into.partition_count);
  for (std::uint32_t i = 0; i < into.partition_count; ++i) {
    WHORL_ASSIGN(auto partition,
                 open_gallery_partition(into.folder + "/gallery/" + partition_folder({gallery, i}),
                                        {gallery, i}, into.partition_count, *into.keys, options));
    into.gallery(gallery).push_back(std::move(partition));
  }
  return {};
}

/// Catches the partitions of a gallery up together: the stream is read once, not once a partition.
status catch_up_gallery(const journal& log,
                        std::span<const std::unique_ptr<gallery_partition>> all) {
  // Compares each position with the journal, which must hold the fact it stands on.
  std::uint64_t from = ~std::uint64_t{0};
  for (const auto& partition : all) {
    const stream_tail at = partition->applied();
    from = std::min(from, at.seq);
    if (at.seq == 0) continue;
    WHORL_ASSIGN(const auto last, log.read(partition->follows(), at.seq, 1));
    // The same complaint as everyone's: let catch_up make it.
    if (last.empty() || last.front().self != at.self) return catch_up(log, *partition);
  }
  while (true) {
    WHORL_ASSIGN(const auto facts, log.read(all.front()->follows(), from + 1, catch_up_batch));
    if (facts.empty()) return {};
    for (const auto& partition : all) WHORL_TRY(partition->apply(facts));
    from = facts.back().seq;
  }
}

}  // namespace

std::vector<projection*> store::projections() {
  std::vector<projection*> all{bookings.get(), cases.get(), outbox.get(), audit.get()};
  for (const auto& partition : criminal) all.push_back(partition.get());
  for (const auto& partition : immigration) all.push_back(partition.get());
  return all;
}

status catch_up_all(store& what) {
  for (projection* small :
       {static_cast<projection*>(what.bookings.get()), static_cast<projection*>(what.cases.get()),
        static_cast<projection*>(what.outbox.get()), static_cast<projection*>(what.audit.get())})
    WHORL_TRY(catch_up(*what.log, *small));
  WHORL_TRY(catch_up_gallery(*what.log, what.criminal));
  return catch_up_gallery(*what.log, what.immigration);
}

result<digest> lineage_of(store& what) {
  WHORL_ASSIGN(const std::string key,
               read_small_file(public_key_file(what.folder), public_key_bytes_max));
  std::string all = std::to_string(what.partition_count) + "\n" + key;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (const auto& partition : what.gallery(gallery)) {
      WHORL_ASSIGN(const std::uint64_t loads, partition->imports());
      all += std::to_string(loads) + "\n";
    }
  return sha256(std::as_bytes(std::span(all)));
}

status create_store(const std::string& folder, std::uint32_t partition_count,
                    std::span<const owner_file> files) {
  WHORL_TRY(check_partition_count(partition_count));
  WHORL_TRY(lmdb::make_folder(folder));
  WHORL_ASSIGN(const auto lock, take_lock(folder));
  std::error_code code;
  if (std::filesystem::exists(folder + "/FORMAT", code))
    return make_error(errc::conflict, folder + ": holds a store already: choose another folder");
  if (std::filesystem::exists(folder + "/journal/data.mdb", code))
    return make_error(errc::conflict, folder +
                                          ": holds a journal without a FORMAT file: restore "
                                          "FORMAT from a copy, or choose another folder");
  WHORL_TRY(open_head_signer(folder));
  for (const owner_file& file : files)
    if (!std::filesystem::exists(folder + "/" + file.name, code))
      WHORL_TRY(write_durably(folder + "/" + file.name, byte_view(file.content)));
  return write_format(folder, partition_count);
}

result<std::unique_ptr<store>> open_store(const std::string& folder,
                                          const partition_options& options,
                                          std::unique_ptr<journal> other_log, bool follow) {
  WHORL_TRY(read_format(folder));  // before the lock: an absent folder has none to take
  auto opened = std::make_unique<store>();
  opened->folder = folder;
  if (std::error_code code; std::filesystem::exists(folder + "/BACKUP", code))
    return make_error(errc::conflict, folder +
                                          ": is a backup, which must stay as it is: `whorl "
                                          "restore` it into a store of its own");
  WHORL_ASSIGN(opened->lock, take_lock(folder));
  WHORL_ASSIGN(opened->partition_count, read_format(folder));
  const bool durable = options.durable;
  if (other_log != nullptr) {
    opened->log = std::move(other_log);
  } else {
    WHORL_ASSIGN(opened->log, open_embedded_journal(folder + "/journal", {.durable = durable}));
  }
  WHORL_ASSIGN(opened->signer, open_head_signer(folder, {.durable = durable}));
  WHORL_TRY(check_kept_head(folder, *opened->log));
  WHORL_ASSIGN(opened->keys, open_keyring(folder + "/keys", {.durable = durable}));
  WHORL_ASSIGN(opened->bookings, open_booking_store(folder + "/bookings", durable));
  WHORL_ASSIGN(opened->cases, open_case_store(folder + "/cases", durable));
  WHORL_ASSIGN(opened->outbox, open_outbox_store(folder + "/outbox", durable));
  WHORL_ASSIGN(opened->audit, open_audit_store(folder + "/audit", durable));
  WHORL_TRY(open_gallery(*opened, gallery_kind::criminal, options));
  WHORL_TRY(open_gallery(*opened, gallery_kind::immigration, options));
  if (follow) WHORL_TRY(catch_up_all(*opened));
  return opened;
}

}  // namespace whorl::storage
