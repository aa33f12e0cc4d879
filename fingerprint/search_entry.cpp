#include "fingerprint/search_entry.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <tuple>

#include "fingerprint/cylinders.hpp"
#include "fingerprint/features.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/stored_entry.hpp"

namespace whorl::fingerprint {
namespace {

static_assert(std::endian::native == std::endian::little, "entries are read in place");
using namespace parameters;

template <class T>
void put(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

/// The best minutiae in the order of the entry: stage one's by angle, then the others by angle.
std::vector<feature> in_stored_order(const std::vector<feature>& all, unsigned most) {
  std::vector<feature> chosen(all.begin(),
                              all.begin() + std::min<std::ptrdiff_t>(std::ssize(all), most));
  const auto cut =
      chosen.begin() + std::min<std::ptrdiff_t>(std::ssize(chosen), coarse_minutiae_max);
  const auto by_angle = [](const feature& a, const feature& b) {
    return std::tuple(a.angle, a.x, a.y, a.quality) < std::tuple(b.angle, b.x, b.y, b.quality);
  };
  std::sort(chosen.begin(), cut, by_angle);
  std::sort(cut, chosen.end(), by_angle);
  return chosen;
}

}  // namespace

std::array<const print_template*, entry_positions> choose_prints(
    std::span<const print_template> prints) {
  std::array<const print_template*, entry_positions> chosen{};
  for (const print_template& print : prints) {
    if (print.minutiae.size() < limits::minutiae_min || print.finger_position >= entry_positions)
      continue;
    const print_template*& kept = chosen[print.finger_position];
    const auto rank = [](const print_template& p) {
      return std::pair(p.quality, p.minutiae.size());
    };
    if (kept == nullptr || rank(*kept) < rank(print)) kept = &print;
  }
  return chosen;
}

unsigned stored_count(const print_template& print) {
  return static_cast<unsigned>(std::min<std::size_t>(print.minutiae.size(), stored_minutiae_max));
}

namespace {

bytes block_of(std::uint8_t print_quality, const std::vector<feature>& all, unsigned most) {
  const std::vector<feature> chosen = in_stored_order(all, most);
  const auto count = static_cast<unsigned>(chosen.size());
  const unsigned lanes = lanes_of(count);
  bytes block(finger_header_bytes + lanes * lane_bytes);
  block[0] = static_cast<std::byte>(print_quality);
  block[1] = static_cast<std::byte>(all.size());
  std::byte* const words = block.data() + finger_header_bytes;
  std::byte* const x = words + lanes * cylinder_words * 8;
  std::byte* const y = x + lanes * 2;
  std::byte* const angle = y + lanes * 2;
  std::byte* const ones = angle + lanes;
  std::byte* const quality = ones + lanes;
  const std::vector<cylinder> cylinders = make_cylinders(chosen, all);
  for (unsigned i = 0; i < count; ++i) {
    const cylinder& bits = cylinders[i];
    for (unsigned w = 0; w < cylinder_words; ++w) put(words + (w * lanes + i) * 8, bits[w]);
    put(x + i * 2, chosen[i].x);
    put(y + i * 2, chosen[i].y);
    angle[i] = static_cast<std::byte>(chosen[i].angle);
    ones[i] = static_cast<std::byte>(count_ones(bits));
    quality[i] = static_cast<std::byte>(chosen[i].quality);
  }
  for (unsigned i = count; i < lanes; ++i) angle[i] = angle[count - 1];
  return block;
}

}  // namespace

bytes build_finger_block(const print_template& print) {
  return block_of(print.quality, extract_features(print), stored_minutiae_max);
}

void append_finger(bytes& entry, std::size_t position, std::uint8_t quality,
                   const std::vector<feature>& features, unsigned minutiae) {
  const bytes block = block_of(quality, features, minutiae);
  std::byte* const slot = entry.data() + position * 4;
  const auto count = static_cast<unsigned>(std::min<std::size_t>(features.size(), minutiae));
  put(slot, static_cast<std::uint16_t>(entry.size() / 8));
  slot[2] = static_cast<std::byte>(count);
  slot[3] = static_cast<std::byte>(std::min(count, coarse_minutiae_max));
  entry.insert(entry.end(), block.begin(), block.end());
}

finger_view view_finger_block(byte_view block, unsigned count) {
  finger_view view;
  if (count == 0) return view;
  view.count = count;
  view.coarse = std::min(count, coarse_minutiae_max);
  view.lanes = lanes_of(count);
  view.quality = std::to_integer<std::uint8_t>(block[0]);
  const std::byte* at = block.data() + finger_header_bytes;
  view.words = reinterpret_cast<const column_word*>(at);
  at += view.lanes * cylinder_words * 8;
  view.x = reinterpret_cast<const column_coordinate*>(at);
  at += view.lanes * 2;
  view.y = reinterpret_cast<const column_coordinate*>(at);
  at += view.lanes * 2;
  view.angle = reinterpret_cast<const std::uint8_t*>(at);
  view.ones = view.angle + view.lanes;
  view.minutia_quality = view.ones + view.lanes;
  return view;
}

finger_view finger_of(byte_view entry, std::size_t position) {
  const std::byte* slot = entry.data() + position * 4;
  std::uint16_t offset = 0;
  std::memcpy(&offset, slot, sizeof offset);
  if (offset == 0) return {};
  return view_finger_block(entry.subspan(std::size_t{offset} * 8),
                           std::to_integer<unsigned>(slot[2]));
}

result<bytes> build_search_entry(std::span<const print_template> prints) {
  WHORL_ASSIGN(const bytes stored, build_stored_entry(prints));
  return expand(stored);
}

}  // namespace whorl::fingerprint
