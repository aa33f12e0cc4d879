// The measures of likeness on prints whose answer is known, and, where the public sets are at hand,
// the synthesiser against them at reduced size.
#include "fingerprint/fidelity.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <tuple>

#include "tests/fingerprint/public_prints.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

set_plan small_plan() {
  set_plan plan = ordinary_plan();
  plan.people = 2;
  plan.fingers = {2, 3, 4};
  plan.impressions = 3;
  return plan;
}

/// Two impressions in eight: a sixteenth of the pairs.
void thin(std::vector<labelled_print>& prints) {
  std::erase_if(prints, [](const labelled_print& p) { return p.impression % 4 != 1; });
}

void add_folder(const std::filesystem::path& folder, std::vector<labelled_print>& out) {
  for (labelled_print& each : test::public_prints(folder)) {
    if (each.finger.find('-') == std::string::npos)
      each.finger = folder.filename().string() + "/" + each.finger;
    out.push_back(std::move(each));
  }
  std::sort(out.begin(), out.end(), [](const labelled_print& a, const labelled_print& b) {
    return std::tie(a.finger, a.impression) < std::tie(b.finger, b.impression);
  });
}

}  // namespace

TEST_CASE("fidelity: a set held against itself is alike in every measure") {
  fidelity_setting setting;
  setting.name = "same";
  setting.real = make_set(small_plan(), 50);
  setting.synthetic = {make_set(small_plan(), 50)};
  const auto results = measure_fidelity({&setting, 1}, {}, 2);
  REQUIRE(results.size() == 2);
  const fidelity_result& r = results[0];
  CHECK(r.real_prints == 18);
  CHECK(r.real_fingers == 6);
  CHECK(r.synthetic_prints == 18);
  CHECK(r.real_genuine == r.synthetic_genuine);
  CHECK(r.real_rank1 == r.synthetic_rank1);
  CHECK(r.rates[0].synthetic_synthetic == r.rates[0].real);
  for (const compared_distribution& d : r.distributions) CHECK(d.real == d.synthetic);
  CHECK(results[1].name == "pooled");
  CHECK(results[1].rates[0].threshold == r.rates[0].threshold);
}

TEST_CASE("fidelity: worse prints show as lower genuine scores, whatever the number of threads") {
  fidelity_setting setting;
  setting.real = make_set(small_plan(), 50);
  set_plan worse = small_plan();
  for (auto& conditions : worse.conditions) {
    conditions.missing_fraction = 0.5;
    conditions.position_noise_px = 5;
  }
  setting.synthetic = {make_set(worse, 50)};
  const auto one = measure_fidelity({&setting, 1}, {}, 1);
  const auto two = measure_fidelity({&setting, 1}, {}, 2);
  CHECK(one[0].synthetic_genuine[2] < one[0].real_genuine[2] * 0.7);
  CHECK(one[0].real_genuine == two[0].real_genuine);
  CHECK(one[0].synthetic_genuine == two[0].synthetic_genuine);
  CHECK(one[0].rates[0].synthetic_real == two[0].rates[0].synthetic_real);
}

TEST_CASE("fidelity: rates are near between half and twice, quantiles within a tenth") {
  compared_rate rate;
  rate.real = 0.01;
  rate.synthetic_real = 0.005;
  rate.synthetic_synthetic = 0.02;
  CHECK(rate.near());
  rate.synthetic_real = 0.0049;
  CHECK_FALSE(rate.near());
  rate.synthetic_real = 0.01;
  rate.synthetic_synthetic = 0.021;
  CHECK_FALSE(rate.near());
  CHECK(within_tenth(100, 110));
  CHECK_FALSE(within_tenth(100, 111));
  CHECK_FALSE(within_tenth(100, 89));
}

TEST_CASE("fidelity: no prints at all are no error") {
  CHECK(measure_fidelity({}, {}, 2).empty());
  fidelity_setting nothing;
  CHECK(measure_fidelity({&nothing, 1}, {}, 2).empty());
}

TEST_CASE("fidelity: synthetic prints against the public ones, at reduced size") {
  const auto data = test::data_folder("likeness of synthetic prints");
  if (!data) return;
  const auto root = *data / "fingerprints/templates_fjfx";
  fidelity_setting settings[3];
  add_folder(root / "crossmatch", settings[0].real);
  add_folder(root / "uareu", settings[1].real);
  for (const char* set : {"fvc2002_db1b", "fvc2002_db2b", "fvc2004_db1b", "fvc2004_db2b"})
    add_folder(root / set, settings[2].real);
  const set_plan plans[3] = {good_plan(), ordinary_plan(), poor_plan()};
  for (unsigned i = 0; i < 3; ++i) {
    thin(settings[i].real);
    for (unsigned copy = 0; copy < 3; ++copy)  // one is three people: too few to judge
      thin(
          settings[i].synthetic.emplace_back(make_set(plans[i], 1'000'000 * (i + 1) + 100 * copy)));
  }
  const auto results = measure_fidelity(settings, {}, 2);
  const compared_rate& pooled = results[3].rates[0];
  std::cout << "synthetic prints: at real FMR 1e-2, synthetic-synthetic "
            << pooled.synthetic_synthetic / pooled.real << " times, synthetic-real "
            << pooled.synthetic_real / pooled.real << " times\n";
  CHECK(results[3].real_fingers == 70);  // two sets are of the same people
  // A sixteenth of the pairs: the whole report says 1.25 times; room for chance here.
  CHECK(pooled.synthetic_synthetic > pooled.real * 0.5);
  CHECK(pooled.synthetic_synthetic < pooled.real * 3);
  // Known to fall short of half (docs/SYNTHESIS.md): this only keeps it from getting worse.
  CHECK(pooled.synthetic_real > pooled.real * 0.15);
  for (unsigned i = 0; i < 3; ++i) {
    CHECK(results[i].synthetic_genuine[2] > results[i].real_genuine[2] * 0.8);
    CHECK(results[i].synthetic_genuine[2] < results[i].real_genuine[2] * 1.2);
    CHECK(std::abs(results[i].synthetic_rank1 - results[i].real_rank1) < 0.1);
  }
}
