#include "fingerprint/slab.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string>

#include "fingerprint/slab_kernels.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t slab_header_bytes = 8;
constexpr std::size_t slab_bytes(std::size_t people) {
  return slab_header_bytes + people * sketch_row_bytes;
}

static_assert(slab_bytes(slab_people) == full_slab_bytes);

/// A slab without its header.
struct body {
  std::size_t people = 0;
  const std::byte* rows = nullptr;

  const std::byte* row(std::size_t person) const { return rows + person * sketch_row_bytes; }
  const std::byte* finger_at(std::size_t person, std::size_t position) const {
    return row(person) + sketch_offset(position);
  }
};

body body_of_slab(byte_view slab) { return {people_in(slab), slab.data() + slab_header_bytes}; }

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
    const unsigned present = fingers_present(all.row(left.person[i]));
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
    return refuse_sketches("a slab does not begin with WHSL");
  std::uint16_t version = 0;
  std::memcpy(&version, slab.data() + 4, sizeof version);
  if (version != slab_version)
    return refuse_sketches("a slab of version " + std::to_string(version) +
                               ", this program reads " + std::to_string(slab_version),
                           errc::wrong_version);
  const unsigned people = people_in(slab);
  if (people == 0 || people > slab_people || slab.size() != slab_bytes(people))
    return refuse_sketches("a slab's size is not the one of its " + std::to_string(people) +
                           " people");
  for (unsigned i = 0; i < people; ++i)
    if (const status fits = check_sketch_row(row_of(slab, i)); !fits)
      return make_error(fits.error().code,
                        "person " + std::to_string(i) + ": " + fits.error().message);
  return {};
}

unsigned people_in(byte_view slab) {
  std::uint16_t people = 0;
  std::memcpy(&people, slab.data() + 6, sizeof people);
  return people;
}

stored_sketch sketch_in(byte_view slab, std::size_t person, std::size_t position) {
  return stored_sketch(body_of_slab(slab).finger_at(person, position));
}

byte_view row_of(byte_view slab, unsigned index) {
  INVARIANT(index < people_in(slab));
  return slab.subspan(slab_header_bytes + index * sketch_row_bytes, sketch_row_bytes);
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

}  // namespace whorl::fingerprint
