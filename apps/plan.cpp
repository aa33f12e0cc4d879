// whorl plan: what a cluster needs, on paper (actors/cluster/capacity.hpp). Reads no store.
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/capacity.hpp"
#include "apps/cli.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

using cluster::capacity_inputs;
using cluster::capacity_plan;

struct plan_options {
  capacity_inputs inputs;
  std::vector<double> subjects = {inputs.criminal_people, inputs.immigration_people};
};

struct plan_row {
  const char* key;  ///< in JSON
  const char* what;
  double capacity_plan::*value;
  int places;
};

constexpr plan_row rows[] = {
    {"peak_bookings_s", "bookings a second, busiest hour", &capacity_plan::peak_bookings_s, 1},
    {"criminal_passes", "passes of the criminal gallery a booking", &capacity_plan::criminal_passes,
     2},
    {"immigration_passes", "passes of the immigration gallery a booking",
     &capacity_plan::immigration_passes, 2},
    {"partitions_criminal", "partitions, criminal", &capacity_plan::partitions_criminal, 0},
    {"partitions_immigration", "partitions, immigration", &capacity_plan::partitions_immigration,
     0},
    {"processor_s", "processor seconds a booking", &capacity_plan::processor_s, 1},
    {"nodes_for_processors", "nodes, for processors", &capacity_plan::nodes_for_processors, 0},
    {"nodes_for_memory", "nodes, for memory", &capacity_plan::nodes_for_memory, 0},
    {"nodes_for_disk", "nodes, for disk", &capacity_plan::nodes_for_disk, 0},
    {"nodes", "NODES, spare ones included", &capacity_plan::nodes, 0},
    {"busy", "cores busy, share", &capacity_plan::busy, 2},
    {"memory_gb", "memory filled a node, GB", &capacity_plan::memory_gb, 0},
    {"disk_gb", "disk filled a node, GB", &capacity_plan::disk_gb, 0},
    {"network_mbit_s", "network a node, each way, Mbit/s", &capacity_plan::network_mbit_s, 1},
    {"network_busy", "network busy, share", &capacity_plan::network_busy, 4},
    {"copy_minutes", "a lost node copied anew, minutes", &capacity_plan::copy_minutes, 1},
    {"wait_s", "wait for processors, mean, s", &capacity_plan::wait_s, 3},
    {"answer_s", "ANSWER, mean, s", &capacity_plan::answer_s, 3},
    {"answer_p99_s", "ANSWER, p99, s", &capacity_plan::answer_p99_s, 3},
    {"appends_s", "journal appends a second", &capacity_plan::appends_s, 0},
    {"journal_busy", "journal busy, share", &capacity_plan::journal_busy, 2},
    {"journal_gb_day", "journal, GB a day and copy", &capacity_plan::journal_gb_day, 1},
};

json document_of(const capacity_inputs& in, const capacity_plan& exact,
                 const capacity_plan& indexed) {
  json inputs = {{"criminal_people", in.criminal_people},
                 {"immigration_people", in.immigration_people}};
  for (const auto& o : cluster::capacity_options())
    inputs[o.name] = {{"value", in.*o.value}, {"what", o.what}, {"default_from", o.source}};
  const auto figures = [](const capacity_plan& plan) {
    json out;
    for (const plan_row& row : rows) out[row.key] = plan.*row.value;
    return out;
  };
  json taken = json::array();
  for (const char* sentence : cluster::capacity_assumptions()) taken.push_back(sentence);
  return {{"inputs", inputs},
          {"exact", figures(exact)},
          {"indexed", figures(indexed)},
          {"assumptions", taken}};
}

std::string figure(double value, int places) {
  return places == 0 ? with_commas(static_cast<std::uint64_t>(value)) : decimal(value, places);
}

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

void print_text(const context& ctx, const capacity_inputs& in, const capacity_plan& exact,
                const capacity_plan& indexed) {
  std::cout << with_commas(static_cast<std::uint64_t>(in.criminal_people)) << " criminal and "
            << with_commas(static_cast<std::uint64_t>(in.immigration_people))
            << " immigration subjects, "
            << with_commas(static_cast<std::uint64_t>(in.bookings_per_day))
            << " bookings a day\n\n";
  table text({"", "exact", "by index"});
  for (const plan_row& row : rows)
    text.add(
        {row.what, figure(exact.*row.value, row.places), figure(indexed.*row.value, row.places)});
  text.print(std::cout);
  std::cout
      << "\nBusy, filled, waits and answers: in the busiest hour, with the spare nodes lost.\n";
  if (exact.journal_busy > 0.7)
    std::cout << "The journal is too slow for this: bookings would wait for it.\n";
  if (exact.network_busy > 0.4)
    std::cout << "The network is too slow for this: --node-network-gbit.\n";
  if (ctx.quiet) return;
  const capacity_inputs usual;
  std::cout << "\nInputs:\n";
  table inputs({"option", "value", "what", "from"});
  for (const auto& o : cluster::capacity_options())
    inputs.add({"--" + std::string(o.name), plain(in.*o.value), o.what,
                in.*o.value == usual.*o.value ? o.source : "the command line"});
  inputs.print(std::cout);
  std::cout << "\nTaken for granted:\n";
  for (const char* sentence : cluster::capacity_assumptions())
    std::cout << "- " << sentence << "\n";
}

result<int> run(const context& ctx, plan_options& options) {
  if (options.subjects.size() != 2)
    return make_error(errc::invalid_input,
                      "--subjects: two numbers are needed, people of the criminal and of the "
                      "immigration gallery, as in 70e6,150e6");
  options.inputs.criminal_people = options.subjects[0];
  options.inputs.immigration_people = options.subjects[1];
  WHORL_TRY(cluster::check_inputs(options.inputs));
  const capacity_plan exact = cluster::plan_capacity(options.inputs, false);
  const capacity_plan indexed = cluster::plan_capacity(options.inputs, true);
  if (ctx.as_json)
    print_document(document_of(options.inputs, exact, indexed));
  else
    print_text(ctx, options.inputs, exact, indexed);
  return exit_done;
}

}  // namespace

void add_plan(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("plan", "nodes, memory, disk, network and latency, on paper");
  const auto options = std::make_shared<plan_options>();
  sub->add_option("--subjects", options->subjects,
                  "people of the criminal and of the immigration gallery, with a comma between")
      ->delimiter(',')
      ->capture_default_str();
  for (const auto& o : cluster::capacity_options())
    sub->add_option("--" + std::string(o.name), options->inputs.*o.value, o.what)
        ->capture_default_str();
  sub->footer(
      "Each default is a measured figure or an assumption; the output says where it is from.\n"
      "Examples:\n"
      "  whorl plan --subjects 70e6,150e6 --bookings-per-day 150e3\n"
      "  whorl plan --subjects 320e6,680e6 --bookings-per-day 1.5e6 --node-cores 64 "
      "--node-memory-gb 1024\n"
      "  whorl --json plan --subjects 1e6,1e6 --bookings-per-day 5000 --replicas 3");
  on_run(*sub, ctx, [&ctx, options] { return run(ctx, *options); });
}

}  // namespace whorl::apps
