#include "actors/probe_core.hpp"

#include <algorithm>

#include "fingerprint/iso_template.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/limits.hpp"

namespace whorl::actors {
namespace {

/// The resolution of the legacy block (0.01 mm) is brought to that of everything else.
constexpr std::uint16_t search_resolution_per_cm = 197;

fingerprint::print_template to_template(const ebts::type9_print& print) {
  fingerprint::print_template t;
  t.finger_position = print.finger_position;
  t.impression = static_cast<fingerprint::impression_type>(print.impression);
  t.width_px = print.width_px;
  t.height_px = print.height_px;
  t.x_resolution_per_cm = print.x_resolution_per_cm;
  t.y_resolution_per_cm = print.y_resolution_per_cm;
  t.quality = print.quality;
  for (const ebts::type9_minutia& m : print.minutiae) {
    // The size may be absent, and rounding to another resolution may put a minutia on its edge.
    t.width_px = std::max(t.width_px, static_cast<std::uint16_t>(m.x + 1));
    t.height_px = std::max(t.height_px, static_cast<std::uint16_t>(m.y + 1));
    t.minutiae.push_back(
        {m.x, m.y, m.angle, static_cast<fingerprint::minutia_type>(m.type), m.quality});
  }
  return t;
}

}  // namespace

ebts::type9_print to_type9(const fingerprint::print_template& print) {
  ebts::type9_print out;
  out.finger_position = print.finger_position;
  out.impression = static_cast<std::uint8_t>(print.impression);
  out.width_px = print.width_px;
  out.height_px = print.height_px;
  out.x_resolution_per_cm = print.x_resolution_per_cm;
  out.y_resolution_per_cm = print.y_resolution_per_cm;
  out.quality = print.quality;
  for (const fingerprint::minutia& m : print.minutiae)
    out.minutiae.push_back({m.x, m.y, m.angle, static_cast<std::uint8_t>(m.type), m.quality});
  return out;
}

result<std::vector<probe_print>> probe_prints_of(const ebts::transaction& whole) {
  WHORL_ASSIGN(const auto read, ebts::read_type9(whole));
  if (read.size() > limits::fingers_max)
    return make_error(errc::limit_exceeded, std::to_string(read.size()) +
                                                " Type-9 records: at most 10 fingers are booked");
  std::vector<probe_print> prints;
  for (const ebts::type9_print& one : read) {
    if (one.minutiae.size() < limits::minutiae_min) continue;  // treated as a missing finger
    const fingerprint::print_template t = to_template(
        one.block == ebts::type9_block::legacy ? ebts::rescaled(one, search_resolution_per_cm)
                                               : one);
    WHORL_ASSIGN(bytes encoded, fingerprint::encode_iso(std::span(&t, 1)));
    prints.push_back({t.finger_position, std::move(encoded)});
  }
  if (prints.empty())
    return make_error(
        errc::invalid_input,
        "no finger has " + std::to_string(limits::minutiae_min) +
            " minutiae or more in its Type-9 record: there is nothing to search with");
  return prints;
}

}  // namespace whorl::actors
