// Makes comparisons; comparison_words.cpp shows them.
#include "apps/comparison.hpp"

#include <algorithm>
#include <optional>

#include "fingerprint/fusion.hpp"
#include "fingerprint/prepared_probe.hpp"
#include "fingerprint/search_entry.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using fingerprint::print_template;
using chosen_prints = std::array<const print_template*, fingerprint::entry_positions>;

compared_finger compared(const print_template& a, const print_template& b) {
  compared_finger out;
  out.position_a = a.finger_position;
  out.position_b = b.finger_position;
  out.searchable = std::min(a.minutiae.size(), b.minutiae.size()) >= limits::minutiae_min;
  out.what = fingerprint::explain(a, b);
  out.evidence = fingerprint::finger_evidence(
      out.what.score, static_cast<unsigned>(std::min(out.what.a.size(), out.what.b.size())));
  return out;
}

/// The pairs that a search compares by position; of prints of unknown position the best.
void add_straight(const fingerprint::prepared_probe& probe, byte_view entry,
                  const chosen_prints& of_a, const chosen_prints& of_b, comparison& out) {
  std::optional<compared_finger> best;
  const auto met = fingerprint::meetings(probe, entry);
  for (unsigned i = 0; i < met.count; ++i) {
    const auto& meeting = met.list[i];
    compared_finger next = compared(*of_a[meeting.probe], *of_b[meeting.entry]);
    if (!meeting.one_of_several)
      out.fingers.push_back(std::move(next));
    else if (!best || next.what.score > best->what.score)
      best = std::move(next);
  }
  if (best) out.fingers.push_back(*std::move(best));
}

/// Prints that a note speaks of, each with the finger that it shows.
void add_noted(const chosen_prints& of_a, const chosen_prints& of_b, comparison& out) {
  for (const sequence_note& note : out.score.sequence) {
    if (of_a[note.probe] == nullptr || of_b[note.record] == nullptr) continue;
    compared_finger next = compared(*of_a[note.probe], *of_b[note.record]);
    next.role = note.kind == sequence_kind::moved ? "moved" : "repeated";
    out.fingers.push_back(std::move(next));
  }
}

bool decides_something(const fingerprint::person_score& score, std::uint64_t gallery) {
  return fingerprint::decide(score.fused, score.fingers_compared, gallery, score.reordered) !=
         fingerprint::decision::no_hit;
}

}  // namespace

comparison compare_prints(const print_template& a, const print_template& b) {
  comparison out;
  out.fingers.push_back(compared(a, b));
  const compared_finger& only = out.fingers.front();
  if (!only.searchable) return out;
  out.score.fused = fingerprint::fuse(std::span(&only.evidence, 1));
  out.score.fingers_compared = 1;
  return out;
}

result<comparison> compare_people(std::span<const print_template> a,
                                  std::span<const print_template> b, std::uint64_t gallery) {
  WHORL_ASSIGN(const auto probe, fingerprint::prepare_probe(a));
  WHORL_ASSIGN(const bytes entry, fingerprint::build_search_entry(b));
  comparison out;
  out.score = fingerprint::precise_score(*probe, entry);
  if (!decides_something(out.score, gallery)) {
    WHORL_ASSIGN(const auto exchanged, fingerprint::prepare_probe(a, true));
    fingerprint::person_score other = fingerprint::precise_score(*exchanged, entry);
    out.hands_exchanged = decides_something(other, gallery);
    if (out.hands_exchanged) out.score = std::move(other);
  }
  const chosen_prints of_a = fingerprint::choose_prints(a), of_b = fingerprint::choose_prints(b);
  add_straight(*probe, entry, of_a, of_b, out);
  add_noted(of_a, of_b, out);
  return out;
}

fingerprint::decision decide(const comparison& of, std::uint64_t gallery) {
  return fingerprint::decide(of.score.fused, of.score.fingers_compared, gallery,
                             of.score.reordered);
}

}  // namespace whorl::apps
