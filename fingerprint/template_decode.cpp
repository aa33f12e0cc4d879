// Reading "FMR" records. The record's structure decides, not its declared length: several SDKs
// write a wrong length, while a record whose views run past its end is damaged.
#include <optional>
#include <string>

#include "fingerprint/template_record.hpp"
#include "messages/limits.hpp"

namespace whorl::fingerprint::detail {
namespace {

/// Reads big-endian numbers; remembers the first field that ran past the end.
class field_reader {
 public:
  explicit field_reader(byte_view record) : record_(record) {}

  std::uint32_t read(std::size_t width, const char* field) {
    if (record_.size() - offset_ < width) {
      if (!failure_) failure_ = at(offset_, field, "the record ends here: obtain the whole file");
      return 0;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
      value = value << 8 | std::to_integer<std::uint32_t>(record_[offset_ + i]);
    offset_ += width;
    return value;
  }

  std::size_t offset() const { return offset_; }
  std::size_t left() const { return record_.size() - offset_; }
  void skip(std::size_t count) { offset_ += count < left() ? count : left(); }
  const std::optional<error>& failure() const { return failure_; }

  static error at(std::size_t offset, const std::string& field, const std::string& what,
                  errc code = errc::invalid_input) {
    return make_error(code, "fingerprint template, offset " + std::to_string(offset) + ", " +
                                field + ": " + what);
  }

 private:
  byte_view record_;
  std::size_t offset_ = 0;
  std::optional<error> failure_;
};

struct record_header {
  print_template common;  ///< sizes and resolutions: one header for all views
  std::uint32_t views = 0;
};

result<record_header> read_header(field_reader& in, record_dialect dialect) {
  const std::uint32_t identifier = in.read(4, "format identifier");
  const std::uint32_t version = in.read(4, "version");
  if (in.failure()) return *in.failure();
  if (identifier != 0x464d5200)
    return field_reader::at(0, "format identifier", "is not \"FMR\": give a minutiae record");
  if (version != 0x20323000)
    return field_reader::at(4, "version", "only \" 20\" (ISO 2005, ANSI 2004) is read: convert it",
                            errc::unsupported);
  if (dialect == record_dialect::iso_2005) {
    in.read(4, "record length");
  } else {
    // Two bytes, or two zero bytes and four more.
    if (in.read(2, "record length") == 0) in.read(4, "record length, long form");
    in.read(4, "product identifier");
  }
  in.read(2, "capture equipment");
  record_header header;
  header.common.width_px = static_cast<std::uint16_t>(in.read(2, "image width"));
  header.common.height_px = static_cast<std::uint16_t>(in.read(2, "image height"));
  const std::size_t resolution_at = in.offset();
  header.common.x_resolution_per_cm = static_cast<std::uint16_t>(in.read(2, "x resolution"));
  header.common.y_resolution_per_cm = static_cast<std::uint16_t>(in.read(2, "y resolution"));
  const std::size_t views_at = in.offset();
  header.views = in.read(1, "number of views");
  in.read(1, "reserved byte");
  if (in.failure()) return *in.failure();
  if (header.common.x_resolution_per_cm == 0 || header.common.y_resolution_per_cm == 0)
    return field_reader::at(resolution_at, "resolution",
                            "is zero: set pixels per cm (500 dpi: 197)");
  if (header.views == 0)
    return field_reader::at(views_at, "number of views", "the record is empty");
  if (header.views > limits::template_views_max)
    return field_reader::at(views_at, "number of views",
                            std::to_string(header.views) + " exceeds " +
                                std::to_string(limits::template_views_max) + ": split the record",
                            errc::limit_exceeded);
  return header;
}

impression_type to_impression(std::uint32_t code) {
  switch (code) {
    case 1:
      return impression_type::live_rolled;
    case 2:
      return impression_type::nonlive_plain;
    case 3:
      return impression_type::nonlive_rolled;
    case 7:
      return impression_type::latent;
    case 8:
      return impression_type::swipe;
    default:
      return impression_type::live_plain;  // reserved codes: the commonest kind
  }
}

std::uint8_t quality_or_unknown(std::uint32_t value) {
  return value <= 100 ? static_cast<std::uint8_t>(value) : std::uint8_t{0};
}

/// ANSI's unit is 2 degrees, ours 360/256: round(v * 256 / 180).
std::uint8_t angle_from_ansi(std::uint32_t value) {
  return static_cast<std::uint8_t>((value * 512 + 180) / 360);
}

status read_minutia(field_reader& in, record_dialect dialect, minutia& out) {
  const std::uint32_t type_and_x = in.read(2, "minutia type and x");
  const std::uint32_t y = in.read(2, "minutia y");
  const std::size_t angle_at = in.offset();
  const std::uint32_t angle = in.read(1, "minutia angle");
  const std::uint32_t quality = in.read(1, "minutia quality");
  if (in.failure()) return *in.failure();
  if (dialect == record_dialect::ansi_2004 && angle > 179)
    return field_reader::at(angle_at, "minutia angle",
                            std::to_string(angle) + " exceeds 179: is this an ISO record?");
  const std::uint32_t type = type_and_x >> 14;
  out.type = type == 3 ? minutia_type::other : static_cast<minutia_type>(type);
  out.x = static_cast<std::uint16_t>(type_and_x & 0x3fff);
  out.y = static_cast<std::uint16_t>(y & 0x3fff);
  out.angle = dialect == record_dialect::ansi_2004 ? angle_from_ansi(angle)
                                                   : static_cast<std::uint8_t>(angle);
  out.quality = quality_or_unknown(quality);
  return {};
}

result<print_template> read_view(field_reader& in, record_dialect dialect, print_template print) {
  const std::size_t position_at = in.offset();
  const std::uint32_t position = in.read(1, "finger position");
  const std::uint32_t view_and_impression = in.read(1, "view number and impression type");
  const std::uint32_t quality = in.read(1, "finger quality");
  const std::uint32_t count = in.read(1, "number of minutiae");
  if (in.failure()) return *in.failure();
  if (position > limits::fingers_max)
    return field_reader::at(
        position_at, "finger position",
        std::to_string(position) + " is not 0 to 10: this is not a single finger");
  print.finger_position = static_cast<std::uint8_t>(position);
  print.impression = to_impression(view_and_impression & 0x0f);
  print.quality = quality_or_unknown(quality);
  print.minutiae.resize(count);
  for (minutia& each : print.minutiae) WHORL_TRY(read_minutia(in, dialect, each));
  return print;
}

/// Extended data is kept out. Some writers leave the block length away after the last view.
status skip_extended_data(field_reader& in, bool last_view) {
  if (last_view && in.left() < 2) return {};
  const std::size_t length_at = in.offset();
  const std::uint32_t length = in.read(2, "extended data length");
  if (in.failure()) return *in.failure();
  if (length > in.left() && !last_view)
    return field_reader::at(length_at, "extended data length",
                            std::to_string(length) + " runs past the end: obtain the whole file");
  in.skip(length);
  return {};
}

}  // namespace

result<std::vector<print_template>> decode_record(byte_view record, record_dialect dialect) {
  if (record.size() > limits::template_bytes_max)
    return field_reader::at(
        limits::template_bytes_max, "record",
        "exceeds " + std::to_string(limits::template_bytes_max) + " bytes: split it",
        errc::limit_exceeded);
  field_reader in(record);
  WHORL_ASSIGN(const record_header header, read_header(in, dialect));
  std::vector<print_template> prints;
  prints.reserve(header.views);
  for (std::uint32_t view = 0; view < header.views; ++view) {
    WHORL_ASSIGN(print_template print, read_view(in, dialect, header.common));
    prints.push_back(std::move(print));
    WHORL_TRY(skip_extended_data(in, view + 1 == header.views));
  }
  return prints;
}

}  // namespace whorl::fingerprint::detail
