// whorl reviews: bookings that wait for an examiner, with their candidates and scores.
#include <iostream>
#include <set>

#include "apps/answers.hpp"
#include "apps/casework/review_desk.hpp"
#include "apps/cli.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

result<int> run(const context& ctx, session& s) {
  WHORL_ASSIGN(const auto open, s.store().bookings->open_bookings());
  table text({"booking", "gallery", "candidate", "score", "a hit needs", "fingers", "name given",
              "sequence error", "examined by"});
  json all = json::array();
  std::set<std::string> read;
  for (booking_id booking : open) {
    WHORL_ASSIGN(const auto shown, show_booking(s, booking));
    for (const auto* answer : {&shown.row.criminal, &shown.row.immigration}) {
      if (!*answer || (*answer)->decision != answer_decision::review) continue;
      // Who, not what: the next one is to look with eyes of his own.
      WHORL_ASSIGN(const auto findings, findings_of(s.store(), booking, (*answer)->gallery));
      json examined = json::array();
      std::string names;
      std::set<std::string> people;
      for (const auto& one : findings) people.insert(one.by);
      for (const std::string& one : people) {
        examined.push_back(one);
        names += (names.empty() ? "" : ", ") + one;
      }
      std::uint64_t searched = 0;
      for (const auto& c : (*answer)->coverage) searched += c.people;
      json candidates = json::array();
      for (const auto& c : (*answer)->candidates) {
        text.add({to_string(booking), std::string(to_string((*answer)->gallery)),
                  to_string(c.identity), std::to_string(score_of(c)),
                  std::to_string(hit_score(searched)), std::to_string(c.fingers_compared),
                  shown.who.name, sequence_words(c.sequence), names});
        candidates.push_back({{"subject", to_string(c.identity)},
                              {"record", to_string(c.subject)},
                              {"score", score_of(c)},
                              {"in_order", c.fused},
                              {"reordered", c.reordered},
                              {"sequence", sequence_words(c.sequence)},
                              {"fingers", c.fingers_compared}});
      }
      all.push_back({{"booking", to_string(booking)},
                     {"gallery", to_string((*answer)->gallery)},
                     {"tcn", shown.row.accepted.tcn},
                     {"ori", shown.row.accepted.ori},
                     {"hit_score", hit_score(searched)},
                     {"examined_by", examined},
                     {"candidates", candidates}});
      read.insert(to_string(booking));
    }
  }
  std::vector<storage::append_request> rows;
  for (const std::string& booking : read)
    rows.push_back(s.audit("read review", booking, "examination"));
  WHORL_TRY(s.append(std::move(rows)));
  if (ctx.as_json)
    print_document({{"reviews", all}});
  else if (all.empty())
    std::cout << "no booking waits for an examiner\n";
  else
    text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_reviews(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("reviews", "bookings that wait for an examiner, with candidates");
  sub->footer("Examples:\n  whorl --as examiner reviews\n  whorl --as examiner --json reviews");
  on_run(*sub, ctx, [&ctx] {
    return with_session(ctx, actors::permission::decide_review,
                        [&](session& s) { return run(ctx, s); });
  });
}

}  // namespace whorl::apps
