#include "fingerprint/sketch_row.hpp"

#include <cstring>
#include <string>

#include "fingerprint/stored_entry.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t words_bytes = sketch_lanes * 8;
constexpr unsigned positions_mask = (1u << limits::fingers_max) - 1;

void put_sketch(const finger_sketch& sketch, std::byte* at) {
  std::memcpy(at, sketch.words.data(), words_bytes);
  for (unsigned g = 0; g < sketch_groups; ++g) {
    at[words_bytes + g] = static_cast<std::byte>(sketch.angles[g * sketch_group]);
    at[words_bytes + sketch_groups + g] =
        static_cast<std::byte>(sketch.angles[(g + 1) * sketch_group - 1]);
  }
}

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

}  // namespace

bytes build_sketch_row(byte_view entry) {
  bytes row(sketch_row_bytes);
  std::uint16_t present = 0;
  for (std::size_t position = 1; position < entry_positions; ++position) {
    const finger_view finger = finger_of(entry, position);
    if (!finger) continue;
    present = static_cast<std::uint16_t>(present | 1u << (position - 1));
    const finger_sketch sketch = make_sketch(finger);
    put_sketch(sketch, row.data() + sketch_offset(position));
    put_places(sketch, row.data() + places_offset(position));
  }
  std::memcpy(row.data(), &present, sizeof present);
  return row;
}

bytes sketch_row_of(byte_view stored) {
  return build_sketch_row(expand(stored, all_fingers, sketch_lanes));
}

status check_sketch_row(byte_view row) {
  if (row.size() != sketch_row_bytes)
    return refuse_sketches(std::to_string(row.size()) + " bytes instead of " +
                           std::to_string(sketch_row_bytes));
  if ((fingers_present(row.data()) & ~positions_mask) != 0)
    return refuse_sketches("a finger that nobody has");
  return {};
}

error refuse_sketches(const std::string& what, errc code) {
  return make_error(code, "sketches: " + what + ": rebuild them from the search entries");
}

}  // namespace whorl::fingerprint
