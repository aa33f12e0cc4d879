// whorl report: what happened, by jurisdiction and period, for oversight.
#include <iostream>
#include <memory>

#include "apps/case_commands.hpp"
#include "apps/casework/report.hpp"
#include "apps/files.hpp"
#include "apps/session.hpp"

namespace whorl::apps {
namespace {

struct report_options {
  std::string from, to, format = "text", out;
  std::string by = "agency";
};

result<int> run(const context& ctx, session& s, const report_options& o) {
  WHORL_ASSIGN(const report_period period, parse_period(o.from, o.to, o.by, wall_now()));
  // No person is named in a report: one row of the audit says that it was made.
  WHORL_TRY(s.append({s.audit("report", "report", "oversight", o.from + " to " + o.to)}));
  WHORL_ASSIGN(const report made, report_of(s.store(), period));
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
  sub->add_option("--from", o->from, "first day, or moment (default: the first of all)");
  sub->add_option("--to", o->to, "not included (default: now)");
  sub->add_option("--by", o->by, "a row for each agency, state or source (jail, state_prison ...)")
      ->check(CLI::IsMember({"agency", "state", "source"}))
      ->capture_default_str();
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
