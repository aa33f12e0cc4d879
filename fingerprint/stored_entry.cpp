#include "fingerprint/stored_entry.hpp"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <string>

#include "fingerprint/features.hpp"

namespace whorl::fingerprint {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they stand");

constexpr std::size_t header_bytes = 12, finger_bytes = 4, minutia_bytes = 6;

error refuse(const std::string& what, errc code = errc::corrupt) {
  return make_error(code, "search entry: " + what + ": rebuild it from the person's prints");
}

template <class T>
T read(byte_view from, std::size_t offset) {
  T value;
  std::memcpy(&value, from.data() + offset, sizeof value);
  return value;
}

template <class T>
void append(bytes& to, T value) {
  const auto* const at = reinterpret_cast<const std::byte*>(&value);
  to.insert(to.end(), at, at + sizeof value);
}

/// A finger where it stands.
struct kept_finger {
  std::uint8_t position = 0, quality = 0, minutiae = 0;
  byte_view content;  ///< minutiae
  feature at(std::size_t i) const {
    const byte_view one = content.subspan(i * minutia_bytes, minutia_bytes);
    return {read<std::int16_t>(one, 0), read<std::int16_t>(one, 2), read<std::uint8_t>(one, 4),
            read<std::uint8_t>(one, 5)};
  }
  std::size_t bytes_taken() const { return finger_bytes + content.size(); }
};

/// There are `finger_bytes` at least; `content` is cut where the entry ends.
kept_finger finger_at(byte_view rest) {
  kept_finger out{
      read<std::uint8_t>(rest, 0), read<std::uint8_t>(rest, 1), read<std::uint8_t>(rest, 2), {}};
  const std::size_t wanted = out.minutiae * minutia_bytes;
  out.content = rest.subspan(finger_bytes, std::min(wanted, rest.size() - finger_bytes));
  return out;
}

/// Calls back for each finger of a checked entry.
template <class F>
void each_finger(byte_view stored, const F& look) {
  byte_view rest = stored.subspan(header_bytes);
  for (auto left = read<std::uint8_t>(stored, 6); left != 0; --left) {
    const kept_finger finger = finger_at(rest);
    look(finger);
    rest = rest.subspan(finger.bytes_taken());
  }
}

status check_header(byte_view stored) {
  if (stored.size() < header_bytes) return refuse("shorter than its header");
  if (std::memcmp(stored.data(), "WHSE", 4) != 0) return refuse("does not begin with WHSE");
  if (const auto version = read<std::uint16_t>(stored, 4); version != stored_entry_version)
    return refuse("version " + std::to_string(version) + ", this program reads " +
                      std::to_string(stored_entry_version),
                  errc::wrong_version);
  if (read<std::uint32_t>(stored, 8) != stored.size() || stored.size() % 8 != 0)
    return refuse("its size is not the one it states");
  const auto fingers = read<std::uint8_t>(stored, 6);
  if (fingers == 0 || fingers > limits::fingers_max || stored[7] != std::byte{0})
    return refuse("damaged header");
  return {};
}

status check_finger(const kept_finger& finger, const std::string& name) {
  if (finger.quality > 100 || finger.minutiae < limits::minutiae_min)
    return refuse(name + " has a damaged header");
  feature before;
  for (std::size_t i = 0; i < finger.minutiae; ++i) {
    const feature each = finger.at(i);
    if (std::abs(each.x) > feature_coordinate_max || std::abs(each.y) > feature_coordinate_max ||
        each.quality > 100)
      return refuse(name + ", minutia " + std::to_string(i) + " is out of range");
    if (i > 0 && ranks_before(each, before))
      return refuse(name + ", minutia " + std::to_string(i) + " is out of order");
    before = each;
  }
  return {};
}

}  // namespace

result<bytes> build_stored_entry(std::span<const print_template> prints) {
  const auto chosen = choose_prints(prints);
  bytes stored(header_bytes);
  std::uint8_t fingers = 0;
  // Position 0 last: with ten known fingers an eleventh print of unknown position is left out.
  for (std::size_t i = 1; i <= entry_positions; ++i) {
    const std::size_t position = i % entry_positions;
    const print_template* print = chosen[position];
    if (print == nullptr || fingers == limits::fingers_max) continue;
    const std::vector<feature> all = extract_features(*print);
    append(stored, static_cast<std::uint8_t>(position));
    append(stored, print->quality);
    append(stored, static_cast<std::uint16_t>(all.size()));
    for (const feature& each : all) {
      append(stored, each.x);
      append(stored, each.y);
      append(stored, each.angle);
      append(stored, each.quality);
    }
    ++fingers;
  }
  if (fingers == 0)
    return make_error(errc::invalid_input, "no print can be searched: none of the " +
                                               std::to_string(prints.size()) +
                                               " has a finger position 0 to 10 and at least " +
                                               std::to_string(limits::minutiae_min) + " minutiae");
  stored.resize((stored.size() + 7) / 8 * 8);
  const auto size = static_cast<std::uint32_t>(stored.size());
  std::memcpy(stored.data(), "WHSE", 4);
  std::memcpy(stored.data() + 4, &stored_entry_version, 2);
  stored[6] = static_cast<std::byte>(fingers);
  std::memcpy(stored.data() + 8, &size, sizeof size);
  return stored;
}

status check_stored_entry(byte_view stored) {
  WHORL_TRY(check_header(stored));
  byte_view rest = stored.subspan(header_bytes);
  std::size_t turn = 0;  // 1 to 10, then 11 for the unknown
  for (auto left = read<std::uint8_t>(stored, 6); left != 0; --left) {
    if (rest.size() < finger_bytes) return refuse("it is cut short");
    const kept_finger finger = finger_at(rest);
    const std::string name = "finger " + std::to_string(finger.position);
    const std::size_t next = finger.position == 0 ? entry_positions : finger.position;
    if (finger.position >= entry_positions || next <= turn || rest[3] != std::byte{0})
      return refuse(name + " has a damaged header or is out of order");
    if (finger.content.size() != finger.minutiae * minutia_bytes)
      return refuse(name + " is cut short");
    WHORL_TRY(check_finger(finger, name));
    rest = rest.subspan(finger.bytes_taken());
    turn = next;
  }
  for (const std::byte each : rest)
    if (each != std::byte{0} || rest.size() >= 8) return refuse("bytes that belong to no finger");
  return {};
}

finger_set fingers_in(byte_view stored) {
  finger_set out;
  each_finger(stored, [&](const kept_finger& finger) { out.set(finger.position); });
  return out;
}

bytes expand(byte_view stored, finger_set wanted, unsigned minutiae) {
  bytes entry(entry_header_bytes);
  std::vector<feature> all;
  each_finger(stored, [&](const kept_finger& finger) {
    if (!wanted[finger.position]) return;
    all.resize(finger.minutiae);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = finger.at(i);
    append_finger(entry, finger.position, finger.quality, all, minutiae);
  });
  return entry;
}

}  // namespace whorl::fingerprint
