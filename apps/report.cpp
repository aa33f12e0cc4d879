// whorl report: what happened, by jurisdiction and period, for oversight.
#include <iostream>
#include <limits>
#include <memory>

#include "apps/case_commands.hpp"
#include "apps/casework/report.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/files.hpp"
#include "apps/session.hpp"

namespace whorl::apps {
namespace {

struct report_options {
  std::string from = "2000-01-01", to, format = "text", out;
  bool by_state = false;
};

result<int> run(const context& ctx, session& s, const report_options& o) {
  report_period period;
  WHORL_ASSIGN(period.from, parse_moment(o.from));
  period.to = {wall_now().ms + 1};
  if (!o.to.empty()) {
    WHORL_ASSIGN(period.to, parse_moment(o.to));
  }
  if (period.from >= period.to)
    return make_error(errc::invalid_input, "--from must be before --to");
  period.by_state = o.by_state;
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  WHORL_ASSIGN(const auto bookings, s.store().bookings->list(all, {}));
  WHORL_ASSIGN(auto rows, s.store().cases->list(all));
  std::vector<reported_case> cases;
  for (auto& row : rows) {
    WHORL_ASSIGN(const auto booking, s.store().bookings->get(row.events.front().booking));
    casework::case_view view = casework::fold(row.events);
    cases.push_back({booking.accepted.ori, std::move(row), std::move(view)});
  }
  // No person is named in a report: one row of the audit says that it was made.
  WHORL_TRY(s.append({s.audit("report", "report", "oversight", o.from + " to " + o.to)}));
  const report made = make_report(period, bookings, cases);
  const std::string format = ctx.as_json ? "json" : o.format;
  const std::string text = format == "json"   ? report_document(made).dump(2) + "\n"
                           : format == "csv"  ? report_csv(made)
                           : format == "html" ? report_html(made)
                                              : report_text(made);
  if (o.out.empty()) {
    std::cout << text;
    return exit_done;
  }
  WHORL_TRY(write_whole(o.out, std::as_bytes(std::span(text))));
  if (!ctx.quiet) std::cout << "written to " << printable(o.out) << "\n";
  return exit_done;
}

}  // namespace

void add_report(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("report", "figures by jurisdiction and period (role oversight)");
  const auto o = std::make_shared<report_options>();
  sub->add_option("--from", o->from, "first day, or moment")->capture_default_str();
  sub->add_option("--to", o->to, "not included (default: now)");
  sub->add_flag("--by-state", o->by_state, "by state instead of by agency");
  sub->add_option("--format", o->format, "text, csv, json or html")
      ->check(CLI::IsMember({"text", "csv", "json", "html"}))
      ->capture_default_str();
  sub->add_option("--out", o->out, "file to write instead of printing");
  sub->footer(
      "Examples:\n  whorl --as oversight report --from 2011-01-01 --to 2011-04-01\n"
      "  whorl --as oversight report --format html --out report.html");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::read_audit,
                        [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
