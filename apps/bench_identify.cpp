// whorl bench identify: whole searches of enrolled and not enrolled people, decided as a node does.
#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>

#include "apps/bench_pipeline.hpp"
#include "apps/bench_report.hpp"
#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/table.hpp"
#include "fingerprint/synthesis.hpp"
#include "storage/parallel.hpp"

namespace whorl::apps {
namespace {

using namespace fingerprint;

struct identify_options {
  std::uint64_t people = 10'000, seed = 1;
  unsigned fingers = 10;
  std::size_t mated = 100, non_mated = 100;
  std::string preset = "ordinary", mode = "index", slabs;
};

struct outcome {
  decision best = decision::no_hit;  ///< of anybody
  decision mate = decision::no_hit;
};

/// Both rounds, and both again with the hands exchanged where nobody is found (query_core).
result<outcome> identify(const bench_pipeline& pipeline, const identify_options& o,
                         std::span<const print_template> prints,
                         std::optional<std::uint64_t> mate) {
  outcome out;
  for (const bool exchanged : {false, true}) {
    WHORL_ASSIGN(const bench_probe probe, make_bench_probe(prints, mate, exchanged));
    const bench_probe* const one = &probe;
    scan_seconds took;
    const bool by_index = o.mode == "index" && index_suits(probe.asks);
    const auto scanned = pipeline.scan(std::span(&one, 1), by_index, 1, took).front();
    const auto pool = pipeline.align(probe, scanned);
    const auto entries = pipeline.entries_of(pool);
    for (const std::size_t i : best_by_entries(probe, entries)) {
      const person_score score = compare_precisely(probe, entries[i]);
      const decision said =
          decide(score.fused, score.fingers_compared, pipeline.people(), score.reordered);
      out.best = std::max(out.best, said);
      if (mate && pool[i] == *mate) out.mate = std::max(out.mate, said);
    }
    if (out.best != decision::no_hit) break;
  }
  return out;
}

struct tally {
  std::atomic<std::size_t> hits{0}, reviews{0};  ///< reviews: hits too
  void add(decision d) {
    hits += d == decision::hit ? 1 : 0;
    reviews += d != decision::no_hit ? 1 : 0;
  }
};

json rate(std::size_t count, std::size_t of) {
  return {{"count", count}, {"of", of}, {"at_most_95", share_at_most(count, of)}};
}

result<int> run(const context& ctx, const identify_options& o) {
  const bool quiet = ctx.quiet || ctx.as_json;
  auto making = std::make_unique<progress>("people", o.people, quiet);
  WHORL_ASSIGN(const bench_gallery gallery,
               bench_gallery::open(o.slabs, o.seed, o.people, [&](auto n) { making->at(n); }));
  making.reset();
  const bench_pipeline pipeline(gallery, o.people, o.mode == "index");
  tally mated, strangers;
  const std::size_t all = o.mated + o.non_mated;
  progress bar("searches", all, quiet);
  for (std::size_t q = 0; q < all; ++q) {
    const bool enrolled = q < o.mated;
    const std::uint64_t person = enrolled ? q * o.people / o.mated : stranger_first + q;
    const auto prints = booked(gallery, person, o.fingers, o.preset);
    WHORL_ASSIGN(const outcome found,
                 identify(pipeline, o, prints,
                          enrolled ? std::optional<std::uint64_t>(person) : std::nullopt));
    enrolled ? mated.add(found.mate) : strangers.add(found.best);
    bar.at(q + 1);
  }
  const json out = {{"synthesis_version", synthesis_version},
                    {"people", o.people},
                    {"preset", o.preset},
                    {"fingers", o.fingers},
                    {"mode", o.mode},
                    {"fnir_hit", rate(o.mated - mated.hits, o.mated)},
                    {"fnir_review", rate(o.mated - mated.reviews, o.mated)},
                    {"fpir_hit", rate(strangers.hits, o.non_mated)},
                    {"fpir_review", rate(strangers.reviews, o.non_mated)}};
  if (ctx.as_json) {
    print_document(out);
    return exit_done;
  }
  table text({"rate", "stated", "count", "of", "at most, 95 %"});
  const auto line = [&](const char* name, const char* stated, const json& r) {
    text.add({name, stated, std::to_string(r["count"].get<std::size_t>()),
              std::to_string(r["of"].get<std::size_t>()), r["at_most_95"].dump()});
  };
  line("FNIR, hit", "-", out["fnir_hit"]);
  line("FNIR, hit or review", "-", out["fnir_review"]);
  line("FPIR, hit", "1e-4", out["fpir_hit"]);
  line("FPIR, hit or review", "1.31e-2", out["fpir_review"]);
  text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_bench_identify(CLI::App& bench, context& ctx) {
  auto* sub = bench.add_subcommand(
      "identify", "whole searches of synthetic people, enrolled and not: FNIR at the stated FPIR");
  const auto o = std::make_shared<identify_options>();
  sub->add_option("--people", o->people, "in the gallery")->capture_default_str();
  sub->add_option("--mated", o->mated, "searches of enrolled people")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->add_option("--non-mated", o->non_mated, "searches of others")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->add_option("--fingers", o->fingers)->check(CLI::Range(1, 10))->capture_default_str();
  sub->add_option("--preset", o->preset)
      ->check(CLI::IsMember({"rolled", "ordinary", "poor"}))
      ->capture_default_str();
  sub->add_option("--mode", o->mode, "index: where it suits the probe, else exact")
      ->check(CLI::IsMember({"exact", "index"}))
      ->capture_default_str();
  sub->add_option("--seed", o->seed)->capture_default_str();
  sub->add_option("--slabs", o->slabs, "file of slabs, as for bench search");
  sub->footer(
      "Every person and print is synthetic; a search makes the people of its pool anew, most of "
      "its "
      "time.\n"
      "Example:\n  whorl bench identify --people 100000 --mated 200 --non-mated 200");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
