#include "fingerprint/sequence.hpp"

#include <algorithm>
#include <tuple>

#include "fingerprint/decades.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint8_t fingers = limits::fingers_max;

struct counted_pair {
  std::uint8_t probe = 0, record = 0;  // indices: position - 1
  std::int32_t evidence = 0;
  bool moved() const { return probe != record; }
};

bool better(const counted_pair& a, const counted_pair& b) {
  return std::tuple(-a.evidence, a.probe, a.record) < std::tuple(-b.evidence, b.probe, b.record);
}

/// The moved pairs and, where they leave both sides free, the straight ones.
std::vector<counted_pair> pairs_of(const evidence_matrix& m, std::span<const counted_pair> moved) {
  std::array<bool, fingers> probe_used{}, record_used{};
  std::vector<counted_pair> out(moved.begin(), moved.end());
  for (const counted_pair& each : moved) probe_used[each.probe] = record_used[each.record] = true;
  for (std::uint8_t i = 0; i < fingers; ++i)
    if (m.straight[i] && !probe_used[i] && !record_used[i]) out.push_back({i, i, m.cell[i][i]});
  std::sort(out.begin(), out.end(), better);
  return out;
}

/// Leaves out a pair that shows the same finger as a better one: one of its prints also matches
/// the other's partner, surely or as well as its own. It is the same evidence, not more of it.
void drop_repeats(const evidence_matrix& m, std::vector<counted_pair>& pairs) {
  std::vector<counted_pair> kept;
  for (const counted_pair& each : pairs) {
    const std::int32_t alike_from =
        std::clamp(each.evidence, parameters::moved_llr, parameters::repeated_llr);
    const auto alike = [&](unsigned probe, unsigned record) {
      return m.cell[probe][record] >= alike_from;
    };
    const bool repeats =
        each.evidence > 0 && std::any_of(kept.begin(), kept.end(), [&](const counted_pair& k) {
          return alike(k.probe, each.record) || alike(each.probe, k.record);
        });
    if (!repeats) kept.push_back(each);
  }
  pairs = std::move(kept);
}

std::int32_t sum_of(const std::vector<counted_pair>& pairs) {
  std::int32_t sum = 0;
  for (const counted_pair& each : pairs) sum += each.evidence;
  return sum;
}

/// Moved pairs that count, then for each print without a note a finger that it shows too.
std::vector<sequence_note> notes_of(const evidence_matrix& m,
                                    const std::vector<counted_pair>& counted) {
  std::array<sequence_note, fingers> notes{};
  std::array<bool, fingers> record_counted{}, probe_counted{};
  for (const counted_pair& each : counted) {
    // A pair that was moved says so however little it adds.
    if (!each.moved() && each.evidence < parameters::repeated_llr) continue;
    probe_counted[each.probe] = record_counted[each.record] = true;
    if (each.moved())
      notes[each.probe] = {sequence_kind::moved, static_cast<std::uint8_t>(each.probe + 1),
                           static_cast<std::uint8_t>(each.record + 1)};
  }
  for (std::uint8_t p = 0; p < fingers; ++p) {
    std::int32_t best = parameters::repeated_llr - 1;
    if (notes[p].probe != 0) continue;
    for (std::uint8_t r = 0; r < fingers; ++r) {
      if (p == r || m.cell[p][r] <= best || !(probe_counted[p] || record_counted[r])) continue;
      best = m.cell[p][r];
      notes[p] = {sequence_kind::repeated, static_cast<std::uint8_t>(p + 1),
                  static_cast<std::uint8_t>(r + 1)};
    }
  }
  std::vector<sequence_note> out;
  for (const sequence_note& each : notes)
    if (each.probe != 0) out.push_back(each);
  return out;
}

std::vector<moved_pair> positions_of(std::span<const counted_pair> moved) {
  std::vector<moved_pair> out;
  for (const counted_pair& each : moved) out.push_back({each.probe, each.record});
  return out;
}

/// Cells off the diagonal that speak for a mate more than the straight pairs they would replace.
std::vector<counted_pair> promising(const evidence_matrix& m) {
  std::vector<counted_pair> out;
  for (std::uint8_t p = 0; p < fingers; ++p)
    for (std::uint8_t r = 0; r < fingers; ++r)
      if (p != r && m.cell[p][r] >= parameters::moved_llr && m.cell[p][r] > m.cell[p][p] &&
          m.cell[p][r] > m.cell[r][r])
        out.push_back({p, r, m.cell[p][r]});
  std::sort(out.begin(), out.end(), better);
  return out;
}

constexpr std::uint64_t falling(unsigned from, unsigned factors) {
  std::uint64_t product = 1;
  for (unsigned i = 0; i < factors; ++i) product *= from - i;
  return product;
}

}  // namespace

bool worth_crossing(const evidence_matrix& evidence) {
  for (unsigned i = 0; i < fingers; ++i)
    if (evidence.straight[i] && evidence.cell[i][i] >= parameters::cross_from_llr) return true;
  return false;
}

person_reading read_straight(const evidence_matrix& evidence) {
  std::vector<counted_pair> pairs = pairs_of(evidence, {});
  drop_repeats(evidence, pairs);
  return {sum_of(pairs), notes_of(evidence, pairs)};
}

person_reading read_moved(const evidence_matrix& evidence) {
  person_reading best;
  std::vector<counted_pair> moved;
  std::array<bool, fingers> probe_used{}, record_used{};
  for (const counted_pair& next : promising(evidence)) {
    if (probe_used[next.probe] || record_used[next.record]) continue;
    probe_used[next.probe] = record_used[next.record] = true;
    moved.push_back(next);
    std::vector<counted_pair> pairs = pairs_of(evidence, moved);
    drop_repeats(evidence, pairs);
    const std::int32_t sum = sum_of(pairs) - reading_price(positions_of(moved));
    if (sum > best.evidence) best = {sum, notes_of(evidence, pairs)};
  }
  return best;
}

std::int32_t reading_price(std::span<const moved_pair> moved) {
  if (moved.empty()) return 0;
  const auto has = [&](std::uint8_t probe, std::uint8_t record) {
    return std::any_of(moved.begin(), moved.end(),
                       [&](const auto& m) { return m.probe == probe && m.record == record; });
  };
  const bool exchanges = std::all_of(moved.begin(), moved.end(),
                                     [&](const auto& m) { return has(m.record, m.probe); });
  const auto k = static_cast<unsigned>(moved.size());
  std::uint64_t ways = 0;
  if (exchanges) {  // k/2 disjoint pairs of ten: 10! / ((10 - k)! * 2^(k/2) * (k/2)!)
    ways = (falling(fingers, k) >> (k / 2)) / falling(k / 2, k / 2);
  } else {  // k of the probe's, k of the record's, in any order: (10 over k)^2 * k!
    const std::uint64_t choices = falling(fingers, k) / falling(k, k);
    ways = choices * choices * falling(k, k);
  }
  return parameters::sequence_price + static_cast<std::int32_t>(hundred_log10(ways));
}

std::uint8_t other_hand(std::uint8_t position) {
  constexpr std::uint8_t hand = fingers / 2;
  if (position == 0 || position > fingers) return position;
  return static_cast<std::uint8_t>(position > hand ? position - hand : position + hand);
}

std::vector<print_template> hands_exchanged(std::span<const print_template> prints) {
  std::vector<print_template> out(prints.begin(), prints.end());
  for (print_template& each : out) each.finger_position = other_hand(each.finger_position);
  return out;
}

}  // namespace whorl::fingerprint
