#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

std::map<std::pair<gallery_kind, subject_id>, std::uint64_t> deletions_of(const run_outcome& run) {
  std::map<std::pair<gallery_kind, subject_id>, std::uint64_t> deleted;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (const numbered_fact& f : facts_of(run, stream_of(gallery)))
      if (const auto* gone = std::get_if<subject_deleted>(&f.what))
        deleted.emplace(std::pair(gallery, gone->subject), f.seq);
  return deleted;
}

}  // namespace whorl::sim
