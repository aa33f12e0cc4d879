// Chaos: an exchange, its nodes and its journal's servers as processes, booked into while faults
// that a seed draws befall them; then all is healed, and what was promised is looked up. Minutes
// long, so that script/test --cluster runs it, and nobody else. Of time nothing is asserted:
// figures are for people.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "apps/table.hpp"
#include "tests/cluster/chaos/chaos_world.hpp"
#include "tests/cluster/chaos/reporting.hpp"

using namespace whorl;
using namespace whorl::chaos;
using apps::client::arrival_record;
using apps::client::fate;

namespace {

constexpr std::size_t people = 300, bookings = 150;
constexpr std::int64_t rest_patience_ms = 180'000;

struct what_happened {
  std::vector<fault> faults;              ///< moments since the load began
  std::uint64_t ended_by_themselves = 0;  ///< with an error, as on a full disk
};

struct change {
  std::int64_t at_ms;
  bool begins;
  fault which;
};

what_happened befall(chaos_world& world, const std::vector<fault>& plan, std::int64_t began_ms,
                     std::int64_t length_ms, reporter& report) {
  std::vector<change> changes;
  for (const fault& each : plan) {
    changes.push_back({each.begin_ms, true, each});
    changes.push_back({each.end_ms, false, each});
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const change& a, const change& b) { return a.at_ms < b.at_ms; });
  what_happened out;
  std::map<std::int64_t, std::int64_t> began_at;  // by planned begin: of one that lasts
  for (std::size_t next = 0; now_ms() - began_ms < length_ms || next < changes.size();) {
    for (const json& each : world.tend()) {
      ++out.ended_by_themselves;
      report.say(each);
    }
    const std::int64_t at = now_ms() - began_ms;
    if (next < changes.size() && changes[next].at_ms <= at) {
      const change& now = changes[next++];
      report.say({{"event", now.begins ? "fault" : "fault over"},
                  {"kind", to_string(now.which.kind)},
                  {"target", now.which.target},
                  {"at_ms", at}});
      if (now.begins) {
        began_at[now.which.begin_ms] = at;
        world.begin(now.which);
      } else {
        world.end(now.which);
        fault happened = now.which;
        happened.begin_ms = began_at[now.which.begin_ms];
        happened.end_ms = now_ms() - began_ms;
        out.faults.push_back(happened);
      }
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // what is due has its time
  }
  return out;
}

struct seen_load {
  std::vector<arrival_record> arrivals;
  std::map<booking_id, booked_person> acknowledged;
  std::int64_t began_ms = 0, end_us = 0;
};

/// What the load's log says.
seen_load read_log(const std::string& file, const chaos_world& world) {
  seen_load out;
  std::ifstream in(file);
  const auto moment = [](const json& ms) {
    return ms.is_null() ? std::optional<std::int64_t>()
                        : std::optional(static_cast<std::int64_t>(ms.get<double>() * 1000));
  };
  for (std::string line; std::getline(in, line);) {
    const json one = json::parse(line);
    arrival_record got;
    got.due_us = *moment(one["due_ms"]);
    got.sent_us = moment(one["sent_ms"]);
    got.acknowledged_us = moment(one["acknowledged_ms"]);
    got.answered_us = moment(one["answered_ms"]);
    for (const fate each : apps::client::fates)
      if (to_string(each) == one["fate"]) got.what = each;
    out.began_ms = one["began_at_ms"];
    out.end_us = std::max(out.end_us, got.answered_us.value_or(got.due_us));
    if (got.acknowledged_us) {
      const auto id = parse_booking_id(one["booking"].get<std::string>());
      REQUIRE(id.has_value());
      out.acknowledged[*id] = world.who_is(one["file"]);
    }
    out.arrivals.push_back(got);
  }
  REQUIRE(!out.arrivals.empty());
  return out;
}

std::string shown(const apps::client::quantile& q) {
  return (q.at_least ? "> " : "") + std::to_string(q.us / 1000);
}

void show_latencies(const std::vector<latency_beside>& all, const what_happened& happened,
                    reporter& report) {
  apps::table out({"answered, ms since due", "faults", "bookings", "p50", "p99", "max"});
  std::map<std::string, std::int64_t> p99;
  for (const latency_beside& each : all) {
    const auto times =
        std::count_if(happened.faults.begin(), happened.faults.end(),
                      [&](const fault& f) { return to_string(f.kind) == each.what; });
    const auto& of = each.answers;
    p99[each.what] = of.p99.us / 1000;
    report.say({{"event", "latency"},
                {"beside", each.what},
                {"faults", times},
                {"bookings", each.bookings},
                {"answered", of.finished},
                {"p50_ms", of.p50.us / 1000},
                {"p99_ms", of.p99.us / 1000},
                {"max_ms", of.max.us / 1000},
                {"open", of.open}});
    out.add({each.what, times > 0 ? std::to_string(times) : "", std::to_string(each.bookings),
             shown(of.p50), shown(of.p99), shown(of.max)});
  }
  std::cout << "\n";
  out.print(std::cout);
  const auto target = [&](const char* kind, std::int64_t above_ms) {
    if (!p99.contains(kind) || !p99.contains("no fault")) return;
    const std::int64_t above = p99[kind] - p99["no fault"];
    const bool met = above <= above_ms;
    report.say({{"event", "target"},
                {"fault", kind},
                {"p99_above_ms", above},
                {"at_most_ms", above_ms},
                {"met", met}});
  };
  target("node_killed", 3'000);
  target("server_killed", 10'000);
}

/// All that this machine allows, or those of them that are named: "node_killed,node_frozen",
/// "none".
std::vector<fault_kind> chosen_faults(const chaos_world& world) {
  auto out = world.possible_faults();
  const std::string names = "," + setting("WHORL_CHAOS_FAULTS", "all") + ",";
  if (names != ",all,")
    std::erase_if(out, [&](fault_kind kind) {
      return names.find("," + std::string(to_string(kind)) + ",") == std::string::npos;
    });
  return out;
}

struct run_facts {
  std::uint64_t seed;
  double seconds;
  std::size_t compared, differing;
};

void report_all(const run_facts& run, const what_happened& happened, const seen_load& seen,
                const broken_promises& judged, reporter& report) {
  json counts = json::object();
  for (const fault& each : happened.faults) {
    const std::string kind(to_string(each.kind));
    counts[kind] = counts.value(kind, 0) + 1;
  }
  const auto figures = apps::client::summarize(seen.arrivals, run.seconds, seen.end_us);
  const stall_figures stall = worst_stall(seen.arrivals);
  json fates = json::object();
  for (const fate each : apps::client::fates)
    fates[std::string(to_string(each))] = figures.of(each);
  report.say({{"event", "load"},
              {"due", figures.due},
              {"acknowledged", figures.acknowledged},
              {"fates", fates},
              {"worst_stall_ms", stall.worst_ms},
              {"stalled_at_ms", stall.at_ms}});
  report.say(document_of(judged));
  show_latencies(latencies(seen.arrivals, happened.faults, seen.end_us), happened, report);
  report.say({{"event", "end"},
              {"seed", run.seed},
              {"faults", counts},
              {"ended_by_themselves", happened.ended_by_themselves},
              {"replicas_compared", run.compared},
              {"replicas_differing", run.differing},
              {"complaints", judged.complaints.size()}});
}

void check(const std::string& what, const std::vector<std::string>& complaints) {
  for (const std::string& each : complaints) FAIL_CHECK(what << ": " << each);
}

}  // namespace

TEST_CASE("chaos: faults drawn by a seed break no promise") {
  if (!test::nats_server_present()) return;
  const std::string seed = setting("WHORL_SEED", std::to_string(std::random_device()()));
  const std::string seconds = setting("WHORL_CHAOS_SECONDS", "110");
  const std::string rate = setting("WHORL_CHAOS_RATE", "1/s");
  const std::int64_t length_ms = std::stoll(seconds) * 1000;
  reporter report;
  report.say(
      {{"event", "begin"}, {"seed", std::stoull(seed)}, {"seconds", seconds}, {"rate", rate}});
  chaos_world world(people, bookings);
  const auto kinds = chosen_faults(world);
  const auto plan =
      draw_plan({.seed = std::stoull(seed), .length_ms = length_ms, .full_node = full_node}, kinds);
  const test::temp_folder logs;
  const std::string log = (logs.path() / "load").string();
  const auto load = world.load({"load", world.bookings_folder(), "--rate", rate, "--seconds",
                                seconds, "--seed", seed, "--repeat", "--following", "100000",
                                "--handing-in", "1024", "--wait", "180", "--log", log});
  const std::int64_t began_ms = now_ms();
  what_happened happened = befall(world, plan, began_ms, length_ms, report);
  world.heal();
  check("fell", world.fallen());
  std::string state;
  const std::int64_t healed_ms = now_ms();
  const bool rests = world.await_rest(rest_patience_ms, state);
  CHECK_MESSAGE(rests, "not at rest: ", state, world.last_words());
  report.say({{"event", "healed"}, {"at_rest", rests}, {"took_ms", now_ms() - healed_ms}});
  const test::outcome loaded = load->wait();
  CHECK_MESSAGE((loaded.code == 0 || loaded.code == 1), loaded.err);
  const seen_load seen = read_log(log, world);
  for (fault& each : happened.faults) {  // the load began a little later than it was started
    each.begin_ms -= seen.began_ms - began_ms;
    each.end_ms -= seen.began_ms - began_ms;
  }
  for (const arrival_record& one : seen.arrivals)
    if (one.what == fate::failed || one.what == fate::refused)
      report.say({{"event", to_string(one.what)}, {"due_ms", one.due_us / 1000}});
  if (!loaded.err.empty()) report.say({{"event", "words of the load"}, {"words", loaded.err}});
  check("fell", world.fallen());
  check("stopping", world.stop());
  check("audit", world.verify_audit());
  const broken_promises judged = judge(world.read_journal(), seen.acknowledged);
  check("promise", judged.complaints);
  std::size_t compared = 0;
  const auto differing = world.compare_digests(compared);
  check("digest", differing);
  CHECK(compared >= 2 * partition_count * replica_count);

  report_all({std::stoull(seed), std::stod(seconds), compared, differing.size()}, happened, seen,
             judged, report);
}
