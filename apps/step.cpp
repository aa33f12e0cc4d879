// whorl step: takes one step of a case, as whoever's certificate and key are shown. whorl clocks:
// ends the detainers whose time is over. `whorl serve` does both for many.
#include <iostream>
#include <memory>

#include "apps/case_commands.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/documents.hpp"
#include "apps/pki/identity.hpp"
#include "apps/session.hpp"

namespace whorl::apps {
namespace {

struct step_options {
  std::string id, step, reason, code, about, charge, pki;
};

/// The principal whose certificate and key these are. A name on the command line proves nothing.
result<actors::principal> proven(const session& s, const context& ctx, const step_options& o) {
  if (ctx.certificate.empty() || ctx.key.empty())
    return make_error(
        errc::invalid_input,
        "a step is taken by a person: show --certificate and --key (`whorl pki issue` "
        "makes them); --as alone proves nothing");
  const std::string folder = o.pki.empty() ? ctx.store + "/pki" : o.pki;
  WHORL_ASSIGN(const auto shown, pki::prove_identity(folder, ctx.certificate, ctx.key));
  return find_principal(s.settings(), shown.name);
}

result<wanted_step> wanted(const step_options& o) {
  wanted_step out;
  WHORL_ASSIGN(out.step, parse_case_step(o.step));
  out.reason = o.reason;
  out.code = o.code;
  if (!o.about.empty()) {
    WHORL_ASSIGN(out.about_at, parse_moment(o.about));
  }
  if (!o.charge.empty()) {
    WHORL_ASSIGN(out.charge, parse_offence(o.charge));
  }
  return out;
}

result<int> take(const context& ctx, session& s, const step_options& o) {
  WHORL_ASSIGN(const case_id which, parse_case_id(o.id));
  WHORL_ASSIGN(const wanted_step what, wanted(o));
  WHORL_ASSIGN(const actors::principal who, proven(s, ctx, o));
  WHORL_ASSIGN(auto* node, s.node());
  case_desk desk(s.store(), *node, s.settings().cases, wall_now);
  WHORL_ASSIGN(const standing_case now, desk.take(who, which, what));
  WHORL_TRY(node->drain());
  if (ctx.as_json) {
    json out = {{"case", o.id}, {"step", o.step}, {"by", who.name}};
    out["now"] = case_view_document(now.view);
    print_document(out);
  } else if (!ctx.quiet) {
    std::cout << o.id << ": " << o.step << " by " << who.name << "; the case is "
              << to_string(now.view.state) << ", level "
              << (now.view.level == 0 ? "none" : std::to_string(now.view.level)) << " by "
              << now.view.rule_set << "\n";
  }
  return exit_done;
}

result<int> end_clocks(const context& ctx, session& s) {
  WHORL_ASSIGN(auto* node, s.node());
  case_desk desk(s.store(), *node, s.settings().cases, wall_now);
  WHORL_ASSIGN(const std::size_t ended, desk.end_overdue_detainers());
  WHORL_TRY(node->drain());
  if (ctx.as_json)
    print_document({{"detainers_expired", ended}});
  else if (!ctx.quiet)
    std::cout << ended << " detainers have expired\n";
  return exit_done;
}

}  // namespace

void add_step(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("step", "takes one step of a case (certificate and key needed)");
  const auto o = std::make_shared<step_options>();
  sub->add_option("case", o->id, "C...")->required();
  sub->add_option("step", o->step, "`whorl lifecycle` lists them")->required();
  sub->add_option("--reason", o->reason, "why, in the person's words");
  sub->add_option("--code", o->code, "status, lift reason, slot, bed, language ... by step");
  sub->add_option("--about", o->about, "the moment it is about: 2011-09-02T18:00Z, or a date");
  sub->add_option("--offence", o->charge,
                  "code:class:disposition:days, as 1313:felony:convicted:400");
  sub->add_option("--pki", o->pki, "folder of the authority (default <store>/pki)");
  sub->footer(
      "--certificate and --key (global) show who takes the step.\nExamples:\n"
      "  whorl step C0123456789abcdef prints_confirmed --reason '14 points' \\\n"
      "    --certificate keys/examiner.pem --key keys/examiner.key\n"
      "  whorl step C0123456789abcdef status_found --code final-order --about 2010-05-01 ...\n"
      "  whorl step C0123456789abcdef offence_recorded --offence 1313:felony:convicted:400 ...\n"
      "  whorl step C0123456789abcdef citizenship_claimed --reason 'shows a passport' ...");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, std::nullopt, [&](session& s) { return take(ctx, s, *o); });
  });
}

void add_clocks(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("clocks", "ends detainers whose 48 hours are over");
  sub->footer("`whorl serve` does this by itself, each minute.\nExamples:\n  whorl clocks");
  on_run(*sub, ctx, [&ctx] {
    return with_session(ctx, actors::permission::manage_gallery,
                        [&](session& s) { return end_clocks(ctx, s); });
  });
}

void add_lifecycle(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("lifecycle", "the steps of a case: the table that the code runs");
  const auto as = std::make_shared<std::string>("table");
  sub->add_option("--format", *as, "table (Markdown), diagram (Mermaid) or disclosure (Markdown)")
      ->check(CLI::IsMember({"table", "diagram", "disclosure"}))
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl lifecycle\n  whorl --json lifecycle\n"
      "  whorl lifecycle --format diagram");
  on_run(*sub, ctx, [&ctx, as]() -> result<int> {
    if (ctx.as_json)
      print_document({{"lifecycle", lifecycle_document()}});
    else
      std::cout << (*as == "diagram"      ? lifecycle_diagram()
                    : *as == "disclosure" ? disclosure_markdown()
                                          : lifecycle_markdown());
    return exit_done;
  });
}

}  // namespace whorl::apps
