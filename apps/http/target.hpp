// A request's target taken apart (RFC 3986), for the tables that it is held against.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::apps::http {

/// Whether a Content-Type says this one, `wanted` in lower case: case and parameters do not count
/// (RFC 9110 8.3.1).
bool is_media_type(std::string_view content_type, std::string_view wanted);

/// Whether a Content-Encoding (a list of codings, RFC 9110 8.4) leaves the body as it is.
bool is_identity(std::string_view content_encoding);

/// Percent-decoding (2.1); nothing for a broken escape or a byte that no name of ours has.
std::optional<std::string> decoded(std::string_view text);

/// At least one piece.
std::vector<std::string_view> split(std::string_view text, char by);

/// Whether decoded segments are of a pattern ("/v1/bookings/{booking}"); `path` gets what stands
/// for each {name}.
bool fits(std::string_view pattern, const std::vector<std::string>& segments,
          std::map<std::string, std::string, std::less<>>& path);

}  // namespace whorl::apps::http
