// whorl who-saw SUBJECT: who looked at what the store holds of a person, and to whom answers about
// them went: directly, or through the bookings and cases that found them.
#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>

#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t page_rows = 1000;

struct sight {
  instant at;
  std::string who, role, action, object, through, purpose;
};

/// How an answer names the subject; empty: it does not.
std::string link_of(const std::optional<booking_answered>& answer, subject_id subject) {
  if (!answer) return {};
  const std::string gallery(to_string(answer->gallery));
  if (answer->subject == subject)
    return (answer->decision == answer_decision::no_hit ? "enrolled in " : "hit in ") + gallery;
  for (const auto& c : answer->candidates)
    if (c.subject == subject || c.identity == subject) return "candidate in " + gallery;
  return {};
}

class search {
 public:
  search(session& s, subject_id subject) : session_(s), subject_(subject) {}

  result<std::vector<sight>> run(bool quiet) {
    WHORL_TRY(rows_of(to_string(subject_), "the record", {}));
    storage::booking_store& bookings = *session_.store().bookings;
    progress bar("looking through bookings", bookings.count(), quiet);
    std::size_t at = 0;
    for (storage::booking_range of;;) {
      WHORL_ASSIGN(const auto page, bookings.list(page_rows, of));
      for (const auto& row : page) WHORL_TRY(booking(row));
      bar.at(at += page.size());
      if (page.size() < page_rows) break;
      of.before = page.back().accepted.booking;
    }
    std::ranges::stable_sort(found_, {}, &sight::at);
    return std::move(found_);
  }

 private:
  status booking(const storage::booking_row& row) {
    const std::string id = to_string(row.accepted.booking);
    const std::string criminal = link_of(row.criminal, subject_);
    const std::string immigration = link_of(row.immigration, subject_);
    if (criminal.empty() && immigration.empty()) return {};
    WHORL_TRY(rows_of(id, criminal, immigration));
    // A case shows what both searches found.
    WHORL_TRY(rows_of(to_string(case_id{row.accepted.booking.value}), criminal, immigration));
    WHORL_ASSIGN(const auto sent, session_.store().outbox->of_booking(row.accepted.booking));
    for (const auto& m : sent) {
      const bool of_criminal = m.queued.message.ends_with("/criminal");
      const std::string& through = of_criminal ? criminal : immigration;
      if (through.empty()) continue;
      const instant at = m.delivered ? m.delivered->at : m.queued.at;
      found_.push_back({at, m.queued.recipient, "-",
                        (m.delivered ? "was sent " : "will be sent ") + m.queued.kind, id, through,
                        "answer"});
    }
    return {};
  }

  /// All rows of the object, however many: those of readings, and those of answers and disclosures
  /// in which one of the two galleries' answers went out.
  status rows_of(const std::string& object, const std::string& criminal,
                 const std::string& immigration) {
    const std::string both =
        criminal + (criminal.empty() || immigration.empty() ? "" : ", ") + immigration;
    std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
    for (;;) {
      WHORL_ASSIGN(const auto rows, session_.store().audit->newest(object, before, page_rows));
      for (const auto& [seq, row] : rows) {
        before = seq;
        const bool told = row.action.starts_with("answer ");
        const bool of_immigration =
            row.action.starts_with("answer IDR") || row.action.starts_with("disclose ");
        const bool read = row.action.starts_with("read ") || row.action == "decide review";
        const std::string& through = read ? both : of_immigration ? immigration : criminal;
        if ((read || told || of_immigration) && !through.empty())
          found_.push_back(
              {row.at, row.principal, row.role, row.action, row.object, through, row.purpose});
      }
      if (rows.size() < page_rows) return {};
    }
  }

  session& session_;
  subject_id subject_;
  std::vector<sight> found_;
};

result<int> run(const context& ctx, session& s, const std::string& name) {
  WHORL_ASSIGN(const subject_id subject, parse_subject_id(name));
  WHORL_ASSIGN(const auto all, search(s, subject).run(ctx.quiet || ctx.as_json));
  WHORL_TRY(s.append({s.audit("read who saw", to_string(subject), "oversight")}));
  table text({"when", "who", "role", "did", "object", "through", "purpose"});
  json rows = json::array();
  for (const auto& one : all) {
    text.add(
        {to_string(one.at), one.who, one.role, one.action, one.object, one.through, one.purpose});
    rows.push_back({{"at", to_string(one.at)},
                    {"who", one.who},
                    {"role", one.role},
                    {"did", one.action},
                    {"object", one.object},
                    {"through", one.through},
                    {"purpose", one.purpose}});
  }
  if (ctx.as_json)
    print_document({{"subject", to_string(subject)}, {"sights", rows}});
  else if (all.empty())
    std::cout << "nobody is recorded to have seen " << to_string(subject) << "\n";
  else
    text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_who_saw(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("who-saw", "who looked at a person's data, and who was told");
  const auto subject = std::make_shared<std::string>();
  sub->add_option("subject", *subject, "S...")->required();
  sub->footer(
      "Examples:\n  whorl --as oversight who-saw S0123456789abcdef\n\n"
      "Found are readings of the record, and of the bookings and cases in whose answers it stands\n"
      "as a hit, an enrolment or a candidate, and answers and disclosures about it, also those "
      "that\n"
      "wait to be sent. Looks through every booking.");
  on_run(*sub, ctx, [&ctx, subject] {
    return with_session(ctx, actors::permission::read_audit,
                        [&](session& s) { return run(ctx, s, *subject); });
  });
}

}  // namespace whorl::apps
