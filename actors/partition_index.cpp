#include "actors/partition_index.hpp"

#include <algorithm>
#include <array>

namespace whorl::actors {

index_size size_of(const index_segments& segments) {
  index_size size{segments.size(), 0};
  for (const index_segment_ptr& each : segments) size.people += each->index.people();
  return size;
}

std::uint64_t slab_after(const index_segments& segments) {
  return segments.empty() ? 0 : segments.back()->slabs.back() + 1;
}

result<index_segment_ptr> build_segment(const storage::gallery_partition& partition,
                                        std::uint64_t from, std::size_t count) {
  WHORL_ASSIGN(const auto view, partition.view());
  auto segment = std::make_shared<index_segment>();
  std::vector<byte_view> slabs;
  WHORL_TRY(view->visit_slabs(from, [&](const storage::slab_view& slab) {
    segment->slabs.push_back(slab.number);
    slabs.push_back(slab.slab);
    return slabs.size() < count;
  }));
  if (slabs.size() < count) return index_segment_ptr();
  segment->index = fingerprint::sketch_index::build(slabs);
  return index_segment_ptr(std::move(segment));
}

status propose(const storage::partition_view& view, const index_segment& segment,
               std::span<const fingerprint::positioned_sketch> sketches,
               const fingerprint::index_probe& probe, fingerprint::vote_scratch& scratch,
               sketch_pool& pool) {
  using fingerprint::slab_people;
  std::vector<std::uint32_t> proposed;  // in order
  fingerprint::vote(probe, segment.index, scratch,
                    fingerprint::index_keep(probe, segment.index.people()), proposed);
  auto next = proposed.begin();
  std::array<std::uint16_t, slab_people> people;
  std::array<std::uint32_t, slab_people> scores;
  return view.visit_slabs(segment.slabs.front(), [&](const storage::slab_view& slab) {
    // A slab whose people are all erased is there no more: its people are passed over.
    const auto known = std::ranges::lower_bound(segment.slabs, slab.number);
    if (known == segment.slabs.end() || *known != slab.number) return false;
    const auto first = static_cast<std::uint32_t>(known - segment.slabs.begin()) * slab_people;
    next = std::lower_bound(next, proposed.end(), first);
    std::size_t count = 0;
    for (; next != proposed.end() && *next < first + slab_people; ++next)
      people[count++] = static_cast<std::uint16_t>(*next - first);
    const auto chosen = std::span(people).first(count);
    fingerprint::score_people(sketches, slab.slab, chosen, std::span(scores).first(count));
    for (std::size_t i = 0; i < count; ++i)
      if (scores[i] >= pool.floor() && slab.subject(chosen[i]) != subject_id{})
        pool.add({slab.subject(chosen[i]), slab.number * slab_people + chosen[i], scores[i]});
    return next != proposed.end();
  });
}

}  // namespace whorl::actors
