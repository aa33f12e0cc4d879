#include <cmath>
#include <iostream>
#include <numbers>

#include "apps/comparison.hpp"
#include "apps/files.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

using fingerprint::decision;
using fingerprint::explanation;

/// 1/100 decades as "10^4.20".
std::string power(double hundredths) { return "10^" + decimal(hundredths / 100, 2); }

double turn_of(const explanation& e) {
  return std::atan2(e.motion.sine, e.motion.cosine) * 180 / std::numbers::pi;
}

std::string name_of(int position) { return position == 0 ? "unknown" : std::to_string(position); }

void print_stages(const explanation& e, const side_names& names) {
  std::cout << "  minutiae    " << e.a.size() << " of " << e.minutiae_a << " kept in " << names.a
            << ", " << e.b.size() << " of " << e.minutiae_b << " in " << names.b << " (the best)\n"
            << "  coarse      " << with_commas(e.coarse) << ", from local surroundings alone\n"
            << "  candidates  " << e.candidate_pairs << " pairs with like surroundings\n"
            << "  motion      " << names.a << " turned by " << decimal(turn_of(e))
            << " degrees, shifted by (" << decimal(e.motion.shift_x / 4.0) << ", "
            << decimal(e.motion.shift_y / 4.0) << ") px\n"
            << "  paired      " << e.mates.size() << " minutiae; in the common area "
            << e.evidence.overlap_a << " of " << names.a << ", " << e.evidence.overlap_b << " of "
            << names.b << "\n"
            << "  weight      " << decimal(e.evidence.weight / 256.0)
            << ", by the pairs' nearness and likeness; the score is its square over the common "
               "area and the root of all minutiae\n";
}

void print_pairs(const explanation& e, const side_names& names) {
  if (e.mates.empty()) return;
  table mates({names.a, names.b, "at " + names.a, "at " + names.b, "distance px", "turn degrees",
               "alike of 255"});
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

json finger_json(const compared_finger& finger, bool why) {
  const explanation& e = finger.what;
  json out = {
      {"finger_a", finger.position_a},   {"finger_b", finger.position_b},
      {"searchable", finger.searchable}, {"score", e.score},
      {"sequence", finger.role},         {"log10_likelihood_ratio", finger.evidence / 100.0}};
  if (!why) return out;
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

/// The person's evidence; where the fingers speak against (fused is 0), how much.
double together(const comparison& of) {
  if (of.score.fused != 0 || of.hands_exchanged) return of.score.fused;
  double sum = 0;
  for (const compared_finger& each : of.fingers)
    if (each.searchable && each.role.empty()) sum += each.evidence;
  return std::min(sum, 0.0);
}

std::string arithmetic(decision d, std::uint64_t gallery) {
  const fingerprint::threshold t = fingerprint::threshold_of(d, gallery);
  return power(t.needed()) + " = " + power(t.gallery) + " people x " + power(t.margin) +
         " (falsely in one search in " +
         with_commas(static_cast<std::uint64_t>(std::pow(10.0, t.margin / 100.0) + 0.5)) +
         " at most)";
}

}  // namespace

void print_comparison(const comparison& of, const side_names& names, bool why, bool pairs) {
  for (const compared_finger& finger : of.fingers) {
    std::cout << "finger " << name_of(finger.position_a);
    if (finger.position_a != finger.position_b)
      std::cout << " of " << names.a << ", " << name_of(finger.position_b) << " of " << names.b;
    std::cout << ": score " << with_commas(finger.what.score) << ", likelihood ratio "
              << power(finger.evidence) << (finger.role.empty() ? "" : " (" + finger.role + ")")
              << (finger.searchable ? "" : " (too few minutiae: a search leaves it out)") << "\n";
    if (why) print_stages(finger.what, names);
    if (pairs) print_pairs(finger.what, names);
  }
}

void print_decision(const comparison& of, std::uint64_t gallery) {
  std::cout << "together " << power(together(of));
  if (of.score.reordered != 0)
    std::cout << "; with the fingers in another order " << power(of.score.reordered)
              << ", the price of choosing it taken off";
  std::cout << "; in a search of " << with_commas(gallery)
            << " people: " << to_string(decide(of, gallery)) << "\n";
  if (!of.score.sequence.empty())
    std::cout << "sequence error: " << sequence_words(of.score.sequence) << "\n";
  std::cout << "a hit needs " << arithmetic(decision::hit, gallery) << ",\na review "
            << arithmetic(decision::review, gallery) << "\n";
}

json comparison_json(const comparison& of, bool why, std::uint64_t gallery) {
  json fingers = json::array(), notes = json::array();
  for (const compared_finger& each : of.fingers) fingers.push_back(finger_json(each, why));
  for (const sequence_note& n : of.score.sequence)
    notes.push_back({{"kind", n.kind == sequence_kind::moved ? "moved" : "repeated"},
                     {"a", n.probe},
                     {"b", n.record}});
  const auto part = [&](decision d) {
    const fingerprint::threshold t = fingerprint::threshold_of(d, gallery);
    return json{{"log10_people", t.gallery / 100.0},
                {"log10_searches_a_false_one", t.margin / 100.0}};
  };
  return {{"fingers", fingers},
          {"fingers_compared", of.score.fingers_compared},
          {"log10_likelihood_ratio", together(of) / 100},
          {"reordered", of.score.reordered / 100.0},
          {"sequence", {{"words", sequence_words(of.score.sequence)}, {"notes", notes}}},
          {"gallery", gallery},
          {"hit_from", fingerprint::fused_needed(decision::hit, gallery) / 100.0},
          {"review_from", fingerprint::fused_needed(decision::review, gallery) / 100.0},
          {"arithmetic", {{"hit", part(decision::hit)}, {"review", part(decision::review)}}},
          {"decision", to_string(decide(of, gallery))}};
}

status write_pictures(const comparison& of, const std::string& stem, const std::string& caption_a,
                      const std::string& caption_b) {
  for (const compared_finger& finger : of.fingers) {
    std::string file = stem;
    if (of.fingers.size() > 1) {
      file += "-" + std::to_string(finger.position_a);
      if (finger.position_a != finger.position_b) file += "-" + std::to_string(finger.position_b);
    }
    const std::string text =
        fingerprint::pair_svg(finger.what, printable(caption_a), printable(caption_b));
    WHORL_TRY(write_whole(file + ".svg", std::as_bytes(std::span(text))));
  }
  return {};
}

}  // namespace whorl::apps
