#include "messages/ebts/minutiae.hpp"

#include <algorithm>

#include "messages/ebts/place.hpp"
#include "messages/limits.hpp"

namespace whorl::ebts {
namespace {

/// Angles: whole degrees to units of 360/256, the nearest.
std::uint8_t from_degrees(std::uint32_t degrees) {
  return static_cast<std::uint8_t>((degrees % 360 * 256 + 180) / 360 % 256);
}

/// Reads one Type-9 record; `ordinal` is for errors.
class type9_reader {
 public:
  type9_reader(const record& from, std::size_t ordinal) : from_(from), ordinal_(ordinal) {}

  result<type9_print> read() {
    if (from_.find(137) != nullptr || from_.find(136) != nullptr) return read_378();
    if (from_.find(12) != nullptr) return read_legacy();
    return refuse(errc::unsupported, place_of(from_, ordinal_, 4), "neither minutiae block",
                  "9.012 (legacy) or 9.137 (INCITS 378)", "convert the print to one of them");
  }

 private:
  error fail(unsigned number, std::string_view found, std::string_view expected,
             errc code = errc::invalid_input) const {
    return refuse(code, place_of(from_, ordinal_, number), found, expected,
                  "correct the minutiae and send the transaction again");
  }

  /// The number in an item of `number`'s subfield `s`, at most `most`.
  result<std::uint32_t> item(std::uint16_t number, std::size_t s, std::size_t i,
                             std::uint32_t most) const {
    const field* one = from_.find(number);
    // Made for errors alone: there are hundreds of items in a print.
    const auto which = [&] {
      return " as item " + std::to_string(i + 1) + " of subfield " + std::to_string(s + 1);
    };
    if (one == nullptr || s >= one->subfields.size() || i >= one->subfields[s].items.size())
      return fail(number, "nothing" + which(), "a number up to " + std::to_string(most));
    const std::string& text = one->subfields[s].items[i];
    const auto value = parse_number(text);
    if (!value || *value > most)
      return fail(number, shown(text) + which(), "a number up to " + std::to_string(most));
    return *value;
  }

  /// A field with one number; `otherwise` when it is absent or empty.
  result<std::uint32_t> number_or(std::uint16_t number, std::uint32_t otherwise,
                                  std::uint32_t most) const {
    if (from_.text(number).value_or("").empty()) return otherwise;
    return item(number, 0, 0, most);
  }

  /// Minutiae of field `number`, whose count the field `count_number` must give.
  status check_count(std::uint16_t number, std::uint16_t count_number) const {
    const field* minutiae = from_.find(number);
    WHORL_ASSIGN(const std::uint32_t announced, item(count_number, 0, 0, 999'999));
    if (announced > limits::minutiae_max)
      return fail(count_number, std::to_string(announced) + " minutiae",
                  "at most " + std::to_string(limits::minutiae_max), errc::limit_exceeded);
    // A print without minutiae has no such field.
    const bool none = minutiae == nullptr || from_.text(number).value_or("").empty();
    const std::size_t present = none ? 0 : minutiae->subfields.size();
    if (announced != present)
      return fail(count_number, "a count of " + std::to_string(announced),
                  std::to_string(present) + ", the subfields of " + tag_of(9, number));
    return {};
  }

  status read_common(type9_print& print) const {
    WHORL_ASSIGN(const std::uint32_t impression, number_or(3, 0, 255));
    print.impression = static_cast<std::uint8_t>(impression);
    return {};
  }

  result<type9_print> read_legacy() const {
    type9_print print;
    print.block = type9_block::legacy;
    WHORL_TRY(read_common(print));
    const field* fingers = from_.find(6);
    if (fingers != nullptr && fingers->subfields.size() == 1) {  // several: possible ones, unknown
      WHORL_ASSIGN(const std::uint32_t finger, number_or(6, 0, 255));
      print.finger_position = static_cast<std::uint8_t>(finger);
    }
    print.x_resolution_per_cm = print.y_resolution_per_cm = 1000;  // the unit is 0.01 mm
    WHORL_TRY(check_count(12, 10));
    WHORL_ASSIGN(const std::uint32_t count, item(10, 0, 0, limits::minutiae_max));
    for (std::size_t s = 0; s < count; ++s) {
      WHORL_ASSIGN(const type9_minutia one, read_legacy_minutia(s));
      print.minutiae.push_back(one);
      print.width_px = std::max(print.width_px, static_cast<std::uint16_t>(one.x + 1));
      print.height_px = std::max(print.height_px, static_cast<std::uint16_t>(one.y + 1));
    }
    for (type9_minutia& one : print.minutiae)
      one.y = static_cast<std::uint16_t>(print.height_px - 1 - one.y);
    return print;
  }

  result<type9_minutia> read_legacy_minutia(std::size_t s) const {
    const auto& items = from_.find(12)->subfields[s].items;
    const auto which = [&] { return " in subfield " + std::to_string(s + 1); };  // as in item()
    const std::string_view place = items.size() < 4 ? std::string_view() : items[1];
    const auto x = parse_number(place.substr(0, 4));
    const auto y = parse_number(place.size() < 8 ? "" : place.substr(4, 4));
    const auto degrees = parse_number(place.size() < 8 ? "" : place.substr(8));
    if (place.size() != 11 || !x || !y || !degrees || *degrees > 359)
      return fail(12, shown(place) + which(), "XXXXYYYYTTT with TTT up to 359");
    type9_minutia one;
    one.x = static_cast<std::uint16_t>(*x);
    one.y = static_cast<std::uint16_t>(*y);
    one.angle = from_degrees(*degrees + 180);
    // 0 by hand, 1 not measured, 2 best to 63 worst.
    const auto quality = parse_number(items[2].empty() ? "0" : items[2], 2);
    if (!quality || *quality > 63)
      return fail(12, "quality " + shown(items[2]) + which(), "0 to 63");
    if (*quality >= 2) one.quality = static_cast<std::uint8_t>(100 - (*quality - 2) * 99 / 61);
    const std::string& type = items[3];  // compound and undetermined have no counterpart
    if (type.size() != 1 || type[0] < 'A' || type[0] > 'D')
      return fail(12, "type " + shown(type) + which(), "A, B, C or D");
    one.type = type == "A" ? 1 : type == "B" ? 2 : 0;
    return one;
  }

  result<type9_print> read_378() const {
    type9_print print;
    WHORL_TRY(read_common(print));
    WHORL_ASSIGN(const std::uint32_t width, number_or(128, 0, 65535));
    WHORL_ASSIGN(const std::uint32_t height, number_or(129, 0, 65535));
    print.width_px = static_cast<std::uint16_t>(width);
    print.height_px = static_cast<std::uint16_t>(height);
    WHORL_ASSIGN(print.x_resolution_per_cm, resolution(131));
    WHORL_ASSIGN(print.y_resolution_per_cm, resolution(132));
    WHORL_ASSIGN(const std::uint32_t view, number_or(133, 0, 15));
    WHORL_ASSIGN(const std::uint32_t finger, number_or(134, 0, 255));
    WHORL_ASSIGN(const std::uint32_t quality, number_or(135, 0, 255));
    print.view = static_cast<std::uint8_t>(view);
    print.finger_position = static_cast<std::uint8_t>(finger);
    print.quality = static_cast<std::uint8_t>(quality <= 100 ? quality : 0);  // 254, 255: no value
    WHORL_TRY(check_count(137, 136));
    WHORL_ASSIGN(const std::uint32_t count, item(136, 0, 0, limits::minutiae_max));
    for (std::size_t s = 0; s < count; ++s) {
      WHORL_ASSIGN(const type9_minutia one, read_378_minutia(s));
      print.minutiae.push_back(one);
    }
    WHORL_TRY(read_exact_angles(print));
    return print;
  }

  /// Pixels per centimetre; SLC (9.130) says 1 = per inch, 2 = per centimetre.
  result<std::uint16_t> resolution(std::uint16_t number) const {
    WHORL_ASSIGN(const std::uint32_t scale, number_or(130, 2, 2));
    WHORL_ASSIGN(std::uint32_t value, number_or(number, scale == 1 ? 500 : 197, 65535));
    if (scale == 1) value = (value * 100 + 127) / 254;
    if (scale == 0 || value == 0)
      return fail(scale == 0 ? 130 : number, "no resolution", "SLC 1 or 2 and pixels per unit");
    return static_cast<std::uint16_t>(value);
  }

  result<type9_minutia> read_378_minutia(std::size_t s) const {
    WHORL_ASSIGN(const std::uint32_t x, item(137, s, 1, coordinate_max));
    WHORL_ASSIGN(const std::uint32_t y, item(137, s, 2, coordinate_max));
    WHORL_ASSIGN(const std::uint32_t angle, item(137, s, 3, 179));
    WHORL_ASSIGN(const std::uint32_t type, item(137, s, 4, 2));
    WHORL_ASSIGN(const std::uint32_t quality, item(137, s, 5, 255));
    return type9_minutia{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                         from_degrees(2 * angle), static_cast<std::uint8_t>(type),
                         static_cast<std::uint8_t>(quality <= 100 ? quality : 0)};
  }

  /// 9.200 repeats every angle in ISO's unit; one that does not round to 9.137 is damage.
  status read_exact_angles(type9_print& print) const {
    const field* exact = from_.find(exact_angle_field);
    if (exact == nullptr || print.minutiae.empty()) return {};
    const std::size_t count = exact->subfields[0].items.size();
    if (exact->subfields.size() != 1 || count != print.minutiae.size())
      return fail(exact_angle_field, std::to_string(count) + " angles",
                  std::to_string(print.minutiae.size()) + " as 9.136 gives");
    for (std::size_t i = 0; i < count; ++i) {
      WHORL_ASSIGN(const std::uint32_t angle, item(exact_angle_field, 0, i, 255));
      WHORL_ASSIGN(const std::uint32_t rounded, item(137, i, 3, 179));
      const auto unit = static_cast<std::uint8_t>(angle);
      if (to_two_degrees(unit) != rounded)
        return fail(exact_angle_field,
                    "angle " + std::to_string(angle) + " of minutia " + std::to_string(i + 1),
                    "one that rounds to " + std::to_string(rounded) + " of 9.137");
      print.minutiae[i].angle = unit;
    }
    return {};
  }

  const record& from_;
  std::size_t ordinal_;
};

}  // namespace

std::uint8_t to_two_degrees(std::uint8_t angle) {
  return static_cast<std::uint8_t>((angle * 180u + 128) / 256 % 180);
}

result<std::vector<type9_print>> read_type9(const transaction& whole) {
  std::vector<type9_print> prints;
  for (std::size_t i = 0; i < whole.records.size(); ++i) {
    if (whole.records[i].type != 9) continue;
    WHORL_ASSIGN(type9_print print, type9_reader(whole.records[i], i + 1).read());
    prints.push_back(std::move(print));
  }
  return prints;
}

type9_print rescaled(const type9_print& print, std::uint16_t pixels_per_cm) {
  const auto scale = [pixels_per_cm](std::uint32_t value, std::uint32_t from) {
    from = std::max(from, 1u);
    const std::uint32_t scaled = (value * pixels_per_cm + from / 2) / from;
    return static_cast<std::uint16_t>(std::min<std::uint32_t>(scaled, coordinate_max));
  };
  type9_print out = print;
  out.width_px = scale(print.width_px, print.x_resolution_per_cm);
  out.height_px = scale(print.height_px, print.y_resolution_per_cm);
  out.x_resolution_per_cm = out.y_resolution_per_cm = pixels_per_cm;
  for (type9_minutia& one : out.minutiae) {
    one.x = scale(one.x, print.x_resolution_per_cm);
    one.y = scale(one.y, print.y_resolution_per_cm);
  }
  return out;
}

}  // namespace whorl::ebts
