#include "apps/retention/purge_marks.hpp"

#include <charconv>

#include "storage/durable_file.hpp"

namespace whorl::apps {
namespace {

constexpr const char* file_name = "/purge-marks";
constexpr std::string_view first_line = "whorl purge marks 1";
/// Of some three million bookings that are kept: more are looked through once a start instead.
constexpr std::size_t bytes_max = 64u << 20;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

status read_line(std::string_view line, purge_marks& out) {
  const std::size_t space = line.find(' ');
  const std::string_view key = line.substr(0, space);
  const std::string_view value =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  if (key == "kept") {
    WHORL_ASSIGN(const booking_id which, parse_booking_id(value));
    out.kept.insert(which);
    return {};
  }
  std::uint64_t* const to = key == "answered"      ? &out.answered
                            : key == "timed"       ? &out.timed
                            : key == "criminal"    ? &out.galleries[gallery_kind::criminal]
                            : key == "immigration" ? &out.galleries[gallery_kind::immigration]
                                                   : nullptr;
  const char* const end = value.data() + value.size();
  if (to != nullptr)
    if (const auto read = std::from_chars(value.data(), end, *to);
        read.ec == std::errc() && read.ptr == end && !value.empty())
      return {};
  return make_error(errc::invalid_input,
                    "no line of purge marks: '" + std::string(line.substr(0, 40)) + "'");
}

}  // namespace

std::string to_text(const purge_marks& marks) {
  std::string out = std::string(first_line) + "\nanswered " + std::to_string(marks.answered) +
                    "\ntimed " + std::to_string(marks.timed) + "\n";
  for (const auto& [gallery, seq] : marks.galleries)
    out += std::string(to_string(gallery)) + " " + std::to_string(seq) + "\n";
  for (const booking_id which : marks.kept) out += "kept " + to_string(which) + "\n";
  return out + "end\n";
}

result<purge_marks> parse_purge_marks(std::string_view text) {
  if (take_line(text) != first_line)
    return make_error(errc::invalid_input, "no purge marks of this version");
  purge_marks out;
  for (;;) {
    const std::string_view line = take_line(text);
    if (line == "end" && text.empty()) return out;
    WHORL_TRY(read_line(line, out));
  }
}

result<purge_marks> load_purge_marks(const storage::store& store) {
  const auto text = storage::read_small_file(store.folder + file_name, bytes_max);
  auto marks = text ? parse_purge_marks(*text) : result<purge_marks>(text.error());
  if (!marks) return purge_marks{};
  WHORL_ASSIGN(const auto bookings, store.log->tail(stream_id::bookings));
  if (marks->answered > bookings.seq || marks->timed > bookings.seq) return purge_marks{};
  for (const auto& [gallery, seq] : marks->galleries) {
    WHORL_ASSIGN(const auto tail, store.log->tail(stream_of(gallery)));
    if (seq > tail.seq) return purge_marks{};
  }
  return *std::move(marks);
}

status save_purge_marks(const storage::store& store, const purge_marks& marks) {
  return storage::write_durably(store.folder + file_name, to_text(marks));
}

}  // namespace whorl::apps
