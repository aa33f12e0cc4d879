// whorl sim cluster: the whole cluster in one thread, from a seed, under faults.
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>

#include "apps/progress.hpp"
#include "apps/sim_inputs.hpp"
#include "apps/table.hpp"
#include "sim/cluster/fault_words.hpp"
#include "sim/cluster/seed_workers.hpp"
#include "sim/cluster/shrink.hpp"
#include "sim/cluster/start_store.hpp"

namespace whorl::apps {
namespace {

using sim::nodes_of;
using sim::run_one_seed;
using sim::run_seeds;
using sim::seed_report;
using sim::seed_work;

/// Exit codes by what went wrong: of promise n, exit_promise + n.
constexpr int exit_promise = 20, exit_fell = 40, exit_differs = 41, exit_never_fired = 42;
/// Fewer seeds need not meet every kind of fault.
constexpr std::uint64_t seeds_for_every_kind = 1000;

struct cluster_options {
  std::uint64_t seed = 1, seeds = 1, jobs = 1, repeat_every = 10;
  double minutes = 0;
  std::int64_t nodes = -1;
  std::size_t bookings = sim::run_options{}.bookings;
  std::int64_t act_one_ms = sim::run_options{}.act_one_ms_max;
  std::int64_t act_two_ms = sim::run_options{}.act_two_ms_max;
  std::string faults;
  bool trace = false, shrink = false, real_matcher = false, digests = false;
};

/// Removed with all in it.
class work_folder {
 public:
  static result<std::unique_ptr<work_folder>> make() {
    std::string name = (sim::folder_for_runs() / "whorl-sim-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      return make_error(errc::io, name + ": cannot be made: set TMPDIR to a folder with room");
    return std::unique_ptr<work_folder>(new work_folder(name));
  }
  ~work_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit work_folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

result<seed_work> work_of(const cluster_options& o) {
  seed_work work;
  work.options.bookings = o.bookings;
  work.options.act_one_ms_max = o.act_one_ms;
  work.options.act_two_ms_max = o.act_two_ms;
  work.options.real_matcher = o.real_matcher;
  if (!o.faults.empty()) {
    WHORL_ASSIGN(work.options.plan, sim::parse_faults(o.faults));
  }
  if (o.nodes >= 0) work.nodes = static_cast<std::size_t>(o.nodes);
  work.first = o.seed;
  work.count = o.seeds;
  work.jobs = o.jobs;
  if (o.minutes > 0) {
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(static_cast<std::int64_t>(o.minutes * 60'000));
    work.go_on = [end] { return std::chrono::steady_clock::now() < end; };
    work.count = std::numeric_limits<std::uint32_t>::max();
  }
  work.repeat_every = o.repeat_every;
  return work;
}

std::string command_of(const sim::run_options& run) {
  std::string text = "whorl sim cluster --seed " + std::to_string(run.seed) + " --nodes " +
                     std::to_string(run.nodes) + " --bookings " + std::to_string(run.bookings) +
                     " --act-one-ms " + std::to_string(run.act_one_ms_max) + " --act-two-ms " +
                     std::to_string(run.act_two_ms_max);
  if (run.plan) text += " --faults " + sim::to_text(*run.plan);
  return text + " --trace";
}

sim::run_options run_of(const seed_work& work, std::uint64_t seed) {
  sim::run_options run = work.options;
  run.seed = seed;
  run.nodes = work.nodes.value_or(nodes_of(seed));
  return run;
}

int code_of(const seed_report& r) {
  if (r.fell) return exit_fell;
  if (r.promise > 0) return exit_promise + r.promise;
  return r.differs ? exit_differs : exit_done;
}

std::string words_of(const seed_report& r) {
  if (r.fell) return "it fell: " + r.what;
  if (r.promise > 0) return "promise " + std::to_string(r.promise) + ": " + r.what;
  return "the same seed was two different runs";
}

struct totals {
  std::uint64_t seeds = 0, steps = 0, messages = 0, restarts = 0, repeated = 0;
  std::int64_t virtual_ms = 0;
  sim::fault_counts fired{};

  void add(const seed_report& r) {
    ++seeds;
    steps += r.steps;
    messages += r.messages;
    restarts += r.restarts;
    repeated += r.repeated ? 1 : 0;
    virtual_ms += r.virtual_ms;
    for (std::size_t kind = 0; kind < sim::fault_kinds; ++kind) fired[kind] += r.fired[kind];
  }
  std::vector<std::string> never_fired() const {
    std::vector<std::string> names;
    for (std::size_t kind = 0; kind < sim::fault_kinds; ++kind)
      if (fired[kind] == 0) names.emplace_back(sim::to_string(static_cast<sim::fault_kind>(kind)));
    return names;
  }
};

void show(const context& ctx, const totals& sum, double seconds) {
  const double hours = static_cast<double>(sum.virtual_ms) / 3'600'000.0;
  const double an_hour = static_cast<double>(sum.seeds) / seconds * 3600.0;
  if (ctx.as_json) {
    json faults;
    for (std::size_t kind = 0; kind < sim::fault_kinds; ++kind)
      faults[std::string(sim::to_string(static_cast<sim::fault_kind>(kind)))] = sum.fired[kind];
    return print_line({{"event", "summary"},
                       {"seeds", sum.seeds},
                       {"repeated", sum.repeated},
                       {"seeds_per_hour", std::uint64_t(an_hour)},
                       {"virtual_hours", hours},
                       {"steps", sum.steps},
                       {"messages", sum.messages},
                       {"restarts", sum.restarts},
                       {"faults", faults}});
  }
  std::cout << with_commas(sum.seeds) << " seeds (" << with_commas(sum.repeated)
            << " of them twice), " << with_commas(std::uint64_t(an_hour)) << " an hour, "
            << decimal(hours, 2) << " virtual hours, " << with_commas(sum.steps) << " steps, "
            << with_commas(sum.messages) << " messages between processes, "
            << with_commas(sum.restarts) << " restarts\n";
  table text({"fault", "times"});
  for (std::size_t kind = 0; kind < sim::fault_kinds; ++kind)
    text.add({std::string(sim::to_string(static_cast<sim::fault_kind>(kind))),
              with_commas(sum.fired[kind])});
  text.print(std::cout);
}

/// One line a seed, as they end: two builds of one version print the same ones.
void show_digest(const context& ctx, const seed_report& r) {
  char digest[17];
  std::snprintf(digest, sizeof digest, "%016" PRIx64, r.digest);
  if (ctx.as_json)
    return print_line({{"event", "run"}, {"seed", r.seed}, {"digest", digest}, {"steps", r.steps}});
  std::cout << "seed " << r.seed << ": " << digest << ", " << r.steps << " steps\n";
}

result<sim::shrunk_run> shrunk(const seed_work& work, const seed_report& r,
                               const std::string& folder) {
  sim::run_options failing = run_of(work, r.seed);
  WHORL_ASSIGN(const sim::run_outcome once, sim::run_seed(failing, folder + "/start", folder));
  const auto judge = [&](const sim::run_options& smaller) -> std::optional<sim::found_breach> {
    const auto run = sim::run_seed(smaller, folder + "/start", folder);
    return run ? sim::first_breach(*run) : std::nullopt;
  };
  return sim::shrink(failing, once.plan, {r.promise, r.what}, judge);
}

/// Says what was found, smaller if wanted, and how to see it again.
status tell_finding(const context& ctx, const cluster_options& o, const seed_work& work,
                    const seed_report& r, const std::string& folder) {
  sim::run_options again = run_of(work, r.seed);
  std::string words = words_of(r);
  std::size_t tried = 0;
  if (o.shrink && r.promise > 0) {
    WHORL_ASSIGN(const sim::shrunk_run small, shrunk(work, r, folder));
    again = small.options;
    words = "promise " + std::to_string(small.breach.promise) + ": " + small.breach.what;
    tried = small.runs;
  }
  if (ctx.as_json) {
    print_line({{"event", "finding"},
                {"seed", r.seed},
                {"promise", r.promise},
                {"fell", r.fell},
                {"what", words},
                {"shrunk_by_runs", tried},
                {"command", command_of(again)}});
    return {};
  }
  std::cout << "seed " << r.seed << ": " << words << "\n";
  if (tried > 0) std::cout << "made smaller by " << tried << " runs\n";
  std::cout << "repeat it: " << command_of(again) << std::endl;
  return {};
}

result<int> trace_one(const context& ctx, const cluster_options& o, seed_work work,
                      const std::string& folder) {
  work.repeat_every = 0;
  work.options.tell = [&ctx](std::int64_t ms, const std::string& what) {
    if (ctx.as_json)
      print_line({{"event", "trace"}, {"ms", ms}, {"what", what}});
    else
      std::cout << ms << " ms  " << what << "\n";
  };
  WHORL_ASSIGN(const seed_report r, run_one_seed(work, o.seed, folder));
  if (code_of(r) == exit_done) {
    if (!ctx.as_json) std::cout << "seed " << o.seed << ": every promise held" << std::endl;
    return exit_done;
  }
  WHORL_TRY(tell_finding(ctx, o, work, r, folder));
  return code_of(r);
}

result<int> run(const context& ctx, const cluster_options& o) {
  WHORL_ASSIGN(const seed_work work, work_of(o));
  WHORL_ASSIGN(const auto folder, work_folder::make());
  WHORL_TRY(sim::make_start_store(folder->path() + "/start"));
  if (o.trace) return trace_one(ctx, o, work, folder->path());
  const auto begin = std::chrono::steady_clock::now();
  totals sum;
  std::optional<seed_report> found;
  {
    progress bar("simulating", o.minutes > 0 ? 0 : o.seeds, ctx.quiet);
    WHORL_TRY(run_seeds(work, folder->path(), [&](const seed_report& r) {
      sum.add(r);
      if (o.digests) show_digest(ctx, r);
      bar.at(sum.seeds);
      if (code_of(r) != exit_done) found = r;
      return !found;
    }));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  show(ctx, sum, took.count());
  if (found) {
    WHORL_TRY(tell_finding(ctx, o, work, *found, folder->path()));
    return code_of(*found);
  }
  const auto never = sum.never_fired();
  if (sum.seeds < seeds_for_every_kind || work.options.plan || never.empty()) return exit_done;
  for (const std::string& kind : never)
    if (!ctx.as_json) std::cout << "never fired: " << kind << "\n";
  return exit_never_fired;
}

}  // namespace

void add_sim_cluster(CLI::App& sim, context& ctx) {
  auto* sub = sim.add_subcommand(
      "cluster", "the real actors of a whole cluster, under faults, from a seed (docs/TESTING.md)");
  const auto o = std::make_shared<cluster_options>();
  sub->add_option("--seed", o->seed, "the first seed (default 1)")->check(whole_number());
  sub->add_option("--seeds", o->seeds, "how many, one after the other (default 1)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 32));
  sub->add_option("--minutes", o->minutes, "go on with new seeds for so long, however many")
      ->check(CLI::Range(0.01, 10'000.0));
  sub->add_option("--jobs", o->jobs, "processes at a time (default 1)")->check(CLI::Range(1, 256));
  sub->add_option("--nodes", o->nodes, "besides the exchange (default: drawn, 0 to 5)")
      ->check(CLI::Range(0, 16));
  sub->add_option("--bookings", o->bookings, "of each run (default 8, at most 216)")
      ->check(CLI::Range(1, 216));
  sub->add_option("--act-one-ms", o->act_one_ms, "virtual, of faults (default 60000)")
      ->check(CLI::Range(100, 3'600'000));
  sub->add_option("--act-two-ms", o->act_two_ms,
                  "virtual, until all must be at rest (default 240000)")
      ->check(CLI::Range(100, 3'600'000));
  sub->add_option("--faults", o->faults,
                  "kind=times in 10,000, with commas: no others (default: drawn)");
  sub->add_option("--repeat-every", o->repeat_every,
                  "each so manyth seed twice, and compared (default 10; 0: none)")
      ->check(whole_number());
  sub->add_flag("--real-matcher", o->real_matcher,
                "work out every comparison, not each once: slower, the same runs");
  sub->add_flag("--trace", o->trace, "one seed: what happened, in order");
  sub->add_flag("--shrink", o->shrink, "make what fails as small as it goes");
  sub->add_flag("--digests", o->digests,
                "also a line of each seed with what identifies its run, for comparing builds");
  sub->footer(
      "Examples:\n  whorl sim cluster --seeds 1000 --jobs 2\n"
      "  whorl sim cluster --seed 89 --trace\n  whorl sim cluster --seed 89 --shrink\n"
      "  whorl sim cluster --seed 7 --nodes 3 --faults loss=100,node-crash=300\n\n"
      "Exit codes: 0 every promise held; 20 + n: promise n was broken (docs/TESTING.md); 40 a\n"
      "process fell; 41 the same seed was two different runs; 42 a kind of fault never struck.");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
