#include "storage/gallery_view.hpp"

#include <algorithm>

#include "fingerprint/slab.hpp"
#include "storage/gallery_records.hpp"
#include "storage/gallery_slabs.hpp"
#include "storage/gallery_stretch.hpp"
#include "storage/lmdb_pages.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage::gallery {
namespace {

error damaged(subject_id subject, const char* what) {
  return make_error(errc::corrupt,
                    "record " + to_string(subject) + ": " + what + ": rebuild the partition");
}

class lmdb_view final : public partition_view {
 public:
  lmdb_view(std::shared_ptr<lmdb::environment> env, lmdb::transaction txn, std::uint64_t applied,
            std::uint64_t people, std::shared_ptr<checked_rows> checked)
      : env_(std::move(env)),
        txn_(std::move(txn)),
        applied_seq_(applied),
        people_(people),
        checked_(std::move(checked)) {}

  std::uint64_t applied_seq() const override { return applied_seq_; }
  std::uint64_t people() const override { return people_; }
  status visit(std::uint64_t after_seq, const visitor& visit) const override;
  status visit_slabs(std::uint64_t from, const slab_visitor& visit) const override;
  result<std::optional<slab_view>> slab(std::uint64_t number) const override;
  status visit_tail(const row_visitor& visit) const override;
  status visit_unplaced(const visitor& visit) const override;
  result<std::optional<byte_view>> entry(subject_id subject, sketch_place place) const override;
  status announce(subject_id subject) const override;
  result<subject_id> identity_of(subject_id subject) const override;
  status visit_records(const record_visitor& visit) const override;
  result<std::vector<subject_id>> answering_as(subject_id kept) const override;
  result<subject_row> subject(subject_id subject) const override;
  result<digest> content_digest() const override;
  partition_stats stats() const override;
  result<row_stretch> check_stretch(const row_place& after, std::size_t bytes_max) const override {
    return read_stretch(txn_, *env_, after, bytes_max);
  }
  result<bool> holds_stretch(const row_stretch& theirs, std::size_t bytes_max) const override {
    return has_stretch(txn_, *env_, theirs, bytes_max);
  }

 private:
  status visit_all(const visitor& visit) const;
  status visit_enrolled_after(std::uint64_t after_seq, const visitor& visit) const;
  /// At its first use.
  result<slab_view> checked_slab(const lmdb::row& row) const;
  /// False: told to stop. Who has no entry (any more) is passed over.
  result<bool> visit_one(subject_id subject, sketch_place place, const visitor& visit) const;
  std::shared_ptr<lmdb::environment> env_;
  lmdb::transaction txn_;
  std::uint64_t applied_seq_;
  std::uint64_t people_;  ///< with a search entry
  std::shared_ptr<checked_rows> checked_;
};

status lmdb_view::visit(std::uint64_t after_seq, const visitor& visit) const {
  return after_seq == 0 ? visit_all(visit) : visit_enrolled_after(after_seq, visit);
}

result<bool> lmdb_view::visit_one(subject_id subject, sketch_place place,
                                  const visitor& visit) const {
  WHORL_ASSIGN(const auto found, entry(subject, place));
  return !found || visit(subject, *found);
}

/// In order of arrival, as the entries stand in the file.
status lmdb_view::visit_all(const visitor& visit) const {
  status failed;
  bool on = true;
  const auto look = [&](subject_id subject, sketch_place place) {
    const auto went = visit_one(subject, place, visit);
    if (!went) failed = went.error();
    on = went && *went;
    return on;
  };
  WHORL_TRY(visit_slabs(0, [&](const slab_view& slab) {
    for (std::size_t i = 0; on && i < fingerprint::slab_people; ++i)
      if (slab.subject(i) != subject_id{})
        look(slab.subject(i), slab.number * fingerprint::slab_people + i);
    return on;
  }));
  if (on)
    WHORL_TRY(visit_tail([&](subject_id subject, byte_view) { return look(subject, no_place); }));
  return failed;
}

/// Few records as a rule: their ids are collected and put into subject order first.
status lmdb_view::visit_enrolled_after(std::uint64_t after_seq, const visitor& visit) const {
  std::vector<std::uint64_t> found;
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(enrolled)));
  if (after_seq == ~std::uint64_t{0}) return {};
  WHORL_ASSIGN(auto row, rows.seek(key_of(after_seq + 1, 0)));
  while (row) {
    found.push_back(key_word(row->key, 1));
    WHORL_ASSIGN(row, rows.next());
  }
  std::sort(found.begin(), found.end());
  for (const std::uint64_t id : found) {
    WHORL_ASSIGN(const bool on, visit_one({id}, no_place, visit));
    if (!on) return {};
  }
  return {};
}

/// So many slabs ahead of the scan are on their way from the disk.
constexpr int slabs_ahead = 4;

status lmdb_view::visit_slabs(std::uint64_t from, const slab_visitor& visit) const {
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(slabs)));
  WHORL_ASSIGN(auto row, rows.seek(key_of(from)));
  WHORL_ASSIGN(lmdb::cursor later_rows, txn_.scan(env_->at(slabs)));
  WHORL_ASSIGN(auto later, later_rows.seek(key_of(from)));
  const auto announce_next = [&]() -> status {
    if (!later) return {};
    lmdb::prefetch(later->value);
    WHORL_ASSIGN(later, later_rows.next());
    return {};
  };
  for (int i = 0; i < slabs_ahead; ++i) WHORL_TRY(announce_next());
  while (row) {
    WHORL_TRY(announce_next());
    WHORL_ASSIGN(const slab_view slab, checked_slab(*row));
    if (!visit(slab)) return {};
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

result<slab_view> lmdb_view::checked_slab(const lmdb::row& row) const {
  WHORL_ASSIGN(const slab_view slab, slab_in(*env_, row));
  if (!checked_->slabs.has(slab.number)) {
    WHORL_TRY(check_slab_row(*env_, row));
    checked_->slabs.add(slab.number);
  }
  return slab;
}

result<std::optional<slab_view>> lmdb_view::slab(std::uint64_t number) const {
  const word_key key = key_of(number);
  WHORL_ASSIGN(const auto value, txn_.get(env_->at(slabs), key));
  if (!value) return std::optional<slab_view>();
  WHORL_ASSIGN(const slab_view found, checked_slab({key, *value}));
  return std::optional(found);
}

status lmdb_view::visit_tail(const row_visitor& visit) const {
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(tail)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    WHORL_ASSIGN(const byte_view sketch, sketch_in(*env_, *row));
    WHORL_TRY(check_tail_row(*env_, *row));
    if (!visit({key_word(row->key, 0)}, sketch)) return {};
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

status lmdb_view::visit_unplaced(const visitor& visit) const {
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(unplaced)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    const subject_id subject{row->key.size() == sizeof(word_key) ? key_word(row->key, 0) : 0};
    WHORL_ASSIGN(const auto found, entry(subject, no_place));
    if (!found) return damaged(subject, "listed without a search entry");
    if (!visit(subject, *found)) return {};
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

status lmdb_view::announce(subject_id subject) const {
  WHORL_ASSIGN(const auto value, txn_.get(env_->at(entries), key_of(subject.value)));
  if (value) lmdb::prefetch(*value);
  return {};
}

result<subject_id> lmdb_view::identity_of(subject_id subject) const {
  WHORL_ASSIGN(const auto other, txn_.get(env_->at(identities), key_of(subject.value)));
  return other ? subject_id{value_word(*other, 0)} : subject;
}

status lmdb_view::visit_records(const record_visitor& visit) const {
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(subjects)));
  WHORL_ASSIGN(auto row, rows.first());
  while (row) {
    const subject_id id{key_word(row->key, 0)};
    if (row->value.size() < subject_header_bytes) return damaged(id, "damaged row");
    if (!visit(id, value_word(row->value, 1))) return {};
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

result<std::vector<subject_id>> lmdb_view::answering_as(subject_id kept) const {
  std::vector<subject_id> found{kept};
  // Merges form a forest (gallery_links.hpp), so the list ends.
  for (std::size_t next = 0; next < found.size(); ++next) {
    const std::uint64_t above = found[next].value;
    WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(merged_into)));
    WHORL_ASSIGN(auto row, rows.seek(key_of(above, 0)));
    while (row && key_word(row->key, 0) == above) {
      found.push_back({key_word(row->key, 1)});
      WHORL_ASSIGN(row, rows.next());
    }
  }
  return found;
}

result<std::optional<byte_view>> lmdb_view::entry(subject_id subject, sketch_place place) const {
  WHORL_ASSIGN(const auto value, txn_.get(env_->at(entries), key_of(subject.value)));
  if (!value) return std::optional<byte_view>();
  if (place == no_place || !checked_->entries.has(place)) {
    WHORL_TRY(check_entry(env_->folder(), subject, *value));
    if (place != no_place) checked_->entries.add(place);
  }
  return std::optional(entry_in(*value));
}

result<subject_row> lmdb_view::subject(subject_id subject) const {
  WHORL_ASSIGN(const auto stored, txn_.get(env_->at(subjects), key_of(subject.value)));
  if (!stored) return make_error(errc::not_found, "no record " + to_string(subject));
  if (stored->size() < subject_header_bytes) return damaged(subject, "damaged row");
  const std::string name = "record " + to_string(subject);
  WHORL_ASSIGN(auto fact,
               decode_stored_as<subject_enrolled>(stored->subspan(subject_header_bytes), name));
  WHORL_ASSIGN(const subject_id identity, identity_of(subject));
  subject_row row{
      subject, identity, fact.origin, value_word(*stored, 0), fact.at, std::move(fact.record), {}};
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(encounters)));
  WHORL_ASSIGN(auto one, rows.seek(key_of(subject.value, 0)));
  while (one && key_word(one->key, 0) == subject.value) {
    WHORL_ASSIGN(auto met, decode_stored_as<encounter_added>(one->value, name + ", encounter"));
    row.encounters.push_back({met.booking, met.at, std::move(met.ori), std::move(met.who)});
    WHORL_ASSIGN(one, rows.next());
  }
  return row;
}

/// Chained per row, so that no copy of the partition is made: d = SHA-256(d | table | sizes | key |
/// SHA-256(value)). Every canonical table but meta, whose position may lag behind
/// (projection_base.hpp).
result<digest> lmdb_view::content_digest() const {
  digest sum{};
  for (std::size_t index = subjects; index < canonical_tables.size(); ++index) {
    WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(index)));
    WHORL_ASSIGN(auto row, rows.first());
    while (row) {
      const digest value_sum = sha256(row->value);
      bytes text(sum.begin(), sum.end());
      const bytes sizes = make_value({index, row->key.size(), row->value.size()});
      text.insert(text.end(), sizes.begin(), sizes.end());
      text.insert(text.end(), row->key.begin(), row->key.end());
      text.insert(text.end(), value_sum.begin(), value_sum.end());
      sum = sha256(text);
      WHORL_ASSIGN(row, rows.next());
    }
  }
  return sum;
}

partition_stats lmdb_view::stats() const {
  const auto rows_of = [this](std::size_t index) {
    return txn_.count(env_->at(index)).value_or(std::uint64_t{0});
  };
  partition_stats stats;
  stats.people = rows_of(subjects);
  stats.encounters = rows_of(encounters);
  stats.merged = rows_of(identities);
  if (const auto sums = read_counters(txn_, *env_)) {
    stats.prints = sums->prints;
    stats.search_bytes = sums->search_bytes;
  }
  stats.sketch_bytes = rows_of(slabs) * slab_value_bytes + rows_of(tail) * tail_value_bytes;
  stats.file_bytes = env_->file_bytes();
  return stats;
}

}  // namespace

bool checked_numbers::has(std::uint64_t number) const {
  const std::lock_guard lock(guard_);
  return number < checked_.size() && checked_[number];
}

void checked_numbers::add(std::uint64_t number) {
  const std::lock_guard lock(guard_);
  if (number >= checked_.size()) checked_.resize(number + fingerprint::slab_people);
  checked_[number] = true;
}

result<std::unique_ptr<partition_view>> make_view(std::shared_ptr<lmdb::environment> env,
                                                  std::uint64_t applied_before,
                                                  std::shared_ptr<checked_rows> checked) {
  WHORL_ASSIGN(lmdb::transaction txn, env->read());
  WHORL_ASSIGN(const stream_tail stored, stored_position(txn, env->at(meta)));
  WHORL_ASSIGN(const std::uint64_t people, txn.count(env->at(entries)));
  const std::uint64_t applied = std::max(stored.seq, applied_before);
  return std::unique_ptr<partition_view>(std::make_unique<lmdb_view>(
      std::move(env), std::move(txn), applied, people, std::move(checked)));
}

}  // namespace whorl::storage::gallery
