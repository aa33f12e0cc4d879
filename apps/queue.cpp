// whorl queue: what waits for people, in the order of work.
#include <iostream>
#include <memory>

#include "apps/case_commands.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/casework/queue_document.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

result<int> run(const context& ctx, session& s, const std::string& name, std::size_t limit) {
  WHORL_ASSIGN(const auto kind, casework::parse_queue_kind(name));
  const instant now = wall_now();
  WHORL_ASSIGN(auto all, queue_of(s.board(), s.settings().cases, s.who(), kind, now));
  const json document = queue_document(name, all, now, limit);
  all.resize(std::min(all.size(), limit));
  std::vector<storage::append_request> rows;
  for (const auto& one : all)
    rows.push_back(s.audit("read case", to_string(one.item.which), "case work", "in a queue"));
  WHORL_TRY(s.append(std::move(rows)));
  if (ctx.as_json) {
    print_document(document);
    return exit_done;
  }
  table text({"case", "agency", "level", "state", "due", "waits", "taken up by"});
  for (const json& one : document["cases"])
    text.add({one["case"], one["ori"], one["level"] == 0 ? "-" : one["level"].dump(), one["state"],
              one["due"].is_null() ? std::string("-") : one["due"].get<std::string>(),
              one["waits_hours"].dump() + " h", one["assignee"]});
  text.print(std::cout);
  if (!ctx.quiet)
    std::cout << "\n" << document["waiting"] << " wait, " << document["overdue"] << " overdue\n";
  return exit_done;
}

}  // namespace

void add_queue(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("queue", "cases that wait for people, in the order of work");
  const auto name = std::make_shared<std::string>();
  const auto limit = std::make_shared<std::size_t>(100);
  sub->add_option("queue", *name, "examiners, operations-centre, field-office or claims")
      ->required();
  sub->add_option("--limit", *limit, "at most so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl --as analyst queue operations-centre\n"
      "  whorl --as field-office --json queue field-office");
  on_run(*sub, ctx, [&ctx, name, limit] {
    return with_session(ctx, actors::permission::read_cases,
                        [&](session& s) { return run(ctx, s, *name, *limit); });
  });
}

}  // namespace whorl::apps
