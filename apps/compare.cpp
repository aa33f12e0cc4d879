// whorl compare: two template files finger by finger, and with --explain why.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <numbers>
#include <span>
#include <vector>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/table.hpp"
#include "apps/template_folder.hpp"
#include "fingerprint/decision.hpp"
#include "fingerprint/explain.hpp"
#include "fingerprint/fusion.hpp"
#include "fingerprint/search_entry.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using fingerprint::decision;
using fingerprint::explanation;
using fingerprint::print_template;

struct options {
  std::string a, b, svg;
  std::uint64_t gallery = 1'000'000;
  bool explain = false;
};

struct compared_finger {
  int position_a = 0, position_b = 0;  ///< 0: unknown
  bool searchable = true;              ///< both have the minutiae that a search asks for
  explanation what;
};

result<std::vector<print_template>> read_prints(const std::string& file) {
  WHORL_ASSIGN(const bytes content, read_whole(file, limits::template_bytes_max));
  auto prints = decode_template(content);
  if (!prints) return make_error(prints.error().code, file + ": " + prints.error().message);
  return prints;
}

compared_finger compare_prints(const print_template& a, const print_template& b) {
  const bool enough = std::min(a.minutiae.size(), b.minutiae.size()) >= limits::minutiae_min;
  return {a.finger_position, b.finger_position, enough, fingerprint::explain(a, b)};
}

/// One print each: those two. Otherwise what a search would take: the best print of each position
/// that both have.
result<std::vector<compared_finger>> compare(const options& o) {
  WHORL_ASSIGN(const auto a, read_prints(o.a));
  WHORL_ASSIGN(const auto b, read_prints(o.b));
  if (a.size() == 1 && b.size() == 1) return std::vector{compare_prints(a[0], b[0])};
  const auto of_a = fingerprint::choose_prints(a), of_b = fingerprint::choose_prints(b);
  std::vector<compared_finger> out;
  for (std::size_t position = 1; position < of_a.size(); ++position)
    if (of_a[position] && of_b[position])
      out.push_back(compare_prints(*of_a[position], *of_b[position]));
  if (out.empty())
    return make_error(errc::invalid_input,
                      o.a + " and " + o.b + " have no finger position in common with " +
                          std::to_string(limits::minutiae_min) +
                          " minutiae or more; compare files of one print each, or set the "
                          "positions");
  return out;
}

std::string decimal(double value, int places = 1) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", places, value);
  return text.data();
}

double turn_of(const explanation& e) {
  return std::atan2(e.motion.sine, e.motion.cosine) * 180 / std::numbers::pi;
}

std::string name_of(int position) { return position == 0 ? "unknown" : std::to_string(position); }

void print_finger(const compared_finger& finger, bool with_mates) {
  const explanation& e = finger.what;
  std::cout << "finger " << name_of(finger.position_a);
  if (finger.position_a != finger.position_b)
    std::cout << " of A, " << name_of(finger.position_b) << " of B";
  std::cout << ": score " << with_commas(e.score) << ", likelihood ratio 10^"
            << decimal(e.llr_100 / 100.0, 2)
            << (finger.searchable ? "" : " (too few minutiae: a search leaves it out)") << "\n";
  if (!with_mates) return;
  std::cout << "  minutiae    " << e.a.size() << " of " << e.minutiae_a << " kept in A, "
            << e.b.size() << " of " << e.minutiae_b << " in B (the best)\n"
            << "  coarse      " << with_commas(e.coarse) << ", from local surroundings alone\n"
            << "  candidates  " << e.candidate_pairs << " pairs with like surroundings\n"
            << "  motion      A turned by " << decimal(turn_of(e)) << " degrees, shifted by ("
            << decimal(e.motion.shift_x / 4.0) << ", " << decimal(e.motion.shift_y / 4.0)
            << ") px\n"
            << "  paired      " << e.mates.size() << " minutiae; in the common area "
            << e.evidence.overlap_a << " of A, " << e.evidence.overlap_b << " of B\n"
            << "  weight      " << decimal(e.evidence.weight / 256.0)
            << ", by the pairs' nearness and likeness; the score is its square over the common "
               "area and the root of all minutiae\n";
  if (e.mates.empty()) return;
  table mates({"A", "B", "at A", "at B", "distance px", "turn degrees", "alike of 255"});
  const auto place = [](const fingerprint::stored_minutia& m) {
    return std::to_string(m.x) + "," + std::to_string(m.y);
  };
  for (const auto& pair : e.mates)
    mates.add({std::to_string(pair.a), std::to_string(pair.b), place(e.a[pair.a]),
               place(e.b[pair.b]), decimal(pair.distance_px), decimal(pair.turn_degrees),
               std::to_string(pair.similarity)});
  mates.print(std::cout);
}

json minutiae_json(const std::vector<fingerprint::stored_minutia>& all) {
  json out = json::array();
  for (const auto& m : all)
    out.push_back({{"x", m.x}, {"y", m.y}, {"angle_256", m.angle}, {"quality", m.quality}});
  return out;
}

json finger_json(const compared_finger& finger, bool with_mates) {
  const explanation& e = finger.what;
  json out = {{"finger_a", finger.position_a},
              {"finger_b", finger.position_b},
              {"searchable", finger.searchable},
              {"score", e.score},
              {"log10_likelihood_ratio", e.llr_100 / 100.0}};
  if (!with_mates) return out;
  out["coarse"] = e.coarse;
  out["candidate_pairs"] = e.candidate_pairs;
  out["motion"] = {{"turn_degrees", turn_of(e)},
                   {"shift_x_px", e.motion.shift_x / 4.0},
                   {"shift_y_px", e.motion.shift_y / 4.0}};
  out["overlap"] = {{"a", e.evidence.overlap_a}, {"b", e.evidence.overlap_b}};
  out["weight"] = e.evidence.weight / 256.0;
  out["minutiae_a"] = minutiae_json(e.a);
  out["minutiae_b"] = minutiae_json(e.b);
  json mates = json::array();
  for (const auto& pair : e.mates)
    mates.push_back({{"a", pair.a},
                     {"b", pair.b},
                     {"distance_px", pair.distance_px},
                     {"turn_degrees", pair.turn_degrees},
                     {"similarity", pair.similarity}});
  out["mates"] = mates;
  return out;
}

/// FILE.svg for one finger, FILE-3.svg for each of several.
status write_pictures(const options& o, const std::vector<compared_finger>& fingers) {
  for (const compared_finger& finger : fingers) {
    std::string file = o.svg;
    if (fingers.size() > 1) {
      const std::size_t end = file.size() - (file.ends_with(".svg") ? 4 : 0);
      file.insert(end, "-" + std::to_string(finger.position_a));
    }
    const std::string text = fingerprint::pair_svg(finger.what, printable(o.a), printable(o.b));
    WHORL_TRY(write_whole(file, std::as_bytes(std::span(text))));
  }
  return {};
}

result<int> run(const context& ctx, const options& o) {
  WHORL_ASSIGN(const auto fingers, compare(o));
  std::vector<std::uint16_t> scores;
  double together = 0;
  for (const compared_finger& each : fingers) {
    if (!each.searchable) continue;
    scores.push_back(each.what.score);
    together += each.what.llr_100 / 100.0;
  }
  const std::uint32_t fused = fingerprint::fuse(scores);
  const decision said =
      fingerprint::decide(fused, static_cast<std::uint8_t>(scores.size()), o.gallery);
  const double hit = fingerprint::fused_needed(decision::hit, o.gallery) / 100.0;
  const double review = fingerprint::fused_needed(decision::review, o.gallery) / 100.0;
  if (!o.svg.empty()) WHORL_TRY(write_pictures(o, fingers));
  if (ctx.as_json) {
    json all = json::array();
    for (const compared_finger& each : fingers) all.push_back(finger_json(each, o.explain));
    print_document({{"a", printable(o.a)},
                    {"b", printable(o.b)},
                    {"fingers", all},
                    {"log10_likelihood_ratio", together},
                    {"gallery", o.gallery},
                    {"hit_from", hit},
                    {"review_from", review},
                    {"decision", to_string(said)}});
    return exit_done;
  }
  for (const compared_finger& each : fingers) print_finger(each, o.explain);
  std::cout << "together 10^" << decimal(together, 2) << "; in a search of "
            << with_commas(o.gallery) << " people a hit needs 10^" << decimal(hit, 2)
            << ", a review 10^" << decimal(review, 2) << ": " << to_string(said) << "\n";
  return exit_done;
}

}  // namespace

void add_compare(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("compare", "two template files against each other, and why");
  const auto o = std::make_shared<options>();
  sub->add_option("a", o->a, "ISO 19794-2 or ANSI 378 file: the probe")->required();
  sub->add_option("b", o->b, "the other file")->required();
  sub->add_flag("--explain", o->explain, "each stage's figures and the minutiae paired");
  sub->add_option("--svg", o->svg, "draw both prints and the pairs into this file");
  sub->add_option("--gallery", o->gallery, "people searched, for the decision")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000'000}))
      ->capture_default_str();
  sub->footer(
      "Examples:\n"
      "  whorl compare 101_1.iso 101_2.iso\n"
      "  whorl compare --explain --svg pair.svg 101_1.iso 101_2.iso\n"
      "  whorl --json compare --explain booked.iso enrolled.iso\n"
      "\n"
      "Files of one print each are compared whatever their finger positions; of several prints\n"
      "the best at each position, and their ratios are multiplied. Places are pixels at 500 dpi\n"
      "from the middle of the print's minutiae, y up; numbers are the matcher's own order. What\n"
      "is said is the decision rule on these scores; a search also tries prints of unknown\n"
      "position. It proposes; people decide.");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
