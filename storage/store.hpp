// A node's store: one folder that holds the journal, the keyring and every projection, owned by one
// process at a time (lock file). storage/FORMAT.md describes every byte.
//
//   FORMAT            text: "whorl-store <version>", then "partitions <n>"
//   lock              flock()ed by the owner
//   journal/ keys/ bookings/ cases/ outbox/ audit/ gallery/criminal/000/ ...
//   gallery/immigration/...
//   audit-key.pem, audit-key.pub.pem, audit-head    the audit's countersignature (audit_head.hpp)
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/audit_head.hpp"
#include "storage/booking_store.hpp"
#include "storage/gallery_partition.hpp"
#include "storage/journal.hpp"
#include "storage/keyring.hpp"
#include "storage/ledgers.hpp"

namespace whorl::storage {

inline constexpr int store_format_version = 6;

/// Members are destroyed in reverse order: projections before keys before journal.
struct store {
  std::string folder;
  std::uint32_t partition_count = 0;
  std::shared_ptr<void> lock;  ///< releases the lock file when the last copy dies
  std::unique_ptr<head_signer> signer;
  std::unique_ptr<journal> log;
  std::unique_ptr<own_keyring> keys;
  std::unique_ptr<booking_store> bookings;
  std::unique_ptr<case_store> cases;
  std::unique_ptr<outbox_store> outbox;
  std::unique_ptr<audit_store> audit;
  std::vector<std::unique_ptr<gallery_partition>> criminal, immigration;
  /// Held by whoever takes a step of a case, from reading it until the step is applied: a step is
  /// judged on the case that it changes.
  std::mutex case_steps;

  std::vector<std::unique_ptr<gallery_partition>>& gallery(gallery_kind kind) {
    return kind == gallery_kind::criminal ? criminal : immigration;
  }
  /// Every projection of the store.
  std::vector<projection*> projections();
};

/// Catches every projection up with the journal, as opening does.
status catch_up_all(store& what);

/// What two stores of the same facts must have alike, and no fact brings: partitions, the audit's
/// public key and every bulk load.
result<digest> lineage_of(store& what);

/// A file that belongs to the store's owner, for example the configuration.
struct owner_file {
  std::string name;
  bytes content;
};

/// Makes an empty store with its audit key, and `files` beside it where they do not exist. FORMAT
/// comes last, so a store that is found is whole. Errors: conflict when the folder holds one
/// already; invalid_input for a partition count of 0 or above limits::partitions_max.
status create_store(const std::string& folder, std::uint32_t partition_count,
                    std::span<const owner_file> files = {});

/// Opens and catches every projection up with the journal. Errors: not_found (with `whorl init`
/// named), wrong_version (names both versions and the way out), unavailable (another process holds
/// the lock), corrupt (among others: the journal does not hold the row of the kept audit head),
/// conflict (the folder is a backup). An audit key is made where none ever was. `options` are the
/// partitions' (their maps are made smaller when all of them would not fit the address space);
/// durable = false holds for every part of the store. `other_log`: a journal to use in place of the
/// store's own (a simulated one). `follow` false: projections stay where they are.
result<std::unique_ptr<store>> open_store(const std::string& folder,
                                          const partition_options& options = {},
                                          std::unique_ptr<journal> other_log = nullptr,
                                          bool follow = true);

}  // namespace whorl::storage
