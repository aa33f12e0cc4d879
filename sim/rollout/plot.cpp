#include "sim/rollout/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "sim/rollout/series.hpp"

namespace whorl::rollout {
namespace {

// Okabe and Ito's colours, told apart by colour-blind readers too; darkened for thin lines.
constexpr std::array colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#555555"};
constexpr double width = 640, height = 300, left = 64, right = 128, top = 26, bottom = 28;
constexpr double inner_width = width - left - right, inner_height = height - top - bottom;

std::string coordinate(double value) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f", value);
  return out;
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text,
                    std::string_view more = "") {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" +
         std::string(anchor) + "\" " + std::string(more) + ">" + escaped(text) + "</text>";
}

/// 1, 2 or 5 times a power of ten, so that about `count` steps make `range`.
double tick_step(double range, int count) {
  const double raw = range / count, power = std::pow(10, std::floor(std::log10(raw)));
  for (const double nice : {1.0, 2.0, 5.0})
    if (raw <= nice * power) return nice * power;
  return 10 * power;
}

struct frame {
  double most = 1, months = 1;
  double x(double month) const { return left + inner_width * month / months; }
  double y(double value) const { return top + inner_height * (1 - value / most); }
};

std::string axes(const frame& f, const line_plot& plot) {
  std::string out;
  const double step = tick_step(f.most, 5);
  for (double v = 0; v <= f.most * 1.0001; v += step) {
    out += "<line class=\"rule\" x1=\"" + coordinate(left) + "\" x2=\"" +
           coordinate(width - right) + "\" y1=\"" + coordinate(f.y(v)) + "\" y2=\"" +
           coordinate(f.y(v)) + "\"/>" + text_at(left - 6, f.y(v) + 4, "end", short_number(v));
  }
  for (int m = 0; m < static_cast<int>(f.months); ++m) {
    if ((plot.first_month + m) % 12 != 0) continue;
    const double x = f.x(m);
    out += "<line class=\"rule\" x1=\"" + coordinate(x) + "\" x2=\"" + coordinate(x) + "\" y1=\"" +
           coordinate(top) + "\" y2=\"" + coordinate(height - bottom) + "\"/>" +
           text_at(x, height - bottom + 17, "middle", std::to_string((plot.first_month + m) / 12));
  }
  return out + text_at(left - 6, top - 10, "start", plot.unit, "class=\"unit\"");
}

/// Names at the lines' ends, pushed apart until none covers another.
std::string names_at_ends(std::vector<std::pair<double, std::size_t>> ends,
                          const std::vector<plot_line>& lines) {
  std::sort(ends.begin(), ends.end());
  constexpr double apart = 15;
  for (std::size_t i = 1; i < ends.size(); ++i)
    ends[i].first = std::max(ends[i].first, ends[i - 1].first + apart);
  double below = height - bottom + apart;  // back up again, but only those that were pushed too low
  for (std::size_t i = ends.size(); i-- > 0; below = ends[i].first)
    ends[i].first = std::min(ends[i].first, below - apart);
  std::string out;
  for (const auto& [y, i] : ends)
    out += text_at(width - right + 7, y + 4, "start", lines[i].name,
                   "class=\"name\" fill=\"" + std::string(colours[i % colours.size()]) + "\"");
  return out;
}

std::string band(const frame& f, const std::vector<interval>& v, const char* colour) {
  const bool wide =
      std::any_of(v.begin(), v.end(), [](const interval& i) { return i.high > i.low; });
  if (!wide) return {};
  std::string out = "<path d=\"M";
  for (std::size_t i = 0; i < v.size(); ++i)
    out += coordinate(f.x(static_cast<double>(i) + 0.5)) + " " + coordinate(f.y(v[i].high)) + "L";
  for (std::size_t i = v.size(); i-- > 0;)
    out += coordinate(f.x(static_cast<double>(i) + 0.5)) + " " +
           coordinate(f.y(std::max(v[i].low, 0.0))) + (i == 0 ? "z" : "L");
  return out + "\" fill=\"" + colour + "\" opacity=\"0.2\"/>";
}

std::string line(const frame& f, const plot_line& l, const char* colour) {
  std::string out = "<path d=\"M";
  for (std::size_t i = 0; i < l.by_month.size(); ++i)
    out += (i == 0 ? "" : "L") + coordinate(f.x(static_cast<double>(i) + 0.5)) + " " +
           coordinate(f.y(l.by_month[i].mean));
  return out + "\" fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\"" +
         (l.dashed ? " stroke-dasharray=\"5 4\"" : "") + "/>";
}

std::string area(const frame& f, const std::vector<double>& low, const std::vector<double>& high,
                 const char* colour) {
  std::string out = "<path d=\"M";
  for (std::size_t i = 0; i < high.size(); ++i)
    out += coordinate(f.x(static_cast<double>(i) + 0.5)) + " " + coordinate(f.y(high[i])) + "L";
  for (std::size_t i = low.size(); i-- > 0;)
    out += coordinate(f.x(static_cast<double>(i) + 0.5)) + " " + coordinate(f.y(low[i])) +
           (i == 0 ? "z" : "L");
  return out + "\" fill=\"" + colour + "\" opacity=\"0.75\"/>";
}

/// In the order of the areas, from the top: at the end some may have no height, so that their ends
/// are no place for a name.
std::string names_of_areas(const std::vector<plot_line>& lines) {
  std::string out;
  double y = top + 10;
  for (std::size_t i = lines.size(); i-- > 0; y += 20) {
    const std::string colour = colours[i % colours.size()];
    out += "<rect x=\"" + coordinate(width - right + 8) + "\" y=\"" + coordinate(y - 10) +
           "\" width=\"12\" height=\"12\" fill=\"" + colour + "\" opacity=\"0.75\"/>" +
           text_at(width - right + 26, y, "start", lines[i].name, "class=\"name\"");
  }
  return out;
}

std::string areas(const frame& f, const line_plot& plot) {
  std::string out;
  std::vector<double> below(plot.lines.front().by_month.size(), 0.0);
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    std::vector<double> above = below;
    for (std::size_t m = 0; m < above.size(); ++m) above[m] += plot.lines[i].by_month[m].mean;
    out += area(f, below, above, colours[i % colours.size()]);
    below = std::move(above);
  }
  return out + names_of_areas(plot.lines);
}

frame frame_of(const line_plot& plot) {
  frame f;
  f.months = static_cast<double>(plot.lines.front().by_month.size());
  std::vector<double> sums(plot.lines.front().by_month.size(), 0.0);
  double most = plot.mark;
  for (const plot_line& l : plot.lines)
    for (std::size_t m = 0; m < l.by_month.size(); ++m) {
      sums[m] += l.by_month[m].mean;
      most = std::max({most, l.by_month[m].high, plot.stacked ? sums[m] : 0.0});
    }
  for (const plot_point& p : plot.points) most = std::max(most, p.value);
  if (most <= 0) most = 1;
  const double step = tick_step(most, 5);
  f.most = std::ceil(most / step) * step;
  return f;
}

std::string open_svg(double w, double h) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + coordinate(w) + " " +
         coordinate(h) +
         "\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"12\" "
         "fill=\"#333\"><style>.rule{stroke:#ddd;stroke-width:1}.unit{fill:#555}"
         ".name{font-weight:600}</style>";
}

}  // namespace

std::string draw(const line_plot& plot) {
  const frame f = frame_of(plot);
  std::string out = open_svg(width, height) + axes(f, plot);
  if (plot.stacked) {
    out += areas(f, plot);
  } else {
    std::vector<std::pair<double, std::size_t>> ends;
    for (std::size_t i = 0; i < plot.lines.size(); ++i) {
      const char* colour = colours[i % colours.size()];
      out += band(f, plot.lines[i].by_month, colour) + line(f, plot.lines[i], colour);
      ends.emplace_back(f.y(plot.lines[i].by_month.back().mean), i);
    }
    out += names_at_ends(std::move(ends), plot.lines);
  }
  if (plot.mark > 0)
    out += "<line x1=\"" + coordinate(left) + "\" x2=\"" + coordinate(width - right) + "\" y1=\"" +
           coordinate(f.y(plot.mark)) + "\" y2=\"" + coordinate(f.y(plot.mark)) +
           "\" stroke=\"#333\" stroke-dasharray=\"2 4\"/>" +
           text_at(left + 4, f.y(plot.mark) - 5, "start", plot.mark_name);
  for (const plot_point& p : plot.points)
    out += "<circle cx=\"" + coordinate(f.x(p.month)) + "\" cy=\"" + coordinate(f.y(p.value)) +
           "\" r=\"4.5\" fill=\"#fff\" stroke=\"#111\" stroke-width=\"1.6\"><title>" +
           escaped(p.what) + "</title></circle>";
  return out + "</svg>";
}

std::string draw_bars(const std::vector<bar>& bars, double centre, std::string_view unit) {
  constexpr double name_width = 190, words_width = 110, row = 26;
  const double area_width = width - name_width - words_width;
  const double h = row * static_cast<double>(bars.size()) + 30;
  double least = centre, most = centre;
  for (const bar& b : bars) {
    least = std::min(least, b.low);
    most = std::max(most, b.high);
  }
  if (most <= least) most = least + 1;
  const auto x = [&](double v) { return name_width + area_width * (v - least) / (most - least); };
  std::string out = open_svg(width, h);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const bar& b = bars[i];
    const double y = 8 + row * static_cast<double>(i);
    out += text_at(name_width - 8, y + 14, "end", b.name);
    out += "<rect x=\"" + coordinate(x(b.low)) + "\" y=\"" + coordinate(y) + "\" width=\"" +
           coordinate(std::max(x(b.high) - x(b.low), 1.0)) + "\" height=\"18\" fill=\"" +
           (b.second ? colours[1] : colours[0]) + "\" opacity=\"0.8\"/>";
    out += text_at(x(b.high) + 6, y + 14, "start", b.words);
  }
  if (centre != 0)
    out += "<line x1=\"" + coordinate(x(centre)) + "\" x2=\"" + coordinate(x(centre)) +
           "\" y1=\"2\" y2=\"" + coordinate(h - 22) + "\" stroke=\"#111\"/>" +
           text_at(x(centre), h - 6, "middle", short_number(centre));
  return out + text_at(width - 2, h - 6, "end", unit, "class=\"unit\"") + "</svg>";
}

namespace {

constexpr std::pair<double, std::string_view> time_ticks[] = {
    {1, "1 min"},     {10, "10 min"},     {60, "1 h"},           {1440, "1 day"},
    {14'400, "10 d"}, {144'000, "100 d"}, {1'440'000, "1,000 d"}};

struct time_frame {
  static constexpr double names = 168, words = 132, row = 26, head = 24;
  double most = 1440;  ///< minutes
  double x(double ms) const {
    const double minutes = std::clamp(ms / 60'000, 1.0, most);
    return names + (width - names - words) * std::log(minutes) / std::log(most);
  }
};

std::string strip_of(const time_frame& f, const time_strip& s, double y) {
  const auto box = [&](double from, double to, double h, std::string_view opacity) {
    return "<rect x=\"" + coordinate(f.x(from)) + "\" y=\"" + coordinate(y + 9 - h / 2) +
           "\" width=\"" + coordinate(std::max(f.x(to) - f.x(from), 1.0)) + "\" height=\"" +
           coordinate(h) + "\" fill=\"" + colours[0] + "\" opacity=\"" + std::string(opacity) +
           "\"/>";
  };
  return text_at(f.names - 8, y + 13, "end", s.name) + box(s.p5, s.p95, 6, "0.45") +
         box(s.p25, s.p75, 16, "0.6") + "<line x1=\"" + coordinate(f.x(s.p50)) + "\" x2=\"" +
         coordinate(f.x(s.p50)) + "\" y1=\"" + coordinate(y) + "\" y2=\"" + coordinate(y + 18) +
         "\" stroke=\"#111\" stroke-width=\"2\"/>" + text_at(width - 70, y + 13, "end", s.half) +
         text_at(width - 2, y + 13, "end", s.most);
}

}  // namespace

std::string draw_times(const std::vector<time_strip>& strips) {
  time_frame f;
  double longest = 0;
  for (const time_strip& s : strips) longest = std::max(longest, s.p95 / 60'000);
  for (const auto& [minutes, name] : time_ticks)
    if (f.most < longest) f.most = std::max(f.most, minutes);
  const double end = f.head + f.row * static_cast<double>(strips.size());
  std::string out = open_svg(width, end + 26);
  double last = 0;
  for (const auto& [minutes, name] : time_ticks) {
    const double x = f.x(minutes * 60'000);
    if (minutes > f.most || x < last + 38) continue;
    last = x;
    out += "<line class=\"rule\" x1=\"" + coordinate(x) + "\" x2=\"" + coordinate(x) + "\" y1=\"" +
           coordinate(f.head - 4) + "\" y2=\"" + coordinate(end) + "\"/>" +
           text_at(x, end + 17, "middle", name);
  }
  out += text_at(width - 70, 14, "end", "half", "class=\"unit\"") +
         text_at(width - 2, 14, "end", "95 in 100", "class=\"unit\"");
  for (std::size_t i = 0; i < strips.size(); ++i)
    out += strip_of(f, strips[i], f.head + f.row * static_cast<double>(i));
  return out + "</svg>";
}

std::string short_number(double value) {
  char out[40];
  const double size = std::abs(value);
  if (size >= 1e6) {
    std::snprintf(out, sizeof out, size >= 1e7 ? "%.1f M" : "%.2f M", value / 1e6);
    return out;
  }
  if (size < 100) return plain(std::round(value * 100) / 100);
  std::string digits = std::to_string(std::llround(value));
  for (int i = static_cast<int>(digits.size()) - 3; i > (value < 0 ? 1 : 0); i -= 3)
    digits.insert(static_cast<std::size_t>(i), ",");
  return digits;
}

}  // namespace whorl::rollout
