#include "apps/osia/biometrics.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <regex>

#include "fingerprint/ansi_template.hpp"
#include "fingerprint/iso_template.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

using fingerprint::print_template;

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// What each letter stands for; 64: none of them.
constexpr std::array<std::uint8_t, 256> values_of_letters() {
  std::array<std::uint8_t, 256> out{};
  out.fill(64);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return out;
}
constexpr auto letters = values_of_letters();

constexpr std::array<std::string_view, 11> fingers = {
    "UNKNOWN",    "RIGHT_THUMB", "RIGHT_INDEX", "RIGHT_MIDDLE", "RIGHT_RING", "RIGHT_LITTLE",
    "LEFT_THUMB", "LEFT_INDEX",  "LEFT_MIDDLE", "LEFT_RING",    "LEFT_LITTLE"};
constexpr std::string_view iso = "ISO_19794_2", ansi = "ANSI_378";

const std::vector<member> item_members = {
    {"biometricType"},  {"biometricSubType"}, {"instance"},         {"encounterId"},
    {"image", '!'},     {"imageRef", '!'},    {"captureDate", 'd'}, {"captureDevice"},
    {"impressionType"}, {"width", 'i'},       {"height", 'i'},      {"bitdepth", 'i'},
    {"mimeType"},       {"resolution", 'i'},  {"compression"},      {"missing", 'a'},
    {"metadata"},       {"comment"},          {"template", 'b'},    {"templateRef", '!'},
    {"templateFormat"}, {"quality", 'i'},     {"qualityFormat"},    {"algorithm"},
    {"vendor"},         {"encryption", '!'},  {"integrity", '!'}};

constexpr std::array<std::string_view, 19> impressions = {"LIVE_SCAN_PLAIN",
                                                          "LIVE_SCAN_ROLLED",
                                                          "NONLIVE_SCAN_PLAIN",
                                                          "NONLIVE_SCAN_ROLLED",
                                                          "LATENT_IMPRESSION",
                                                          "LATENT_TRACING",
                                                          "LATENT_PHOTO",
                                                          "LATENT_LIFT",
                                                          "LIVE_SCAN_SWIPE",
                                                          "LIVE_SCAN_VERTICAL_ROLL",
                                                          "LIVE_SCAN_PALM",
                                                          "NONLIVE_SCAN_PALM",
                                                          "LATENT_PALM_IMPRESSION",
                                                          "LATENT_PALM_TRACING",
                                                          "LATENT_PALM_PHOTO",
                                                          "LATENT_PALM_LIFT",
                                                          "LIVE_SCAN_OPTICAL_CONTACTLESS_PLAIN",
                                                          "OTHER",
                                                          "UNKNOWN"};
constexpr std::array<std::string_view, 5> compressions = {"NONE", "WSQ", "JPEG", "JPEG2000", "PNG"};

bool is_date_time(const std::string& text) {
  static const std::regex form(
      R"(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d)"
      R"((\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d))");
  return text.size() < 64 && std::regex_match(text, form);
}

bool is_of(const json& value, char kind) {
  switch (kind) {
    case 's':
      return value.is_string();
    case 'i':  // int64 in the standard
      return value.is_number_integer() &&
             (!value.is_number_unsigned() ||
              value.get<std::uint64_t>() <=
                  static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    case 'b':
      return value.is_string() && from_base64(value.get_ref<const std::string&>());
    case 'd':
      return value.is_string() && is_date_time(value.get_ref<const std::string&>());
    case 'a':
      return value.is_array();
    case 'o':
      return value.is_object();
    default:
      return true;
  }
}

std::string_view words_of(char kind) {
  switch (kind) {
    case 'i':
      return "a whole number";
    case 'b':
      return "BASE64";
    case 'd':
      return "a moment of RFC 3339";
    case 'a':
      return "an array";
    case 'o':
      return "an object";
    default:
      return "a text";
  }
}

error wrong(const std::string& at, const std::string& why, errc code = errc::invalid_input) {
  return make_error(code, at + ": " + why);
}

template <class List>
status check_one_of(const json& item, const char* name, const List& list, const std::string& at) {
  if (!item.contains(name)) return {};
  if (std::find(list.begin(), list.end(), item[name].get<std::string>()) != list.end()) return {};
  return wrong(at + "." + name, "'" + item[name].get<std::string>().substr(0, 40) +
                                    "' is none of the standard's values");
}

/// The views of one item's template.
result<std::vector<print_template>> decode(const json& item, const std::string& at) {
  if (!item.contains("template"))
    return wrong(at + ".template", "missing; a template is expected, images cannot be read here");
  if (!item.contains("templateFormat"))
    return wrong(at + ".templateFormat", "missing; ISO_19794_2 or ANSI_378 is expected");
  const auto format = item["templateFormat"].get<std::string>();
  if (!is_template_format(format))
    return wrong(at + ".templateFormat",
                 "'" + format.substr(0, 40) + "' cannot be read; ISO_19794_2 and ANSI_378 can",
                 errc::unsupported);
  const auto raw = from_base64(item["template"].get_ref<const std::string&>());
  if (!raw) return wrong(at + ".template", "expected BASE64");
  auto views = format == iso ? fingerprint::decode_iso(*raw) : fingerprint::decode_ansi(*raw);
  if (!views) return wrong(at + ".template", views.error().message, views.error().code);
  if (views->empty()) return wrong(at + ".template", "holds no print");
  return views;
}

status check_item(const json& item, const std::string& at) {
  WHORL_TRY(check_members(item, at, item_members));
  if (!item.contains("biometricType")) return wrong(at + ".biometricType", "missing");
  if (item["biometricType"] != "FINGER")
    return wrong(at + ".biometricType", "only FINGER is compared here", errc::unsupported);
  WHORL_TRY(check_one_of(item, "impressionType", impressions, at));
  WHORL_TRY(check_one_of(item, "compression", compressions, at));
  if (item.contains("missing") && !item["missing"].empty())
    return wrong(at + ".missing", "leave it out: what is missing has no template",
                 errc::unsupported);
  return {};
}

status read_item(const json& item, const std::string& at, biometrics& out) {
  WHORL_TRY(check_item(item, at));
  std::optional<std::uint8_t> finger;
  if (item.contains("biometricSubType")) {
    finger = finger_of(item["biometricSubType"].get<std::string>());
    if (!finger)
      return wrong(at + ".biometricSubType", "one finger is expected, RIGHT_THUMB to LEFT_LITTLE");
  }
  WHORL_ASSIGN(auto views, decode(item, at));
  if (finger && views.size() != 1)
    return wrong(at + ".template",
                 "holds " + std::to_string(views.size()) + " prints for one biometricSubType");
  for (print_template& view : views) {
    if (finger && *finger != 0 && view.finger_position != 0 && view.finger_position != *finger)
      return wrong(at + ".biometricSubType", "the template says finger " +
                                                 std::to_string(view.finger_position) + ", " +
                                                 std::string(sub_type_of(view.finger_position)));
    if (finger && *finger != 0) view.finger_position = *finger;
    if (out.prints.size() == limits::fingers_max)
      return wrong(at, "more than " + std::to_string(limits::fingers_max) + " prints",
                   errc::limit_exceeded);
    auto record = fingerprint::encode_iso(std::span(&view, 1));
    if (!record) return wrong(at + ".template", record.error().message, record.error().code);
    json kept = item;
    kept.erase("template");
    kept["biometricSubType"] = sub_type_of(view.finger_position);
    kept["print"] = out.prints.size();
    out.items.push_back(std::move(kept));
    out.prints.push_back({view.finger_position, *std::move(record)});
  }
  return {};
}

}  // namespace

std::string base64(byte_view data) {
  std::string out;
  for (std::size_t i = 0; i < data.size(); i += 3) {
    std::uint32_t word = 0;
    const std::size_t n = std::min<std::size_t>(3, data.size() - i);
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (k < n ? std::to_integer<std::uint32_t>(data[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? alphabet[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::optional<bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::string_view four = text.substr(i, 4);
    std::size_t n = 4;
    while (n > 2 && i + 4 == text.size() && four[n - 1] == '=') --n;
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::uint8_t value = k < n ? letters[static_cast<unsigned char>(four[k])] : 0;
      if (value == 64) return std::nullopt;
      word = word << 6 | value;
    }
    if ((n == 2 && (word & 0xFFFF) != 0) || (n == 3 && (word & 0xFF) != 0)) return std::nullopt;
    for (std::size_t k = 0; k + 1 < n; ++k)
      out.push_back(static_cast<std::byte>(word >> (16 - 8 * k) & 0xFF));
  }
  return out;
}

std::optional<std::uint8_t> finger_of(std::string_view sub_type) {
  const auto found = std::find(fingers.begin(), fingers.end(), sub_type);
  if (found == fingers.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - fingers.begin());
}

std::string_view sub_type_of(std::uint8_t finger_position) {
  return fingers[finger_position < fingers.size() ? finger_position : 0];
}

status check_members(const json& object, const std::string& at, const std::vector<member>& known) {
  if (!object.is_object()) return wrong(at, "expected an object");
  for (const auto& item : object.items()) {
    const std::string& name = item.key();
    const json& value = item.value();
    const std::string where = at + "." + name.substr(0, 64);
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const member& m) { return m.name == name; });
    if (found == known.end()) return wrong(where, "no such member");
    if (found->kind == '!')
      return wrong(where,
                   name.starts_with("image") ? "images cannot be read here; send a template"
                   : name == "templateRef"   ? "references are not followed; send the template"
                                             : "encrypted or signed data cannot be read here",
                   errc::unsupported);
    if (!is_of(value, found->kind))
      return wrong(where, "expected " + std::string(words_of(found->kind)));
  }
  return {};
}

result<biometrics> read_biometrics(const json& array, const std::string& at) {
  if (!array.is_array()) return wrong(at, "expected an array");
  biometrics out;
  for (std::size_t i = 0; i < array.size(); ++i)
    WHORL_TRY(read_item(array[i], at + "[" + std::to_string(i) + "]", out));
  return out;
}

bool is_template_format(std::string_view format) { return format == iso || format == ansi; }

result<std::string> write_template(const probe_print& print, std::string_view format) {
  if (format == iso) return base64(print.iso_record);
  WHORL_ASSIGN(auto views, fingerprint::decode_iso(print.iso_record));
  WHORL_ASSIGN(const bytes record, fingerprint::encode_ansi(views));
  return base64(record);
}

result<json> write_item(const json& item, const std::vector<probe_print>& prints) {
  json out = item;
  const auto index = out.value("print", std::size_t{0});
  out.erase("print");
  if (index >= prints.size())
    return make_error(errc::corrupt, "an encounter's document names a print that is not there");
  WHORL_ASSIGN(out["template"],
               write_template(prints[index], out.value("templateFormat", std::string(iso))));
  return out;
}

json item_of(const probe_print& print, std::size_t index) {
  return {{"biometricType", "FINGER"},
          {"biometricSubType", sub_type_of(print.finger_position)},
          {"templateFormat", iso},
          {"print", index}};
}

result<std::vector<print_template>> templates_of(const std::vector<probe_print>& prints) {
  std::vector<print_template> out;
  for (const probe_print& each : prints) {
    WHORL_ASSIGN(auto views, fingerprint::decode_iso(each.iso_record));
    for (print_template& view : views) {
      if (view.finger_position == 0) view.finger_position = each.finger_position;
      out.push_back(std::move(view));
    }
  }
  return out;
}

}  // namespace whorl::apps::osia
