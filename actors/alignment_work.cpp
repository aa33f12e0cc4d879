#include "actors/alignment_work.hpp"

#include "fingerprint/aligned.hpp"

namespace whorl::actors {
namespace {

constexpr std::size_t align_cost = 12;  ///< sketches looked at in the same time, by bench search

}  // namespace

std::size_t alignment_work::align_tail() {
  std::size_t spent = 1;
  failed_ = view_.visit_tail([&](subject_id subject, byte_view row) {
    best_.add({subject, storage::no_place, fingerprint::score_aligned(probe_, row)});
    spent += align_cost;
    return true;
  });
  tail_done_ = true;
  return spent;
}

std::size_t alignment_work::align_slab() {
  using fingerprint::slab_people;
  const std::uint64_t number = people_[next_].place / slab_people;
  const auto slab = view_.slab(number);
  failed_ = slab ? status{} : status{slab.error()};
  std::size_t spent = 1;
  for (; failed_ && next_ < people_.size() && people_[next_].place / slab_people == number;
       ++next_) {
    const auto& [subject, place, score] = people_[next_];
    const auto index = static_cast<unsigned>(place % slab_people);
    if (!*slab || (*slab)->subject(index) != subject) continue;  // erased
    best_.add({subject, place,
               fingerprint::score_aligned(probe_, fingerprint::row_of((*slab)->slab, index))});
    spent += align_cost;
  }
  return spent;
}

}  // namespace whorl::actors
