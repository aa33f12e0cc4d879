// The few SVG elements that the pictures are made of: text, no files. Coordinates in pixels, y
// down.
#pragma once

#include <string>
#include <string_view>

namespace whorl::fingerprint::svg {

/// One decimal.
std::string number(double value);

/// For text between tags and in attributes: well-formed XML whatever the bytes; what is no
/// character of UTF-8, and control characters, become U+FFFD.
std::string escaped(std::string_view text);

/// `anchor`: start, middle or end. `text` is escaped here.
std::string text_at(double x, double y, std::string_view anchor, std::string_view text);

/// `style`: attributes, such as stroke="#ddd".
std::string line(double x1, double y1, double x2, double y2, std::string_view style);

}  // namespace whorl::fingerprint::svg
