#include "storage/gallery_partition.hpp"

#include <algorithm>
#include <unordered_set>

#include "messages/key_purposes.hpp"
#include "messages/limits.hpp"
#include "messages/planted_bug.hpp"
#include "messages/wire.hpp"
#include "storage/gallery_links.hpp"
#include "storage/gallery_records.hpp"
#include "storage/gallery_slabs.hpp"
#include "storage/gallery_source.hpp"
#include "storage/gallery_view.hpp"
#include "storage/layout.hpp"
#include "storage/parallel.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage {
namespace {

using namespace gallery;

class lmdb_partition final : public projected<gallery_partition> {
 public:
  lmdb_partition(partition_id id, std::uint32_t count, keyring& keys)
      : id_(id), count_(count), keys_(keys) {}
  lmdb_partition(const lmdb_partition&) = delete;
  lmdb_partition& operator=(const lmdb_partition&) = delete;
  /// Readers of older states are gone now; what fails here is done at the next opening.
  ~lmdb_partition() override {
    if (env()) static_cast<void>(wipe_erased());
  }

  status open(const std::string& folder, const partition_options& options) {
    WHORL_ASSIGN(auto opened, lmdb::environment::open(folder, table_names,
                                                      {.map_bytes = options.map_bytes,
                                                       .durable = options.durable,
                                                       .scattered = true}));
    const store_identity identity{{'g', 'a', 'l', 'l', 'e', 'r', 'y', 0},
                                  layout::gallery_version,
                                  std::uint64_t(id_.gallery) << 32 | id_.index,
                                  count_};
    WHORL_TRY(attach(std::move(opened), identity));
    WHORL_TRY(check_all_there(*env()));
    WHORL_TRY(look_for_owed_wipe());
    return wipe_erased();
  }

  partition_id id() const override { return id_; }
  stream_id follows() const override { return stream_of(id_.gallery); }
  result<std::unique_ptr<partition_view>> view() const override {
    return make_view(env(), position().seq, checked_);
  }
  status import(std::span<const subject_record> people, instant at) override;
  result<std::unique_ptr<partition_source>> copy() const override { return make_source(env()); }
  result<std::uint64_t> imports() const override;
  status finish_erasing() override;

 private:
  result<bool> concerns(const fact& what) const override;
  status apply_one(lmdb::write_transaction& txn, const fact& what,
                   const fact_record& record) override;
  status enrol(lmdb::write_transaction& txn, const subject_enrolled& what, std::uint64_t seq);
  status meet(lmdb::write_transaction& txn, const encounter_added& what, const fact_record& record);
  status remove(lmdb::write_transaction& txn, subject_id subject);
  status check_importable(std::span<const subject_record> people) const;
  status after_commit() override { return wipe_erased(); }
  status wipe_erased();
  status look_for_owed_wipe();

  bool is_mine(subject_id subject) const { return partition_of(subject, count_) == id_.index; }

  partition_id id_;
  std::uint32_t count_;
  keyring& keys_;
  std::shared_ptr<checked_rows> checked_ = std::make_shared<checked_rows>();
  bool wipe_owed_ =
      false;  ///< the row of meta, so that a commit need not read it; the applier's own
};

result<bool> lmdb_partition::concerns(const fact& what) const {
  if (const auto* enrolled_one = std::get_if<subject_enrolled>(&what))
    return is_mine(enrolled_one->subject);
  if (const auto* met = std::get_if<encounter_added>(&what)) return is_mine(met->subject);
  // Links are kept by every partition (gallery_tables.hpp).
  if (std::holds_alternative<subjects_merged>(what)) return true;
  if (std::holds_alternative<subjects_unmerged>(what)) return true;
  if (const auto* deleted = std::get_if<subject_deleted>(&what)) {
    if (is_mine(deleted->subject)) return true;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    return is_linked(txn, *env(), deleted->subject);
  }
  return false;
}

status lmdb_partition::apply_one(lmdb::write_transaction& txn, const fact& what,
                                 const fact_record& record) {
  if (const auto* enrolled_one = std::get_if<subject_enrolled>(&what))
    return enrol(txn, *enrolled_one, record.seq);
  if (const auto* met = std::get_if<encounter_added>(&what)) return meet(txn, *met, record);
  if (const auto* merged = std::get_if<subjects_merged>(&what))
    return links(txn, *env()).merge(merged->kept, merged->merged);
  if (const auto* unmerged = std::get_if<subjects_unmerged>(&what))
    return links(txn, *env()).unmerge(unmerged->merged);
  if (const auto* deleted = std::get_if<subject_deleted>(&what);
      deleted != nullptr && !planted(planted_bug::deletion_is_not_applied))
    return remove(txn, deleted->subject);
  return {};
}

/// A purged record is passed over. One that cannot be used (does not open, decode or match) is kept
/// without a search entry: a bad record must not stop the gallery's stream.
status lmdb_partition::enrol(lmdb::write_transaction& txn, const subject_enrolled& what,
                             std::uint64_t seq) {
  if (!is_mine(what.subject)) return {};
  prepared_record prepared{what, seq, 0, {}};
  const auto plain = keys_.open(what.record);
  if (!plain && plain.error().code == errc::purged) return {};
  if (!plain && plain.error().code != errc::corrupt) return plain.error();
  if (plain) {
    const auto record = wire::decode_subject_record(*plain);
    if (record && record->subject == what.subject && what.subject != subject_id{}) {
      auto search = searchable_of(*record);
      prepared.prints = record->prints.size();
      if (search) prepared.search = *std::move(search);
    }
  }
  WHORL_ASSIGN(const bool is_new, insert_record(txn, *env(), prepared));
  return is_new ? links(txn, *env()).refresh(what.subject) : status{};
}

status lmdb_partition::meet(lmdb::write_transaction& txn, const encounter_added& what,
                            const fact_record& record) {
  if (!is_mine(what.subject)) return {};
  WHORL_ASSIGN(const auto row, txn.get(table_at(subjects), key_of(what.subject.value)));
  if (!row) return {};
  return txn.put(table_at(encounters), key_of(what.subject.value, record.seq), record.payload);
}

status lmdb_partition::remove(lmdb::write_transaction& txn, subject_id subject) {
  if (is_mine(subject)) {
    WHORL_ASSIGN(const bool erased, erase_record(txn, *env(), subject));
    wipe_owed_ = wipe_owed_ || erased;
  }
  return links(txn, *env()).forget(subject);
}

/// What was erased is overwritten in the file too, at once, or when the last reader of an older
/// state is gone: at the next change or the next opening.
status lmdb_partition::wipe_erased() {
  if (!wipe_owed_) return {};
  WHORL_TRY(env()->rinse_buffers(meta));
  WHORL_ASSIGN(const bool all, env()->wipe_freed());
  if (!all) return {};
  WHORL_ASSIGN(lmdb::write_transaction txn, env()->write());
  WHORL_TRY(txn.erase(table_at(meta), view_of(wipe_owed_key)));
  WHORL_TRY(txn.commit());
  wipe_owed_ = false;
  return {};
}

status lmdb_partition::finish_erasing() {
  WHORL_TRY(wipe_erased());
  if (!wipe_owed_) return {};
  return make_error(errc::unavailable, env()->folder() + ": a search still reads what was erased");
}

status lmdb_partition::look_for_owed_wipe() {
  WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
  WHORL_ASSIGN(const auto owed, txn.get(table_at(meta), view_of(wipe_owed_key)));
  wipe_owed_ = owed.has_value();
  return {};
}

status lmdb_partition::check_importable(std::span<const subject_record> people) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
  std::unordered_set<std::uint64_t> seen;
  for (const subject_record& person : people) {
    const std::string name = "import of " + to_string(person.subject);
    if (person.subject == subject_id{})
      return make_error(errc::invalid_input, name + ": nobody's id is 0: give it another");
    if (!is_mine(person.subject))
      return make_error(errc::invalid_input,
                        name + ": belongs to partition " +
                            std::to_string(partition_of(person.subject, count_)) + ", not to " +
                            to_string(id_));
    WHORL_ASSIGN(const auto row, txn.get(table_at(subjects), key_of(person.subject.value)));
    if (row || !seen.insert(person.subject.value).second)
      return make_error(errc::conflict, name + ": the record exists already");
  }
  return {};
}

result<std::uint64_t> read_imports(const lmdb::transaction& txn, const lmdb::environment& env) {
  WHORL_ASSIGN(const auto stored, txn.get(env.at(meta), view_of(imports_key)));
  return stored && stored->size() == 8 ? value_word(*stored, 0) : 0;
}

status note_import(lmdb::write_transaction& txn, const lmdb::environment& env,
                   std::span<const subject_record> people, instant at) {
  WHORL_ASSIGN(const std::uint64_t before, read_imports(txn, env));
  bytes all = make_value({before, static_cast<std::uint64_t>(at.ms)});
  for (const subject_record& person : people) {
    const bytes id = make_value({person.subject.value});
    all.insert(all.end(), id.begin(), id.end());
  }
  const digest sum = sha256(all);
  const std::uint64_t now = value_word(byte_view(sum).first(8), 0);
  return txn.put(env.at(meta), view_of(imports_key), make_value({now}));
}

result<std::uint64_t> lmdb_partition::imports() const {
  WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
  return read_imports(txn, *env());
}

status lmdb_partition::import(std::span<const subject_record> people, instant at) {
  WHORL_TRY(check_importable(people));
  std::vector<prepared_record> prepared(people.size());
  std::vector<seal_request> to_seal;
  to_seal.reserve(people.size());
  std::vector<status> usable(people.size());
  parallel_for(people.size(), [&](std::size_t i) {
    auto search = searchable_of(people[i]);
    if (search)
      prepared[i].search = *std::move(search);
    else
      usable[i] = search.error();
  });
  for (std::size_t i = 0; i < people.size(); ++i) {
    WHORL_TRY(usable[i]);
    prepared[i].prints = people[i].prints.size();
    to_seal.push_back(
        {{people[i].subject.value, record_purpose(id_.gallery)}, wire::encode(people[i])});
  }
  WHORL_ASSIGN(auto sealed, keys_.seal(to_seal));
  WHORL_ASSIGN(lmdb::write_transaction txn, env()->write());
  WHORL_TRY(note_import(txn, *env(), people, at));
  for (std::size_t i = 0; i < people.size(); ++i) {
    prepared[i].what = {people[i].subject, {}, at, "import", std::move(sealed[i])};
    WHORL_ASSIGN(const bool is_new, insert_record(txn, *env(), prepared[i]));
    if (!is_new)
      return make_error(errc::conflict, "import of " + to_string(people[i].subject) +
                                            ": the record exists already");
    WHORL_TRY(links(txn, *env()).refresh(people[i].subject));
  }
  return txn.commit();
}

}  // namespace

result<std::unique_ptr<gallery_partition>> open_gallery_partition(
    const std::string& folder, partition_id id, std::uint32_t partition_count, keyring& keys,
    const partition_options& options) {
  if (partition_count == 0 || partition_count > limits::partitions_max ||
      id.index >= partition_count)
    return make_error(errc::invalid_input, "partition " + to_string(id) + " of " +
                                               std::to_string(partition_count) +
                                               ": no such partition");
  auto partition = std::make_unique<lmdb_partition>(id, partition_count, keys);
  WHORL_TRY(partition->open(folder, options));
  return std::unique_ptr<gallery_partition>(std::move(partition));
}

}  // namespace whorl::storage
