// whorl audit list: who did what. audit verify stands in audit_verify.cpp.
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/documents.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

result<int> list(const context& ctx, session& s, const std::string& object, std::size_t limit) {
  WHORL_ASSIGN(const auto rows, s.store().audit->rows(object, limit));
  WHORL_TRY(s.append({s.audit("read audit", object.empty() ? "audit" : object, "oversight")}));
  table text({"when", "who", "role", "action", "object", "purpose", "detail"});
  json all = json::array();
  for (const auto& r : rows) {
    text.add({to_string(r.at), r.principal, r.role, r.action, r.object, r.purpose, r.detail});
    all.push_back(audit_document(r));
  }
  if (ctx.as_json)
    print_document({{"audit", all}});
  else
    text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_audit(CLI::App& app, context& ctx) {
  auto* audit = app.add_subcommand("audit", "the journal's proof and the record of who did what");
  audit->require_subcommand(1);
  audit->footer(
      "Examples:\n  whorl audit verify\n  whorl --as oversight audit list --object "
      "B0123456789abcdef");
  add_audit_verify(*audit, ctx);
  add_who_saw(*audit, ctx);
  auto* rows = audit->add_subcommand("list", "rows of the audit, oldest first");
  const auto object = std::make_shared<std::string>();
  const auto limit = std::make_shared<std::size_t>(1000);
  rows->add_option("--object", *object, "of one booking, subject, case or gallery");
  rows->add_option("--limit", *limit, "at most so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  rows->footer(
      "Examples:\n  whorl --as oversight audit list\n  whorl audit list --object "
      "C0123456789abcdef");
  on_run(*rows, ctx, [&ctx, object, limit] {
    return with_session(ctx, actors::permission::read_audit,
                        [&](session& s) { return list(ctx, s, *object, *limit); });
  });
}

}  // namespace whorl::apps
