#include "storage/audit_proof.hpp"

#include <algorithm>

namespace whorl::storage {

status check_against(const journal& log, const audit_head& head) {
  const std::string row = std::to_string(head.tail.seq);
  if (head.tail.seq == 0) {
    if (head.tail.self == digest{}) return {};
    return make_error(errc::corrupt, "audit head of row 0: an empty audit has no digest");
  }
  WHORL_ASSIGN(const auto facts, log.read(stream_id::audit, head.tail.seq, 1));
  if (facts.empty() || facts.front().seq != head.tail.seq) {
    WHORL_ASSIGN(const stream_tail tail, log.tail(stream_id::audit));
    return make_error(errc::corrupt, "audit row " + row + ", which stood there at " +
                                         to_string(head.at) + ", is missing; the audit ends at " +
                                         std::to_string(tail.seq) + ": it was cut");
  }
  if (facts.front().self != head.tail.self)
    return make_error(errc::corrupt, "audit row " + row + " is not the one that stood there at " +
                                         to_string(head.at) +
                                         ": it, or one before it, was "
                                         "rewritten");
  return {};
}

status audit_proof::add(const std::string& where, const signed_head& head) {
  ++checked_;
  if (const status authentic = key_.check(head); !authentic) {
    if (authentic.error().code != errc::corrupt) return authentic.error();
    findings_.push_back(where + ": " + authentic.error().message);
    return {};
  }
  const status agrees = check_against(log_, head.head);
  if (agrees) {
    covered_ = std::max(covered_, head.head.tail.seq);
    return {};
  }
  if (agrees.error().code != errc::corrupt) return agrees.error();
  disproved_ = std::min(disproved_.value_or(head.head.tail.seq), head.head.tail.seq);
  findings_.push_back(where + ": " + agrees.error().message);
  return {};
}

void audit_proof::add_unreadable(const std::string& where, const std::string& why) {
  findings_.push_back(where + ": " + why);
}

status check_kept_head(const std::string& folder, const journal& log) {
  const auto kept = read_kept_head(folder);
  if (!kept && kept.error().code == errc::not_found) return {};
  if (!kept)
    return make_error(errc::corrupt, kept.error().message +
                                         "; restore it, or move it away and keep it as evidence");
  const status agrees = check_against(log, kept->head);
  if (agrees || agrees.error().code != errc::corrupt) return agrees;
  return make_error(errc::corrupt,
                    head_file(folder) + ": " + agrees.error().message +
                        ": see `whorl audit verify` and restore a backup; to go on with what is "
                        "left all the same, move audit-head away and keep it as evidence");
}

}  // namespace whorl::storage
