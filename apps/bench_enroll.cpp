// whorl bench enroll: one person at a time into a gallery, timed until a search finds the person.
#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/bench_pipeline.hpp"
#include "apps/bench_report.hpp"
#include "apps/bench_store.hpp"
#include "apps/cli.hpp"
#include "apps/people.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"
#include "messages/key_purposes.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

struct enroll_options {
  std::string gallery = "criminal";
  std::size_t count = 100;
};

struct enroll_times {
  std::vector<double> sealed, durable, searchable, whole;
  std::size_t found = 0;
};

/// Asks for those who came with fact `seq` alone: the answer waits for the partitions to hold it.
/// True: the person is among them.
result<bool> find_newcomer(actors::local_node& node, gallery_kind gallery, std::uint32_t partitions,
                           std::uint64_t seq, const probe& what, subject_id subject) {
  round_one_request request;
  request.search = {seq};
  request.gallery = gallery;
  for (std::uint32_t p = 0; p < partitions; ++p) request.partitions.push_back(p);
  request.tail_seq = seq;
  request.after_seq = seq - 1;  // not 0: whoever is enrolled already came with a fact
  request.top_k = 8;
  request.what = what;
  WHORL_ASSIGN(const round_one_reply reply, node.look(request));
  if (!reply.missing.empty())
    return make_error(errc::unavailable, "a partition did not answer: " + reply.missing[0].reason);
  return std::ranges::find(reply.candidates, subject, &coarse_candidate::subject) !=
         reply.candidates.end();
}

/// As `whorl gallery enroll` does it: sealed, then the fact with its audit row.
status enroll_one(session& s, gallery_kind gallery, std::uint64_t seed, std::uint64_t index,
                  enroll_times& times) {
  WHORL_ASSIGN(actors::local_node * node, s.node());
  subject_record record = record_of(seed, index, 0, "bench");
  const probe what{{}, record_of(seed, index, 1, "bench").prints, false};
  const double begin = seconds_now();
  WHORL_ASSIGN(
      auto sealed,
      node->seal({{{record.subject.value, record_purpose(gallery)}, wire::encode(record)}}));
  const double handed_in = seconds_now();
  const subject_enrolled enrolled{record.subject, {}, wall_now(), s.who().name, sealed.front()};
  const auto outcomes =
      node->append({{stream_of(gallery), "enroll/" + to_string(record.subject), std::nullopt,
                     wire::encode(fact(enrolled))},
                    s.audit("gallery enroll", to_string(record.subject),
                            std::string(to_string(gallery)), "whorl bench enroll")});
  for (const auto& outcome : outcomes)
    if (!outcome) return outcome.error();
  const double durable = seconds_now();
  WHORL_ASSIGN(const bool found, find_newcomer(*node, gallery, s.store().partition_count,
                                               outcomes.front()->seq, what, record.subject));
  const double searchable = seconds_now();
  times.found += found ? 1 : 0;
  times.sealed.push_back((handed_in - begin) * 1000);
  times.durable.push_back((durable - handed_in) * 1000);
  times.searchable.push_back((searchable - durable) * 1000);
  times.whole.push_back((searchable - begin) * 1000);
  return {};
}

result<int> run(const context& ctx, session& s, const enroll_options& o) {
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  json out = {{"synthesis_version", fingerprint::synthesis_version}, {"gallery", o.gallery}};
  WHORL_ASSIGN(out["store"], gallery_facts(s.store()));
  WHORL_ASSIGN(out["indexed"], await_indexes(ctx, s));
  // Another run's people would be there already.
  const auto seed = static_cast<std::uint64_t>(wall_now().ms);
  enroll_times times;
  progress bar("enrolments", o.count, ctx.quiet || ctx.as_json);
  for (std::size_t i = 0; i < o.count; ++i) {
    WHORL_TRY(enroll_one(s, gallery, seed, i, times));
    bar.at(i + 1);
  }
  out["enrolled"] = o.count;
  out["found"] = times.found;
  out["sealed_ms"] = times_of(std::move(times.sealed));
  out["durable_ms"] = times_of(std::move(times.durable));
  out["searchable_ms"] = times_of(std::move(times.searchable));
  out["whole_ms"] = times_of(std::move(times.whole));
  if (ctx.as_json) {
    print_document(out);
  } else {
    table text({"stage", "p50 / p95 ms"});
    text.add({"payload sealed", times_words(out["sealed_ms"])});
    text.add({"fact durable", times_words(out["durable_ms"])});
    text.add({"from there until a search finds the person", times_words(out["searchable_ms"])});
    text.add({"all", times_words(out["whole_ms"])});
    text.print(std::cout);
    std::cout << "\n" << o.count << " enrolled, " << times.found << " found at once\n";
  }
  return times.found == o.count ? exit_done : exit_refused;
}

}  // namespace

void add_bench_enroll(CLI::App& bench, context& ctx) {
  auto* sub = bench.add_subcommand(
      "enroll", "synthetic people enrolled one by one, each until a search finds the person");
  const auto o = std::make_shared<enroll_options>();
  add_disposable_flag(*sub);
  sub->add_option("--gallery", o->gallery, "criminal or immigration")->capture_default_str();
  sub->add_option("--count", o->count, "how many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->footer(
      "Leaves its people in the store: hence --disposable. The search asks for newcomers alone, so "
      "that no time of matching everybody is in it, and waits until every partition holds the "
      "fact.\nExit code 1: somebody was not found.\nExamples:\n"
      "  whorl --as operator bench enroll --disposable --count 200");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::manage_gallery,
                        [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
