// whorl reviews: bookings that wait for an examiner, with their candidates and scores.
#include <memory>

#include "apps/cli.hpp"
#include "apps/review_list.hpp"
#include "apps/session.hpp"

namespace whorl::apps {
namespace {

result<int> run(const context& ctx, session& s, std::size_t limit) {
  WHORL_ASSIGN(const review_list all, list_reviews(s, s.who(), limit));
  std::vector<storage::append_request> rows;
  for (const std::string& booking : all.objects)
    rows.push_back(s.audit("read review", booking, "examination"));
  WHORL_TRY(s.append(std::move(rows)));
  if (ctx.as_json)
    print_document(all.document);
  else
    print_reviews(all.document, ctx.quiet);
  return exit_done;
}

}  // namespace

void add_reviews(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("reviews", "bookings that wait for an examiner, with candidates");
  const auto limit = std::make_shared<std::size_t>(100);
  sub->add_option("--limit", *limit, "at most so many, the oldest")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl --as examiner reviews\n  whorl --as examiner --json reviews\n"
      "  whorl --server https://localhost:8443 --certificate keys/examiner.pem "
      "--key keys/examiner.key --authority whorl-store/pki/ca.pem reviews");
  on_run(*sub, ctx, [&ctx, limit] {
    return with_session(ctx, actors::permission::decide_review,
                        [&](session& s) { return run(ctx, s, *limit); });
  });
}

}  // namespace whorl::apps
