#include "fingerprint/slab.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "fingerprint/slab_kernels.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t slab_header_bytes = 8;
constexpr std::size_t words_bytes = sketch_lanes * 8;
constexpr std::size_t spans_bytes = 2 * sketch_groups;
constexpr unsigned positions_mask = (1u << limits::fingers_max) - 1;

constexpr std::size_t present_bytes(std::size_t people) { return (2 * people + 7) / 8 * 8; }
constexpr std::size_t slab_bytes(std::size_t people) {
  return slab_header_bytes + present_bytes(people) + people * limits::fingers_max * sketch_bytes;
}

static_assert(slab_bytes(slab_people) == full_slab_bytes);

/// A slab without its header; a row is one of one person.
struct body {
  std::size_t people = 0;
  const std::byte* present = nullptr;
  const std::byte* planes = nullptr;

  unsigned present_of(std::size_t person) const {
    std::uint16_t mask = 0;
    std::memcpy(&mask, present + 2 * person, sizeof mask);
    return mask;
  }
  std::size_t words_at(std::size_t position) const {
    return (position - 1) * people * sketch_bytes;
  }
  std::size_t spans_at(std::size_t position) const {
    return words_at(position) + people * words_bytes;
  }
  sketch_plane plane(std::size_t position) const {
    return {reinterpret_cast<const column_word*>(planes + words_at(position)),
            reinterpret_cast<const std::uint8_t*>(planes + spans_at(position))};
  }
};

body body_of_row(byte_view row) { return {1, row.data(), row.data() + 8}; }
body body_of_slab(byte_view slab) {
  const std::size_t people = people_in(slab);
  const std::byte* const present = slab.data() + slab_header_bytes;
  return {people, present, present + present_bytes(people)};
}

error refuse(const std::string& what, errc code = errc::corrupt) {
  return make_error(code, "sketches: " + what + ": rebuild them from the search entries");
}

status check_present(const body& all) {
  for (std::size_t i = 0; i < all.people; ++i)
    if ((all.present_of(i) & ~positions_mask) != 0)
      return refuse("person " + std::to_string(i) + " has a finger that nobody has");
  return {};
}

/// Least score after the first fingers, for each choice of those that a person has.
std::array<std::uint32_t, 1u << parameters::scan_first_fingers> pass_marks(
    std::span<const positioned_sketch> first) {
  std::array<std::uint32_t, 1u << parameters::scan_first_fingers> marks{};
  for (unsigned there = 0; there < 1u << first.size(); ++there) {
    std::uint32_t self = 0;
    for (unsigned j = 0; j < first.size(); ++j)
      if ((there >> j & 1) != 0) self += first[j].sketch.self;
    marks[there] = self * parameters::scan_pass_1024 / 1024;
  }
  return marks;
}

/// Asks for what few people of many have: nothing in their order tells the processor to.
void fetch(const sketch_plane& plane, std::span<const std::uint16_t> people) {
  for (const std::uint16_t person : people) {
    const column_word* const words = plane.words + std::size_t{person} * sketch_lanes;
    for (unsigned l = 0; l < sketch_lanes; l += 8) __builtin_prefetch(words + l);
    __builtin_prefetch(plane.spans + std::size_t{person} * spans_bytes);
  }
}

void score(std::span<const positioned_sketch> probe, const body& all,
           std::span<std::uint32_t> totals) {
  const auto first =
      probe.first(std::min<std::size_t>(parameters::scan_first_fingers, probe.size()));
  std::ranges::fill(totals, 0u);
  for (const positioned_sketch& each : first)
    add_scores(each.sketch, all.plane(each.position), totals);
  if (first.size() == probe.size()) return;
  const auto marks = pass_marks(first);
  std::array<std::uint16_t, slab_people> passed;
  std::size_t count = 0;
  for (std::size_t i = 0; i < all.people; ++i) {
    const unsigned present = all.present_of(i);
    unsigned there = 0;
    for (unsigned j = 0; j < first.size(); ++j)
      there |= (present >> (first[j].position - 1u) & 1u) << j;
    passed[count] = static_cast<std::uint16_t>(i);
    count += totals[i] >= marks[there] ? 1 : 0;
  }
  for (const positioned_sketch& each : probe.subspan(first.size()))
    add_scores_of(each.sketch, all.plane(each.position), std::span(passed).first(count), totals);
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
    std::byte* const at = row.data() + 8 + (position - 1) * sketch_bytes;
    std::memcpy(at, sketch.words.data(), words_bytes);
    for (unsigned g = 0; g < sketch_groups; ++g) {
      at[words_bytes + g] = static_cast<std::byte>(sketch.angles[g * sketch_group]);
      at[words_bytes + sketch_groups + g] =
          static_cast<std::byte>(sketch.angles[(g + 1) * sketch_group - 1]);
    }
  }
  std::memcpy(row.data(), &present, sizeof present);
  return row;
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
  const body all = body_of_slab(slab);
  std::byte* const present = slab.data() + (all.present - slab.data());
  std::byte* const planes = slab.data() + (all.planes - slab.data());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(present + 2 * i, rows[i].data(), 2);
    for (std::size_t position = 1; position <= limits::fingers_max; ++position) {
      const std::byte* const from = rows[i].data() + 8 + (position - 1) * sketch_bytes;
      std::memcpy(planes + all.words_at(position) + i * words_bytes, from, words_bytes);
      std::memcpy(planes + all.spans_at(position) + i * spans_bytes, from + words_bytes,
                  spans_bytes);
    }
  }
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

sketch_plane plane_of(byte_view slab, std::size_t position) {
  return body_of_slab(slab).plane(position);
}

bytes row_of(byte_view slab, unsigned index) {
  const body all = body_of_slab(slab);
  INVARIANT(index < all.people);
  bytes row(sketch_row_bytes);
  std::memcpy(row.data(), all.present + 2 * index, 2);
  for (std::size_t position = 1; position <= limits::fingers_max; ++position) {
    std::byte* const to = row.data() + 8 + (position - 1) * sketch_bytes;
    std::memcpy(to, all.planes + all.words_at(position) + index * words_bytes, words_bytes);
    std::memcpy(to + words_bytes, all.planes + all.spans_at(position) + index * spans_bytes,
                spans_bytes);
  }
  return row;
}

void erase_from_slab(std::span<std::byte> slab, unsigned index) {
  const body all = body_of_slab(slab);
  INVARIANT(index < all.people);
  const auto zero = [&](const std::byte* from, std::size_t size) {
    std::memset(slab.data() + (from - slab.data()), 0, size);
  };
  zero(all.present + 2 * index, 2);
  for (std::size_t position = 1; position <= limits::fingers_max; ++position) {
    zero(all.planes + all.words_at(position) + index * words_bytes, words_bytes);
    zero(all.planes + all.spans_at(position) + index * spans_bytes, spans_bytes);
  }
}

void score_slab(std::span<const positioned_sketch> probe, byte_view slab,
                std::span<std::uint32_t> scores) {
  const body all = body_of_slab(slab);
  INVARIANT(scores.size() == all.people);
  score(probe, all, scores);
}

void score_people(std::span<const positioned_sketch> probe, byte_view slab,
                  std::span<const std::uint16_t> people, std::span<std::uint32_t> scores) {
  const body all = body_of_slab(slab);
  INVARIANT(scores.size() == people.size());
  std::array<std::uint32_t, slab_people> totals;
  for (const std::uint16_t person : people) totals[person] = 0;
  if (!probe.empty()) fetch(all.plane(probe.front().position), people);
  for (std::size_t i = 0; i < probe.size(); ++i) {
    if (i + 1 < probe.size()) fetch(all.plane(probe[i + 1].position), people);
    add_scores_of(probe[i].sketch, all.plane(probe[i].position), people, totals);
  }
  for (std::size_t i = 0; i < people.size(); ++i) scores[i] = totals[people[i]];
}

std::uint32_t score_row(std::span<const positioned_sketch> probe, byte_view row) {
  std::uint32_t total = 0;
  score(probe, body_of_row(row), std::span(&total, 1));
  return total;
}

}  // namespace whorl::fingerprint
