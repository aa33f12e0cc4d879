#include "fingerprint/slab.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string>

#include "fingerprint/aligned_kernels.hpp"
#include "fingerprint/slab_kernels.hpp"
#include "fingerprint/stored_entry.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t slab_header_bytes = 8;
constexpr std::size_t words_bytes = sketch_lanes * 8;
constexpr std::size_t spans_bytes = 2 * sketch_groups;
constexpr unsigned positions_mask = (1u << limits::fingers_max) - 1;

constexpr std::size_t row_header_bytes = 8;
constexpr std::size_t row_places_offset = row_header_bytes + limits::fingers_max * sketch_bytes;
constexpr std::size_t slab_bytes(std::size_t people) {
  return slab_header_bytes + people * sketch_row_bytes;
}

static_assert(slab_bytes(slab_people) == full_slab_bytes);

/// A slab without its header; a row is one of one person.
struct body {
  std::size_t people = 0;
  const std::byte* rows = nullptr;

  unsigned present_of(std::size_t person) const {
    std::uint16_t mask = 0;
    std::memcpy(&mask, rows + person * sketch_row_bytes, sizeof mask);
    return mask;
  }
  const std::byte* finger_at(std::size_t person, std::size_t position) const {
    return rows + person * sketch_row_bytes + row_header_bytes + (position - 1) * sketch_bytes;
  }
  const std::byte* places_at(std::size_t person, std::size_t position) const {
    return rows + person * sketch_row_bytes + row_places_offset + (position - 1) * places_bytes;
  }
};

body body_of_row(byte_view row) { return {1, row.data()}; }
body body_of_slab(byte_view slab) { return {people_in(slab), slab.data() + slab_header_bytes}; }

error refuse(const std::string& what, errc code = errc::corrupt) {
  return make_error(code, "sketches: " + what + ": rebuild them from the search entries");
}

status check_present(const body& all) {
  for (std::size_t i = 0; i < all.people; ++i)
    if ((all.present_of(i) & ~positions_mask) != 0)
      return refuse("person " + std::to_string(i) + " has a finger that nobody has");
  return {};
}

/// Adds to totals[i] what people[i] scores by these fingers. Some fingers of many people and all of
/// a few come in an order that the processor does not foresee: each is asked for in time.
void add_fingers(std::span<const positioned_sketch> probe, const body& all,
                 std::span<const std::uint16_t> people, std::span<std::uint32_t> totals) {
  constexpr std::size_t ahead = 3;
  for (std::size_t i = 0; i < people.size(); ++i)
    for (const positioned_sketch& each : probe) {
      if (i + ahead < people.size()) {
        const std::byte* const later = all.finger_at(people[i + ahead], each.position);
        for (std::size_t at = 0; at < sketch_bytes; at += 64) __builtin_prefetch(later + at);
      }
      totals[i] +=
          score_finger(each.sketch, stored_sketch(all.finger_at(people[i], each.position)));
    }
}

/// Those still looked at: places in `totals`, and what the probe would score against itself by the
/// fingers that they have of those compared so far.
struct still_in {
  std::size_t count = 0;
  std::array<std::uint16_t, slab_people> person, at;
  std::array<std::uint32_t, slab_people> total, self;
  std::array<std::uint8_t, slab_people> fingers;  ///< how many those are
};

/// Compares by these fingers; drops who stays below the mark.
void compare_and_drop(std::span<const positioned_sketch> fingers, const body& all, still_in& left,
                      std::span<std::uint32_t> totals) {
  add_fingers(fingers, all, std::span(left.person).first(left.count), left.total);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < left.count; ++i) {
    const unsigned present = all.present_of(left.person[i]);
    std::uint32_t self = left.self[i];
    unsigned count = left.fingers[i];
    for (const positioned_sketch& each : fingers)
      if ((present >> (each.position - 1u) & 1u) != 0) self += each.sketch.self, ++count;
    totals[left.at[i]] = left.total[i];
    const std::uint32_t mark = self * parameters::scan_marks_1024[count] / 1024;
    left.person[kept] = left.person[i], left.at[kept] = left.at[i];
    left.total[kept] = left.total[i], left.self[kept] = self;
    left.fingers[kept] = static_cast<std::uint8_t>(count);
    kept += left.total[i] >= mark ? 1 : 0;
  }
  left.count = kept;
}

void score(std::span<const positioned_sketch> probe, const body& all,
           std::span<const std::uint16_t> people, std::span<std::uint32_t> totals) {
  constexpr std::size_t together = 2;  // no mark is asked before
  INVARIANT(probe.size() < parameters::scan_marks_1024.size());
  still_in left;
  left.count = people.size();
  for (std::size_t i = 0; i < people.size(); ++i) {
    left.person[i] = people[i], left.at[i] = static_cast<std::uint16_t>(i);
    left.total[i] = left.self[i] = left.fingers[i] = 0;
  }
  for (std::size_t done = 0; done < probe.size();) {
    const std::size_t next = done == 0 ? std::min(together, probe.size()) : 1;
    compare_and_drop(probe.subspan(done, next), all, left, totals);
    done += next;
  }
}

constexpr auto everybody = [] {
  std::array<std::uint16_t, slab_people> out{};
  std::iota(out.begin(), out.end(), std::uint16_t{0});
  return out;
}();

}  // namespace

namespace {

void put_places(const finger_sketch& sketch, std::byte* at) {
  std::memcpy(at, sketch.x.data(), sketch_lanes);
  std::memcpy(at + sketch_lanes, sketch.y.data(), sketch_lanes);
  for (unsigned l = 0; l < sketch_lanes; ++l) {
    const unsigned first = l / sketch_group * sketch_group;
    const unsigned low = sketch.angles[first];
    const unsigned width = sketch.angles[first + sketch_group - 1] - low;
    const unsigned fifteenths =
        width == 0 ? 0 : ((sketch.angles[l] - low) * 15 + width / 2) / width;
    at[2 * sketch_lanes + l / 2] |= static_cast<std::byte>(fifteenths << l % 2 * 4);
  }
}

std::uint32_t align(const positioned_sketch& probe, const body& all, std::size_t person) {
  return align_finger(probe.sketch, stored_sketch(all.finger_at(person, probe.position)),
                      stored_places(all.places_at(person, probe.position)));
}

std::uint32_t align(const scan_probe& probe, const body& all, std::size_t person) {
  std::uint32_t total = 0, best = 0;
  for (const positioned_sketch& each : probe.placed) total += align(each, all, person);
  for (const positioned_sketch& each : probe.anywhere)
    best = std::max(best, align(each, all, person));
  return total + best;
}

}  // namespace

bytes build_sketch_row(byte_view entry) {
  bytes row(sketch_row_bytes);
  std::uint16_t present = 0;
  for (std::size_t position = 1; position < entry_positions; ++position) {
    const finger_view finger = finger_of(entry, position);
    if (!finger) continue;
    present = static_cast<std::uint16_t>(present | 1u << (position - 1));
    const finger_sketch sketch = make_sketch(finger);
    std::byte* const at = row.data() + row_header_bytes + (position - 1) * sketch_bytes;
    std::memcpy(at, sketch.words.data(), words_bytes);
    for (unsigned g = 0; g < sketch_groups; ++g) {
      at[words_bytes + g] = static_cast<std::byte>(sketch.angles[g * sketch_group]);
      at[words_bytes + sketch_groups + g] =
          static_cast<std::byte>(sketch.angles[(g + 1) * sketch_group - 1]);
    }
    put_places(sketch, row.data() + row_places_offset + (position - 1) * places_bytes);
  }
  std::memcpy(row.data(), &present, sizeof present);
  return row;
}

bytes sketch_row_of(byte_view stored) {
  return build_sketch_row(expand(stored, all_fingers, sketch_lanes));
}

status check_sketch_row(byte_view row) {
  if (row.size() != sketch_row_bytes)
    return refuse(std::to_string(row.size()) + " bytes instead of " +
                  std::to_string(sketch_row_bytes));
  return check_present(body_of_row(row));
}

bytes build_slab(std::span<const byte_view> rows) {
  INVARIANT(!rows.empty() && rows.size() <= slab_people);
  bytes slab(slab_bytes(rows.size()));
  std::memcpy(slab.data(), "WHSL", 4);
  const auto people = static_cast<std::uint16_t>(rows.size());
  std::memcpy(slab.data() + 4, &slab_version, sizeof slab_version);
  std::memcpy(slab.data() + 6, &people, sizeof people);
  std::byte* at = slab.data() + slab_header_bytes;
  for (const byte_view row : rows) at = std::copy(row.begin(), row.end(), at);
  return slab;
}

status check_slab(byte_view slab) {
  if (slab.size() < slab_header_bytes || std::memcmp(slab.data(), "WHSL", 4) != 0)
    return refuse("a slab does not begin with WHSL");
  std::uint16_t version = 0;
  std::memcpy(&version, slab.data() + 4, sizeof version);
  if (version != slab_version)
    return refuse("a slab of version " + std::to_string(version) + ", this program reads " +
                      std::to_string(slab_version),
                  errc::wrong_version);
  const unsigned people = people_in(slab);
  if (people == 0 || people > slab_people || slab.size() != slab_bytes(people))
    return refuse("a slab's size is not the one of its " + std::to_string(people) + " people");
  return check_present(body_of_slab(slab));
}

unsigned people_in(byte_view slab) {
  std::uint16_t people = 0;
  std::memcpy(&people, slab.data() + 6, sizeof people);
  return people;
}

stored_sketch sketch_in(byte_view slab, std::size_t person, std::size_t position) {
  return stored_sketch(body_of_slab(slab).finger_at(person, position));
}

bytes row_of(byte_view slab, unsigned index) {
  INVARIANT(index < people_in(slab));
  const byte_view row =
      slab.subspan(slab_header_bytes + index * sketch_row_bytes, sketch_row_bytes);
  return {row.begin(), row.end()};
}

void erase_from_slab(std::span<std::byte> slab, unsigned index) {
  INVARIANT(index < people_in(slab));
  std::ranges::fill(slab.subspan(slab_header_bytes + index * sketch_row_bytes, sketch_row_bytes),
                    std::byte{});
}

void score_slab(std::span<const positioned_sketch> probe, byte_view slab,
                std::span<std::uint32_t> scores) {
  const body all = body_of_slab(slab);
  INVARIANT(scores.size() == all.people);
  score(probe, all, std::span(everybody).first(all.people), scores);
}

void score_people(std::span<const positioned_sketch> probe, byte_view slab,
                  std::span<const std::uint16_t> people, std::span<std::uint32_t> scores) {
  INVARIANT(scores.size() == people.size() && people.size() <= slab_people);
  score(probe, body_of_slab(slab), people, scores);
}

std::uint32_t score_row(std::span<const positioned_sketch> probe, byte_view row) {
  std::uint32_t total = 0;
  score(probe, body_of_row(row), std::span(everybody).first(1), std::span(&total, 1));
  return total;
}

void score_slab(const scan_probe& probe, byte_view slab, std::span<std::uint32_t> scores) {
  score_slab(probe.placed, slab, scores);
  if (probe.anywhere.empty()) return;
  std::array<std::uint32_t, slab_people> best{}, here{};
  for (const positioned_sketch& each : probe.anywhere) {
    score_slab(std::span(&each, 1), slab, std::span(here).first(scores.size()));
    for (std::size_t i = 0; i < scores.size(); ++i) best[i] = std::max(best[i], here[i]);
  }
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += best[i];
}

std::uint32_t score_aligned(const scan_probe& probe, byte_view slab, std::size_t person) {
  INVARIANT(person < people_in(slab));
  return align(probe, body_of_slab(slab), person);
}

std::uint32_t score_aligned(const scan_probe& probe, byte_view row) {
  return align(probe, body_of_row(row), 0);
}

std::uint32_t score_row(const scan_probe& probe, byte_view row) {
  std::uint32_t best = 0;
  for (const positioned_sketch& each : probe.anywhere)
    best = std::max(best, score_row(std::span(&each, 1), row));
  return score_row(probe.placed, row) + best;
}

}  // namespace whorl::fingerprint
