// whorl step: takes one step of a case, as whoever's certificate and key are shown. whorl clocks:
// ends the detainers whose time is over. `whorl serve` does both for many.
#include <iostream>
#include <memory>

#include "apps/answers.hpp"
#include "apps/case_commands.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/casework/review_clock.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/documents.hpp"
#include "apps/http/routes.hpp"
#include "apps/proof.hpp"
#include "apps/session.hpp"

namespace whorl::apps {
namespace {

struct step_options {
  std::string id, step, reason, code, about, charge, request, pki;
};

case_desk desk_of(session& s, actors::local_node& node) {
  return {s.store(),
          s.board(),
          node,
          s.settings().cases,
          wall_now,
          [&s](const std::string& name, bool is_protected) {
            return may_take_over(s.settings().principals, name, is_protected);
          }};
}

result<wanted_step> wanted(const step_options& o) {
  wanted_step out;
  WHORL_ASSIGN(out.step, parse_case_step(o.step));
  out.reason = o.reason;
  out.code = o.code;
  out.request = o.request;
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
  WHORL_ASSIGN(const actors::principal who,
               proven_principal(s, ctx, o.pki, "step " + o.step, to_string(which)));
  WHORL_ASSIGN(auto* node, s.node());
  case_desk desk = desk_of(s, *node);
  auto [outcome, refusal] = desk.take(who, which, what);
  if (!refusal.empty()) {
    const audit_row row{{},        who.name,         std::string(to_string(who.acts_as)),
                        "refused", to_string(which), "case work",
                        refusal};
    WHORL_TRY(s.append({session::audit_of(row)}));
  }
  WHORL_TRY(node->drain());
  WHORL_ASSIGN(const standing_case now, std::move(outcome));
  // Whoever books takes a step; what the federal side knows of the case is not for them.
  const bool shown = !is_booking_side(who.acts_as) && may_know_case(who, now);
  if (ctx.as_json) {
    json out = {{"case", o.id}, {"step", o.step}, {"by", who.name}};
    if (shown)
      out["now"] = case_view_document(now.view);
    else
      out["taken"] = true;
    print_document(out);
  } else if (!ctx.quiet) {
    std::cout << o.id << ": " << o.step << " by " << who.name;
    if (shown)
      std::cout << "; the case is " << to_string(now.view.state) << ", level "
                << (now.view.level == 0 ? "none" : std::to_string(now.view.level)) << " by "
                << now.view.rule_set;
    std::cout << "\n";
  }
  return exit_done;
}

result<int> end_clocks(const context& ctx, session& s) {
  WHORL_ASSIGN(auto* node, s.node());
  case_desk desk = desk_of(s, *node);
  WHORL_ASSIGN(const expiries done, desk.end_overdue_detainers());
  WHORL_ASSIGN(const overdue_answers late, desk.record_overdue_answers());
  review_clock reviews(s.store(), *node, s.settings().cases.reviews);
  WHORL_ASSIGN(const dispute_counts disputes, reviews.look(wall_now()));
  WHORL_TRY(node->drain());
  if (ctx.as_json)
    print_document({{"detainers_expired", done.ended},
                    {"failed", done.failed},
                    {"answers_overdue", late.all},
                    {"answers_overdue_new", late.said},
                    {"reviews_disputed", disputes.all},
                    {"reviews_disputed_overdue", disputes.overdue},
                    {"reviews_disputed_overdue_new", disputes.said}});
  else if (!ctx.quiet)
    std::cout << done.ended << " detainers have expired; " << late.all
              << " answers of the operations centre are overdue, " << late.said
              << " of them new; on " << disputes.all << " reviews examiners disagree, on "
              << disputes.overdue << " for too long, " << disputes.said << " of them new\n";
  if (done.failed == 0) return exit_done;
  return make_error(errc::internal, std::to_string(done.failed) +
                                        " detainers are over and could not be ended, first " +
                                        done.first_error);
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
                  "code:class:disposition:days:count, as 1313:felony:convicted:400:2");
  sub->add_option("--request", o->request,
                  "an id of your own: sent again with it, the step is taken once");
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
  sub->add_option("--format", *as,
                  "table (Markdown), diagram (Mermaid), disclosure or routes (Markdown)")
      ->check(CLI::IsMember({"table", "diagram", "disclosure", "routes"}))
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
                    : *as == "routes"     ? http::routes_markdown()
                                          : lifecycle_markdown());
    return exit_done;
  });
}

}  // namespace whorl::apps
