// whorl jurisdictions: which place has which mode, since when and on what legal basis. A
// jurisdiction must be able to know its own status.
#include <iostream>
#include <memory>
#include <set>

#include "apps/case_commands.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

struct place_now {
  std::string place;
  actors::mode_found found;
};

std::vector<place_now> places_of(const config& settings, const std::string& day) {
  std::set<std::string> names;
  for (const auto& [ori, mode] : settings.modes.by_ori) names.insert(ori);
  for (const auto& [state, mode] : settings.modes.by_state) names.insert(state);
  for (const auto& change : settings.modes.log) names.insert(change.place);
  for (const auto& [ori, source] : settings.modes.sources) names.insert(ori);
  std::vector<place_now> out;
  for (const std::string& name : names) out.push_back({name, settings.modes.find(name, day)});
  return out;
}

result<int> run(const context& ctx, session& s, const std::string& on) {
  instant at = wall_now();
  if (!on.empty()) {
    WHORL_ASSIGN(at, parse_moment(on));
  }
  const std::string day = to_date8(at);
  const auto& settings = s.settings();
  table text({"place", "mode", "since", "legal basis", "second responses", "source"});
  json places = json::array(), log = json::array();
  for (const auto& [place, found] : places_of(settings, day)) {
    const bool receives = casework::can_receive(settings.cases, place);
    const std::string source =
        place.size() == 9 ? std::string(to_string(settings.modes.source_of(place))) : "-";
    const std::string since = found.change ? date_words(found.change->from) : std::string();
    text.add({place, std::string(to_string(found.mode)), found.change ? since : "-",
              found.change ? found.change->basis : "-", receives ? "yes" : "no", source});
    places.push_back({{"place", place},
                      {"mode", to_string(found.mode)},
                      {"since", found.change ? json(since) : json()},
                      {"basis", found.change ? json(found.change->basis) : json()},
                      {"receives_second_responses", receives},
                      {"source", place.size() == 9 ? json(source) : json()}});
  }
  for (const auto& one : settings.modes.log)
    log.push_back({{"place", one.place},
                   {"mode", to_string(one.mode)},
                   {"from", date_words(one.from)},
                   {"basis", one.basis}});
  if (ctx.as_json) {
    print_document({{"on", date_words(day)},
                    {"default_mode", to_string(settings.modes.default_mode)},
                    {"places", places},
                    {"log", log}});
    return exit_done;
  }
  text.print(std::cout);
  std::cout << "\nall others: " << to_string(settings.modes.default_mode) << "; on "
            << date_words(day) << ", of " << log.size() << " changes in the log\n";
  return exit_done;
}

}  // namespace

void add_jurisdictions(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("jurisdictions", "modes by place, since when, on what basis");
  const auto on = std::make_shared<std::string>();
  sub->add_option("--on", *on, "a day (default: today)");
  sub->footer("Examples:\n  whorl jurisdictions\n  whorl --json jurisdictions --on 2011-03-02");
  on_run(*sub, ctx, [&ctx, on] {
    return with_session(ctx, std::nullopt, [&](session& s) { return run(ctx, s, *on); });
  });
}

}  // namespace whorl::apps
