// Two prints and their mates as SVG.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "fingerprint/explain.hpp"
#include "fingerprint/svg.hpp"

namespace whorl::fingerprint {
namespace {

using namespace svg;

constexpr double margin = 24, caption = 56, gap = 40;
constexpr double radius = 3.5, tail = 11;
constexpr std::string_view mated = "#1b6ca8", alone = "#b0b0b0";

/// Where a print stands in the picture.
struct frame {
  double left = 0, top = caption;
  int low_x = 0, high_x = 0, low_y = 0, high_y = 0;

  double width() const { return high_x - low_x + 2 * margin; }
  double height() const { return high_y - low_y + 2 * margin; }
  double x(const stored_minutia& m) const { return left + margin + m.x - low_x; }
  double y(const stored_minutia& m) const { return top + margin + high_y - m.y; }
};

frame frame_of(const std::vector<stored_minutia>& minutiae) {
  frame out{0, caption, -60, 60, -60, 60};  // an empty print is a small square
  for (const stored_minutia& m : minutiae) {
    out.low_x = std::min(out.low_x, m.x);
    out.high_x = std::max(out.high_x, m.x);
    out.low_y = std::min(out.low_y, m.y);
    out.high_y = std::max(out.high_y, m.y);
  }
  return out;
}

/// A circle with a tail along the minutia's direction, its number in a tip.
std::string drawn(const frame& at, const stored_minutia& m, std::size_t index, bool has_mate) {
  const std::string colour(has_mate ? mated : alone);
  const double direction = m.angle * 2 * std::numbers::pi / 256;
  const double x = at.x(m), y = at.y(m);
  const std::string style = "stroke-width=\"1.3\" stroke=\"" + colour + "\"";
  std::string out = "<g><title>minutia " + std::to_string(index) + "</title>";
  out += "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"" + number(radius) +
         "\" fill=\"" + (has_mate ? colour : "white") + "\" " + style + "/>";
  out += line(x + radius * std::cos(direction), y - radius * std::sin(direction),
              x + tail * std::cos(direction), y - tail * std::sin(direction), style);
  return out + "</g>\n";
}

/// The end of a name that is too long for the width: of a path it tells the most.
std::string fitted(const std::string& name, double width) {
  constexpr double character = 7.5;  ///< pixels, about
  const auto room = static_cast<std::size_t>(width / character);
  if (name.size() <= room) return name;
  std::size_t from = name.size() - room + 2;
  while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0) == 0x80) ++from;
  return ".." + name.substr(from);  // whole characters of UTF-8
}

std::string print_of(const frame& at, const std::vector<stored_minutia>& minutiae,
                     const std::vector<bool>& has_mate, const std::string& name) {
  std::string out = "<rect x=\"" + number(at.left) + "\" y=\"" + number(at.top) + "\" width=\"" +
                    number(at.width()) + "\" height=\"" + number(at.height()) +
                    "\" fill=\"#fafafa\" stroke=\"#ccc\"/>\n";
  out += text_at(at.left + at.width() / 2, at.top - 10, "middle", fitted(name, at.width()));
  for (std::size_t i = 0; i < minutiae.size(); ++i) out += drawn(at, minutiae[i], i, has_mate[i]);
  return out;
}

}  // namespace

std::string pair_svg(const explanation& compared, const std::string& name_a,
                     const std::string& name_b) {
  frame left = frame_of(compared.a), right = frame_of(compared.b);
  left.left = margin;
  right.left = left.left + left.width() + gap;
  const double width = right.left + right.width() + margin;
  const double height = caption + std::max(left.height(), right.height()) + margin;
  std::vector<bool> mated_a(compared.a.size()), mated_b(compared.b.size());
  for (const explained_mate& pair : compared.mates) mated_a[pair.a] = mated_b[pair.b] = true;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) +
                    "\" height=\"" + number(height) +
                    "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  out += text_at(width / 2, 20, "middle",
                 "score " + std::to_string(compared.score) + ", " +
                     std::to_string(compared.mates.size()) + " minutiae paired");
  out += print_of(left, compared.a, mated_a, name_a);
  out += print_of(right, compared.b, mated_b, name_b);
  for (const explained_mate& pair : compared.mates)
    out += line(left.x(compared.a[pair.a]), left.y(compared.a[pair.a]), right.x(compared.b[pair.b]),
                right.y(compared.b[pair.b]),
                "stroke=\"#1b6ca8\" stroke-width=\"0.6\" stroke-opacity=\"0.45\"");
  return out + "</svg>\n";
}

}  // namespace whorl::fingerprint
