// whorl bench booking: bookings of synthetic people through a whole node on a store, timed.
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
#include "storage/parallel.hpp"

namespace whorl::apps {
namespace {

struct booking_options {
  std::uint64_t seed = 1, from = 0, people = 1000;
  std::size_t mated = 100, non_mated = 0, warm_up = 3;
  std::vector<std::size_t> together = {1};
  std::string preset = "ordinary", mode, ori = "ZZPD00001";
};

/// Many together that look at everybody may all be answered at the end.
constexpr auto patience = std::chrono::minutes(10);

class booking_bench {
 public:
  booking_bench(const context& ctx, session& s, const booking_options& o)
      : ctx_(ctx),
        session_(s),
        options_(o),
        by_{s.who().name, actors::role::lea, o.ori},
        date_(to_date8(wall_now())) {
    // Another run's numbers would be bookings that were sent before.
    char text[32];
    std::snprintf(text, sizeof text, "BENCH%012llx-",
                  static_cast<unsigned long long>(wall_now().ms));
    prefix_ = text;
  }

  result<json> run(double opened_s);

 private:
  result<std::vector<actors::submission>> make(bool mated, std::size_t count);
  result<json> measure(bool mated, std::size_t count, std::size_t together);
  status read_answers(const std::vector<actors::followed>& all, json& out) const;

  const context& ctx_;
  session& session_;
  const booking_options& options_;
  const actors::principal by_;
  const std::string date_;
  std::string prefix_;
  std::uint64_t made_ = 0;
};

/// RET N: nobody is enrolled, whatever is found.
result<std::vector<actors::submission>> booking_bench::make(bool mated, std::size_t count) {
  std::vector<actors::submission> out(count);
  std::vector<status> outcomes(count);
  const std::uint64_t first = made_;
  made_ += count;
  storage::parallel_for(count, [&](std::size_t i) {
    booking_plan plan;
    plan.people_seed = options_.seed;
    plan.index = mated ? options_.from + i * options_.people / count : stranger_first + first + i;
    plan.ori = options_.ori;
    plan.tcn = prefix_ + std::to_string(first + i);
    plan.date = date_;
    plan.conditions = conditions_of(options_.preset);
    auto file = booking_file_of(plan);
    if (file)
      out[i] = {by_, *std::move(file)};
    else
      outcomes[i] = std::move(file).error();
  });
  for (status& outcome : outcomes) WHORL_TRY(std::move(outcome));
  return out;
}

/// What came of them, and by the store's own clock when each answer was written and the last
/// message had gone out.
status booking_bench::read_answers(const std::vector<actors::followed>& all, json& out) const {
  std::map<std::string, std::uint64_t> decisions[2];
  std::vector<double> answered[2], delivered;
  for (const actors::followed& one : all) {
    if (!one.reply) continue;
    WHORL_ASSIGN(const auto row, session_.store().bookings->get(one.reply->booking));
    const auto since = [&](instant at) {
      return static_cast<double>(at.ms - row.accepted.accepted_at.ms);
    };
    for (const auto* answer : {&row.criminal, &row.immigration}) {
      if (!*answer) continue;
      const std::size_t side = answer == &row.criminal ? 0 : 1;
      ++decisions[side][std::string(to_string((*answer)->decision))];
      answered[side].push_back(since((*answer)->answered_at));
    }
    WHORL_ASSIGN(const auto messages, session_.store().outbox->of_booking(one.reply->booking));
    double last = 0;
    for (const auto& message : messages)
      if (message.delivered) last = std::max(last, since(message.delivered->at));
    if (last > 0) delivered.push_back(last);
  }
  for (std::size_t side : {0u, 1u}) {
    json& gallery = out[side == 0 ? "criminal" : "immigration"];
    gallery = json::object();
    for (const char* each : {"hit", "review", "no_hit", "failed"})
      gallery[each] = decisions[side][each];
    gallery["decided_ms"] = times_of(std::move(answered[side]));
  }
  out["delivered_ms"] = times_of(std::move(delivered));
  return {};
}

result<json> booking_bench::measure(bool mated, std::size_t count, std::size_t together) {
  WHORL_ASSIGN(actors::local_node * node, session_.node());
  const bool quiet = ctx_.quiet || ctx_.as_json;
  if (options_.warm_up > 0) {
    WHORL_ASSIGN(auto few, make(mated, std::max(options_.warm_up, together > 1 ? together : 0)));
    WHORL_TRY(node->follow(std::move(few), together, patience));
    WHORL_TRY(node->drain());
  }
  WHORL_ASSIGN(auto bookings, make(mated, count));
  progress bar("bookings, " + std::to_string(together) + " together", count, quiet);
  const process_use before = used_so_far();
  const double begin = seconds_now();
  WHORL_ASSIGN(const auto all, node->follow(std::move(bookings), together, patience,
                                            [&](std::uint64_t done) { bar.at(done); }));
  const double wall = seconds_now() - begin;
  const process_use after = used_so_far();
  WHORL_TRY(node->drain());
  std::vector<double> accepted, answered, whole;
  std::size_t refused = 0;
  for (const actors::followed& one : all) {
    refused += one.reply ? 0 : 1;
    if (!one.reply) continue;
    accepted.push_back(static_cast<double>(one.accepted_us) / 1000);
    answered.push_back(static_cast<double>(one.answered_us - one.accepted_us) / 1000);
    whole.push_back(static_cast<double>(one.answered_us) / 1000);
  }
  const auto each = static_cast<double>(std::max<std::size_t>(count, 1));
  json out = {{"probes", mated ? "mated" : "non_mated"},
              {"together", together},
              {"bookings", count},
              {"refused", refused},
              {"wall_s", wall},
              {"bookings_per_s", each / wall},
              {"processor_ms_a_booking", (after.processor_s - before.processor_s) * 1000 / each},
              {"disk_read_bytes", after.read_bytes - before.read_bytes},
              {"accepted_ms", times_of(std::move(accepted))},
              {"answered_ms", times_of(std::move(answered))},
              {"whole_ms", times_of(std::move(whole))}};
  WHORL_TRY(read_answers(all, out));
  return out;
}

result<json> booking_bench::run(double opened_s) {
  json out = {{"synthesis_version", fingerprint::synthesis_version},
              {"preset", options_.preset},
              {"mode", session_.settings().use_index ? "index" : "exact"},
              {"opened_s", opened_s}};
  WHORL_ASSIGN(out["store"], gallery_facts(session_.store()));
  WHORL_ASSIGN(out["indexed"], await_indexes(ctx_, session_));
  // What an interrupted run left open is searched again first.
  WHORL_ASSIGN(actors::local_node * node, session_.node());
  WHORL_TRY(node->drain());
  out["rows"] = json::array();
  for (const std::size_t together : options_.together)
    for (const bool mated : {true, false}) {
      const std::size_t count = mated ? options_.mated : options_.non_mated;
      if (count == 0) continue;
      WHORL_ASSIGN(json row, measure(mated, count, together));
      out["rows"].push_back(std::move(row));
    }
  return out;
}

void print_text(const json& all) {
  const auto number = [](const json& value) { return with_commas(value.get<std::uint64_t>()); };
  const json& store = all["store"];
  std::cout << number(store["criminal"]["people"]) << " and "
            << number(store["immigration"]["people"]) << " people, " << store["partitions"]
            << " partitions a gallery, format " << store["format"] << "; opened in "
            << decimal(all["opened_s"].get<double>(), 2) << " s; mode "
            << all["mode"].get<std::string>() << ", indexes of " << number(all["indexed"]["people"])
            << " people in " << decimal(all["indexed"]["seconds"].get<double>(), 2) << " s\n\n";
  table text({"probes", "together", "bookings", "a second", "accepted ms", "answered ms",
              "whole ms", "delivered ms", "processor ms", "MB read", "criminal: hit", "no hit",
              "immig.: hit", "no hit"});
  for (const json& r : all["rows"])
    text.add({r["probes"].get<std::string>(), number(r["together"]), number(r["bookings"]),
              decimal(r["bookings_per_s"].get<double>(), 2), times_words(r["accepted_ms"]),
              times_words(r["answered_ms"]), times_words(r["whole_ms"]),
              times_words(r["delivered_ms"]), decimal(r["processor_ms_a_booking"].get<double>(), 1),
              decimal(r["disk_read_bytes"].get<double>() / 1e6, 1), number(r["criminal"]["hit"]),
              number(r["criminal"]["no_hit"]), number(r["immigration"]["hit"]),
              number(r["immigration"]["no_hit"])});
  text.print(std::cout);
  std::cout << "\nTimes are p50 / p95: hand-in to acceptance, from there to the last gallery's "
               "answer, both, and acceptance to the last message.\n";
}

result<int> run(const context& ctx, session& s, const booking_options& o, double opened_s) {
  if (!o.mode.empty()) s.set_use_index(o.mode == "index");
  const std::size_t most = *std::ranges::max_element(o.together);
  if (most > s.settings().in_flight_max)
    return make_error(errc::invalid_input, "--together " + std::to_string(most) +
                                               ": more than in_flight_max, " +
                                               std::to_string(s.settings().in_flight_max) +
                                               ", of " + s.store().folder + "/whorl.toml");
  WHORL_ASSIGN(const json all, booking_bench(ctx, s, o).run(opened_s));
  ctx.as_json ? print_document(all) : print_text(all);
  bool refused = false;
  for (const json& row : all["rows"]) {
    refused = refused || row["refused"] != 0;
    if (row["probes"] == "mated" && row["criminal"]["hit"] == 0 && row["immigration"]["hit"] == 0)
      std::cerr << "whorl: no mated booking was a hit: are people " << o.from << " to "
                << o.from + o.people - 1 << " of seed " << o.seed << " enrolled?\n";
  }
  return refused ? exit_refused : exit_done;
}

void add_options(CLI::App& sub, booking_options& o) {
  add_disposable_flag(sub);
  sub.add_option("--seed", o.seed, "of the enrolled people (synth people --seed)")
      ->capture_default_str();
  sub.add_option("--from", o.from, "number of the first of them to book")->capture_default_str();
  sub.add_option("--people", o.people, "how many from there on are enrolled")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  sub.add_option("--mated", o.mated, "bookings of enrolled people; 0: none")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  sub.add_option("--non-mated", o.non_mated, "bookings of others; they are not enrolled")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  sub.add_option("--warm-up", o.warm_up, "bookings before each row that are not counted")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  sub.add_option("--together", o.together, "bookings under way at a time")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  sub.add_option("--preset", o.preset, "the bookings' prints")
      ->check(CLI::IsMember({"rolled", "ordinary", "poor"}))
      ->capture_default_str();
  sub.add_option("--mode", o.mode, "exact or index (default: use_index of whorl.toml)")
      ->check(CLI::IsMember({"exact", "index"}));
  sub.add_option("--ori", o.ori,
                 "the agency that books; its mode says which galleries are searched")
      ->capture_default_str();
}

}  // namespace

void add_bench_booking(CLI::App& bench, context& ctx) {
  auto* sub = bench.add_subcommand(
      "booking", "ten-print bookings of synthetic people through a whole node on a store");
  const auto o = std::make_shared<booking_options>();
  add_options(*sub, *o);
  sub->footer(
      "Leaves its bookings, their encounters, cases, messages and audit rows in the store: hence "
      "--disposable.\nWith --mated 0 it opens the store, waits for the indexes and says how long "
      "both took.\nA person who is in one gallery is searched twice in the other: nobody found, "
      "both hands exchanged.\nExamples:\n"
      "  whorl --as state-bureau bench booking --disposable --seed 1 --people 2000\n"
      "  whorl --as state-bureau --json bench booking --disposable --seed 1 --people 1000000 "
      "--mode exact --together 1,32");
  on_run(*sub, ctx, [&ctx, o] {
    const double begin = seconds_now();
    return with_session(ctx, actors::permission::book,
                        [&](session& s) { return run(ctx, s, *o, seconds_now() - begin); });
  });
}

}  // namespace whorl::apps
