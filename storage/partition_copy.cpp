#include "storage/partition_copy.hpp"

#include <filesystem>

#include "messages/limits.hpp"
#include "storage/gallery_source.hpp"
#include "storage/gallery_stretch.hpp"
#include "storage/keyring.hpp"

namespace whorl::storage {
namespace {

constexpr std::uint32_t tables = std::size(gallery::table_names);

class lmdb_source final : public partition_source {
 public:
  lmdb_source(std::shared_ptr<lmdb::environment> env, lmdb::transaction txn)
      : env_(std::move(env)), txn_(std::move(txn)) {}

  result<rows_reply> next() override {
    rows_reply piece;
    piece.table = table_;
    WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_->at(table_)));
    std::optional<lmdb::row> row;
    if (last_key_.empty()) {
      WHORL_ASSIGN(row, rows.first());
    } else {
      WHORL_ASSIGN(row, rows.seek(last_key_));
      WHORL_ASSIGN(row, rows.next());  // past the one that was sent
    }
    std::size_t size = 0;
    while (row && piece.rows.size() < limits::copied_rows_max) {
      WHORL_TRY(gallery::check_row(*env_, table_, *row));  // damage is not to spread
      size += row->key.size() + row->value.size();
      if (size > limits::replicated_bytes_max && !piece.rows.empty()) break;
      piece.rows.push_back(
          {{row->key.begin(), row->key.end()}, {row->value.begin(), row->value.end()}});
      WHORL_ASSIGN(row, rows.next());
    }
    if (row) {
      last_key_ = piece.rows.back().key;
    } else {
      last_key_.clear();
      ++table_;
    }
    piece.last = table_ == tables;
    piece.rows_so_far = rows_ += piece.rows.size();
    piece.content = content_ = content_after(content_, piece);
    return piece;
  }

 private:
  std::shared_ptr<lmdb::environment> env_;
  lmdb::transaction txn_;
  std::uint32_t table_ = 0;
  bytes last_key_;
  std::uint64_t rows_ = 0;
  digest content_{};
};

class lmdb_target final : public partition_target {
 public:
  explicit lmdb_target(std::shared_ptr<lmdb::environment> env) : env_(std::move(env)) {}

  status add(const rows_reply& piece) override {
    // The first table may be spread over pieces, the next may begin; none is left out or comes
    // back.
    const bool in_order = piece.table == table_ || piece.table == table_ + 1;
    if (over_ || !in_order || piece.table >= tables) return broken("is not the next one");
    if (piece.last && piece.table + 1 != tables) return broken("ends before the last table");
    if (piece.rows_so_far != rows_ + piece.rows.size()) return broken("counts other rows");
    if (piece.content != content_after(content_, piece))
      return broken("and its digest do not agree");
    const bytes* before = piece.table == table_ ? &last_key_ : nullptr;
    for (const stored_row& row : piece.rows) {
      if (row.key.empty() || (before != nullptr && !(*before < row.key)))
        return broken("has a key out of order");
      before = &row.key;
    }
    WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
    for (const stored_row& row : piece.rows)
      WHORL_TRY(txn.append(env_->at(piece.table), row.key, row.value));
    WHORL_TRY(txn.commit());
    if (piece.table != table_) last_key_.clear();
    if (!piece.rows.empty()) last_key_ = piece.rows.back().key;
    table_ = piece.table;
    rows_ = piece.rows_so_far;
    content_ = piece.content;
    over_ = piece.last;
    return {};
  }

 private:
  error broken(const char* what) const {
    return make_error(errc::corrupt, env_->folder() + ": a copied piece " + what + " (after " +
                                         std::to_string(rows_) + " rows): copy the partition anew");
  }

  std::shared_ptr<lmdb::environment> env_;
  std::uint32_t table_ = 0;
  bytes last_key_;  ///< of that table
  bool over_ = false;
  std::uint64_t rows_ = 0;
  digest content_{};
};

}  // namespace

digest content_after(const digest& before, const rows_reply& piece) {
  bytes text;
  std::size_t size = before.size() + 4 + 1;
  for (const stored_row& row : piece.rows) size += 16 + row.key.size() + row.value.size();
  text.reserve(size);
  text.insert(text.end(), before.begin(), before.end());
  put_little_endian(text, piece.table, 4);
  put_little_endian(text, piece.last ? 1 : 0, 1);
  for (const stored_row& row : piece.rows)
    for (const bytes* part : {&row.key, &row.value}) {
      put_little_endian(text, part->size(), 8);
      text.insert(text.end(), part->begin(), part->end());
    }
  return sha256(text);
}

result<std::unique_ptr<partition_source>> gallery::make_source(
    std::shared_ptr<lmdb::environment> env) {
  WHORL_ASSIGN(lmdb::transaction txn, env->read());
  return std::unique_ptr<partition_source>(
      std::make_unique<lmdb_source>(std::move(env), std::move(txn)));
}

result<std::unique_ptr<partition_target>> make_partition_target(const std::string& folder,
                                                                std::uint64_t map_bytes) {
  if (std::error_code ignored; std::filesystem::exists(folder + "/data.mdb", ignored))
    return make_error(errc::conflict, folder + ": holds a copy already");
  WHORL_ASSIGN(auto env,
               lmdb::environment::open(folder, gallery::table_names, {.map_bytes = map_bytes}));
  return std::unique_ptr<partition_target>(std::make_unique<lmdb_target>(std::move(env)));
}

}  // namespace whorl::storage
