#include "storage/gallery_links.hpp"

namespace whorl::storage::gallery {
namespace {

/// Longer chains are a damaged table: real ones have a few links.
constexpr int chain_max = 1 << 16;

}  // namespace

result<std::optional<std::uint64_t>> links::kept_of(std::uint64_t merged) const {
  WHORL_ASSIGN(const auto kept, txn_.get(env_.at(merges), key_of(merged)));
  if (!kept) return std::optional<std::uint64_t>{};
  return std::optional<std::uint64_t>(value_word(*kept, 0));
}

result<std::vector<std::uint64_t>> links::merged_directly_into(std::uint64_t kept) const {
  std::vector<std::uint64_t> found;
  WHORL_ASSIGN(lmdb::cursor rows, txn_.scan(env_.at(merged_into)));
  WHORL_ASSIGN(auto row, rows.seek(key_of(kept, 0)));
  while (row && key_word(row->key, 0) == kept) {
    found.push_back(key_word(row->key, 1));
    WHORL_ASSIGN(row, rows.next());
  }
  return found;
}

status links::link(std::uint64_t kept, std::uint64_t merged) {
  WHORL_TRY(txn_.put(env_.at(merges), key_of(merged), make_value({kept})));
  return txn_.put(env_.at(merged_into), key_of(kept, merged), empty_value);
}

status links::unlink(std::uint64_t kept, std::uint64_t merged) {
  WHORL_TRY(txn_.erase(env_.at(merges), key_of(merged)));
  WHORL_TRY(txn_.erase(env_.at(merged_into), key_of(kept, merged)));
  return {};
}

status links::refresh(subject_id subject) {
  WHORL_ASSIGN(const auto here, txn_.get(env_.at(subjects), key_of(subject.value)));
  if (!here) return {};
  std::uint64_t root = subject.value;
  for (int steps = 0;; ++steps) {
    if (steps == chain_max)
      return make_error(errc::corrupt, env_.folder() + ": the merges of " + to_string(subject) +
                                           " form a circle: rebuild the partition");
    WHORL_ASSIGN(const auto kept, kept_of(root));
    if (!kept) break;
    root = *kept;
  }
  const word_key key = key_of(subject.value);
  if (root != subject.value) return txn_.put(env_.at(identities), key, make_value({root}));
  WHORL_TRY(txn_.erase(env_.at(identities), key));
  return {};
}

status links::refresh_tree(std::uint64_t root) {
  std::vector<std::uint64_t> waiting{root};
  while (!waiting.empty()) {
    const std::uint64_t one = waiting.back();
    waiting.pop_back();
    WHORL_TRY(refresh({one}));
    WHORL_ASSIGN(const auto below, merged_directly_into(one));
    waiting.insert(waiting.end(), below.begin(), below.end());
  }
  return {};
}

status links::merge(subject_id kept, subject_id merged) {
  std::optional<std::uint64_t> above = kept.value;
  while (above) {
    if (*above == merged.value) return {};
    WHORL_ASSIGN(above, kept_of(*above));
  }
  WHORL_ASSIGN(const auto before, kept_of(merged.value));
  if (before) WHORL_TRY(unlink(*before, merged.value));
  WHORL_TRY(link(kept.value, merged.value));
  return refresh_tree(merged.value);
}

status links::unmerge(subject_id merged) {
  WHORL_ASSIGN(const auto kept, kept_of(merged.value));
  if (!kept) return {};
  WHORL_TRY(unlink(*kept, merged.value));
  return refresh_tree(merged.value);
}

status links::forget(subject_id deleted) {
  WHORL_ASSIGN(const auto above, kept_of(deleted.value));
  WHORL_ASSIGN(const auto below, merged_directly_into(deleted.value));
  if (above) WHORL_TRY(unlink(*above, deleted.value));
  for (const std::uint64_t one : below) {
    WHORL_TRY(unlink(deleted.value, one));
    if (above) WHORL_TRY(link(*above, one));
    WHORL_TRY(refresh_tree(one));
  }
  WHORL_TRY(txn_.erase(env_.at(identities), key_of(deleted.value)));
  return {};
}

result<bool> is_linked(const lmdb::transaction& txn, const lmdb::environment& env,
                       subject_id subject) {
  WHORL_ASSIGN(const auto kept, txn.get(env.at(merges), key_of(subject.value)));
  if (kept) return true;
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(merged_into)));
  WHORL_ASSIGN(const auto row, rows.seek(key_of(subject.value, 0)));
  return row && key_word(row->key, 0) == subject.value;
}

}  // namespace whorl::storage::gallery
