// whorl gallery enroll|merge|unmerge|delete: one person at a time, each a fact and an audit row.
#include <iostream>
#include <memory>

#include "actors/gateway_core.hpp"
#include "actors/query_core.hpp"
#include "apps/casework/change_notices.hpp"
#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/session.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/key_purposes.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

struct change_options {
  std::string gallery, subject, other, reason, file;
};

int say(const context& ctx, const char* action, gallery_kind gallery, subject_id subject,
        const std::string& text) {
  if (ctx.as_json)
    print_line(
        {{"event", action}, {"gallery", to_string(gallery)}, {"subject", to_string(subject)}});
  else if (!ctx.quiet)
    std::cout << text << "\n";
  return exit_done;
}

/// The file is judged as its own agency's booking would be; nothing is searched and nobody is
/// answered.
result<int> enroll(const context& ctx, session& s, const change_options& o) {
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(bytes content, read_whole(o.file, limits::transaction_bytes_max));
  WHORL_ASSIGN(const auto whole, ebts::read_transaction(content));
  const actors::principal agency{s.who().name, actors::role::lea, std::string(whole.ori())};
  WHORL_ASSIGN(const auto read, actors::admit({agency, std::move(content)}, s.settings().modes,
                                              to_date8(wall_now())));
  const subject_record record{actors::query_core::own_subject(read.booking), read.prints, read.who};
  if (s.subject(gallery, record.subject))
    return make_error(errc::conflict, "the person of " + o.file + " is enrolled already as " +
                                          to_string(record.subject));
  WHORL_ASSIGN(auto* node, s.node());
  WHORL_ASSIGN(
      auto sealed,
      node->seal({{{record.subject.value, record_purpose(gallery)}, wire::encode(record)}}));
  const subject_enrolled enrolled{record.subject, {}, wall_now(), s.who().name, sealed.front()};
  WHORL_TRY(s.append({{stream_of(gallery), "enroll/" + to_string(record.subject), std::nullopt,
                       wire::encode(fact(enrolled))},
                      s.audit("gallery enroll", to_string(record.subject),
                              std::string(to_string(gallery)), o.file)}));
  return say(ctx, "enrolled", gallery, record.subject,
             "enrolled " + to_string(record.subject) + " in the " +
                 std::string(to_string(gallery)) + " gallery");
}

/// Appends the change with its audit row under one id.
status record_change(session& s, gallery_kind gallery, const char* action, subject_id about,
                     const std::string& reason, const fact& change,
                     std::vector<subject_id> subjects) {
  storage::append_request audit =
      s.audit(action, to_string(about), std::string(to_string(gallery)), reason);
  storage::append_request request{stream_of(gallery), audit.message_id, std::nullopt,
                                  wire::encode(change)};
  WHORL_ASSIGN(auto* node, s.node());
  const auto done =
      append_change(s.store(), *node, s.settings().cases, {std::move(request), std::move(audit)},
                    {{gallery, std::move(subjects)}}, reason, wall_now());
  return done ? status() : status(done.error());
}

result<int> merge(const context& ctx, session& s, const change_options& o) {
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(const subject_id kept, parse_subject_id(o.subject));
  WHORL_ASSIGN(const subject_id merged, parse_subject_id(o.other));
  WHORL_ASSIGN(const auto kept_row, s.subject(gallery, kept));
  WHORL_ASSIGN(const auto merged_row, s.subject(gallery, merged));
  if (kept == merged || kept_row.identity == merged_row.identity)
    return make_error(errc::conflict,
                      to_string(kept) + " and " + to_string(merged) + " are one identity already");
  const subjects_merged change{kept, merged, wall_now(), s.who().name, o.reason};
  WHORL_TRY(record_change(s, gallery, "gallery merge", merged, o.reason, change,
                          {kept, kept_row.identity, merged, merged_row.identity}));
  return say(ctx, "merged", gallery, merged,
             to_string(merged) + " answers as " + to_string(kept_row.identity));
}

result<int> unmerge(const context& ctx, session& s, const change_options& o) {
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(const subject_id merged, parse_subject_id(o.subject));
  WHORL_ASSIGN(const auto row, s.subject(gallery, merged));
  if (row.identity == merged)
    return make_error(errc::conflict, to_string(merged) + " is not merged into another record");
  const subjects_unmerged change{merged, wall_now(), s.who().name, o.reason};
  WHORL_TRY(record_change(s, gallery, "gallery unmerge", merged, o.reason, change,
                          {merged, row.identity}));
  return say(ctx, "unmerged", gallery, merged, to_string(merged) + " answers as itself again");
}

/// The fact first: when it is durable no search returns the record; then its key, so no copy can be
/// read; then the plain copies that searches read, before anybody is told that it is done.
result<int> remove(const context& ctx, session& s, const change_options& o) {
  WHORL_ASSIGN(const gallery_kind gallery, parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(const subject_id subject, parse_subject_id(o.subject));
  WHORL_TRY(s.subject(gallery, subject));
  const subject_deleted change{subject, wall_now(), s.who().name, o.reason};
  WHORL_TRY(record_change(s, gallery, "gallery delete", subject, o.reason, change, {subject}));
  const key_id key{subject.value, record_purpose(gallery)};
  const status destroyed = s.store().keys->destroy(std::span(&key, 1));
  const status settled = s.settle();
  const std::string gone = to_string(subject) + " is deleted and not found any more, but ";
  if (!destroyed)
    return make_error(destroyed.error().code,
                      gone + "its key still stands: " + destroyed.error().message +
                          "; `whorl purge` destroys it");
  if (!settled)
    return make_error(settled.error().code,
                      gone + "what searches read of it still stands: " + settled.error().message +
                          "; the next command overwrites it");
  return say(ctx, "deleted", gallery, subject,
             to_string(subject) + " is deleted and its key destroyed");
}

using change = result<int> (*)(const context&, session&, const change_options&);

void run_as(CLI::App& sub, context& ctx, std::shared_ptr<change_options> o, change what) {
  on_run(sub, ctx, [&ctx, o, what] {
    return with_session(ctx, actors::permission::manage_gallery,
                        [&](session& s) { return what(ctx, s, *o); });
  });
}

}  // namespace

void add_gallery_change(CLI::App& gallery, context& ctx) {
  const auto o = std::make_shared<change_options>();
  auto begin = [&](const char* name, const char* text) {
    auto* sub = gallery.add_subcommand(name, text);
    sub->add_option("gallery", o->gallery, "criminal or immigration")->required();
    return sub;
  };
  auto reason = [&](CLI::App* sub) {
    sub->add_option("--reason", o->reason, "why; stands in the journal and the audit")
        ->required()
        ->check(CLI::Validator(
            [](std::string& t) {
              return t.size() > limits::text_max ? std::string("too long") : std::string();
            },
            ""));
  };
  auto* one = begin("enroll", "one person from a transaction file");
  one->add_option("file", o->file, "EBTS file")->required();
  one->footer("Examples:\n  whorl gallery enroll immigration person.eft");
  run_as(*one, ctx, o, enroll);

  auto* both = begin("merge", "two records are one person: OTHER answers as SUBJECT");
  both->add_option("subject", o->subject, "the record that is kept, S...")->required();
  both->add_option("other", o->other, "the record that is merged into it, S...")->required();
  reason(both);
  both->footer(
      "Examples:\n  whorl gallery merge criminal S0123456789abcdef Sfedcba9876543210 --reason "
      "'twin bookings'");
  run_as(*both, ctx, o, merge);

  auto* apart = begin("unmerge", "takes a merge back");
  apart->add_option("subject", o->subject, "the record that was merged, S...")->required();
  reason(apart);
  apart->footer(
      "Examples:\n  whorl gallery unmerge criminal Sfedcba9876543210 --reason 'two brothers'");
  run_as(*apart, ctx, o, unmerge);

  auto* gone = begin("delete", "a record is never found again and its personal data is destroyed");
  gone->add_option("subject", o->subject, "S...")->required();
  reason(gone);
  gone->footer(
      "Examples:\n  whorl gallery delete criminal S0123456789abcdef --reason 'court order 12'");
  run_as(*gone, ctx, o, remove);
}

}  // namespace whorl::apps
