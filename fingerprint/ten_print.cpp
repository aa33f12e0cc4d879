#include "fingerprint/ten_print.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "fingerprint/decision.hpp"
#include "fingerprint/evaluate_rows.hpp"
#include "fingerprint/matcher.hpp"

namespace whorl::fingerprint {
namespace {

/// "012-3" before "012-10".
struct shorter_first {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};
using finger_names = std::set<std::string, shorter_first>;

/// Prints of one capture of a group: a booking.
struct capture {
  std::string person, source;
  std::size_t group = 0;  ///< numbered over all people
  int impression = 0;
  std::vector<print_template> prints;
};

struct people_index {
  /// Fingers that stand in all of the person's sources.
  std::map<std::string, finger_names> fingers;
  /// person, source, impression -> finger -> print
  std::map<std::string, std::map<std::string, std::map<int, std::map<std::string, std::size_t>>>>
      prints;
};

people_index index_people(std::span<const labelled_print> prints) {
  people_index out;
  std::map<std::string, std::map<std::string, finger_names>> by_source;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const labelled_print& p = prints[i];
    out.prints[p.person][p.source][p.impression][p.finger] = i;
    by_source[p.person][p.source].insert(p.finger);
  }
  for (const auto& [person, sources] : by_source) {
    finger_names common = sources.begin()->second;
    for (const auto& [source, names] : sources)
      std::erase_if(common,
                    [&held = names](const std::string& name) { return !held.contains(name); });
    out.fingers[person] = std::move(common);
  }
  return out;
}

/// The groups of one person: names in the order of their positions.
std::vector<std::vector<std::string>> groups_of(const finger_names& fingers, unsigned size) {
  std::vector<std::vector<std::string>> out;
  std::vector<std::string> group;
  for (const std::string& each : fingers) {
    group.push_back(each);
    if (group.size() == size) out.push_back(std::move(group)), group.clear();
    if (size == limits::fingers_max && !out.empty()) break;  // ten are all that a person has
  }
  if (size == limits::fingers_max && out.empty() && group.size() >= 5) out.push_back(group);
  return out;
}

struct grouped {
  std::vector<capture> captures;  ///< of one group together; the first of a source is its gallery
  std::size_t groups = 0, people = 0;
  unsigned fewest = 0;
};

grouped group_people(std::span<const labelled_print> prints, const people_index& index,
                     unsigned size) {
  grouped out;
  for (const auto& [person, fingers] : index.fingers) {
    const auto groups = groups_of(fingers, size);
    out.people += groups.empty() ? 0 : 1;
    for (const auto& group : groups) {
      const auto count = static_cast<unsigned>(group.size());
      out.fewest = out.groups == 0 ? count : std::min(out.fewest, count);
      for (const auto& [source, impressions] : index.prints.at(person)) {
        for (const auto& [impression, found] : impressions) {
          capture each{person, source, out.groups, impression, {}};
          for (std::size_t n = 0; n < group.size(); ++n) {
            const auto at = found.find(group[n]);
            if (at == found.end()) continue;
            each.prints.push_back(prints[at->second].print);
            each.prints.back().finger_position = static_cast<std::uint8_t>(n + 1);
          }
          if (!each.prints.empty()) out.captures.push_back(std::move(each));
        }
      }
      ++out.groups;
    }
  }
  return out;
}

struct enrolled {
  const capture* of = nullptr;
  bytes entry;  ///< empty: no usable print
};

/// The lowest impression of each group in each source.
std::vector<enrolled> enrol(const grouped& all) {
  std::vector<enrolled> out;
  for (const capture& each : all.captures) {
    if (!out.empty() && out.back().of->group == each.group && out.back().of->source == each.source)
      continue;
    auto entry = build_search_entry(each.prints);
    out.push_back({&each, entry ? std::move(*entry) : bytes{}});
  }
  return out;
}

struct found_people {
  std::vector<std::pair<person_score, std::uint32_t>> own, strangers;  ///< with the reordered one
};

/// One probe against its own person, of its own source or of the others, and against all strangers.
found_people search(const capture& probe, const std::vector<enrolled>& gallery, bool across) {
  found_people out;
  const auto straight = prepare_probe(probe.prints), exchanged = prepare_probe(probe.prints, true);
  for (const enrolled& each : gallery) {
    const bool own = each.of->person == probe.person;
    if (own && (each.of->group != probe.group || each.of == &probe)) continue;
    if (own && (each.of->source != probe.source) != across) continue;
    person_score score;
    std::uint32_t reordered = 0;
    if (straight && exchanged && !each.entry.empty()) {
      score = precise_score(**straight, each.entry);
      reordered = std::max(score.reordered, precise_score(**exchanged, each.entry).reordered);
    }
    (own ? out.own : out.strangers).emplace_back(std::move(score), reordered);
  }
  return out;
}

void add(counted_rate& to, bool event) {
  to.events += event ? 1 : 0;
  ++to.trials;
}

void count(const found_people& found, ten_print_row& row) {
  const auto says = [](const auto& each, std::uint64_t gallery) {
    return decide(each.first.fused, each.first.fingers_compared, gallery, each.second);
  };
  for (ten_print_at& at : row.at) {
    for (const auto& each : found.own) {
      const decision d = says(each, at.gallery);
      add(at.not_hit, d != decision::hit);
      add(at.not_review, d == decision::no_hit);
    }
    bool hit = false, review = false;
    for (const auto& each : found.strangers) {
      const decision d = says(each, at.gallery);
      add(at.stranger_hit, d == decision::hit);
      add(at.stranger_review, d != decision::no_hit);
      hit = hit || d == decision::hit;
      review = review || d != decision::no_hit;
    }
    if (found.strangers.empty()) continue;
    add(at.false_hit, hit);
    add(at.false_review, review);
  }
  for (const auto& each : found.own) row.lowest_own = std::min(row.lowest_own, each.first.fused);
  for (const auto& each : found.strangers)
    row.highest_stranger = std::max(row.highest_stranger, each.first.fused);
}

}  // namespace

std::vector<ten_print_row> identify_people(std::span<const labelled_print> prints,
                                           std::span<const std::uint64_t> galleries,
                                           const progress_callback& progress, unsigned threads) {
  const people_index index = index_people(prints);
  std::vector<grouped> sizes;
  std::size_t total = 0, done = 0;
  for (const unsigned size : ten_print_sizes) {
    sizes.push_back(group_people(prints, index, size));
    total += 2 * sizes.back().captures.size();
  }
  std::vector<ten_print_row> out;
  for (const bool across : {false, true}) {
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      const grouped& all = sizes[k];
      const std::vector<enrolled> gallery = enrol(all);
      ten_print_row row{ten_print_sizes[k], all.fewest, across, all.people,
                        all.groups,         UINT32_MAX, 0,      {}};
      for (const std::uint64_t each : galleries) row.at.push_back({each, {}, {}, {}, {}, {}, {}});
      std::vector<found_people> found(all.captures.size());
      for_rows(
          all.captures.size(), threads,
          [&](std::size_t i) { found[i] = search(all.captures[i], gallery, across); },
          [&](std::size_t) {
            if (progress) progress(++done, total);
          });
      for (const found_people& each : found)
        if (!each.own.empty()) count(each, row);
      if (row.at.front().not_hit.trials != 0) out.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace whorl::fingerprint
