// A gallery of many people for the tests of scans.
#pragma once

#include <memory>
#include <vector>

#include "actors/partition_scan.hpp"
#include "tests/actors/people.hpp"
#include "tests/support.hpp"

namespace whorl::actors::test {

/// People 1 to `people` in `partition_count` partitions, with the first `fingers` prints of those
/// of seeds 100 to 107, over and over: person i is of seed 100 + i % 8.
struct crowd {
  crowd(std::uint64_t people, std::uint32_t partition_count, std::size_t fingers = 2)
      : count(partition_count) {
    for (std::uint32_t i = 0; i < count; ++i)
      partitions.push_back(must(storage::open_gallery_partition(
          folder.path().string() + "/" + std::to_string(i), {gallery_kind::criminal, i}, count,
          *keys, {.durable = false})));
    std::vector<std::vector<subject_record>> lists(count);
    for (std::uint64_t id = 1; id <= people; ++id) {
      subject_record record = record_of(id, 100 + id % 8);
      record.prints.resize(fingers);
      lists[partition_of({id}, count)].push_back(std::move(record));
    }
    for (std::uint32_t i = 0; i < count; ++i) must(partitions[i]->import(lists[i], {}));
  }
  /// Another capture of the person of this seed.
  scan_job_ptr job(std::uint64_t seed, std::size_t fingers, std::uint32_t top_k = 10) const {
    auto made = std::make_shared<scan_job>();
    made->top_k = top_k;
    auto prints = prints_of(seed, 1);
    prints.resize(fingers);
    made->probe = must(prepare({{1}, prints}));
    return made;
  }

  std::uint32_t count;
  whorl::test::temp_folder folder;
  std::unique_ptr<storage::keyring> keys =
      must(storage::open_keyring(folder.path().string() + "/keys", {.durable = false}));
  std::vector<std::unique_ptr<storage::gallery_partition>> partitions;
};

}  // namespace whorl::actors::test
