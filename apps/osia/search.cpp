#include "apps/osia/search.hpp"

#include <algorithm>

#include "fingerprint/decision.hpp"
#include "fingerprint/iso_template.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/search_entry.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

bool reaches(const scored_candidate& c, std::uint64_t people,
             const std::optional<std::uint32_t>& threshold) {
  if (threshold) return score_of(c) >= *threshold;
  return fingerprint::decide(c.fused, c.fingers_compared, people, c.reordered) !=
         fingerprint::decision::no_hit;
}

verified judged(const fingerprint::person_score& score, std::optional<std::uint32_t> threshold) {
  const std::uint32_t best = std::max(score.fused, score.reordered);
  const bool hit = fingerprint::decide(score.fused, score.fingers_compared, 1, score.reordered) ==
                   fingerprint::decision::hit;
  return {best, threshold ? best >= *threshold : hit};
}

}  // namespace

std::vector<ranked_person> rank(const std::vector<scored_record>& found, const search_wish& wish) {
  std::map<subject_id, ranked_person> by_person;
  for (const scored_record& each : found)
    for (const scored_candidate& c : each.found.candidates) {
      if (wish.but && c.identity == *wish.but) continue;
      if (!reaches(c, each.found.people, wish.threshold)) continue;
      ranked_person& person = by_person[c.identity];
      person.identity = c.identity;
      person.score = std::max(person.score, score_of(c));
      person.records.emplace_back(each.gallery, c);
    }
  std::vector<ranked_person> out;
  for (auto& [identity, person] : by_person) out.push_back(std::move(person));
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  if (out.size() > wish.most) out.resize(wish.most);
  return out;
}

result<candidates> identify(const people& known, actors::local_node& node,
                            std::vector<probe_print> prints, const search_wish& wish) {
  std::vector<scored_record> found;
  candidates out;
  for (const gallery_kind g : wish.galleries) {
    WHORL_ASSIGN(auto one, node.identify(g, prints));
    out.people += one.people;
    found.push_back({g, std::move(one)});
  }
  int rank_of = 0;
  for (const ranked_person& person : rank(found, wish)) {
    json scores = json::array();
    for (const auto& [gallery, c] : person.records)
      scores.push_back({{"score", score_of(c)},
                        {"encounterId", known.encounter_name(gallery, c.subject)},
                        {"galleries", {to_string(gallery)}},
                        {"biometricType", "FINGER"},
                        {"others", {{"fingersCompared", c.fingers_compared}}}});
    out.list.push_back(
        {{"personId", known.person_name(person.records.front().first, person.identity)},
         {"rank", ++rank_of},
         {"score", person.score},
         {"scores", std::move(scores)}});
    out.who.push_back(person.identity);
  }
  return out;
}

status check_comparable(const std::vector<probe_print>& prints, const std::string& at) {
  WHORL_ASSIGN(const auto templates, templates_of(prints));
  const auto chosen = fingerprint::choose_prints(templates);
  if (std::any_of(chosen.begin(), chosen.end(), [](const auto* print) { return print != nullptr; }))
    return {};
  return make_error(errc::invalid_input, at + ": no print has the " +
                                             std::to_string(limits::minutiae_min) +
                                             " minutiae that a comparison needs");
}

result<verified> verify(const std::vector<probe_print>& a, const std::vector<probe_print>& b,
                        std::optional<std::uint32_t> threshold) {
  WHORL_ASSIGN(const auto left, templates_of(a));
  WHORL_ASSIGN(const auto right, templates_of(b));
  WHORL_ASSIGN(const auto probe, fingerprint::prepare_probe(left));
  WHORL_ASSIGN(const bytes entry, fingerprint::build_search_entry(right));
  verified out = judged(fingerprint::precise_score(*probe, entry), threshold);
  if (out.decision) return out;
  // As a search does: nobody found, so with the hands exchanged.
  WHORL_ASSIGN(const auto exchanged, fingerprint::prepare_probe(left, true));
  const verified other = judged(fingerprint::precise_score(*exchanged, entry), threshold);
  return other.score > out.score ? other : out;
}

std::vector<probe_print> best_prints(const std::vector<probe_print>& all) {
  std::vector<fingerprint::print_template> prints;
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto views = fingerprint::decode_iso(all[i].iso_record);
    if (!views) continue;
    for (auto& view : *views) {
      if (view.finger_position == 0) view.finger_position = all[i].finger_position;
      prints.push_back(std::move(view));
      of.push_back(i);
    }
  }
  std::vector<probe_print> out;
  auto chosen = fingerprint::choose_prints(prints);
  // Known positions tell more: that of the unknown one (0) is the one to leave out.
  std::rotate(chosen.begin(), chosen.begin() + 1, chosen.end());
  for (const auto* print : chosen)
    if (print != nullptr && out.size() < limits::fingers_max)
      out.push_back(all[of[static_cast<std::size_t>(print - prints.data())]]);
  return out;
}

}  // namespace whorl::apps::osia
