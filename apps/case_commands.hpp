// The commands of people who work on cases, and of those who oversee the rules.
#pragma once

#include "apps/cli.hpp"

namespace whorl::apps {

void add_jurisdictions(CLI::App& app, context& ctx);
void add_rules(CLI::App& app, context& ctx);
void add_step(CLI::App& app, context& ctx);
void add_queue(CLI::App& app, context& ctx);
void add_clocks(CLI::App& app, context& ctx);
void add_lifecycle(CLI::App& app, context& ctx);
void add_report(CLI::App& app, context& ctx);

}  // namespace whorl::apps
