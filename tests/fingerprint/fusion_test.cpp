// False matches of fused evidence as measured, against what the decision states: of strangers, at
// most one in 10^t reaches 10^t, however many fingers are fused. Strangers are chimeric people of
// public prints (each finger another finger of the same sensor, so that what prints of one sensor
// have in common is in it) and synthetic people. No number is a threshold's source: they check it.
#include "fingerprint/fusion.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>

#include "fingerprint/decision.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/synthesis.hpp"
#include "tests/fingerprint/public_prints.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

/// One sensor's prints: prints[finger][impression], and the evidence of each two of them.
struct sensor_set {
  std::vector<std::vector<print_template>> prints;
  std::map<std::array<std::size_t, 4>, std::int32_t> evidence;

  std::int32_t between(std::size_t f, std::size_t i, std::size_t g, std::size_t j) {
    if (f > g) std::swap(f, g), std::swap(i, j);
    const auto [at, fresh] = evidence.try_emplace({f, i, g, j}, 0);
    if (fresh) {
      const print_template &a = prints[f][i], &b = prints[g][j];
      at->second =
          finger_evidence(static_cast<std::uint16_t>(match_fingers(a, b)),
                          static_cast<unsigned>(std::min(a.minutiae.size(), b.minutiae.size())));
    }
    return at->second;
  }
};

sensor_set read_set(const std::filesystem::path& folder) {
  sensor_set out;
  std::string finger;
  for (const labelled_print& each : test::public_prints(folder)) {
    if (out.prints.empty() || each.finger != finger) out.prints.emplace_back();
    finger = each.finger;
    out.prints.back().push_back(each.print);
  }
  return out;
}

/// A stranger's fused evidence over `fingers`: each a print against one of another finger.
std::int32_t stranger(sensor_set& set, unsigned fingers, random_stream& random) {
  std::vector<std::size_t> order(set.prints.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.below(static_cast<std::uint32_t>(i))]);
  // Finger k of the probe is order[k], of the record order[k + 1]: never the same.
  std::int32_t sum = 0;
  for (unsigned k = 0; k < fingers; ++k) {
    const std::size_t f = order[k % order.size()], g = order[(k + 1) % order.size()];
    const auto any = [&](std::size_t finger) {
      return random.below(static_cast<std::uint32_t>(set.prints[finger].size()));
    };
    const std::size_t i = any(f), j = any(g);
    sum += set.between(f, i, g, j);
  }
  return sum;
}

struct tail {
  std::size_t drawn = 0;
  std::array<std::size_t, 4> reached{};  ///< 10^1, 10^2, 10^3, 10^4
  double ratios = 0;                     ///< their sum: the mean is to be at most 1

  void add(std::int32_t evidence) {
    ++drawn;
    ratios += std::pow(10.0, std::min(evidence, 400) / 100.0);
    for (std::size_t t = 0; t < reached.size(); ++t)
      reached[t] += evidence >= 100 * static_cast<std::int32_t>(t + 1);
  }
  void check(const std::string& name) const {
    const auto n = static_cast<double>(drawn);
    std::cout << name << ": mean ratio " << ratios / n << ", share that reaches 10^1..10^4:";
    for (std::size_t t = 0; t < reached.size(); ++t) {
      const double stated = std::pow(10.0, -static_cast<double>(t + 1));
      std::cout << ' ' << static_cast<double>(reached[t]) / n;
      // Three standard deviations of a count that keeps to what is stated, and one.
      CHECK(static_cast<double>(reached[t]) <= n * stated + 3 * std::sqrt(n * stated) + 1);
    }
    std::cout << " of " << drawn << "\n";
  }
};

}  // namespace

TEST_CASE("fused evidence: strangers of public prints keep to the stated rate at 1 to 10 fingers") {
  const auto data = test::data_folder("false matches of fused evidence");
  if (!data) return;
  const auto root = *data / "fingerprints";
  const bool thorough = std::getenv("WHORL_LONG") != nullptr;
#if defined(NDEBUG)
  constexpr int usual_draws = 100'000;
#else
  constexpr int usual_draws = 20'000;  // without optimisation all of them take minutes
#endif
  for (const char* extractor : {"templates_secugen", "templates_fjfx"}) {
    std::vector<sensor_set> sets;
    for (const char* name : {"fvc2002_db1b", "fvc2002_db2b", "fvc2004_db1b", "fvc2004_db2b"})
      sets.push_back(read_set(root / extractor / name));
    if (std::filesystem::exists(root / extractor / "uareu"))
      sets.push_back(read_set(root / extractor / "uareu"));
    for (const unsigned fingers : {1u, 2u, 4u, 10u}) {
      random_stream random(20261125, {fingers});
      tail out;
      for (int draw = 0; draw < (thorough ? 2'000'000 : usual_draws); ++draw)
        out.add(
            stranger(sets[random.below(static_cast<std::uint32_t>(sets.size()))], fingers, random));
      out.check(std::string(extractor) + ", " + std::to_string(fingers) + " fingers");
    }
  }
}

TEST_CASE("fused evidence: synthetic strangers keep to the stated rate, in all readings") {
  const bool thorough = std::getenv("WHORL_LONG") != nullptr;
  const std::uint64_t people = thorough ? 300 : 40;
  std::vector<prepared_probe_ptr> probes, exchanged;
  std::vector<bytes> entries;
  for (std::uint64_t seed = 0; seed < people; ++seed) {
    const auto person = make_person(5'000'000 + seed);
    const auto prints = make_impressions(person, 1, impression_conditions::poor());
    probes.push_back(*prepare_probe(prints));
    exchanged.push_back(*prepare_probe(prints, true));
    entries.push_back(*build_search_entry(make_impressions(person, 0)));
  }
  tail straight, other;
  for (std::size_t p = 0; p < people; ++p)
    for (std::size_t g = 0; g < people; ++g) {
      if (p == g) continue;
      const person_score a = precise_score(*probes[p], entries[g]);
      const person_score b = precise_score(*exchanged[p], entries[g]);
      straight.add(static_cast<std::int32_t>(a.fused));
      other.add(static_cast<std::int32_t>(std::max(a.reordered, b.reordered)));
    }
  straight.check("synthetic strangers, straight");
  other.check("synthetic strangers, other readings");
}

TEST_CASE("fused evidence: rolled prints against flat ones identify (synthetic)") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto person = make_person(6'000'000 + seed);
    const auto rolled = make_impressions(person, 0);  // live_rolled
    const auto flat = make_impressions(person, 1, impression_conditions::good());
    REQUIRE(rolled[0].impression != flat[0].impression);
    const auto score = precise_score(**prepare_probe(flat), *build_search_entry(rolled));
    CHECK(decide(score.fused, score.fingers_compared, 10'000'000) == decision::hit);
    CHECK(score.sequence.empty());
  }
}
