// whorl who-saw SUBJECT: who looked at what the store holds of a person, and to whom answers about
// them went (sights.hpp).
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/sights.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

result<int> run(const context& ctx, session& s, const std::string& name) {
  WHORL_ASSIGN(const subject_id subject, parse_subject_id(name));
  progress bar("looking through bookings", s.store().bookings->count(), ctx.quiet || ctx.as_json);
  WHORL_ASSIGN(const auto all,
               sights_of(s.store(), subject, [&bar](std::uint64_t bookings) { bar.at(bookings); }));
  WHORL_TRY(s.append({s.audit("read who saw", to_string(subject), "oversight")}));
  if (ctx.as_json) {
    print_document(sights_document(subject, all));
    return exit_done;
  }
  if (all.empty()) {
    std::cout << "nobody is recorded to have seen " << to_string(subject) << "\n";
    return exit_done;
  }
  table text({"when", "who", "role", "did", "object", "through", "purpose", "rule"});
  for (const sight& one : all)
    text.add({to_string(one.at), one.who, one.role, one.action, one.object, one.through,
              one.purpose, one.detail});
  text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_who_saw(CLI::App& parent, context& ctx) {
  auto* sub = parent.add_subcommand("who-saw", "who looked at a person's data, and who was told");
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
