// What makes it safe to score an entry without checks: every offset, count and value that the two
// stages rely on is looked at once, when the bytes come in.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <string>

#include "fingerprint/cylinders.hpp"
#include "fingerprint/features.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {
namespace {

error refuse(const std::string& what, errc code = errc::corrupt) {
  return make_error(code, "search entry: " + what + ": rebuild it from the person's prints");
}

bool all_zero(byte_view part) {
  return std::all_of(part.begin(), part.end(), [](std::byte b) { return b == std::byte{0}; });
}

bool in_order_of_angle(const finger_view& finger) {
  return std::is_sorted(finger.angle, finger.angle + finger.coarse) &&
         std::is_sorted(finger.angle + finger.coarse, finger.angle + finger.count);
}

status check_finger(const finger_view& finger, byte_view block, const std::string& name) {
  if (finger.quality > 100 || !all_zero(block.subspan(2, 6)) ||
      std::to_integer<unsigned>(block[1]) < finger.count ||
      !all_zero(block.subspan(block.size() - finger.lanes)))
    return refuse(name + " has a damaged header or padding");
  for (unsigned i = 0; i < finger.lanes; ++i) {
    unsigned ones = 0;
    for (unsigned w = 0; w < cylinder_words; ++w)
      ones += static_cast<unsigned>(std::popcount(finger.words[w * finger.lanes + i]));
    if (ones != finger.ones[i] || finger.words[3 * finger.lanes + i] >> 48 != 0)
      return refuse(name + ", minutia " + std::to_string(i) + " has a damaged cylinder");
    if (std::abs(finger.x[i]) > feature_coordinate_max ||
        std::abs(finger.y[i]) > feature_coordinate_max || finger.minutia_quality[i] > 100)
      return refuse(name + ", minutia " + std::to_string(i) + " is out of range");
    if (i >= finger.count && (ones != 0 || finger.angle[i] != finger.angle[finger.count - 1]))
      return refuse(name + " has a damaged padding");
  }
  if (!in_order_of_angle(finger)) return refuse(name + " is not in order of angle");
  return {};
}

template <class T>
T read(byte_view entry, std::size_t offset) {
  T value;
  std::memcpy(&value, entry.data() + offset, sizeof value);
  return value;
}

status check_header(byte_view entry) {
  if (reinterpret_cast<std::uintptr_t>(entry.data()) % 8 != 0)
    return make_error(errc::invalid_input, "search entry: give it at an 8-byte aligned address");
  if (entry.size() < entry_header_bytes) return refuse("shorter than its header");
  if (std::memcmp(entry.data(), "WHSE", 4) != 0) return refuse("does not begin with WHSE");
  if (const auto version = read<std::uint16_t>(entry, 4); version != search_entry_version)
    return refuse("version " + std::to_string(version) + ", this program reads " +
                      std::to_string(search_entry_version),
                  errc::wrong_version);
  if (read<std::uint32_t>(entry, 8) != entry.size() || entry.size() % 8 != 0)
    return refuse("its size is not the one it states");
  if (entry[7] != std::byte{0}) return refuse("damaged header");
  return {};
}

}  // namespace

status check_search_entry(byte_view entry) {
  WHORL_TRY(check_header(entry));
  std::size_t expected = entry_header_bytes;
  unsigned fingers = 0;
  for (std::size_t i = 1; i <= entry_positions; ++i) {
    const std::size_t position = i % entry_positions;
    const std::size_t slot = 12 + position * 4;
    const std::size_t offset = std::size_t{read<std::uint16_t>(entry, slot)} * 8;
    const auto count = read<std::uint8_t>(entry, slot + 2);
    const auto coarse = read<std::uint8_t>(entry, slot + 3);
    if (offset == 0 && count == 0 && coarse == 0) continue;
    const std::string name = "finger " + std::to_string(position);
    if (count < limits::minutiae_min || count > parameters::stored_minutiae_max ||
        coarse != std::min<unsigned>(count, parameters::coarse_minutiae_max))
      return refuse(name + " has impossible counts");
    const std::size_t size = finger_header_bytes + lanes_of(count) * lane_bytes;
    if (offset != expected || offset > entry.size() || entry.size() - offset < size)
      return refuse(name + " lies outside the entry or out of order");
    const byte_view block = entry.subspan(offset, size);
    WHORL_TRY(check_finger(view_finger_block(block, count), block, name));
    expected = offset + size;
    ++fingers;
  }
  if (expected != entry.size()) return refuse("bytes that belong to no finger");
  if (fingers == 0 || fingers > limits::fingers_max ||
      fingers != std::to_integer<unsigned>(entry[6]))
    return refuse("its number of fingers is not the one it states");
  return {};
}

}  // namespace whorl::fingerprint
