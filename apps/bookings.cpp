// whorl bookings: who was found where, how sure, who was told; for those who may read cases.
#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/answers.hpp"
#include "apps/cli.hpp"
#include "apps/documents.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

struct bookings_options {
  std::size_t limit = 1000, rows = 20;
};

std::string with_score(const std::string& words, const shown_answer& a) {
  if (a.decision != "hit" && a.decision != "review") return words;
  return words + " (" + std::to_string(a.score) + ")" +
         (a.sequence.empty() ? "" : ", sequence error: " + a.sequence);
}

void print_counts(const std::vector<shown_booking>& all) {
  std::size_t both = 0, criminal = 0, immigration = 0, neither = 0, waiting = 0, cases = 0,
              other_name = 0;
  std::uint64_t people = 0;
  for (const auto& b : all) {
    const bool c = b.criminal.decision == "hit", i = b.immigration.decision == "hit";
    const bool w = b.criminal.decision == "review" || b.immigration.decision == "review";
    (w ? waiting : c && i ? both : c ? criminal : i ? immigration : neither) += 1;
    cases += b.opened_case;
    other_name += !b.criminal.known_as.empty() || !b.immigration.known_as.empty();
    people = std::max(people, b.criminal.people);
  }
  std::cout
      << "\nOf " << with_commas(all.size()) << " bookings: found in both galleries " << both
      << ", only in the criminal one " << criminal << ", only in the immigration one "
      << immigration << ", in neither " << neither << ", waiting for an examiner " << waiting
      << ".\n"
      << "Found under another name than the one given: " << other_name
      << ". Cases opened: " << cases
      << ".\nA score (in brackets) adds up 100 x log10 of each finger's likelihood ratio; far "
         "above a hit it ranks, it is not odds. Among "
      << with_commas(people) << " people a hit needs " << hit_score(people) << ".\n";
}

/// A jail goes without saying.
std::string place_words(const booking_accepted& booking) {
  std::string words = booking.ori + " " + std::string(to_string(booking.mode));
  if (booking.source != booking_source::jail)
    words += ", " + std::string(to_string(booking.source));
  return words;
}

result<int> run(const context& ctx, session& s, const bookings_options& o) {
  WHORL_ASSIGN(auto rows, s.store().bookings->list(o.limit));
  std::reverse(rows.begin(), rows.end());
  std::vector<shown_booking> all;
  std::vector<std::string> kinds;
  for (auto& row : rows) {
    WHORL_ASSIGN(auto shown, show_booking(s, s.who(), std::move(row)));
    const bool renamed = !shown.criminal.known_as.empty() || !shown.immigration.known_as.empty();
    kinds.push_back(shown.criminal.decision + shown.immigration.decision +
                    (renamed ? "renamed" : "") + (shown.criminal.subject.value != 0 ? "id" : ""));
    all.push_back(std::move(shown));
  }
  const auto printed = ctx.as_json ? illustrative(kinds, 0) : illustrative(kinds, o.rows);
  // A row for each whose data are shown, so that `who-saw` finds it; before anything is.
  std::vector<storage::append_request> audit;
  for (const std::size_t i : printed)
    audit.push_back(
        s.audit("read booking", to_string(all[i].row.accepted.booking), "oversight", "in a list"));
  WHORL_TRY(s.append(std::move(audit)));
  if (ctx.as_json) {
    json out = json::array();
    for (const auto& b : all) out.push_back(booking_document(b));
    print_document({{"bookings", out}});
    return exit_done;
  }
  table text({"booking (TCN)", "agency, mode, source", "name given", "criminal gallery",
              "immigration gallery", "answers sent", "case"});
  for (const std::size_t i : printed) {
    const shown_booking& b = all[i];
    const auto& accepted = b.row.accepted;
    text.add({accepted.tcn, place_words(accepted), b.who.name,
              with_score(criminal_words(b, false), b.criminal),
              with_score(immigration_words(b, false), b.immigration), sent_words(b),
              b.opened_case ? to_string(case_id{accepted.booking.value}) : "-"});
  }
  text.print(std::cout);
  if (!ctx.quiet) print_counts(all);
  return exit_done;
}

}  // namespace

void add_bookings(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("bookings", "who was found where, how sure, and who was told");
  const auto o = std::make_shared<bookings_options>();
  sub->add_option("--limit", o->limit, "newest so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->add_option("--rows", o->rows, "rows of the table, of each kind some; 0: all")
      ->capture_default_str();
  sub->footer(
      "Examples:\n  whorl --as oversight bookings\n  whorl --as oversight --json bookings --limit "
      "10");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::read_cases,
                        [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
