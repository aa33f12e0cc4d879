// Bugs on purpose (messages/planted_bug.hpp): the simulator must find each within 2,000 seeds. Only
// in the build of the `planted` preset.
#include "messages/planted_bug.hpp"

#include <doctest/doctest.h>

#include <iostream>
#include <set>
#include <string>

#include "sim/cluster/seed_workers.hpp"
#include "sim/cluster/start_store.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::sim;

namespace {

struct row {
  planted_bug bug;
  std::string name;
  std::set<int> promises;  ///< that may be the first to break; 0: its process falls
};

// A booking that was acknowledged and lost makes room for a tampered copy of it: 4.
const row rows[] = {
    {planted_bug::acknowledged_before_durable, "acknowledged before durable", {1, 4, 12}},
    {planted_bug::tampered_copy_is_the_original, "a tampered copy is the original", {4}},
    {planted_bug::inactive_prints_are_taken, "prints of an inactive jurisdiction are taken", {5}},
    {planted_bug::flight_has_no_limit, "bookings in flight have no limit", {11}},
    {planted_bug::deadline_is_the_acceptance, "the deadline is the acceptance", {3, 6}},
    {planted_bug::clock_set_back_holds_up, "a clock set back holds bookings up", {1, 12}},
    {planted_bug::open_bookings_are_not_taken_up, "open bookings are not taken up", {1, 12}},
    {planted_bug::twins_enrol_twice, "twins enrol twice", {3}},
    {planted_bug::enrolment_is_not_recorded, "an enrolment is not recorded", {3}},
    {planted_bug::behind_is_good_enough, "a replica that is behind is good enough", {2, 3, 8}},
    {planted_bug::missing_partitions_are_forgotten, "missing partitions are forgotten", {0, 2, 3}},
    {planted_bug::answer_has_a_new_id_each_time, "an answer has a new id each time", {1}},
    {planted_bug::second_round_may_lack_candidates, "round two may lack candidates", {3}},
    {planted_bug::told_again_at_each_start, "told under another id each time", {9}},
    {planted_bug::iaq_without_its_case, "an alien query without its case", {10}},
    {planted_bug::delivery_is_not_noted, "a delivery is not noted", {9, 12}},
    {planted_bug::deletion_is_not_applied, "a deletion is not applied", {3, 8}},
    {planted_bug::record_goes_without_prints, "a record goes to nodes without its prints", {3, 7}},
    {planted_bug::part_of_a_copy_is_accepted, "part of a copy is accepted", {3, 7, 12}},
    {planted_bug::failed_copy_is_not_begun_again, "a failed copy is not begun again", {12}},
    {planted_bug::lost_facts_are_not_asked_again, "lost facts are not asked for again", {12}},
    {planted_bug::lost_exchange_is_not_looked_for, "a lost exchange is not looked for", {12}},
    {planted_bug::replica_stays_when_moved, "a replica stays when it was moved away", {12}},
    {planted_bug::case_step_without_rules, "a step of a case without its rules", {10}},
    {planted_bug::idr_goes_out_as_withheld, "an IDR goes out as withheld", {5}},
    {planted_bug::audit_rows_of_a_batch_are_lost, "audit rows of a batch are lost", {7}},
    {planted_bug::batch_counts_by_its_last_fact, "a batch counts by its last fact", {3, 7, 12}},
    {planted_bug::damage_is_not_looked_for, "damage is not looked for", {7}},
    {planted_bug::other_version_is_welcome, "another version is welcome", {3}},
    {planted_bug::late_acceptance_is_not_searched, "a late acceptance is not searched", {1, 12}},
};
// older_map_is_taken is not among them: not found in 2,000 seeds. Maps come as answers to a node's
// own question, from the one exchange there is; a second one is needed to send an older one.
static_assert(std::size(rows) == planted_bugs - 2);

constexpr std::uint64_t seeds_max = 2000;

std::optional<seed_report> first_finding(const std::string& folder) {
  seed_work work;
  work.count = seeds_max;
  work.jobs = 2;
  work.repeat_every = 0;
  std::optional<seed_report> found;
  const status ran = run_seeds(work, folder, [&](const seed_report& r) {
    if (r.fell || r.promise > 0) found = r;
    return !found;
  });
  REQUIRE_MESSAGE(ran.has_value(), (ran ? "" : ran.error().message));
  return found;
}

}  // namespace

TEST_CASE("planted bugs: each is found within 2,000 seeds, by a checker of what it breaks") {
  test::temp_folder folder;
  REQUIRE(make_start_store((folder.path() / "start").string()).has_value());
  for (const row& each : rows) {
    planted_now() = each.bug;
    const auto found = first_finding(folder.path().string());
    planted_now() = planted_bug::none;
    CHECK_MESSAGE(found.has_value(), each.name, ": not found");
    if (!found) continue;
    const int promise = found->fell ? 0 : found->promise;
    std::cout << each.name << " | promise " << promise << " | seed " << found->seed << " | "
              << found->what << std::endl;
    CHECK_MESSAGE(each.promises.contains(promise), each.name, ": promise ", promise, ", ",
                  found->what);
  }
}

TEST_CASE("planted bugs: without one nothing is found") {
  test::temp_folder folder;
  REQUIRE(make_start_store((folder.path() / "start").string()).has_value());
  seed_work work;
  work.count = 20;
  CHECK(run_seeds(work, folder.path().string(), [](const seed_report& r) {
          CHECK_MESSAGE(r.promise == 0, r.seed, ": ", r.what);
          return true;
        }).has_value());
}
