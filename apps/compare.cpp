// whorl compare: two template files finger by finger, and with --explain why.
#include <iostream>
#include <memory>
#include <vector>

#include "apps/cli.hpp"
#include "apps/comparison.hpp"
#include "apps/files.hpp"
#include "apps/template_folder.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using fingerprint::print_template;

struct options {
  std::string a, b, svg;
  std::uint64_t gallery = 1'000'000;
  bool explain = false;
};

result<std::vector<print_template>> read_prints(const std::string& file) {
  WHORL_ASSIGN(const bytes content, read_whole(file, limits::template_bytes_max));
  auto prints = decode_template(content);
  if (!prints) return make_error(prints.error().code, file + ": " + prints.error().message);
  return prints;
}

/// One print each: those two. Otherwise what a search would make of them.
result<comparison> compare(const options& o) {
  WHORL_ASSIGN(const auto a, read_prints(o.a));
  WHORL_ASSIGN(const auto b, read_prints(o.b));
  if (a.size() == 1 && b.size() == 1) return compare_prints(a[0], b[0]);
  auto out = compare_people(a, b, o.gallery);
  if (!out || out->fingers.empty())
    return make_error(errc::invalid_input,
                      o.a + " and " + o.b + " have no finger position in common with " +
                          std::to_string(limits::minutiae_min) +
                          " minutiae or more; compare files of one print each, or set the "
                          "positions");
  return out;
}

result<int> run(const context& ctx, const options& o) {
  WHORL_ASSIGN(const comparison found, compare(o));
  if (!o.svg.empty()) {
    const std::size_t end = o.svg.size() - (o.svg.ends_with(".svg") ? 4 : 0);
    WHORL_TRY(write_pictures(found, o.svg.substr(0, end), o.a, o.b));
  }
  if (ctx.as_json) {
    json document = {{"a", printable(o.a)}, {"b", printable(o.b)}};
    document.update(comparison_json(found, o.explain, o.gallery));
    print_document(document);
    return exit_done;
  }
  print_comparison(found, {}, o.explain, o.explain);
  print_decision(found, o.gallery);
  return exit_done;
}

}  // namespace

void add_compare(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("compare", "two template files against each other, and why");
  const auto o = std::make_shared<options>();
  sub->add_option("a", o->a, "ISO 19794-2 or ANSI 378 file: the probe")->required();
  sub->add_option("b", o->b, "the other file")->required();
  sub->add_flag("--explain", o->explain, "each stage's figures and the minutiae paired");
  sub->add_option("--svg", o->svg, "draw both prints and the pairs into this file");
  sub->add_option("--gallery", o->gallery, "people searched, for the decision")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000'000}))
      ->capture_default_str();
  sub->footer(
      "Examples:\n"
      "  whorl compare 101_1.iso 101_2.iso\n"
      "  whorl compare --explain --svg pair.svg 101_1.iso 101_2.iso\n"
      "  whorl --json compare --explain booked.iso enrolled.iso\n"
      "\n"
      "Files of one print each are compared whatever their finger positions. Of several prints\n"
      "the best at each position is taken, prints of unknown position meet those that have no\n"
      "counterpart, and fingers in the wrong order are looked for, all as in a search. Places\n"
      "are pixels at 500 dpi from the middle of the print's minutiae, y up; numbers are the\n"
      "matcher's own order. What is said is the decision rule on these scores; it proposes,\n"
      "people decide.");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
