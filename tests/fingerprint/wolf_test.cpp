// Attacks on the matcher: templates that are nobody's and try to be everybody's ("wolves"), and bad
// templates. Deterministic; WHORL_LONG=1 gives the attacker a hundred times the work. Bounds are
// those of the decision, not raw scores. Synthetic people, and public prints where there are any.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "fingerprint/decision.hpp"
#include "fingerprint/fusion.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/parameters.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/synthesis.hpp"
#include "tests/fingerprint/public_prints.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::fingerprint;
using templates = std::vector<print_template>;

namespace {

bool thorough() { return std::getenv("WHORL_LONG") != nullptr; }

std::int32_t evidence_of(const print_template& a, const print_template& b) {
  return finger_evidence(static_cast<std::uint16_t>(match_fingers(a, b)),
                         static_cast<unsigned>(std::min(a.minutiae.size(), b.minutiae.size())));
}

minutia random_minutia(random_stream& random) {
  return {static_cast<std::uint16_t>(random.between(100, 400)),
          static_cast<std::uint16_t>(random.between(80, 460)),
          static_cast<std::uint8_t>(random.below(256)),
          static_cast<minutia_type>(1 + random.below(2)),
          static_cast<std::uint8_t>(random.between(40, 100))};
}

print_template random_template(random_stream& random) {
  print_template print;
  print.finger_position = 1;
  print.width_px = 500;
  print.height_px = 550;
  print.quality = 90;
  const std::int32_t count = random.between(20, 60);
  for (std::int32_t i = 0; i < count; ++i) print.minutiae.push_back(random_minutia(random));
  return print;
}

/// One small change: a minutia moved, turned, made anew, added or taken away.
print_template changed(print_template print, random_stream& random) {
  minutia& one = print.minutiae[random.below(static_cast<std::uint32_t>(print.minutiae.size()))];
  const auto nudge = [&](std::uint16_t at) {
    return static_cast<std::uint16_t>(std::clamp(at + random.between(-12, 12), 0, 540));
  };
  switch (random.below(5)) {
    case 0:
      one.x = nudge(one.x), one.y = nudge(one.y);
      break;
    case 1:
      one.angle = static_cast<std::uint8_t>(one.angle + random.between(-24, 24));
      break;
    case 2:
      one = random_minutia(random);
      break;
    case 3:
      if (print.minutiae.size() < 80) print.minutiae.push_back(random_minutia(random));
      break;
    default:
      if (print.minutiae.size() > 12) one = print.minutiae.back(), print.minutiae.pop_back();
  }
  return print;
}

/// Climbs by `value`, which sees what an attacker sees: scores against prints he holds.
template <class Value>
print_template climbed(print_template wolf, int steps, random_stream& random, Value value) {
  double best = value(wolf);
  for (int i = 0; i < steps; ++i) {
    print_template next = changed(wolf, random);
    const double reached = value(next);
    if (reached >= best) wolf = std::move(next), best = reached;
  }
  return wolf;
}

std::int32_t best_against(const print_template& wolf, const templates& gallery) {
  std::int32_t best = parameters::llr_min;
  for (const print_template& each : gallery) best = std::max(best, evidence_of(wolf, each));
  return best;
}

struct gallery {
  std::string name;
  templates known, unseen;  ///< the attacker climbs on `known`, and is judged on `unseen`
};

std::vector<gallery> galleries() {
  std::vector<gallery> out = {{"synthetic", {}, {}}};
  for (std::uint64_t seed = 0; seed < (thorough() ? 400u : 40u); ++seed) {
    const auto person = make_person(7'000'000 + seed);
    const auto finger = static_cast<std::uint8_t>(1 + seed % 10);
    (seed % 4 == 0 ? out[0].known : out[0].unseen)
        .push_back(make_impression(person, finger, 0, impression_conditions::ordinary()));
  }
  const auto data = test::data_folder("wolves against public prints");
  if (!data) return out;
  for (const char* set : {"fjfx/fvc2002_db1b", "fjfx/uareu", "secugen/fvc2004_db1b"}) {
    gallery next{set, {}, {}};
    const auto folder = *data / "fingerprints" / ("templates_" + std::string(set));
    for (labelled_print& each : test::public_prints(folder)) {
      if (each.impression != 1 && each.impression != 5) continue;
      // Every fourth finger is the attacker's own.
      (std::hash<std::string>{}(each.finger) % 4 == 0 ? next.known : next.unseen)
          .push_back(std::move(each.print));
    }
    if (!next.known.empty() && !next.unseen.empty()) out.push_back(std::move(next));
  }
  return out;
}

/// Templates that no finger made.
std::vector<std::pair<std::string, print_template>> bad_templates() {
  print_template frame;
  frame.finger_position = 1;
  frame.width_px = frame.height_px = 500;
  std::vector<std::pair<std::string, print_template>> out;
  const auto add = [&](const std::string& name, unsigned count, auto make) {
    print_template print = frame;
    for (unsigned i = 0; i < count; ++i) print.minutiae.push_back(make(i));
    out.emplace_back(name, print);
  };
  const auto at = [](unsigned x, unsigned y, unsigned angle) {
    return minutia{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                   static_cast<std::uint8_t>(angle), minutia_type::ridge_ending, 90};
  };
  add("nothing", 0, [&](unsigned) { return at(0, 0, 0); });
  add("one minutia", 1, [&](unsigned) { return at(250, 250, 64); });
  add("six in a row", 6, [&](unsigned i) { return at(200 + 20 * i, 250, 64); });
  add("255 identical", 255, [&](unsigned) { return at(250, 250, 64); });
  add("grid, one way", 255,
      [&](unsigned i) { return at(100 + i % 16 * 18, 100 + i / 16 * 18, 64); });
  add("wide grid", 64, [&](unsigned i) { return at(80 + i % 8 * 40, 80 + i / 8 * 40, 64); });
  add("grid, all ways", 255,
      [&](unsigned i) { return at(100 + i % 16 * 18, 100 + i / 16 * 18, i * 83); });
  add("star", 64, [&](unsigned i) { return at(250 + i % 8 * 9, 250 + i / 8 * 9, i * 4); });
  add("corners", 255, [&](unsigned i) { return at(i % 2 * 65535, i / 2 % 2 * 65535, i); });
  add("a line of all ways", 255, [&](unsigned i) { return at(i * 2, 250, i); });
  return out;
}

}  // namespace

TEST_CASE("wolf: random and climbing templates stay below what a search asks for") {
  const int random_ones = thorough() ? 20'000 : 200, steps = thorough() ? 20'000 : 200;
  for (const gallery& g : galleries()) {
    random_stream random(4'711);
    std::int32_t by_chance = parameters::llr_min;
    print_template start = random_template(random);
    for (int i = 0; i < random_ones; ++i) {
      const print_template wolf = random_template(random);
      const std::int32_t reached = best_against(wolf, g.unseen);
      if (reached > by_chance) by_chance = reached, start = wolf;
    }
    // A wolf for all: climbs on the sum over the prints he holds.
    const print_template wolf = climbed(start, steps / 4, random, [&](const print_template& w) {
      double sum = 0;
      for (const print_template& each : g.known) sum += static_cast<double>(match_fingers(w, each));
      return sum;
    });
    const std::int32_t wolf_known = best_against(wolf, g.known);
    const std::int32_t wolf_unseen = best_against(wolf, g.unseen);
    // One victim, whose scores the attacker is told step by step: no interface of the exchange
    // tells them. Shown, not bounded: with enough steps it must succeed against any matcher.
    const print_template& victim = g.unseen.front();
    const print_template thief = climbed(start, steps, random, [&](const print_template& w) {
      return static_cast<double>(match_fingers(w, victim));
    });
    templates others(g.unseen.begin() + 1, g.unseen.end());
    std::cout << "wolves, " << g.name << " (" << g.known.size() << " prints known, "
              << g.unseen.size() << " unseen), best evidence in decades: by chance "
              << by_chance / 100.0 << " in " << random_ones << " templates, wolf "
              << wolf_known / 100.0 << " on the known and " << wolf_unseen / 100.0
              << " on the unseen, climber on its victim " << evidence_of(thief, victim) / 100.0
              << " and on others " << best_against(thief, others) / 100.0 << "\n";
    // A hit in a search of the unseen with one finger, the weakest search there is.
    const auto hit = static_cast<std::int32_t>(fused_needed(decision::hit, g.unseen.size()));
    CHECK(by_chance < hit);
    CHECK(wolf_unseen < hit);
    CHECK(best_against(thief, others) < hit);
  }
}

TEST_CASE("wolf: one wolf on all ten fingers finds nobody (synthetic)") {
  random_stream random(4'712);
  templates held;
  for (std::uint64_t seed = 0; seed < 8; ++seed)
    held.push_back(make_impression(make_person(8'000'000 + seed), 1, 0));
  const print_template wolf = climbed(random_template(random), thorough() ? 10'000 : 150, random,
                                      [&](const print_template& w) {
                                        double sum = 0;
                                        for (const print_template& each : held)
                                          sum += static_cast<double>(match_fingers(w, each));
                                        return sum;
                                      });
  templates ten(10, wolf);
  for (std::uint8_t i = 0; i < 10; ++i) ten[i].finger_position = static_cast<std::uint8_t>(i + 1);
  const auto probe = *prepare_probe(ten), other = *prepare_probe(ten, true);
  const std::uint64_t people = thorough() ? 1'000 : 60;
  std::uint32_t best = 0;
  for (std::uint64_t seed = 0; seed < people; ++seed) {
    const bytes entry = *build_search_entry(make_impressions(make_person(9'000'000 + seed), 0));
    for (const auto& each : {probe, other}) {
      const person_score score = precise_score(*each, entry);
      best = std::max({best, score.fused, score.reordered});
      CHECK(decide(score.fused, score.fingers_compared, people, score.reordered) ==
            decision::no_hit);
    }
  }
  std::cout << "wolf on ten fingers against " << people << " synthetic people: best evidence "
            << best / 100.0 << " decades\n";
}

TEST_CASE("wolf: bad templates neither crash nor match, as probe and as record") {
  const auto bad = bad_templates();
  templates real;
  for (std::uint8_t f = 1; f <= 10; ++f) real.push_back(make_impression(make_person(77), f, 0));
  const bytes entry = *build_search_entry(real);
  const auto mate = *prepare_probe(real);
  for (const auto& [name, one] : bad) {
    CAPTURE(name);
    for (const print_template& each : real) {
      CHECK(evidence_of(one, each) < static_cast<std::int32_t>(parameters::review_margin));
      CHECK(match_fingers(one, each) == match_fingers(each, one));
    }
    templates ten(10, one);
    for (std::uint8_t i = 0; i < 10; ++i) ten[i].finger_position = static_cast<std::uint8_t>(i + 1);
    const auto probe = prepare_probe(ten);
    const auto record = build_search_entry(ten);
    CHECK(probe.has_value() == record.has_value());
    if (!probe) continue;
    for (const person_score& s : {precise_score(**probe, entry), precise_score(*mate, *record)})
      CHECK(decide(s.fused, s.fingers_compared, 1, s.reordered) == decision::no_hit);
    // Ten times one print against itself is one print's evidence, never ten times that.
    const person_score own = precise_score(**probe, *record);
    CHECK(own.fused <= static_cast<std::uint32_t>(parameters::llr_max));
  }
}
