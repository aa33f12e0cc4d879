#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

std::vector<numbered_fact> facts_of(const storage::journal& log, stream_id stream) {
  constexpr std::size_t everything = 1u << 20;
  std::vector<numbered_fact> facts;
  const auto records = log.read(stream, 1, everything);
  if (!records) return facts;
  for (const fact_record& r : *records)
    if (auto decoded = wire::decode_fact(r.payload); decoded)
      facts.push_back({r.seq, *std::move(decoded)});
  return facts;
}

std::map<std::pair<gallery_kind, subject_id>, std::uint64_t> deletions_of(const run_outcome& run) {
  std::map<std::pair<gallery_kind, subject_id>, std::uint64_t> deleted;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (const numbered_fact& f : facts_of(run, stream_of(gallery)))
      if (const auto* gone = std::get_if<subject_deleted>(&f.what))
        deleted.emplace(std::pair(gallery, gone->subject), f.seq);
  return deleted;
}

}  // namespace whorl::sim
