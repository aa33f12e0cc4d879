#include "fingerprint/prepared_probe.hpp"

#include <cstring>

#include "fingerprint/sequence.hpp"

namespace whorl::fingerprint {

prepared_probe::prepared_probe(const bytes& entry, bool exchanged)
    : storage_(entry.size() / 8), exchanged_(exchanged) {
  std::memcpy(storage_.data(), entry.data(), entry.size());
  const byte_view view(reinterpret_cast<const std::byte*>(storage_.data()), entry.size());
  for (std::size_t position = 0; position < entry_positions; ++position)
    fingers_[position] = finger_of(view, position);
}

result<prepared_probe_ptr> prepare_probe(std::span<const print_template> prints, bool exchanged) {
  std::vector<print_template> other;
  if (exchanged) prints = other = hands_exchanged(prints);
  WHORL_ASSIGN(const bytes entry, build_search_entry(prints));
  return prepared_probe_ptr(std::make_shared<const prepared_probe>(entry, exchanged));
}

finger_meetings meetings(const prepared_probe& probe, byte_view entry) {
  finger_meetings out;
  const auto add = [&](std::size_t p, std::size_t e, std::size_t reported, bool several) {
    out.list[out.count++] = {static_cast<std::uint8_t>(p), static_cast<std::uint8_t>(e),
                             static_cast<std::uint8_t>(reported), several};
  };
  std::array<bool, entry_positions> there{};
  for (std::size_t position = 0; position < entry_positions; ++position)
    there[position] = static_cast<bool>(finger_of(entry, position));
  for (std::size_t position = 1; position < entry_positions; ++position)
    if (probe.finger(position) && there[position]) add(position, position, position, false);
  for (std::size_t position = 1; position < entry_positions; ++position) {
    if (probe.finger(0) && there[position] && !probe.finger(position))
      add(0, position, position, true);
    if (there[0] && probe.finger(position) && !there[position]) add(position, 0, position, true);
  }
  if (probe.finger(0) && there[0]) add(0, 0, 1, true);
  return out;
}

finger_set positions_met(const prepared_probe& probe) {
  if (probe.finger(0)) return all_fingers;
  finger_set out;
  out.set(0);
  for (std::size_t position = 1; position < entry_positions; ++position)
    out.set(position, static_cast<bool>(probe.finger(position)));
  return out;
}

}  // namespace whorl::fingerprint
