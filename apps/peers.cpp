#include "apps/peers.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <sstream>

#include "apps/files.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

constexpr std::string_view heading =
    "set,matcher,templates,eer,fnmr_1e-2,fnmr_1e-3,fnmr_1e-4,rank1";
constexpr std::array column_names = {"set",       "matcher",   "templates", "eer",
                                     "fnmr_1e-2", "fnmr_1e-3", "fnmr_1e-4", "rank1"};
constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::array metric_names = {"EER", "FNMR@1e-2", "FNMR@1e-3", "FNMR@1e-4"};

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',')
      out.emplace_back();
    else if (c != '\r')
      out.back() += c;
  }
  return out;
}

/// A per cent as a fraction; NaN where it is none.
double fraction(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = !text.empty() && end == text.c_str() + text.size();
  return whole && value >= 0 && value <= 100 ? value / 100 : std::nan("");
}

result<peer_row> read_row(const std::vector<std::string>& fields, const std::string& place) {
  if (fields.size() != column_names.size())
    return make_error(errc::invalid_input, place + ": " + std::to_string(fields.size()) +
                                               " fields, wanted are " + std::string(heading));
  std::array<double, 5> values{};
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = fraction(fields[k + 3]);
    if (std::isnan(values[k]))
      return make_error(errc::invalid_input, place + ": " + column_names[k + 3] + " is \"" +
                                                 printable(fields[k + 3]) +
                                                 "\", wanted is a per cent, 0 to 100");
  }
  return peer_row{fields[0], fields[1], fields[2], values[0], {values[1], values[2], values[3]},
                  values[4]};
}

/// Ours, in the order of metric_names: value and upper end.
std::array<std::pair<double, double>, 4> ours(const fingerprint::accuracy_report& r) {
  std::array<std::pair<double, double>, 4> out;
  const auto at_eer = static_cast<std::size_t>(
      std::ceil(r.eer * static_cast<double>(r.genuine_pairs)));  // as if of genuine pairs alone
  const fingerprint::interval exact = fingerprint::clopper_pearson(at_eer, r.genuine_pairs);
  out[0] = {r.eer, std::max(r.eer_interval.high, exact.high)};
  for (std::size_t k = 0; k < 3; ++k)
    out[k + 1] = {r.fnmr_at_fmr[k],
                  std::max(r.fnmr_intervals[k].high, r.fnmr_counts[k].exact().high)};
  return out;
}

std::array<double, 4> theirs(const peer_row& p) { return {p.eer, p.fnmr[0], p.fnmr[1], p.fnmr[2]}; }

/// Calls f(row, report) for each row of a set that was measured.
void for_matching(const std::vector<peer_row>& peers, const std::vector<named_report>& reports,
                  const std::function<void(const peer_row&, const named_report&)>& f) {
  for (const named_report& report : reports)
    for (const peer_row& peer : peers)
      if (peer.set == report.name) f(peer, report);
}

}  // namespace

result<std::vector<peer_row>> read_peers(const std::string& file) {
  WHORL_ASSIGN(const bytes content, read_whole(file, file_bytes_max));
  std::istringstream lines(
      std::string(reinterpret_cast<const char*>(content.data()), content.size()));
  std::vector<peer_row> out;
  bool headed = false;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::string place = file + ":" + std::to_string(number);
    if (!headed) {
      if (line.substr(0, heading.size()) != heading)
        return make_error(errc::invalid_input,
                          place + ": the first line has to be " + std::string(heading));
      headed = true;
      continue;
    }
    WHORL_ASSIGN(peer_row row, read_row(fields_of(line), place));
    out.push_back(std::move(row));
  }
  return out;
}

status check_peers(const std::vector<peer_row>& peers, const std::vector<std::string>& sets,
                   const std::string& file) {
  std::vector<std::string> known;
  for (const peer_row& each : peers) {
    if (std::find(sets.begin(), sets.end(), each.set) != sets.end()) return {};
    if (std::find(known.begin(), known.end(), each.set) == known.end()) known.push_back(each.set);
  }
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + printable(each);
  return make_error(errc::invalid_input,
                    file + ": no row is of a set that is measured here; name sets as it does " +
                        "(--set NAME=DIR): " + (list.empty() ? "it has no rows" : list));
}

json peers_json(const std::vector<peer_row>& peers, const std::vector<named_report>& reports) {
  json out = json::array();
  for_matching(peers, reports, [&](const peer_row& peer, const named_report& report) {
    const auto our = ours(report.report);
    const auto their = theirs(peer);
    json row = {{"set", peer.set}, {"matcher", peer.matcher}, {"templates", peer.templates}};
    for (std::size_t k = 0; k < metric_names.size(); ++k)
      row[metric_names[k]] = {{"ours", our[k].first},
                              {"ours_upper", our[k].second},
                              {"theirs", their[k]},
                              {"below", our[k].second < their[k]}};
    row["rank1"] = {{"ours", report.report.search.rank1()}, {"theirs", peer.rank1}};
    out.push_back(std::move(row));
  });
  return out;
}

void print_peers(const std::vector<peer_row>& peers, const std::vector<named_report>& reports) {
  table text({"set", "matcher", "templates", "EER %: theirs / ours (upper)", "FNMR@1e-2",
              "FNMR@1e-3", "FNMR@1e-4", "rank-1"});
  for_matching(peers, reports, [&](const peer_row& peer, const named_report& report) {
    const auto our = ours(report.report);
    const auto their = theirs(peer);
    std::vector<std::string> cells = {peer.set, peer.matcher, peer.templates};
    for (std::size_t k = 0; k < metric_names.size(); ++k)
      cells.push_back(percent(their[k]) + " / " + percent(our[k].first) + " (" +
                      percent(our[k].second) + ")" + (our[k].second < their[k] ? "" : " *"));
    cells.push_back(percent(peer.rank1) + " / " + percent(report.report.search.rank1()));
    text.add(std::move(cells));
  });
  std::cout
      << "\nOther matchers; * where our upper end (95 %, bootstrap over fingers or exact over "
         "pairs) is not below their figure:\n";
  text.print(std::cout);
}

std::vector<fingerprint::det_curve> peer_marks(const std::vector<peer_row>& peers,
                                               const std::string& set) {
  std::vector<fingerprint::det_curve> out;
  for (const peer_row& each : peers) {
    if (each.set != set) continue;
    fingerprint::det_curve marks{each.matcher + ", " + each.templates, {}};
    marks.points.push_back({0, each.eer, each.eer});
    for (std::size_t k = 0; k < each.fnmr.size(); ++k)
      marks.points.push_back({0, fingerprint::fmr_levels[k], each.fnmr[k]});
    out.push_back(std::move(marks));
  }
  return out;
}

}  // namespace whorl::apps
