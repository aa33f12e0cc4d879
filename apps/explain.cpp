// whorl explain: why a search came to its candidates. Opens the booking's sealed prints and the
// candidates' records, compares them again as the search did and shows every step. Reading a
// person's prints is audited before anything is shown.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "apps/answers.hpp"
#include "apps/cli.hpp"
#include "apps/comparison.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"
#include "fingerprint/iso_template.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

using fingerprint::print_template;

struct options {
  std::string booking, gallery, candidate, svg;
  std::size_t top = 3;
  bool pairs = false;
};

struct explained {
  gallery_kind gallery = gallery_kind::criminal;
  scored_candidate candidate;
  std::uint64_t people = 0;
  comparison why;
};

result<std::vector<print_template>> templates_of(const std::vector<probe_print>& prints) {
  std::vector<print_template> out;
  for (const probe_print& each : prints) {
    WHORL_ASSIGN(auto views, fingerprint::decode_iso(each.iso_record));
    for (print_template& view : views) {
      if (view.finger_position == 0) view.finger_position = each.finger_position;
      out.push_back(std::move(view));
    }
  }
  return out;
}

result<std::vector<print_template>> probe_of(session& s, const sealed_payload& sealed,
                                             const std::string& booking) {
  const auto plain = s.store().keys->open(sealed);
  if (!plain && plain.error().code == errc::purged)
    return make_error(errc::purged, "the prints of " + booking +
                                        " are purged: its answer stands, but cannot be explained "
                                        "any more");
  if (!plain) return plain.error();
  WHORL_ASSIGN(const auto prints, wire::decode_prints(*plain));
  return templates_of(prints);
}

/// The record as it is stored now; a later merge changes identities, not records.
result<std::vector<print_template>> record_of(session& s, gallery_kind gallery,
                                              subject_id subject) {
  WHORL_ASSIGN(const auto row, s.subject(gallery, subject));
  const auto plain = s.store().keys->open(row.record);
  if (!plain && plain.error().code == errc::purged)
    return make_error(errc::purged, "the record of " + to_string(subject) + " is purged");
  if (!plain) return plain.error();
  WHORL_ASSIGN(const auto record, wire::decode_subject_record(*plain));
  return templates_of(record.prints);
}

/// The answer's candidates that are meant: the one named, else the best few.
std::vector<scored_candidate> chosen(const booking_answered& answer, const options& o,
                                     subject_id wanted) {
  std::vector<scored_candidate> out;
  for (const scored_candidate& c : answer.candidates)
    if (o.candidate.empty() ? out.size() < o.top : c.subject == wanted || c.identity == wanted)
      out.push_back(c);
  return out;
}

result<std::vector<explained>> explain_answer(session& s, const storage::booking_row& row,
                                              const booking_answered& answer, const options& o,
                                              subject_id wanted) {
  std::vector<explained> out;
  const auto candidates = chosen(answer, o, wanted);
  if (candidates.empty()) return out;
  const sealed_payload& sealed = answer.gallery == gallery_kind::criminal
                                     ? row.accepted.criminal_prints
                                     : *row.accepted.immigration_prints;
  WHORL_ASSIGN(const auto probe, probe_of(s, sealed, o.booking));
  std::uint64_t people = 0;
  for (const coverage_entry& c : answer.coverage) people += c.people;
  for (const scored_candidate& c : candidates) {
    WHORL_ASSIGN(const auto record, record_of(s, answer.gallery, c.subject));
    WHORL_ASSIGN(auto why, compare_people(probe, record, people));
    out.push_back({answer.gallery, c, people, std::move(why)});
  }
  return out;
}

result<std::vector<explained>> explain_booking(session& s, const options& o) {
  WHORL_ASSIGN(const booking_id booking, parse_booking_id(o.booking));
  subject_id wanted;
  if (!o.candidate.empty()) {
    WHORL_ASSIGN(wanted, parse_subject_id(o.candidate));
  }
  if (!o.gallery.empty()) WHORL_TRY(parse_gallery_kind(o.gallery));
  WHORL_ASSIGN(const auto row, s.store().bookings->get(booking));
  std::vector<explained> out;
  for (const auto* answer : {&row.criminal, &row.immigration}) {
    if (!*answer || (!o.gallery.empty() && o.gallery != to_string((*answer)->gallery))) continue;
    WHORL_ASSIGN(auto part, explain_answer(s, row, **answer, o, wanted));
    std::move(part.begin(), part.end(), std::back_inserter(out));
  }
  if (out.empty())
    return make_error(errc::not_found,
                      o.candidate.empty()
                          ? o.booking +
                                " has no candidate: nobody reached the review threshold, or "
                                "it is not answered yet"
                          : o.candidate + " is no candidate of " + o.booking);
  return out;
}

status draw(const explained& each, const options& o) {
  std::error_code failed;
  std::filesystem::create_directories(o.svg, failed);
  if (failed) return make_error(errc::io, o.svg + ": " + failed.message());
  const std::string subject = to_string(each.candidate.subject);
  return write_pictures(each.why,
                        o.svg + "/" + std::string(to_string(each.gallery)) + "-" + subject,
                        o.booking, subject);
}

void print(const explained& each, const options& o) {
  const scored_candidate& c = each.candidate;
  std::cout << "\n" << to_string(each.gallery) << " candidate " << to_string(c.identity);
  if (c.identity != c.subject) std::cout << " (record " << to_string(c.subject) << ")";
  std::cout << ", answered with " << with_commas(score_of(c)) << "/100 decades over "
            << int{c.fingers_compared} << " fingers\n";
  print_comparison(each.why, {"the booking", "the record"}, true, o.pairs);
  print_decision(each.why, each.people);
  if (each.why.score.fused != c.fused || each.why.score.reordered != c.reordered)
    std::cout << "not what was answered: the record or the matcher has changed since\n";
}

json as_json(const explained& each) {
  const scored_candidate& c = each.candidate;
  json out = {{"gallery", to_string(each.gallery)},
              {"subject", to_string(c.identity)},
              {"record", to_string(c.subject)},
              {"answered", {{"fused", c.fused}, {"reordered", c.reordered}}}};
  out.update(comparison_json(each.why, true, each.people));
  out["people"] = each.people;
  out["as_answered"] = each.why.score.fused == c.fused && each.why.score.reordered == c.reordered;
  return out;
}

result<int> run(const context& ctx, session& s, const options& o) {
  WHORL_ASSIGN(const auto all, explain_booking(s, o));
  std::string whom;
  for (const explained& each : all)
    whom += (whom.empty() ? "" : ", ") + std::string(to_string(each.gallery)) + " " +
            to_string(each.candidate.subject);
  WHORL_TRY(s.append({s.audit("read prints", o.booking, "explanation", "against " + whom)}));
  if (!o.svg.empty())
    for (const explained& each : all) WHORL_TRY(draw(each, o));
  if (ctx.as_json) {
    json candidates = json::array();
    for (const explained& each : all) candidates.push_back(as_json(each));
    print_document({{"booking", o.booking}, {"candidates", candidates}});
    return exit_done;
  }
  std::cout << o.booking << ": the search's candidates, compared again\n";
  for (const explained& each : all) print(each, o);
  return exit_done;
}

}  // namespace

void add_explain(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("explain", "why a booking's search came to its candidates");
  const auto o = std::make_shared<options>();
  sub->add_option("booking", o->booking, "B...")->required();
  sub->add_option("--gallery", o->gallery, "criminal or immigration (default: both)");
  sub->add_option("--candidate", o->candidate, "this one alone, S...");
  sub->add_option("--top", o->top, "the best so many of each gallery")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  sub->add_option("--svg", o->svg, "draw each pair of prints into this folder");
  sub->add_flag("--pairs", o->pairs, "list the paired minutiae");
  sub->footer(
      "Examples:\n  whorl --as examiner explain B0123456789abcdef\n"
      "  whorl --as oversight explain B0123456789abcdef --candidate S00000000000000a1 --svg pics\n"
      "  whorl --as examiner --json explain B0123456789abcdef --gallery immigration\n"
      "\n"
      "Roles examiner and oversight. Each use leaves an audit row. Prints of an answered no hit\n"
      "are destroyed, and those of others after the retention time.");
  on_run(*sub, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::read_prints,
                        [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
