#include "fingerprint/explain.hpp"

#include <doctest/doctest.h>

#include <set>

#include "fingerprint/decision.hpp"
#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("explain: says the matcher's own score, whichever print comes first") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto a = test::sample_print(seed, 20 + static_cast<unsigned>(seed % 25));
    const auto b = seed % 2 == 0 ? test::turned(a, 12, 9, -20) : test::sample_print(seed + 100);
    CHECK(explain(a, b).score == match_fingers(a, b));
    CHECK(explain(b, a).score == match_fingers(a, b));
  }
}

TEST_CASE("explain: mates lie where the motion says, each minutia once") {
  const auto a = test::sample_print(5, 40);
  const auto b = test::turned(a, 20, 15, -40);
  for (const bool swapped : {false, true}) {
    const explanation e = swapped ? explain(b, a) : explain(a, b);
    CHECK(e.mates.size() == e.evidence.mates);
    CHECK(e.mates.size() >= 38);
    CHECK(e.motion.rotation == static_cast<std::uint8_t>(swapped ? -20 : 20));
    std::set<unsigned> seen_a, seen_b;
    for (const explained_mate& pair : e.mates) {
      CHECK(seen_a.insert(pair.a).second);
      CHECK(seen_b.insert(pair.b).second);
      CHECK(pair.distance_px < 3);
      CHECK(std::abs(pair.turn_degrees) < 6);
      // Turned together with its print: the same minutia, so the same quality.
      CHECK(e.a[pair.a].quality == e.b[pair.b].quality);
    }
  }
}

TEST_CASE("explain: prints without minutiae are no error and score 0") {
  const print_template nothing;
  const auto a = test::sample_print(1);
  for (const explanation& e : {explain(nothing, a), explain(a, nothing), explain({}, {})}) {
    CHECK(e.score == 0);
    CHECK(e.mates.empty());
    CHECK(pair_svg(e, "", "").find("</svg>") != std::string::npos);
  }
  CHECK(explain(a, nothing).a.size() == a.minutiae.size());  // what there is, is shown
}

TEST_CASE("explain: the picture has each minutia and each pair, and escapes names") {
  const auto a = test::sample_print(5, 30);
  const explanation e = explain(a, test::turned(a, 7, 3, 3));
  const std::string svg = pair_svg(e, "a<b>&\"c\".iso", "b.iso");
  const auto count = [&](std::string_view what) {
    std::size_t found = 0;
    for (auto at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1)) ++found;
    return found;
  };
  CHECK(count("<circle") == e.a.size() + e.b.size());
  CHECK(count("stroke-opacity") == e.mates.size());
  CHECK(svg.find("a&lt;b&gt;&amp;&quot;c&quot;.iso") != std::string::npos);
  const std::string cut = pair_svg(e, std::string(300, '/') + "end.iso", "b.iso");
  CHECK(cut.find(">..//") != std::string::npos);  // a long path does not run over the other
  CHECK(cut.find("//end.iso<") != std::string::npos);
  CHECK(cut.find(std::string(100, '/')) == std::string::npos);
}

TEST_CASE("decision: what a hit needs is where the decision turns") {
  for (const std::uint64_t gallery : {1ull, 1000ull, 1'000'000ull, 3'000'000'000ull}) {
    for (const decision d : {decision::hit, decision::review}) {
      const std::uint32_t needed = fused_needed(d, gallery);
      CHECK(decide(needed, 10, gallery) == d);
      CHECK(decide(needed - 1, 10, gallery) != d);
    }
  }
}
