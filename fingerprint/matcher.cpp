#include "fingerprint/matcher.hpp"

#include <algorithm>
#include <vector>

#include "fingerprint/fusion.hpp"
#include "fingerprint/precise.hpp"
#include "fingerprint/prepared_probe.hpp"

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

}  // namespace

person_score precise_score(const prepared_probe& probe, byte_view entry) {
  person_score out;
  std::array<std::uint16_t, limits::fingers_max> scores{};
  finger_meeting best_of_several;
  std::uint16_t best_score = 0;
  bool several = false;
  const finger_meetings met = meetings(probe, entry);
  for (unsigned i = 0; i < met.count; ++i) {
    const finger_meeting& meeting = met.list[i];
    const std::uint16_t score =
        finger_score(compare_fingers(probe.finger(meeting.probe), finger_of(entry, meeting.entry)));
    if (!meeting.one_of_several) {
      out.finger_scores[meeting.reported - 1u] = score;
      scores[out.fingers_compared++] = score;
    } else if (!several || score > best_score) {
      several = true;
      best_score = score;
      best_of_several = meeting;
    }
  }
  if (several && out.fingers_compared < limits::fingers_max) {
    std::uint16_t& reported = out.finger_scores[best_of_several.reported - 1u];
    reported = std::max(reported, best_score);
    scores[out.fingers_compared++] = best_score;
  }
  out.fused = fuse(std::span(scores).first(out.fingers_compared));
  return out;
}

std::uint32_t match_fingers(const print_template& a, const print_template& b) {
  const single_finger left(a), right(b);
  return finger_score(compare_fingers(left.view(), right.view()));
}

}  // namespace whorl::fingerprint
