#include "actors/alignment_work.hpp"

#include "fingerprint/aligned.hpp"

namespace whorl::actors {
namespace {

constexpr std::size_t align_cost = 12;  ///< sketches looked at in the same time, by bench search

}  // namespace

std::size_t alignment_work::step() {
  using fingerprint::slab_people;
  const std::uint64_t number = people_[next_].place / slab_people;
  const auto slab = view_.slab(number);
  failed_ = slab ? status{} : status{slab.error()};
  std::size_t spent = 1;
  for (; failed_ && next_ < people_.size() && people_[next_].place / slab_people == number;
       ++next_) {
    const auto index = static_cast<unsigned>(people_[next_].place % slab_people);
    if (!*slab || (*slab)->subject(index) != people_[next_].subject) continue;  // erased
    const byte_view row = fingerprint::row_of((*slab)->slab, index);
    best_.add(
        {people_[next_].subject, people_[next_].place, fingerprint::score_aligned(probe_, row)});
    spent += align_cost;
  }
  return spent;
}

result<std::size_t> align_tail(const storage::partition_view& view,
                               const fingerprint::scan_probe& probe, sketch_pool& best) {
  std::size_t spent = 1;
  WHORL_TRY(view.visit_tail([&](subject_id subject, byte_view row) {
    best.add({subject, storage::no_place, fingerprint::score_aligned(probe, row)});
    spent += align_cost;
    return true;
  }));
  return spent;
}

}  // namespace whorl::actors
