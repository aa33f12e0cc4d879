// What the commands of `whorl sim` share: which scenario, how many runs, the bar meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli.hpp"
#include "sim/rollout/figures.hpp"
#include "sim/rollout/replications.hpp"

namespace whorl::apps {

struct sim_options {
  std::string scenario, strategy, to, pace_by;
  double pace = 0;  ///< 0: as the scenario says
  std::uint64_t seed = 1;
  std::size_t replications = 1, threads = 0;  ///< 0: as many as the machine has
};
/// Refuses what is no whole number from 0 on: the parser alone would take -1 for 2^64 - 1.
CLI::Validator whole_number();
void add_sim_options(CLI::App& sub, sim_options& into, std::size_t replications);

struct sim_inputs {
  rollout::scenario what;
  casework::case_settings rules;
  std::string strategy_text;  ///< of the strategy's file
};
/// The usual scenario, the file's changes, the options' changes. Errors name file, line and key.
result<sim_inputs> load_sim(const sim_options& from);
/// `name`: a strategy, a CSV of activation days, or a scenario's TOML.
result<sim_inputs> load_sim_named(const sim_options& from, const std::string& name);

/// As --threads says; 0 is as many as the machine has.
std::size_t threads_of(const sim_options& how);
/// What all its runs cost, as replication_setup::progress counts it.
result<std::uint64_t> work_of(const sim_inputs& inputs, const sim_options& how);
/// `progress`: of one thread at a time.
result<std::vector<rollout::run_output>> run_sim(
    const sim_inputs& inputs, const sim_options& how, std::size_t traces,
    const std::function<void(std::uint64_t work)>& progress);
/// With a bar of its own.
result<std::vector<rollout::run_output>> run_sim(const context& ctx, const sim_inputs& inputs,
                                                 const sim_options& how, const std::string& label,
                                                 std::size_t traces = 0);
/// Those of a file; without one, those that come with the program (outcomes up to 2010).
result<std::vector<rollout::figure>> known_figures(const std::string& file,
                                                   std::vector<std::string>* unused = nullptr);
/// what: staff, beds, transport or pace.
result<int> solve_sim(const context& ctx, const sim_options& sim, const std::string& what,
                      const std::string& target_text);
result<std::string> read_text(const std::string& file, std::size_t most);
status write_text(const std::string& file, std::string_view text);

void add_sim(CLI::App& app, context& ctx);
void add_sim_run(CLI::App& rollout, context& ctx);
void add_sim_explain(CLI::App& rollout, context& ctx);
void add_sim_validate(CLI::App& rollout, context& ctx);
void add_sim_fit(CLI::App& rollout, context& ctx);
void add_sim_compare(CLI::App& rollout, context& ctx);
void add_sim_solve(CLI::App& rollout, context& ctx);
void add_sim_load(CLI::App& rollout, context& ctx);
void add_sim_cluster(CLI::App& sim, context& ctx);

}  // namespace whorl::apps
