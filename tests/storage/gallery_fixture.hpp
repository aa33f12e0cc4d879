// A gallery of a few partitions with its keyring and stream, for the partition's tests.
#pragma once

#include <map>

#include "storage_support.hpp"

namespace whorl::test {

/// Templates of a few people, made once: synthesis is the slow part of these tests.
const subject_record& person(std::uint64_t id);

struct gallery_fixture {
  explicit gallery_fixture(std::uint32_t partition_count = 1) : count(partition_count) {
    for (std::uint32_t i = 0; i < count; ++i) open(i);
  }
  void open(std::uint32_t index);
  void reopen();

  subject_enrolled enrolment(const subject_record& record);
  void apply(const fact& what);
  void enrol(std::uint64_t id) { apply(enrolment(person(id))); }
  void encounter(std::uint64_t id, std::uint64_t booking);
  void merge(std::uint64_t kept, std::uint64_t merged) {
    apply(subjects_merged{{kept}, {merged}, {}, "examiner", "same person"});
  }
  void unmerge(std::uint64_t merged) {
    apply(subjects_unmerged{{merged}, {}, "examiner", "wrong"});
  }
  void remove(std::uint64_t id) { apply(subject_deleted{{id}, {}, "clerk", "sealed"}); }

  storage::gallery_partition& home(std::uint64_t id) {
    return *partitions.at(partition_of({id}, count));
  }
  std::unique_ptr<storage::partition_view> view(std::uint64_t id) { return must(home(id).view()); }
  /// subject -> identity of all that a search would see.
  std::map<std::uint64_t, std::uint64_t> seen(std::uint64_t after_seq = 0);

  std::uint32_t count;
  temp_folder folder;
  std::unique_ptr<storage::keyring> keys = quick_keyring(folder.path().string() + "/keys");
  fact_stream stream{stream_id::criminal};
  std::vector<std::unique_ptr<storage::gallery_partition>> partitions;
};

}  // namespace whorl::test
