#include "fingerprint/matcher.hpp"

#include <algorithm>
#include <vector>

#include "fingerprint/fusion.hpp"
#include "fingerprint/precise.hpp"
#include "fingerprint/prepared_probe.hpp"
#include "fingerprint/sequence.hpp"

namespace whorl::fingerprint {
namespace {

/// A finger block in aligned memory, for comparisons outside of entries.
class single_finger {
 public:
  explicit single_finger(const print_template& print)
      : block_(print.minutiae.empty() ? bytes{} : build_finger_block(print)),
        view_(view_finger_block(block_, stored_count(print))) {}
  const finger_view& view() const { return view_; }

 private:
  bytes block_;  // operator new aligns to 16
  finger_view view_;
};

struct compared {
  std::uint16_t score = 0;
  std::int32_t evidence = 0;
};

compared compare(const finger_view& a, const finger_view& b) {
  const std::uint16_t score = finger_score(compare_fingers(a, b));
  return {score, finger_evidence(score, std::min(a.count, b.count))};
}

/// What prints of unknown position add: the best of their meetings, less the price of the choice.
struct best_of_several {
  unsigned tried = 0;
  compared best;
  std::uint8_t reported = 1;

  void look(const compared& next, std::uint8_t at) {
    if (tried++ == 0 || next.score > best.score) best = next, reported = at;
  }
  std::int32_t evidence() const {
    return tried == 0 ? 0 : std::max(after_choice(best.evidence, tried), parameters::llr_min);
  }
};

/// Two fingers that match as they stand meet once: enough to see that they are one.
void compare_crosswise(const prepared_probe& probe, byte_view entry, evidence_matrix& evidence) {
  const auto matches = [&](unsigned i) {
    return evidence.straight[i] && evidence.cell[i][i] >= parameters::repeated_llr;
  };
  for (unsigned p = 0; p < limits::fingers_max; ++p) {
    const finger_view& left = probe.finger(p + 1);
    for (unsigned r = 0; left && r < limits::fingers_max; ++r) {
      if (p == r || (p > r && matches(p) && matches(r))) continue;
      if (const finger_view right = finger_of(entry, r + 1))
        evidence.cell[p][r] = compare(left, right).evidence;
    }
  }
}

/// Exchanged hands: nothing is straight, and the notes name the positions that the prints came
/// with.
void read_as_exchanged(person_score& out, const evidence_matrix& evidence) {
  const auto price = static_cast<std::uint32_t>(parameters::sequence_price);
  out.reordered = std::max(out.reordered, std::max(out.fused, price) - price);
  out.fused = 0;
  const auto noted = [&](std::uint8_t position) {
    return std::any_of(out.sequence.begin(), out.sequence.end(), [&](const sequence_note& n) {
      return n.probe == position || (n.kind == sequence_kind::moved && n.record == position);
    });
  };
  for (std::uint8_t i = 1; i <= limits::fingers_max; ++i)
    if (evidence.cell[i - 1u][i - 1u] > 0 && !noted(i))
      out.sequence.push_back({sequence_kind::moved, i, i});
  for (sequence_note& each : out.sequence) each.probe = other_hand(each.probe);
  // A print that is back where it came with is no error.
  std::erase_if(out.sequence, [](const sequence_note& n) { return n.probe == n.record; });
  if (out.reordered == 0) out.sequence.clear();
}

}  // namespace

person_score precise_score(const prepared_probe& probe, byte_view entry) {
  person_score out;
  evidence_matrix evidence;
  best_of_several unknown;
  const finger_meetings met = meetings(probe, entry);
  for (unsigned i = 0; i < met.count; ++i) {
    const finger_meeting& meeting = met.list[i];
    const compared found = compare(probe.finger(meeting.probe), finger_of(entry, meeting.entry));
    if (meeting.one_of_several) {
      unknown.look(found, meeting.reported);
      continue;
    }
    const unsigned at = meeting.reported - 1u;
    out.finger_scores[at] = found.score;
    evidence.straight[at] = true;
    evidence.cell[at][at] = found.evidence;
    ++out.fingers_compared;
  }
  if (unknown.tried != 0 && out.fingers_compared < limits::fingers_max) {
    std::uint16_t& reported = out.finger_scores[unknown.reported - 1u];
    reported = std::max(reported, unknown.best.score);
    ++out.fingers_compared;
  } else {
    unknown = {};
  }
  const bool cross = worth_crossing(evidence);
  if (cross) compare_crosswise(probe, entry, evidence);
  person_reading straight = read_straight(evidence);
  out.fused = fuse(std::array{straight.evidence, unknown.evidence()});
  out.sequence = std::move(straight.notes);
  if (cross) {
    person_reading moved = read_moved(evidence);
    const std::uint32_t reordered = fuse(std::array{moved.evidence, unknown.evidence()});
    if (moved.evidence > 0 && reordered > out.fused) {
      out.reordered = reordered;
      out.sequence = std::move(moved.notes);
    }
  }
  if (probe.exchanged()) read_as_exchanged(out, evidence);
  return out;
}

std::uint32_t match_fingers(const print_template& a, const print_template& b) {
  const single_finger left(a), right(b);
  return finger_score(compare_fingers(left.view(), right.view()));
}

}  // namespace whorl::fingerprint
