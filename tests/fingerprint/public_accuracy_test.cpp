// Error rates on public prints, against those of open matchers on the same templates. In release
// all pairs are matched; elsewhere (slow builds) three impressions of each finger.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/decision.hpp"
#include "fingerprint/leave_out.hpp"
#include "fingerprint/matcher.hpp"
#include "tests/fingerprint/public_prints.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

// The library is optimised in release though the tests are not; elsewhere all pairs take minutes.
#if defined(NDEBUG)
constexpr int impressions = 8;
#else
constexpr int impressions = 3;
#endif
constexpr bool whole = impressions == 8;
constexpr const char* fvc_sets[] = {"fvc2002_db1b", "fvc2002_db2b", "fvc2004_db1b", "fvc2004_db2b"};

void add_folder(const std::filesystem::path& folder, std::vector<labelled_print>& out) {
  for (labelled_print& each : test::public_prints(folder)) {
    if (each.impression > impressions) continue;
    each.finger = folder.filename().string() + "/" + each.finger;
    out.push_back(std::move(each));
  }
}

accuracy_report measure(const char* name, const std::vector<std::filesystem::path>& folders) {
  std::vector<labelled_print> prints;
  for (const auto& folder : folders) add_folder(folder, prints);
  const accuracy_report r = evaluate(prints, {}, 2);
  std::cout << name << ": EER " << 100 * r.eer << " % [" << 100 * r.eer_interval.low << ", "
            << 100 * r.eer_interval.high << "], FNMR@1e-2/1e-3/1e-4 " << 100 * r.fnmr_at_fmr[0]
            << " / " << 100 * r.fnmr_at_fmr[1] << " / " << 100 * r.fnmr_at_fmr[2] << " %, rank-1 "
            << 100 * r.search.rank1() << " %, " << r.genuine_pairs << " / " << r.impostor_pairs
            << " pairs\n";
  return r;
}

std::vector<std::filesystem::path> fvc(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> folders;
  for (const char* set : fvc_sets) folders.push_back(root / set);
  return folders;
}

}  // namespace

TEST_CASE("accuracy: at or below the open matchers' error rates on public prints") {
  const auto data = test::data_folder("accuracy on public prints");
  if (!data) return;
  const auto root = *data / "fingerprints";
  const auto secugen = measure("SecuGen FVC", fvc(root / "templates_secugen"));
  CHECK(secugen.eer < 0.06);  // bozorth3 0.116, MCC LSSR 0.080
  CHECK(secugen.search.rank1() > 0.85);
  const auto fjfx = measure("FingerJetFX FVC", fvc(root / "templates_fjfx"));
  CHECK(fjfx.eer < (whole ? 0.04 : 0.058));  // MCC LSSR 0.058
  CHECK(fjfx.fnmr_at_fmr[1] < (whole ? 0.09 : 0.177));
  const auto uareu = measure("UareU", {root / "templates_fjfx/uareu"});
  CHECK(uareu.eer < 0.003);  // SourceAFIS 0.012
  CHECK(uareu.search.rank1() > 0.985);
  const auto crossmatch = measure("CrossMatch", {root / "templates_fjfx/crossmatch"});
  CHECK(crossmatch.eer < 0.002);
  if (!whole) return;
  CHECK(secugen.genuine_pairs == 1120);
  CHECK(secugen.impostor_pairs == 49920);
  CHECK(fjfx.genuine_pairs == 1113);  // one impression of the 320 has no template
  CHECK(fjfx.impostor_pairs == 49608);
  CHECK(uareu.genuine_pairs == 840);
  CHECK(uareu.impostor_pairs == 27840);
  CHECK(crossmatch.impostor_pairs == 9792);
}

#if defined(NDEBUG)
TEST_CASE("accuracy: held out, within what was asked for") {
  const auto data = test::data_folder("held-out accuracy on public prints");
  if (!data) return;
  const auto root = *data / "fingerprints/templates_fjfx";
  std::vector<print_set> sets = {{"fvc", {}}, {"uareu", {}}, {"crossmatch", {}}};
  for (const auto& folder : fvc(root)) add_folder(folder, sets[0].prints);
  for (labelled_print& each : sets[0].prints) each.person = each.finger;
  for (const std::size_t k : {1u, 2u}) {
    add_folder(root / sets[k].name, sets[k].prints);
    for (labelled_print& each : sets[k].prints)  // "uareu/012-3": the same people in both
      each.person = each.finger.substr(each.finger.find('/') + 1, 3);
  }
  const auto report = leave_out(sets, {}, 2);
  REQUIRE(report);
  CHECK(report->people == 43);
  for (const left_out_set& set : report->sets) {
    std::cout << set.name << ", held out: EER " << 100 * set.held_out.eer << " %, FNMR@1e-3 "
              << 100 * set.held_out.fnmr_at_fmr[1] << " %\n";
    CHECK(set.held_out.genuine_pairs == set.compiled.genuine_pairs);
  }
  CHECK(report->sets[0].held_out.eer < 0.04);
  CHECK(report->sets[0].held_out.fnmr_at_fmr[1] < 0.09);
  CHECK(report->sets[1].held_out.eer < 0.003);
  CHECK(report->sets[1].held_out.fnmr_at_fmr[1] < 0.004);
  CHECK(report->sets[2].held_out.zero_fmr == 0);
}
#endif

TEST_CASE("people: ten fingers identify; other people stay far below review") {
  const auto data = test::data_folder("identification of ten-finger people");
  if (!data) return;
  std::vector<labelled_print> prints;
  for (const auto& folder : fvc(*data / "fingerprints/templates_fjfx")) add_folder(folder, prints);
  add_folder(*data / "fingerprints/templates_fjfx/uareu", prints);
  // Person: the set, or the UareU subject. Position: the finger's place in its set.
  std::map<std::string, std::map<int, std::vector<print_template>>> people;
  for (labelled_print& each : prints) {
    const auto slash = each.finger.find('/');
    const std::string name = each.finger.substr(slash + 1);
    const auto dash = name.find('-');
    const bool subject = dash != std::string::npos;
    each.print.finger_position = static_cast<std::uint8_t>(
        subject ? std::atoi(name.c_str() + dash + 1) : std::atoi(name.c_str()) - 100);
    people[subject ? name.substr(0, dash) : each.finger.substr(0, slash)][each.impression]
        .push_back(each.print);
  }
  REQUIRE(people.size() == 7);
  std::uint32_t lowest_own = UINT32_MAX, highest_other = 0;
  for (auto& [gallery_name, gallery] : people) {
    const auto entry = *build_search_entry(gallery[1]);
    for (auto& [probe_name, bookings] : people) {
      for (auto& [impression, booking] : bookings) {
        if (impression == 1 || (impression > 3 && !whole)) continue;
        const auto score = precise_score(**prepare_probe(booking), entry);
        if (probe_name == gallery_name) {
          lowest_own = std::min(lowest_own, score.fused);
          CHECK(decide(score.fused, score.fingers_compared, 1'000) == decision::hit);
          CHECK(decide(score.fused, score.fingers_compared, 1'000'000) != decision::no_hit);
        } else {
          highest_other = std::max(highest_other, score.fused);
          CHECK(decide(score.fused, score.fingers_compared, 10) == decision::no_hit);
        }
      }
    }
  }
  std::cout << "ten-finger people: lowest fused of the same person " << lowest_own
            << ", highest of another " << highest_other << "\n";
}
