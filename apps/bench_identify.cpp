// whorl bench identify: whole searches of enrolled and not enrolled people, decided as a node does.
#include <algorithm>
#include <array>
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

/// Between `hit` and `review`: evidence that a stranger reaches once in a thousand searches.
constexpr std::uint32_t thousand_margin = 300;

struct outcome {
  decision best = decision::no_hit;  ///< of anybody
  decision mate = decision::no_hit;
  std::uint32_t best_fused = 0, mate_fused = 0;
  /// The last stage that still had the mate, of the search in the fingers' own order: 1 the pool by
  /// sketches, 2 whose minutiae lie alike, 3 the best by entries.
  int mate_reached = 0;
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
    int reached = !mate ? 0 : holds(pool, *mate) ? 2 : holds(scanned, *mate) ? 1 : 0;
    const auto entries = pipeline.entries_of(pool);
    for (const std::size_t i : best_by_entries(probe, entries)) {
      const person_score score = compare_precisely(probe, entries[i]);
      const decision said =
          decide(score.fused, score.fingers_compared, pipeline.people(), score.reordered);
      out.best = std::max(out.best, said);
      out.best_fused = std::max(out.best_fused, score.fused);
      if (!mate || pool[i] != *mate) continue;
      reached = 3;
      out.mate = std::max(out.mate, said);
      out.mate_fused = std::max(out.mate_fused, score.fused);
    }
    if (!exchanged) out.mate_reached = reached;
    if (out.best != decision::no_hit) break;
  }
  return out;
}

struct tally {
  std::size_t hits = 0, thousandths = 0, reviews = 0;  ///< each holds those before
  std::array<std::size_t, 4> reached{};
  void add(decision d, std::uint32_t fused, std::uint32_t needed) {
    hits += d == decision::hit ? 1 : 0;
    thousandths += fused >= needed ? 1 : 0;
    reviews += d != decision::no_hit ? 1 : 0;
  }
};

struct campaign {
  tally mated, strangers;
  status failed;
};

/// All searches, some at a time on all cores.
campaign search_all(const bench_pipeline& pipeline, const bench_gallery& gallery,
                    const identify_options& o, bool quiet) {
  constexpr std::size_t at_once = 64;
  campaign out;
  const std::size_t all = o.mated + o.non_mated;
  const std::uint32_t needed =
      threshold_of(decision::hit, pipeline.people()).gallery + thousand_margin;
  progress bar("searches", all, quiet);
  for (std::size_t first = 0; first < all && out.failed; first += at_once) {
    std::vector<result<outcome>> found(std::min(at_once, all - first), outcome{});
    storage::parallel_for(found.size(), [&](std::size_t i) {
      const std::size_t q = first + i;
      const bool enrolled = q < o.mated;
      const std::uint64_t person = enrolled ? q * o.people / o.mated : stranger_first + q;
      found[i] = identify(pipeline, o, booked(gallery, person, o.fingers, o.preset),
                          enrolled ? std::optional<std::uint64_t>(person) : std::nullopt);
    });
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i]) {
        out.failed = found[i].error();
      } else if (first + i < o.mated) {
        out.mated.add(found[i]->mate, found[i]->mate_fused, needed);
        ++out.mated.reached[static_cast<std::size_t>(found[i]->mate_reached)];
      } else {
        out.strangers.add(found[i]->best, found[i]->best_fused, needed);
      }
    }
    bar.at(std::min(all, first + at_once));
  }
  return out;
}

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
  const campaign found = search_all(pipeline, gallery, o, quiet);
  WHORL_TRY(status(found.failed));
  const auto& [mated, strangers, failed] = found;
  const json out = {{"synthesis_version", synthesis_version},
                    {"people", o.people},
                    {"preset", o.preset},
                    {"fingers", o.fingers},
                    {"mode", o.mode},
                    {"mates_lost",
                     {{"sketches", mated.reached[0]},
                      {"places", mated.reached[1]},
                      {"entries", mated.reached[2]}}},
                    {"fnir_hit", rate(o.mated - mated.hits, o.mated)},
                    {"fnir_at_fpir_0.001", rate(o.mated - mated.thousandths, o.mated)},
                    {"fnir_review", rate(o.mated - mated.reviews, o.mated)},
                    {"fpir_hit", rate(strangers.hits, o.non_mated)},
                    {"fpir_at_0.001", rate(strangers.thousandths, o.non_mated)},
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
  line("FNIR at FPIR 1e-3", "-", out["fnir_at_fpir_0.001"]);
  line("FNIR, hit or review", "-", out["fnir_review"]);
  line("FPIR, hit", "1e-4", out["fpir_hit"]);
  line("FPIR at evidence for 1e-3", "1e-3", out["fpir_at_0.001"]);
  line("FPIR, hit or review", "1.31e-2", out["fpir_review"]);
  text.print(std::cout);
  std::cout << "mates lost by the sketches " << mated.reached[0] << ", by their places "
            << mated.reached[1] << ", by entries " << mated.reached[2] << "\n";
  return exit_done;
}

}  // namespace

void add_bench_identify(CLI::App& bench, context& ctx) {
  auto* sub = bench.add_subcommand(
      "identify", "whole searches of synthetic people, enrolled and not: FNIR at the stated FPIR");
  const auto o = std::make_shared<identify_options>();
  sub->add_option("--people", o->people, "in the gallery")->capture_default_str();
  sub->add_option("--mated", o->mated, "searches of enrolled people")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  sub->add_option("--non-mated", o->non_mated, "searches of others")
      ->check(CLI::Range(0, 1'000'000))
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
      "Every person and print is synthetic. Searches run on all cores, each on one.\n"
      "Example:\n  whorl bench identify --people 100000 --mated 200 --non-mated 200");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
