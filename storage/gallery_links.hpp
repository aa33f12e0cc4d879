// Merges of a gallery: a forest of links merged -> kept. A record's identity is the root of its
// tree. Merging into an identity that was itself merged is followed to the root; unmerging gives a
// record, and those merged into it, an identity of their own again. A merge that would close a
// circle, or of a record into itself, changes nothing. Merging a merged record again moves it.
// Deleting a record hands those merged into it to what it was merged into; without one they answer
// as themselves again.
#pragma once

#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// Works inside one write transaction; `env` is the partition's.
class links {
 public:
  links(lmdb::write_transaction& txn, const lmdb::environment& env) : txn_(txn), env_(env) {}
  status merge(subject_id kept, subject_id merged);
  status unmerge(subject_id merged);
  status forget(subject_id deleted);
  /// Writes the identity of a record of this partition anew (nothing when it is not here).
  status refresh(subject_id subject);

 private:
  status link(std::uint64_t kept, std::uint64_t merged);
  status unlink(std::uint64_t kept, std::uint64_t merged);
  status refresh_tree(std::uint64_t root);
  result<std::vector<std::uint64_t>> merged_directly_into(std::uint64_t kept) const;
  result<std::optional<std::uint64_t>> kept_of(std::uint64_t merged) const;

  lmdb::write_transaction& txn_;
  const lmdb::environment& env_;
};

/// True when the record is merged or others are merged into it.
result<bool> is_linked(const lmdb::transaction& txn, const lmdb::environment& env,
                       subject_id subject);

}  // namespace whorl::storage::gallery
