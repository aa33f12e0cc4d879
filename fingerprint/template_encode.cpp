// Writing "FMR" records: strict. What the format cannot say is refused, never bent.
#include <array>
#include <string>

#include "fingerprint/template_record.hpp"
#include "messages/limits.hpp"

namespace whorl::fingerprint::detail {
namespace {

constexpr std::size_t iso_header_bytes = 24;
constexpr std::size_t ansi_header_bytes = 26;  // with the two-byte record length
constexpr std::size_t view_header_bytes = 4;
constexpr std::size_t minutia_bytes = 6;
constexpr std::size_t extended_length_bytes = 2;
constexpr std::uint16_t coordinate_max = 0x3fff;
constexpr unsigned views_per_finger_max = 16;  // the view number has four bits

error refuse(std::size_t print, const std::string& what, errc code = errc::invalid_input) {
  return make_error(code, "cannot write print " + std::to_string(print) + ": " + what);
}

void put(bytes& out, std::uint32_t value, unsigned width) {
  for (unsigned shift = width * 8; shift > 0; shift -= 8)
    out.push_back(static_cast<std::byte>(value >> (shift - 8) & 0xff));
}

status check_print(std::size_t index, const print_template& print, const print_template& first) {
  if (print.width_px != first.width_px || print.height_px != first.height_px ||
      print.x_resolution_per_cm != first.x_resolution_per_cm ||
      print.y_resolution_per_cm != first.y_resolution_per_cm)
    return refuse(index,
                  "its size or resolution differs from the first print's: one record, one header");
  if (print.x_resolution_per_cm == 0 || print.y_resolution_per_cm == 0)
    return refuse(index, "resolution is zero: set pixels per cm (500 dpi: 197)");
  if (print.finger_position > limits::fingers_max)
    return refuse(index, "finger position is not 0 to 10");
  if (print.quality > 100) return refuse(index, "quality exceeds 100");
  if (print.minutiae.size() > limits::minutiae_max)
    return refuse(index, "more than 255 minutiae: keep the best", errc::limit_exceeded);
  for (const minutia& each : print.minutiae) {
    if (each.x >= print.width_px || each.y >= print.height_px || each.x > coordinate_max ||
        each.y > coordinate_max)
      return refuse(index, "a minutia lies outside the image or beyond 14 bits");
    if (each.quality > 100) return refuse(index, "a minutia's quality exceeds 100");
    if (static_cast<unsigned>(each.type) > 2)
      return refuse(index, "a minutia's type is not 0 to 2");
  }
  return {};
}

/// Ours is 360/256, ANSI's unit 2 degrees: round(a * 180 / 256), where 180 is 0 again.
std::uint32_t angle_to_ansi(std::uint8_t angle) { return (angle * 180u + 128) / 256 % 180; }

void put_header(bytes& out, const print_template& first, std::size_t views, std::size_t total,
                record_dialect dialect) {
  put(out, 0x464d5200, 4);
  put(out, 0x20323000, 4);
  if (dialect == record_dialect::iso_2005) {
    put(out, static_cast<std::uint32_t>(total), 4);
  } else {
    if (total > 0xffff) put(out, 0, 2);
    put(out, static_cast<std::uint32_t>(total), total > 0xffff ? 4 : 2);
    put(out, 0, 4);  // product identifier: none registered
  }
  put(out, 0, 2);  // capture equipment: unknown
  put(out, first.width_px, 2);
  put(out, first.height_px, 2);
  put(out, first.x_resolution_per_cm, 2);
  put(out, first.y_resolution_per_cm, 2);
  put(out, static_cast<std::uint32_t>(views), 1);
  put(out, 0, 1);
}

void put_view(bytes& out, const print_template& print, unsigned view_number,
              record_dialect dialect) {
  put(out, print.finger_position, 1);
  put(out, view_number << 4 | static_cast<unsigned>(print.impression), 1);
  put(out, print.quality, 1);
  put(out, static_cast<std::uint32_t>(print.minutiae.size()), 1);
  for (const minutia& each : print.minutiae) {
    put(out, static_cast<unsigned>(each.type) << 14 | each.x, 2);
    put(out, each.y, 2);
    put(out, dialect == record_dialect::ansi_2004 ? angle_to_ansi(each.angle) : each.angle, 1);
    put(out, each.quality, 1);
  }
  put(out, 0, extended_length_bytes);
}

}  // namespace

result<bytes> encode_record(std::span<const print_template> prints, record_dialect dialect) {
  if (prints.empty())
    return make_error(errc::invalid_input, "cannot write a record without prints");
  if (prints.size() > limits::template_views_max)
    return make_error(errc::limit_exceeded, "too many prints for one record: split them");
  std::size_t total = dialect == record_dialect::iso_2005 ? iso_header_bytes : ansi_header_bytes;
  std::array<unsigned, limits::fingers_max + 1> views{};
  for (std::size_t i = 0; i < prints.size(); ++i) {
    WHORL_TRY(check_print(i, prints[i], prints.front()));
    if (++views[prints[i].finger_position] > views_per_finger_max)
      return refuse(i, "more than 16 views of one finger", errc::limit_exceeded);
    total += view_header_bytes + prints[i].minutiae.size() * minutia_bytes + extended_length_bytes;
  }
  if (dialect == record_dialect::ansi_2004 && total > 0xffff) total += 4;  // the long length form
  if (total > limits::template_bytes_max)
    return make_error(errc::limit_exceeded, "the record would exceed " +
                                                std::to_string(limits::template_bytes_max) +
                                                " bytes: split the prints");
  bytes out;
  out.reserve(total);
  put_header(out, prints.front(), prints.size(), total, dialect);
  views.fill(0);
  for (const print_template& print : prints)
    put_view(out, print, views[print.finger_position]++, dialect);
  return out;
}

}  // namespace whorl::fingerprint::detail
