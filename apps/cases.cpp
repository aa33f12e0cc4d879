// whorl cases, whorl case ID: what immigration hits have opened, and one case's timeline.
#include <iostream>
#include <memory>

#include "apps/answers.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/cli.hpp"
#include "apps/documents.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

std::string level_words(std::uint8_t level) { return level == 0 ? "-" : std::to_string(level); }

std::string step_words(const case_event& e) {
  std::string text = e.code;
  if (e.charge) text += (text.empty() ? "" : ", ") + casework::words(*e.charge);
  // Of the opening and the query it is the time by which an answer is due.
  if (e.about_at.ms != 0)
    text += (text.empty() ? "" : ", ") +
            std::string(e.step <= case_step::iaq_queued ? "due " : "") + to_string(e.about_at);
  if (e.clock_ends.ms != 0) text += ", ends " + to_string(e.clock_ends);
  return text + (text.empty() || e.reason.empty() ? "" : ": ") + e.reason;
}

result<int> list(const context& ctx, session& s, std::size_t limit) {
  WHORL_ASSIGN(const auto known, known_cases(s.store(), s.who(), limit));
  std::vector<storage::case_row> rows;
  for (const auto& one : known) rows.push_back(one.row);
  std::vector<storage::append_request> audit;
  for (const auto& row : rows)
    audit.push_back(s.audit("read case", to_string(row.which), "case work", "in a list"));
  WHORL_TRY(s.append(std::move(audit)));
  table text({"case", "opened", "level", "state", "last step", "subject", "booking"});
  json all = json::array();
  for (const auto& row : rows) {
    const case_event& first = row.events.front();
    const casework::case_view view = casework::fold(row.events);
    text.add({to_string(row.which), to_string(first.at), level_words(view.level),
              std::string(to_string(view.state)), std::string(to_string(row.last().step)),
              to_string(first.subject), to_string(first.booking)});
    all.push_back(case_line(row));
  }
  if (ctx.as_json) {
    print_document({{"cases", all}});
  } else {
    text.print(std::cout);
    if (!ctx.quiet)
      std::cout << "\n"
                << with_commas(rows.size()) << " cases; `whorl case ID` shows one's timeline\n";
  }
  return exit_done;
}

result<int> show(const context& ctx, session& s, const std::string& id) {
  WHORL_ASSIGN(const auto known, known_case(s, id));
  const storage::case_row& row = known.row;
  WHORL_ASSIGN(const auto booking, show_booking(s, row.events.front().booking));
  // The row of the audit first: nobody sees the case unrecorded.
  WHORL_TRY(
      s.append({s.audit("read case", id, "case work", to_string(row.events.front().booking))}));
  const auto& accepted = booking.row.accepted;
  table text({"when", "step", "level", "rules", "by", "what and why"});
  for (const auto& e : row.events)
    text.add({to_string(e.at), std::string(to_string(e.step)), level_words(e.level), e.rule_set,
              e.by, step_words(e)});
  for (const auto& m : booking.messages)
    text.add({to_string(m.queued.at), "message", "", "", "whorl",
              m.queued.kind + " to " + m.queued.recipient});
  if (ctx.as_json) {
    print_document(case_document(row, booking));
    return exit_done;
  }
  std::cout << "case " << id << " (synthetic person)\n  booking   " << to_string(accepted.booking)
            << ", " << accepted.ori << ", TCN " << accepted.tcn << ", mode "
            << to_string(accepted.mode) << ", " << to_string(accepted.source) << "\n  person    "
            << booking.who.name << ", born " << booking.who.birth_date << ", "
            << booking.who.birth_place << "\n  offence   " << booking.who.offence_text
            << "\n  criminal  " << criminal_words(booking, true) << "\n  immigr.   "
            << immigration_words(booking, true) << ", score " << booking.immigration.score
            << "\n  state     " << to_string(casework::fold(row.events).state) << "\n\n";
  text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_cases(CLI::App& app, context& ctx) {
  auto* all = app.add_subcommand("cases", "cases, newest first");
  const auto limit = std::make_shared<std::size_t>(100);
  all->add_option("--limit", *limit, "at most so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  all->footer(
      "Examples:\n  whorl --as oversight cases\n  whorl --as oversight --json cases --limit 10");
  on_run(*all, ctx, [&ctx, limit] {
    return with_session(ctx, actors::permission::read_cases,
                        [&](session& s) { return list(ctx, s, *limit); });
  });
  auto* one = app.add_subcommand("case", "one case's timeline");
  const auto id = std::make_shared<std::string>();
  one->add_option("id", *id, "C...")->required();
  one->footer("Examples:\n  whorl --as oversight case C0123456789abcdef");
  on_run(*one, ctx, [&ctx, id] {
    return with_session(ctx, actors::permission::read_cases,
                        [&](session& s) { return show(ctx, s, *id); });
  });
}

}  // namespace whorl::apps
