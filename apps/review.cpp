// whorl review: an examiner, proven by certificate, turns a review into a hit or a no hit.
#include <iostream>
#include <memory>

#include "apps/answers.hpp"
#include "apps/casework/review_desk.hpp"
#include "apps/cli.hpp"
#include "apps/proof.hpp"
#include "apps/review_list.hpp"
#include "apps/session.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

struct review_options {
  std::string booking, gallery, reason, subject, pki;
  bool same = false, different = false;
};

result<wanted_review> wanted(const review_options& o) {
  wanted_review out;
  WHORL_ASSIGN(out.gallery, parse_gallery_kind(o.gallery));
  out.same = o.same;
  out.reason = o.reason;
  if (!o.subject.empty()) {
    WHORL_ASSIGN(out.subject, parse_subject_id(o.subject));
  }
  return out;
}

/// On record, and not decided.
void show_waiting(const context& ctx, const review_options& o, const std::string& by,
                  const review_outcome& done) {
  if (ctx.as_json)
    print_line({{"event", "examined"},
                {"booking", o.booking},
                {"gallery", o.gallery},
                {"by", by},
                {"examiners_agreed", done.agreed},
                {"examiners_needed", done.needed}});
  else if (!ctx.quiet)
    std::cout << examined_words(o.booking, done.agreed, done.needed) << "\n";
}

result<int> run(const context& ctx, session& s, const review_options& o) {
  WHORL_ASSIGN(const booking_id booking, parse_booking_id(o.booking));
  WHORL_ASSIGN(const actors::principal who_decides,
               proven_principal(s, ctx, o.pki, "review", o.booking));
  WHORL_ASSIGN(const wanted_review what, wanted(o));
  WHORL_ASSIGN(auto* node, s.node());
  WHORL_ASSIGN(const review_outcome done,
               decide_review(s.store(), *node, s.settings().cases.reviews, who_decides, booking,
                             what, wall_now()));
  WHORL_TRY(node->drain());
  if (!done.decided) {
    show_waiting(ctx, o, who_decides.name, done);
    return exit_done;
  }
  WHORL_ASSIGN(const auto shown, show_booking(s, booking));
  if (ctx.as_json) {
    for (const json& line : answer_lines(shown)) print_line(line);
  } else if (!ctx.quiet) {
    std::cout << o.booking << ": "
              << (what.gallery == gallery_kind::criminal ? criminal_words(shown, true)
                                                         : immigration_words(shown, true))
              << ", decided by " << who_decides.name << "; sent: " << sent_words(shown) << "\n";
  }
  return exit_done;
}

}  // namespace

error same_or_different() { return make_error(errc::invalid_input, "say --same or --different"); }

void add_review(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("review", "decide one booking that waits (role examiner)");
  const auto o = std::make_shared<review_options>();
  sub->add_option("booking", o->booking, "B...")->required();
  sub->add_option("--gallery", o->gallery, "criminal or immigration")->required();
  auto* same = sub->add_flag("--same", o->same, "the prints are the candidate's");
  auto* different =
      sub->add_flag("--different", o->different, "they are nobody's of the candidates");
  same->excludes(different);
  sub->add_option("--subject", o->subject, "which candidate (default: the best)");
  sub->add_option("--reason", o->reason, "what the examiner saw")
      ->required()
      ->check(CLI::Validator(
          [](std::string& t) {
            return t.size() > limits::text_max ? std::string("too long") : std::string();
          },
          ""));
  sub->add_option("--pki", o->pki, "folder of the authority (default <store>/pki)");
  sub->footer(
      "--certificate and --key (global) show who decides.\nExamples:\n"
      "  whorl review B0123456789abcdef --gallery criminal --same --reason '14 points' \\\n"
      "    --certificate keys/examiner.pem --key keys/examiner.key\n"
      "  whorl review B0123456789abcdef --gallery immigration --different --reason 'cores differ' "
      "...\n"
      "Where whorl.toml asks for more examiners (cases.criminal_examiners), the review is decided\n"
      "once so many different ones have found the same. With --server URL and --authority the\n"
      "gateway decides it for whoever the certificate is.");
  on_run(*sub, ctx, [&ctx, o]() -> result<int> {
    if (o->same == o->different) return same_or_different();
    return with_session(ctx, std::nullopt, [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
