// Two people's prints finger by finger, as a search compares them, with the reasons: what `compare`
// and `explain` print, as text, JSON and pictures. Owns nothing; reads no store.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/cli.hpp"
#include "fingerprint/decision.hpp"
#include "fingerprint/explain.hpp"
#include "fingerprint/matcher.hpp"

namespace whorl::apps {

struct compared_finger {
  int position_a = 0, position_b = 0;  ///< 0: unknown
  bool searchable = true;              ///< both have the minutiae that a search asks for
  std::string role;  ///< "moved" or "repeated" where a sequence note speaks of it; else empty
  fingerprint::explanation what;
  std::int32_t evidence = 0;  ///< of what.score, bounded by the minutiae; 1/100 decades
};

struct comparison {
  std::vector<compared_finger> fingers;
  fingerprint::person_score score;  ///< a search's, of a as the probe
  bool hands_exchanged = false;     ///< the score is that of the second hypothesis
};

/// Those two prints, whatever their positions.
comparison compare_prints(const fingerprint::print_template& a,
                          const fingerprint::print_template& b);

/// What a search would make of them: the best print of each position, prints of unknown position
/// against those without a counterpart, fingers crosswise and exchanged hands under the rules of
/// matcher.hpp and query_core. `gallery`: people searched. invalid_input: nothing to compare.
result<comparison> compare_people(std::span<const fingerprint::print_template> a,
                                  std::span<const fingerprint::print_template> b,
                                  std::uint64_t gallery);

fingerprint::decision decide(const comparison& of, std::uint64_t gallery);

/// What the two sides are called in text.
struct side_names {
  std::string a = "A", b = "B";
};

/// A line a finger; with `why` each stage's figures, with `pairs` the paired minutiae too.
void print_comparison(const comparison& of, const side_names& names, bool why, bool pairs);
/// The sum, the thresholds and their arithmetic, what is decided.
void print_decision(const comparison& of, std::uint64_t gallery);
/// The same as an object: fingers, sums, thresholds, decision.
json comparison_json(const comparison& of, bool why, std::uint64_t gallery);

/// `stem`.svg of one finger; `stem`-3.svg for each of several (-3-8 where the positions differ).
/// Captions may be any bytes.
status write_pictures(const comparison& of, const std::string& stem, const std::string& caption_a,
                      const std::string& caption_b);

}  // namespace whorl::apps
