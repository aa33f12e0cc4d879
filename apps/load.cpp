// whorl load: an open-loop load on a running exchange, and how long it took to answer.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>

#include "apps/cli.hpp"
#include "apps/client/answer.hpp"
#include "apps/client/open_loop.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

using client::fate;
using client::latency_summary;
using client::load_summary;

struct load_options {
  client::open_loop_settings run;
  std::vector<std::string> from;
  std::string rate = "1/s", arrivals = "poisson", log;
  double wait_s = 60, patience_s = 60;
  bool repeat = false;
};

std::string random_run() {
  std::random_device source;
  char text[16];
  std::snprintf(text, sizeof text, "%08x", source());
  return text;
}

result<std::uint64_t> plan_of(load_options& o) {
  WHORL_ASSIGN(o.run.plan.per_second, client::parse_rate(o.rate));
  o.run.plan.kind =
      o.arrivals == "even" ? client::arrival_kind::even : client::arrival_kind::poisson;
  o.run.wait_ms = static_cast<long>(o.wait_s * 1000);
  o.run.patience_ms = static_cast<long>(o.patience_s * 1000);
  WHORL_ASSIGN(o.run.files, expand(o.from));
  if (o.run.files.empty())
    return make_error(errc::invalid_input,
                      "no booking is there: `whorl synth bookings` makes some");
  const std::uint64_t due = client::count_of(o.run.plan);
  if (due == 0)
    return make_error(errc::invalid_input, "no booking is due in so short a time: more --seconds");
  if (due >= client::arrivals_max)
    return make_error(errc::limit_exceeded,
                      "more than " + with_commas(client::arrivals_max) + " bookings are due");
  if (due > o.run.files.size() && !o.repeat)
    return make_error(errc::invalid_input,
                      with_commas(due) + " bookings are due and " +
                          with_commas(o.run.files.size()) +
                          " files are there: make more, or --repeat sends them again under new "
                          "control numbers");
  o.run.run = random_run();
  return due;
}

json milliseconds(std::int64_t us) { return static_cast<double>(us) / 1000; }

json latency_document(const latency_summary& of) {
  json out = {{"finished", of.finished}, {"open", of.open}};
  for (const auto& [name, q] :
       {std::pair("p50", of.p50), std::pair("p90", of.p90), std::pair("p99", of.p99),
        std::pair("p99_9", of.p999), std::pair("max", of.max)}) {
    out[std::string(name) + "_ms"] = milliseconds(q.us);
    if (q.at_least) out[std::string(name) + "_is_at_least"] = true;
  }
  return out;
}

json document_of(const load_options& o, const load_summary& all) {
  json out = {{"rate", o.run.plan.per_second},
              {"seconds", o.run.plan.seconds},
              {"arrivals", o.arrivals},
              {"seed", o.run.plan.seed},
              {"due", all.due},
              {"sent", all.sent},
              {"acknowledged", all.acknowledged},
              {"duplicates", all.duplicates}};
  for (const fate each : client::fates) out[std::string(to_string(each))] = all.of(each);
  out["offered_per_second"] = all.offered_per_s;
  out["acknowledged_per_second"] = all.acknowledged_per_s;
  out["answered_per_second"] = all.answered_per_s;
  out["late_ms_max"] = milliseconds(all.late_us_max);
  out["look_every_ms"] = o.run.look_every_ms;
  out["acknowledgement"] = latency_document(all.acknowledgement);
  out["answers"] = latency_document(all.answers);
  return out;
}

std::string shown(const client::quantile& q) {
  return (q.at_least ? "> " : "") + decimal(static_cast<double>(q.us) / 1000);
}

void print(const load_options& o, const load_summary& all) {
  std::cout << with_commas(all.due) << " bookings due in " << decimal(o.run.plan.seconds) << " s ("
            << o.arrivals << ", seed " << o.run.plan.seed << ")\n\n";
  table rates({"", "bookings", "a second"});
  rates.add({"offered", with_commas(all.due), decimal(all.offered_per_s)});
  rates.add({"acknowledged", with_commas(all.acknowledged), decimal(all.acknowledged_per_s)});
  rates.add({"answered", with_commas(all.of(fate::answered)), decimal(all.answered_per_s)});
  rates.print(std::cout);
  std::cout << "\n";
  table times({"ms since due, until", "p50", "p90", "p99", "p99.9", "max"});
  const auto row = [&](const char* what, const latency_summary& of) {
    times.add({what, shown(of.p50), shown(of.p90), shown(of.p99), shown(of.p999), shown(of.max)});
  };
  row("acknowledged", all.acknowledgement);
  row("answered", all.answers);
  times.print(std::cout);
  std::cout << "\n";
  const std::pair<const char*, std::uint64_t> rest[] = {
      {"refused (429, 503)", all.of(fate::refused)},
      {"failed", all.of(fate::failed)},
      {"not sent: too many under way", all.of(fate::not_sent)},
      {"unfinished at the end", all.of(fate::unanswered)},
      {"waiting for an examiner", all.of(fate::in_review)},
      {"known before (duplicates)", all.duplicates}};
  for (const auto& [what, count] : rest)
    if (count > 0) std::cout << what << ": " << with_commas(count) << "\n";
  std::cout << "sent late by " << decimal(static_cast<double>(all.late_us_max) / 1000)
            << " ms at most; answers are looked for every " << o.run.look_every_ms << " ms\n";
}

/// One line an arrival, for whoever wants more than the percentiles.
status write_log(const load_options& o, const client::open_loop_outcome& done,
                 std::int64_t began_at_ms) {
  std::ofstream out(o.log);
  const auto moment = [](const std::optional<std::int64_t>& us) {
    return us ? milliseconds(*us) : json();
  };
  for (const auto& one : done.arrivals)
    out << json{{"began_at_ms", began_at_ms},
                {"due_ms", milliseconds(one.due_us)},
                {"file", printable(o.run.files[one.file])},
                {"fate", to_string(one.what)},
                {"booking", one.booking.empty() ? json() : json(one.booking)},
                {"duplicate", one.duplicate},
                {"sent_ms", moment(one.sent_us)},
                {"acknowledged_ms", moment(one.acknowledged_us)},
                {"answered_ms", moment(one.answered_us)}}
               .dump()
        << "\n";
  out.flush();
  return out ? status() : make_error(errc::io, o.log + ": cannot be written");
}

result<int> load(const context& ctx, load_options& o) {
  if (ctx.server.empty())
    return make_error(errc::invalid_input,
                      "a running exchange is loaded: name it with --server https://HOST:PORT");
  WHORL_ASSIGN(const std::uint64_t due, plan_of(o));
  const client::remote_settings to{ctx.server, ctx.certificate, ctx.key, ctx.authority};
  {  // who cannot even ask is told so before the clock runs
    WHORL_ASSIGN(const auto first, client::remote::make(to));
    WHORL_ASSIGN(const auto answer, first->get("/v1/bookings?limit=1"));
    WHORL_ASSIGN(const json unused, client::document_of(answer));
  }
  WHORL_ASSIGN(const auto gateway, client::remote_many::make(to));
  progress bar("due", due, ctx.quiet || ctx.as_json);
  const auto began_at = std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
  const auto done =
      client::run_open_loop(o.run, *gateway, [&bar](std::size_t count) { bar.at(count); });
  const load_summary all = client::summarize(done.arrivals, o.run.plan.seconds, done.end_us);
  if (!o.log.empty()) WHORL_TRY(write_log(o, done, began_at));
  if (ctx.as_json)
    print_document(document_of(o, all));
  else if (!ctx.quiet)
    print(o, all);
  if (!done.last_failure.empty())
    std::cerr << "whorl: the last that was refused or failed: " << printable(done.last_failure)
              << "\n";
  if (done.unreachable)
    return make_error(errc::unavailable, ctx.server + ": went away before it answered anything");
  const bool whole = all.of(fate::answered) + all.of(fate::in_review) == all.due;
  return whole ? exit_done : exit_refused;
}

}  // namespace

void add_load(CLI::App& app, context& ctx) {
  auto* sub =
      app.add_subcommand("load", "bookings at a rate to a running exchange; how long it takes");
  const auto o = std::make_shared<load_options>();
  sub->add_option("files", o->from, "EBTS bookings, or folders of them; each is sent once")
      ->required();
  sub->add_option("--rate", o->rate, "bookings that are due: 5/s, 300/m, 18000/h")
      ->capture_default_str();
  sub->add_option("--seconds", o->run.plan.seconds, "so long")
      ->check(CLI::Range(0.1, 7.0 * 86400))
      ->default_val(10);
  sub->add_option("--arrivals", o->arrivals, "poisson: drawn; even: one gap after the other")
      ->check(CLI::IsMember({"poisson", "even"}))
      ->capture_default_str();
  sub->add_option("--seed", o->run.plan.seed, "of what is drawn")->capture_default_str();
  sub->add_flag("--repeat", o->repeat,
                "begin again when the files are over, under new control numbers");
  sub->add_option("--handing-in", o->run.handing_in_max,
                  "at most so many sent and not acknowledged; one due beyond is not sent")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  sub->add_option("--following", o->run.following_max,
                  "at most so many acknowledged and not answered; one due beyond is not sent")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  sub->add_option("--look-every", o->run.look_every_ms,
                  "milliseconds between two questions for a young booking's answer")
      ->check(CLI::Range(10, 10'000))
      ->capture_default_str();
  sub->add_option("--patience", o->patience_s, "seconds until a request without answer has failed")
      ->check(CLI::Range(1.0, 3600.0))
      ->capture_default_str();
  sub->add_option("--wait", o->wait_s, "seconds for answers that are open when the last was due")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
  sub->add_option("--log", o->log, "a JSON line for each booking, to this file");
  sub->footer(
      "Open loop: bookings come when they are due, however slow the answers are, and times count\n"
      "from that moment. Exit code 1 when any was refused, failed, was not sent or not answered.\n"
      "Examples:\n  whorl synth bookings --count 300 --out bookings\n"
      "  whorl --server https://localhost:8443 --certificate state-bureau.pem --key "
      "state-bureau.key --authority ca.pem load bookings --rate 5/s --seconds 60\n"
      "  whorl load bookings --rate 300/m --seconds 600 --arrivals even --repeat");
  // Not on_run: with a server it is this command that sends.
  sub->callback([&ctx, o] {
    const result<int> outcome = load(ctx, *o);
    ctx.code = outcome ? *outcome : fail(ctx, outcome.error());
  });
}

}  // namespace whorl::apps
