// whorl sim rollout load: the bookings of a simulated stretch of time as EBTS transactions of
// synthetic people, written to a folder, or sent to a running gateway as fast as time passes, times
// a speed-up.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "apps/client/answer.hpp"
#include "apps/files.hpp"
#include "apps/people.hpp"
#include "apps/progress.hpp"
#include "apps/sim_inputs.hpp"
#include "apps/table.hpp"
#include "sim/rollout/arrivals.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/purposes.hpp"
#include "sim/rollout/random_stream.hpp"
#include "sim/rollout/statistics.hpp"

namespace whorl::apps {
namespace {

struct load_options {
  sim_options sim;
  std::string day = "2010-06-01", out, state;
  double hours = 24, speed_up = 60;
  std::uint64_t people_seed = 1, people = 1000, most = 1000;
};

struct planned {
  std::int64_t at_ms = 0;
  booking_plan what;
};

/// A booking that would match is of somebody in the gallery, as far as that has so many people.
planned plan_of(const load_options& o, const sim_inputs& inputs, const rollout::booking& b) {
  const rollout::county& c = rollout::counties()[b.place];
  const auto& v = inputs.what.values;
  const double chance = std::min(
      1.0, c.noncitizen_share * v.noncitizen_match + (1 - c.noncitizen_share) * v.citizen_match);
  const auto key = rollout::below(b.key, static_cast<std::uint64_t>(rollout::purpose::match));
  rollout::random_stream draw(key);
  const bool matches = draw.chance(chance);
  const auto within = static_cast<std::uint32_t>(std::min<std::uint64_t>(o.people, 1u << 31));
  planned out;
  out.at_ms = b.at_ms;
  out.what.people_seed = o.people_seed;
  out.what.index = draw.index(within) + (matches ? 0 : o.people);
  out.what.ori = o.state.empty() ? c.ori : o.state + c.fips + "00";
  char tcn[40];
  std::snprintf(tcn, sizeof tcn, "SIM%016llX", static_cast<unsigned long long>(b.key));
  out.what.tcn = tcn;
  out.what.date = to_date8(instant{b.at_ms});
  return out;
}

result<std::vector<planned>> plan_all(const load_options& o, const sim_inputs& inputs) {
  WHORL_ASSIGN(const std::int32_t day, rollout::parse_day(o.day));
  if (inputs.what.strategy == rollout::strategy_kind::capacity_gated)
    return make_error(errc::invalid_input,
                      "strategy capacity-gated: its days come of the waiting in a run, which load "
                      "does not make; do `run --strategy capacity-gated` first, then load with "
                      "--strategy and its activation.csv");
  WHORL_ASSIGN(const auto activation,
               rollout::plan(inputs.what, rollout::counties(), o.sim.seed, inputs.strategy_text));
  const rollout::arrivals all(inputs.what, rollout::counties(), o.sim.seed);
  const std::int64_t end_ms =
      rollout::begin_of(day) + static_cast<std::int64_t>(o.hours * rollout::hour_ms);
  std::vector<planned> out;
  std::vector<rollout::booking> today;
  for (std::int32_t d = day; rollout::begin_of(d) < end_ms && out.size() < o.most; ++d) {
    all.of_day(d, activation.day, today);
    for (const rollout::booking& b : today)
      if (b.at_ms < end_ms && out.size() < o.most) out.push_back(plan_of(o, inputs, b));
  }
  if (out.empty())
    return make_error(errc::not_found, "no county is activated on " + o.day +
                                           " by this strategy: choose a later --day");
  return out;
}

result<int> write_files(const context& ctx, const load_options& o,
                        const std::vector<planned>& all) {
  std::error_code failed;
  std::filesystem::create_directories(o.out, failed);
  if (failed) return make_error(errc::io, o.out + ": " + failed.message());
  progress bar("writing bookings", all.size(), ctx.quiet || ctx.as_json);
  std::string folder = o.out;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  const std::string schedule_file = folder + ".csv";
  std::string schedule = "at,file,ori,person\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    WHORL_ASSIGN(const bytes content, booking_file_of(all[i].what));
    const std::string name = all[i].what.tcn + ".eft";
    WHORL_TRY(write_whole(o.out + "/" + name, content));
    schedule += to_string(instant{all[i].at_ms}) + "," + name + "," + all[i].what.ori + "," +
                std::to_string(all[i].what.index) + "\n";
    bar.at(i + 1);
  }
  WHORL_TRY(write_text(schedule_file, schedule));
  if (ctx.as_json)
    print_line({{"folder", o.out}, {"bookings", all.size()}, {"synthetic", true}});
  else if (!ctx.quiet)
    std::cout << printable(o.out) << ": " << with_commas(all.size()) << " synthetic bookings; "
              << printable(schedule_file) << " says when each comes\n";
  return exit_done;
}

using wall = std::chrono::steady_clock;

/// Sends each when its time has come; what the gateway refuses for now is sent again when it says.
result<int> send_all(const context& ctx, const load_options& o, const std::vector<planned>& all) {
  WHORL_ASSIGN(const auto server,
               client::remote::make({ctx.server, ctx.certificate, ctx.key, ctx.authority}));
  progress bar("sent", all.size(), ctx.quiet || ctx.as_json);
  const auto begin = wall::now();
  const std::int64_t first_ms = all.front().at_ms;
  rollout::durations took, late;
  std::size_t accepted = 0, refused = 0;
  std::string why;
  for (std::size_t i = 0; i < all.size(); ++i) {
    WHORL_ASSIGN(const bytes content, booking_file_of(all[i].what));
    const auto due = begin + std::chrono::milliseconds(static_cast<std::int64_t>(
                                 static_cast<double>(all[i].at_ms - first_ms) / o.speed_up));
    std::this_thread::sleep_until(due);
    const auto sent = wall::now();
    const auto in_ms = [](wall::duration d) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
    };
    late.add(in_ms(sent - due));
    for (int tried = 0;; ++tried) {
      WHORL_ASSIGN(const auto answer,
                   server->post("/v1/bookings", content, "application/octet-stream"));
      if (const auto wait = client::wait_before_retry(answer, tried)) {
        std::this_thread::sleep_for(std::chrono::seconds(*wait));
        continue;
      }
      const auto taken = client::document_of(answer);
      ++(taken ? accepted : refused);
      if (!taken) why = taken.error().message;
      break;
    }
    took.add(in_ms(wall::now() - sent));
    bar.at(i + 1);
  }
  const double seconds = std::chrono::duration<double>(wall::now() - begin).count();
  if (ctx.as_json)
    print_document({{"bookings", all.size()},
                    {"accepted", accepted},
                    {"refused", refused},
                    {"seconds", seconds},
                    {"accepted_ms_p50", took.quantile_ms(0.5)},
                    {"accepted_ms_p95", took.quantile_ms(0.95)},
                    {"late_ms_p95", late.quantile_ms(0.95)}});
  else if (!ctx.quiet)
    std::cout << with_commas(accepted) << " accepted, " << with_commas(refused) << " refused in "
              << decimal(seconds) << " s; accepted after " << decimal(took.quantile_ms(0.5))
              << " ms (half), " << decimal(took.quantile_ms(0.95))
              << " ms (95 in 100); sent late by " << decimal(late.quantile_ms(0.95))
              << " ms (95 in 100)\n";
  if (refused > 0) std::cerr << "whorl: the last that was refused: " << why << "\n";
  return refused > 0 ? exit_refused : exit_done;
}

result<int> load(const context& ctx, const load_options& o) {
  if (o.out.empty() && ctx.server.empty())
    return make_error(errc::invalid_input,
                      "say where to: --out FOLDER, or --server https://HOST:PORT");
  WHORL_ASSIGN(const sim_inputs inputs, load_sim(o.sim));
  WHORL_ASSIGN(const auto all, plan_all(o, inputs));
  return o.out.empty() ? send_all(ctx, o, all) : write_files(ctx, o, all);
}

}  // namespace

void add_sim_load(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand("load", "the simulated bookings as EBTS transactions");
  const auto o = std::make_shared<load_options>();
  add_sim_options(*sub, o->sim, 1);
  sub->add_option("--day", o->day, "from 0 o'clock UTC of this day on")->capture_default_str();
  sub->add_option("--hours", o->hours, "so long")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 24.0 * 366));
  sub->add_option("--most", o->most, "no more than so many bookings")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  sub->add_option("--people-seed", o->people_seed, "of the immigration gallery's population")
      ->capture_default_str()
      ->check(whole_number());
  sub->add_option("--people", o->people,
                  "how many of it the gallery holds: who matches is one of them")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000'000));
  sub->add_option("--state", o->state, "two letters: all agencies stand in this state")
      ->check(CLI::Validator(
          [](std::string& t) {
            return t.size() == 2 ? std::string() : std::string("two letters are expected");
          },
          ""));
  sub->add_option("--speed-up", o->speed_up, "with --server: so much faster than time")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1e9));
  sub->add_option("--out", o->out, "folder to write into, instead of sending");
  sub->footer(
      "Examples:\n  whorl sim rollout load --day 2010-06-01 --hours 1 --state ZZ --out load\n"
      "  whorl --server https://localhost:8443 --certificate state-bureau.pem --key "
      "state-bureau.key --authority ca.pem sim rollout load --hours 2 --speed-up 120 --state ZZ");
  // Not on_run: with a server it is this command that sends.
  sub->callback([&ctx, o] {
    const result<int> outcome = load(ctx, *o);
    ctx.code = outcome ? *outcome : fail(ctx, outcome.error());
  });
}

}  // namespace whorl::apps
