// whorl sim rollout explain: what the model is, with the source of each of its numbers.
#include <iostream>

#include "apps/sim_inputs.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/explanation.hpp"

namespace whorl::apps {
namespace {

using rollout::day_text;

/// `into` with where it is from.
json with_origin(json into, const rollout::origin& from) {
  into["mark"] = std::string(1, from.mark);
  into["source"] = from.source;
  return into;
}

json parameters_of(const rollout::scenario& s) {
  json out = json::array();
  for (const rollout::parameter_info& p : rollout::parameters())
    out.push_back(with_origin({{"parameter", p.name},
                               {"value", s.values.*p.where},
                               {"unit", p.unit},
                               {"means", p.means},
                               {"part", p.part},
                               {"used", is_used(s, p)}},
                              s.origins.find(p.name)->second));
  return out;
}

json capacities_of(const rollout::scenario& s) {
  json out = json::array();
  for (const rollout::capacity& c : s.capacities)
    out.push_back(with_origin(
        {{"resource", to_string(c.what)}, {"from", day_text(c.from)}, {"servers", c.servers}},
        c.where));
  return out;
}

/// A table of the scenario: its mark and source, and `content` under `name`.
json table_of(const rollout::scenario& s, std::string_view table, std::string_view name,
              json content) {
  return with_origin({{name, std::move(content)}}, s.tables.find(table)->second);
}

json offences_of(const rollout::scenario& s) {
  json kinds = json::array();
  for (const rollout::offence_kind& kind : s.offences)
    kinds.push_back({{"name", kind.name},
                     {"code", kind.code},
                     {"share", kind.share},
                     {"grave", kind.grave},
                     {"felony", kind.felony},
                     {"convicted", kind.convicted},
                     {"long_sentence", kind.long_sentence}});
  return table_of(s, "offences", "kinds", std::move(kinds));
}

json rates_of(const rollout::scenario& s) {
  json by_year = json::object();
  for (const auto& [middle, rate] : s.arrests_per_100k)
    by_year[std::to_string(static_cast<int>(middle))] = rate;
  return table_of(s, "arrests_per_100k", "by_year", std::move(by_year));
}

json rules_of(const sim_inputs& inputs) {
  json out = json::array();
  for (const rollout::rules_span& one : rollout::rules_by_date(inputs.what, inputs.rules))
    out.push_back({{"version", one.rules == nullptr ? json() : json(one.rules->version)},
                   {"title", one.rules == nullptr ? json() : json(one.rules->title)},
                   {"from", day_text(one.from)},
                   {"until", day_text(one.until)},
                   {"counties", one.counties}});
  return out;
}

json document_of(const sim_inputs& inputs) {
  const rollout::scenario& s = inputs.what;
  json pattern = table_of(s, "pattern", "weekdays", s.weekdays);
  pattern["hours"] = s.hours;
  return {{"scenario", s.name},
          {"title", s.title},
          {"strategy", to_string(s.strategy)},
          {"from", day_text(s.from)},
          {"to", day_text(s.to)},
          {"statistics_from", day_text(s.statistics_from)},
          {"pace", s.pace},
          {"pace_by", s.pace_by_population ? "population" : "counties"},
          {"parameters", parameters_of(s)},
          {"capacities", capacities_of(s)},
          {"offences", offences_of(s)},
          {"arrests_per_100k", rates_of(s)},
          {"pattern", std::move(pattern)},
          {"rules", rules_of(inputs)}};
}

}  // namespace

void add_sim_explain(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand("explain", "the model in words, each number with its source");
  const auto o = std::make_shared<sim_options>();
  add_sim_options(*sub, *o, 1);
  sub->footer(
      "Examples:\n  whorl sim rollout explain\n  whorl sim rollout explain --scenario mine.toml\n"
      "  whorl --json sim rollout explain --strategy capacity-gated");
  on_run(*sub, ctx, [&ctx, o]() -> result<int> {
    WHORL_ASSIGN(const sim_inputs inputs, load_sim(*o));
    if (ctx.as_json)
      print_document(document_of(inputs));
    else
      std::cout << rollout::explanation(inputs.what, inputs.rules);
    return exit_done;
  });
}

}  // namespace whorl::apps
