// make_type9: the INCITS 378 block of ANSI/NIST-ITL 1-2007, fields 9.126 to 9.140, and 9.200.
#include <utility>

#include "messages/ebts/builders.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/invariant.hpp"
#include "messages/limits.hpp"

namespace whorl::ebts {

record make_type9(const type9_print& print, std::uint16_t idc) {
  INVARIANT(print.minutiae.size() <= limits::minutiae_max);
  const auto text = [](std::uint32_t value) { return std::to_string(value); };
  record made = make_record(9, idc);
  const auto put = [&made](std::uint16_t number, std::vector<std::string> items) {
    made.fields.push_back(make_field(9, number, std::move(items)));
  };
  put(3, {text(print.impression)});
  put(4, {"U"});
  put(126, {"27", "513", "0"});  // CBI: INCITS M1 as owner, finger minutiae record, no product id
  put(127, {"NONE", "0"});       // CEI: no certification, no equipment id
  put(128, {text(print.width_px)});
  put(129, {text(print.height_px)});
  put(130, {"2"});  // SLC: pixels per centimetre
  put(131, {text(print.x_resolution_per_cm)});
  put(132, {text(print.y_resolution_per_cm)});
  put(133, {text(print.view)});
  put(134, {text(print.finger_position)});
  put(135, {text(print.quality), "0", "0"});
  put(136, {text(static_cast<std::uint32_t>(print.minutiae.size()))});
  if (print.minutiae.empty()) return made;
  field fmd;
  fmd.number = 137;
  fmd.tag = tag_of(9, 137);
  std::vector<std::string> exact;
  std::uint32_t index = 0;
  for (const type9_minutia& one : print.minutiae) {
    INVARIANT(one.x <= coordinate_max && one.y <= coordinate_max);
    INVARIANT(one.type <= 2 && one.quality <= 100);
    fmd.subfields.push_back({{text(++index), text(one.x), text(one.y),
                              text(to_two_degrees(one.angle)), text(one.type), text(one.quality)}});
    exact.push_back(text(one.angle));
  }
  made.fields.push_back(std::move(fmd));
  put(exact_angle_field, std::move(exact));
  return made;
}

}  // namespace whorl::ebts
