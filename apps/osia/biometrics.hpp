// BiometricData of the standard and our prints: ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004
// templates in BASE64, finger by finger. Images are refused: there is no extractor here. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/template.hpp"
#include "messages/result.hpp"
#include "messages/search.hpp"

namespace whorl::apps::osia {

using json = nlohmann::json;

std::string base64(byte_view data);
/// RFC 4648 with padding. Nothing for anything else.
std::optional<bytes> from_base64(std::string_view text);

/// "RIGHT_THUMB" is 1, "LEFT_LITTLE" 10, "UNKNOWN" 0. Nothing for what is not one finger.
std::optional<std::uint8_t> finger_of(std::string_view sub_type);
std::string_view sub_type_of(std::uint8_t finger_position);

/// Checks an object's members against a list of names and kinds: 's' text, 'i' whole number, 'b'
/// BASE64, 'd' date-time, 'a' array, 'o' object, '*' anything, '!' refused here. invalid_input
/// names the member.
struct member {
  std::string_view name;
  char kind = 's';
};
status check_members(const json& object, const std::string& at, const std::vector<member>& known);

struct biometrics {
  std::vector<probe_print> prints;
  /// What was said of each print, without its template; "print" is its index in `prints`.
  json items = json::array();
};
/// An array of BiometricData; `at` is its name in errors. At most limits::fingers_max prints.
/// Errors (invalid_input, unsupported, limit_exceeded) name the member.
result<biometrics> read_biometrics(const json& array, const std::string& at);

bool is_template_format(std::string_view format);
/// A print as BASE64 of that format.
result<std::string> write_template(const probe_print& print, std::string_view format);
/// BiometricData with the template put back, in the format it came in.
result<json> write_item(const json& item, const std::vector<probe_print>& prints);
/// A print that came otherwise than with BiometricData.
json item_of(const probe_print& print, std::size_t index);
/// The prints as the matcher reads them.
result<std::vector<fingerprint::print_template>> templates_of(
    const std::vector<probe_print>& prints);

}  // namespace whorl::apps::osia
