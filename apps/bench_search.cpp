// whorl bench search: how fast a search is stage by stage, and which mates each stage loses.
#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/bench_pipeline.hpp"
#include "apps/bench_report.hpp"
#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/table.hpp"
#include "fingerprint/synthesis.hpp"

namespace whorl::apps {
namespace {

using namespace fingerprint;

struct bench_options {
  std::vector<std::uint64_t> people = {1000, 10'000};
  std::vector<unsigned> threads = {1}, fingers = {10, 4, 2};
  std::vector<std::size_t> batch = {1};
  std::vector<std::string> presets = {"rolled", "ordinary", "poor"}, modes = {"exact", "index"};
  std::size_t probes = 100, deep = 10, repetitions = 3;
  std::uint64_t seed = 1;
  std::string slabs;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

struct row {
  std::uint64_t people = 0;
  std::string preset, mode;
  unsigned fingers = 0, threads = 0;
  std::size_t batch = 0, probes = 0, suited = 0;
  double people_s = 0, fingers_s = 0, votes_ms = 0, rescoring_ms = 0, scan_ms = 0, wall_ms = 0;
  std::size_t lost_pool = 0, lost_aligned = 0;  ///< of probes
  std::size_t deep = 0, lost_top = 0, not_hit = 0;
  double aligned_ms = 0, coarse_ms = 0, precise_ms = 0;
};

struct case_of_bench {
  const bench_pipeline& pipeline;
  const std::vector<bench_probe>& probes;
  const bench_options& options;
};

/// Pools of all probes; the time is the median over repetitions, of a search.
std::vector<bench_pipeline::pool> time_scan(const case_of_bench& given, row& out) {
  std::vector<bench_pipeline::pool> pools;
  std::vector<double> whole, wall, votes, rescoring;
  const auto& probes = given.probes;
  for (std::size_t r = 0; r < given.options.repetitions; ++r) {
    pools.clear();
    scan_seconds sum;
    for (std::size_t q = 0; q < probes.size(); q += out.batch) {
      std::vector<const bench_probe*> batch;
      for (std::size_t k = q; k < std::min(q + out.batch, probes.size()); ++k)
        batch.push_back(&probes[k]);
      scan_seconds took;
      for (auto& pool : given.pipeline.scan(batch, out.mode == "index", out.threads, took))
        pools.push_back(std::move(pool));
      sum.whole += took.whole, sum.wall += took.wall, sum.votes += took.votes,
          sum.rescoring += took.rescoring;
    }
    const auto each = 1000.0 / static_cast<double>(probes.size());
    whole.push_back(sum.whole * each), wall.push_back(sum.wall * each);
    votes.push_back(sum.votes * each), rescoring.push_back(sum.rescoring * each);
  }
  out.scan_ms = median(whole), out.wall_ms = median(wall), out.votes_ms = median(votes),
  out.rescoring_ms = median(rescoring);
  out.people_s = static_cast<double>(out.people) / out.scan_ms * 1000;
  out.fingers_s = out.people_s * out.fingers;
  return pools;
}

/// Of each pool those that lie most alike.
void time_alignment(const case_of_bench& given, std::vector<bench_pipeline::pool>& pools,
                    row& out) {
  std::vector<double> took;
  for (std::size_t q = 0; q < pools.size(); ++q) {
    const double begin = thread_seconds();
    pools[q] = given.pipeline.align(given.probes[q], pools[q]);
    took.push_back((thread_seconds() - begin) * 1000);
  }
  out.aligned_ms = median(took);
}

/// The stages after the sketches, for the first probes: their entries are made outside the clock.
void time_deep(const case_of_bench& given, const std::vector<bench_pipeline::pool>& pools,
               row& out) {
  std::vector<double> coarse, precise;
  for (std::size_t q = 0; q < std::min(given.options.deep, pools.size()); ++q) {
    const bench_probe& probe = given.probes[q];
    const auto entries = given.pipeline.entries_of(pools[q]);
    const double begin = thread_seconds();
    const auto best = best_by_entries(probe, entries);
    const double cut = thread_seconds();
    bool top = false, hit = false;
    for (const std::size_t i : best) {
      const person_score score = compare_precisely(probe, entries[i]);
      const bool mate = pools[q][i] == *probe.mate;
      top = top || mate;
      hit = hit || (mate && decide(score.fused, score.fingers_compared, out.people,
                                   score.reordered) == decision::hit);
    }
    coarse.push_back((cut - begin) * 1000);
    precise.push_back((thread_seconds() - cut) * 1000);
    ++out.deep;
    out.lost_top += top ? 0 : 1;
    out.not_hit += hit ? 0 : 1;
  }
  out.coarse_ms = median(coarse), out.precise_ms = median(precise);
}

json as_json(const row& r) {
  return {{"people", r.people},
          {"preset", r.preset},
          {"fingers", r.fingers},
          {"mode", r.mode},
          {"threads", r.threads},
          {"batch", r.batch},
          {"people_per_second", r.people_s},
          {"finger_comparisons_per_second", r.fingers_s},
          {"scan_ms", r.scan_ms},
          {"scan_wall_ms", r.wall_ms},
          {"votes_ms", r.votes_ms},
          {"rescoring_ms", r.rescoring_ms},
          {"aligned_ms", r.aligned_ms},
          {"entries_ms", r.coarse_ms},
          {"precise_ms", r.precise_ms},
          {"search_people_per_second", static_cast<double>(r.people) /
                                           (r.scan_ms + r.aligned_ms + r.coarse_ms + r.precise_ms) *
                                           1000},
          {"probes", r.probes},
          {"suited_to_index", r.suited},
          {"lost_from_pool", r.lost_pool},
          {"lost_from_pool_at_most_95", share_at_most(r.lost_pool, r.probes)},
          {"lost_aligned", r.lost_aligned},
          {"lost_aligned_at_most_95", share_at_most(r.lost_aligned, r.probes)},
          {"probes_to_the_end", r.deep},
          {"lost_from_top", r.lost_top},
          {"not_hit", r.not_hit}};
}

void print_rows(const std::vector<row>& rows) {
  table text({"people", "prints",          "fingers",     "mode",    "threads",
              "batch",  "M people/s core", "M fingers/s", "scan ms", "wall",
              "votes",  "rescoring",       "aligned",     "entries", "precise",
              "suited", "lost: pool",      "aligned",     "top",     "no hit"});
  for (const row& r : rows)
    text.add({with_commas(r.people),
              r.preset,
              std::to_string(r.fingers),
              r.mode,
              std::to_string(r.threads),
              std::to_string(r.batch),
              decimal(r.people_s / 1e6, 2),
              decimal(r.fingers_s / 1e6, 1),
              decimal(r.scan_ms, 2),
              decimal(r.wall_ms, 2),
              decimal(r.votes_ms, 2),
              decimal(r.rescoring_ms, 2),
              decimal(r.aligned_ms, 2),
              decimal(r.coarse_ms, 2),
              decimal(r.precise_ms, 2),
              std::to_string(r.suited),
              std::to_string(r.lost_pool) + " of " + std::to_string(r.probes),
              std::to_string(r.lost_aligned) + " of " + std::to_string(r.probes),
              std::to_string(r.lost_top) + " of " + std::to_string(r.deep),
              std::to_string(r.not_hit) + " of " + std::to_string(r.deep)});
  text.print(std::cout);
}

std::size_t lost(const case_of_bench& given, const std::vector<bench_pipeline::pool>& pools) {
  std::size_t count = 0;
  for (std::size_t q = 0; q < pools.size(); ++q)
    count += holds(pools[q], *given.probes[q].mate) ? 0 : 1;
  return count;
}

row measure(const case_of_bench& given, row out) {
  auto pools = time_scan(given, out);
  for (const bench_probe& each : given.probes) out.suited += index_suits(each.asks) ? 1 : 0;
  out.probes = pools.size();
  out.lost_pool = lost(given, pools);
  time_alignment(given, pools, out);
  out.lost_aligned = lost(given, pools);
  if (out.threads == 1 && out.batch == 1) time_deep(given, pools, out);
  return out;
}

result<std::vector<bench_probe>> make_probes(const bench_gallery& gallery, std::uint64_t people,
                                             const std::string& preset, unsigned fingers,
                                             std::size_t count) {
  std::vector<bench_probe> out;
  for (std::size_t q = 0; q < std::min<std::uint64_t>(count, people); ++q) {
    const std::uint64_t mate = q * people / std::min<std::uint64_t>(count, people);
    WHORL_ASSIGN(auto made, make_bench_probe(booked(gallery, mate, fingers, preset), mate));
    out.push_back(std::move(made));
  }
  return out;
}

result<int> run(const context& ctx, const bench_options& o) {
  const std::uint64_t most = *std::ranges::max_element(o.people);
  const bool quiet = ctx.quiet || ctx.as_json;
  auto making = std::make_unique<progress>("people", most, quiet);
  WHORL_ASSIGN(const bench_gallery gallery,
               bench_gallery::open(o.slabs, o.seed, most, [&](auto n) { making->at(n); }));
  making.reset();
  const std::size_t cases = o.people.size() * o.presets.size() * o.fingers.size() * o.modes.size() *
                            o.threads.size() * o.batch.size();
  progress bar("searches", cases, quiet);
  std::vector<row> rows;
  json indexes = json::array();
  for (const std::uint64_t people : o.people) {
    const bench_pipeline pipeline(gallery, people, std::ranges::count(o.modes, "index") != 0);
    indexes.push_back({{"people", people},
                       {"index_bytes_per_person", pipeline.index_bytes_person()},
                       {"build_seconds_per_segment", pipeline.build_seconds()}});
    for (const std::string& preset : o.presets)
      for (const unsigned fingers : o.fingers) {
        WHORL_ASSIGN(const auto probes, make_probes(gallery, people, preset, fingers, o.probes));
        for (const std::string& mode : o.modes)
          for (const unsigned threads : o.threads)
            for (const std::size_t batch : o.batch) {
              row wanted;
              wanted.people = people, wanted.preset = preset, wanted.mode = mode;
              wanted.fingers = fingers, wanted.threads = threads, wanted.batch = batch;
              rows.push_back(measure({pipeline, probes, o}, wanted));
              bar.at(rows.size());
            }
      }
  }
  if (!ctx.as_json) {
    print_rows(rows);
    for (const json& each : indexes) std::cout << each.dump() << "\n";
    return exit_done;
  }
  json all = {{"synthesis_version", synthesis_version},
              {"top_k", bench_top_k},
              {"indexes", indexes},
              {"rows", json::array()}};
  for (const row& r : rows) all["rows"].push_back(as_json(r));
  print_document(all);
  return exit_done;
}

}  // namespace

void add_bench_search(CLI::App& bench, context& ctx) {
  auto* sub = bench.add_subcommand(
      "search", "speed of a search by stages and the mates each loses, on synthetic people");
  const auto o = std::make_shared<bench_options>();
  const auto list = [&](const char* name, auto& into, const char* what) {
    return sub->add_option(name, into, what)->delimiter(',')->capture_default_str();
  };
  list("--people", o->people, "sizes of the gallery")->check(CLI::Range(1, 100'000'000));
  list("--threads", o->threads, "threads of one search")->check(CLI::Range(1, 256));
  list("--batch", o->batch, "searches that share a pass")->check(CLI::Range(1, 1024));
  list("--fingers", o->fingers, "fingers of the probe")->check(CLI::Range(1, 10));
  list("--presets", o->presets, "the probes' prints")
      ->check(CLI::IsMember({"rolled", "ordinary", "poor"}));
  list("--modes", o->modes, "by all sketches or by index")
      ->check(CLI::IsMember({"exact", "index"}));
  list("--probes", o->probes, "searches of mates a case")->check(CLI::Range(1, 1'000'000));
  list("--deep", o->deep, "of them, carried to the decision");
  list("--repetitions", o->repetitions, "of each, for medians")->check(CLI::Range(1, 1000));
  list("--seed", o->seed, "of the people");
  sub->add_option("--slabs", o->slabs,
                  "file that keeps the people's slabs (3.4 KB each): made once, then used again");
  sub->footer(
      "Every person and print is synthetic. Times are of one search, in processor time of all its "
      "threads, but the wall's. Of 1,023 people and more, as the probe is poor, the places of "
      "minutiae are compared, of 32 and more whole entries, of 64 at most all "
      "precisely.\nExamples:\n  whorl bench search --people 10000\n"
      "  whorl --json bench search --people 100000,1000000 --slabs million.slabs --threads 1,2");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
