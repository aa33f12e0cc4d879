#include "storage/backup_manifest.hpp"

#include <charconv>

#include "messages/limits.hpp"
#include "storage/keyring.hpp"
#include "storage/rows.hpp"

namespace whorl::storage {
namespace {

constexpr std::string_view first_line = "whorl-backup 1";

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && code == std::errc() && end == text.data() + text.size();
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool read_digest(std::string_view text, digest& out) {
  if (text.size() != 64) return false;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::byte>(high << 4 | low);
  }
  return true;
}

/// A path that stays inside the backup and in its line.
bool is_inside(std::string_view path) {
  if (path.empty() || path.size() > limits::text_max || path.front() == '/') return false;
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

std::pair<std::string_view, std::string_view> split(std::string_view text) {
  const std::size_t at = text.find(' ');
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool read_tail(std::string_view rest, backup_manifest& out) {
  const auto [name, numbers] = split(rest);
  const auto [seq, self] = split(numbers);
  for (std::size_t i = 0; i < std::size(all_streams); ++i)
    if (to_string(all_streams[i]) == name)
      return read_number(seq, out.tails[i].seq) && read_digest(self, out.tails[i].self);
  return false;
}

bool read_file_line(std::string_view rest, backup_manifest& out) {
  const auto [sum, more] = split(rest);
  const auto [size, path] = split(more);
  file_sum one;
  if (!read_digest(sum, one.content) || !read_number(size, one.bytes) || !is_inside(path))
    return false;
  return out.files.emplace(std::string(path), one).second;
}

bool read_line(std::string_view line, backup_manifest& out) {
  const auto [key, rest] = split(line);
  if (key == "made") return (out.made = rest).size() == 24;
  if (key == "by") return (out.by = rest).size() <= limits::text_max;
  if (key == "partitions")
    return read_number(rest, out.partitions) && out.partitions >= 1 &&
           out.partitions <= limits::partitions_max;
  if (key == "tail") return read_tail(rest, out);
  if (key == "audit-head") return parse_audit_head(out.audit_head = rest).has_value();
  return key == "file" && read_file_line(rest, out);
}

error damaged(std::size_t line, const char* what) {
  return make_error(errc::corrupt, "BACKUP, line " + std::to_string(line) + ": " + what +
                                       ": this backup is damaged, take another");
}

}  // namespace

std::string to_text(const backup_manifest& m) {
  std::string text = std::string(first_line) + "\nmade " + m.made + "\nby " + m.by +
                     "\npartitions " + std::to_string(m.partitions) + "\n";
  for (std::size_t i = 0; i < std::size(all_streams); ++i)
    text += "tail " + std::string(to_string(all_streams[i])) + " " +
            std::to_string(m.tails[i].seq) + " " + hex(m.tails[i].self) + "\n";
  text += "audit-head " + m.audit_head + "\n";
  for (const auto& [path, sum] : m.files)
    text += "file " + hex(sum.content) + " " + std::to_string(sum.bytes) + " " + path + "\n";
  return text + "end " + hex(sha256(view_of(text))) + "\n";
}

result<backup_manifest> parse_manifest(std::string_view text) {
  if (text.size() > manifest_bytes_max) return damaged(1, "too long");
  backup_manifest out;
  std::size_t number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return damaged(number, "cut short");
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with("end ")) {
      if (line.substr(4) != hex(sha256(view_of(text.substr(0, at)))))
        return damaged(number, "the digest disagrees with the lines before");
      // One manifest has one spelling: lines in order, none missing, none twice.
      if (end + 1 != text.size() || to_text(out) != text) return damaged(number, "not as written");
      return out;
    }
    if (number == 1 ? line != first_line : !read_line(line, out))
      return damaged(number, "not understood");
    at = end + 1;
  }
  return damaged(number, "the line 'end' is missing");
}

}  // namespace whorl::storage
