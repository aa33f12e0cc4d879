#include "sim/cluster/checkers/facts_of_journal.hpp"

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

}  // namespace whorl::sim
