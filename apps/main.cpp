// The program `whorl`: reads the command line and hands over to one command.
#include <cstdlib>
#include <iostream>

#include "apps/case_commands.hpp"
#include "apps/cli.hpp"
#include "apps/core_dumps.hpp"
#include "apps/sim_inputs.hpp"

namespace {

constexpr const char* about =
    "whorl: a fingerprint identification exchange on synthetic people.\n"
    "Bookings are searched in a criminal and an immigration gallery; answers, cases and an audit "
    "follow.";

constexpr const char* footer =
    "First steps:\n"
    "  whorl init\n"
    "  whorl synth people --people 1000 --seed 1 --out people.whorl-people\n"
    "  whorl gallery import criminal people.whorl-people\n"
    "  whorl synth bookings --people-seed 1 --count 10 --out bookings\n"
    "  whorl --as state-bureau book bookings\n"
    "\n"
    "Exit codes: 0 done; 1 something was refused or is not allowed; 2 wrong arguments or "
    "configuration;\n"
    "  3 the store cannot be used; 4 the audit or the scrubber found damage; 5 the doctor found\n"
    "  something wrong.";

void add_options(CLI::App& app, whorl::apps::context& ctx) {
  if (const char* set = std::getenv("WHORL_STORE"); set != nullptr && *set != '\0') ctx.store = set;
  app.add_option("--store", ctx.store, "folder of the store ($WHORL_STORE)")->capture_default_str();
  app.add_option("--as", ctx.as, "principal to act as; the store's whorl.toml lists them");
  app.add_option("--server", ctx.server, "gateway that does the work, https://HOST:PORT")
      ->envname("WHORL_SERVER");
  app.add_option("--certificate", ctx.certificate, "who one is, PEM (with --server, and for step)")
      ->envname("WHORL_CERTIFICATE");
  app.add_option("--key", ctx.key, "of the certificate, PEM")->envname("WHORL_KEY");
  app.add_option("--authority", ctx.authority, "whose gateway is trusted, PEM (with --server)")
      ->envname("WHORL_AUTHORITY");
  app.add_flag("--json", ctx.as_json, "print JSON instead of text");
  app.add_flag("--quiet", ctx.quiet, "no progress, no remarks");
}

}  // namespace

int main(int argc, char** argv) {
  using namespace whorl::apps;
  forbid_core_dumps();
  context ctx;
  CLI::App app{about, "whorl"};
  app.footer(footer);
  app.fallthrough();
  app.require_subcommand(1);
  add_options(app, ctx);
  add_init(app, ctx);
  add_synth(app, ctx);
  add_gallery(app, ctx);
  add_book(app, ctx);
  add_bookings(app, ctx);
  add_reviews(app, ctx);
  add_review(app, ctx);
  add_explain(app, ctx);
  add_cases(app, ctx);
  add_queue(app, ctx);
  add_step(app, ctx);
  add_clocks(app, ctx);
  add_jurisdictions(app, ctx);
  add_rules(app, ctx);
  add_lifecycle(app, ctx);
  add_report(app, ctx);
  add_audit(app, ctx);
  add_who_saw(app, ctx);
  add_purge(app, ctx);
  add_scrub(app, ctx);
  add_backup(app, ctx);
  add_restore(app, ctx);
  add_doctor(app, ctx);
  add_status(app, ctx);
  add_pki(app, ctx);
  add_serve(app, ctx);
  add_node(app, ctx);
  add_cluster(app, ctx);
  add_load(app, ctx);
  add_bench(app, ctx);
  add_accuracy(app, ctx);
  add_compare(app, ctx);
  add_inspect(app, ctx);
  add_plan(app, ctx);
  add_sim(app, ctx);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_done : exit_usage;
  } catch (const std::exception& e) {  // the edge: what no command foresaw
    return fail(ctx, whorl::make_error(whorl::errc::internal, e.what()));
  }
  return ctx.code;
}
