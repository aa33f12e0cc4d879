#include "storage/jetstream/publish_ack.hpp"

#include <charconv>
#include <optional>

namespace whorl::storage::jetstream {
namespace {

/// What follows `"name":` and blanks; nothing when it does not occur. Neither the names of our
/// streams nor the server's words contain quotation marks, so the first occurrence is the field.
std::optional<std::string_view> after(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t value = json.find_first_not_of(" \t", at + key.size());
  if (value == std::string_view::npos) return std::nullopt;
  return json.substr(value);
}

template <class Number>
Number number_after(std::string_view json, std::string_view name) {
  Number value{};
  if (const auto text = after(json, name))
    std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace

result<publish_ack> read_publish_ack(std::string_view json) {
  publish_ack ack;
  if (after(json, "error")) {
    ack.code = number_after<int>(json, "err_code");
    if (ack.code == 0) ack.code = number_after<int>(json, "code");
    if (auto text = after(json, "description"); text && text->starts_with('"'))
      ack.description = text->substr(1, text->find('"', 1) - 1);
    if (ack.code != 0) return ack;
  } else if (ack.seq = number_after<std::uint64_t>(json, "seq"); ack.seq != 0) {
    return ack;
  }
  return make_error(errc::invalid_input, "NATS: neither a sequence nor an error in an answer of " +
                                             std::to_string(json.size()) + " bytes");
}

}  // namespace whorl::storage::jetstream
