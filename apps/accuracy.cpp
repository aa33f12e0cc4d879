// whorl accuracy: error rates of the matcher over folders of templates; needs no store.
#include <memory>
#include <optional>
#include <thread>

#include "apps/accuracy_report.hpp"
#include "apps/accuracy_sets.hpp"
#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/peers.hpp"
#include "apps/progress.hpp"

namespace whorl::apps {
namespace {

struct accuracy_options {
  std::vector<std::string> folders, sets;
  std::string det, peers;
  bool leave_out = false, ten_print = false;
  std::vector<std::uint64_t> galleries = {10'000, 1'000'000};
};

std::size_t pairs_of(std::size_t prints) { return prints < 2 ? 0 : prints * (prints - 1) / 2; }

/// --set as given; without it one set a folder, and one of all.
result<std::vector<set_argument>> sets_of(const accuracy_options& o) {
  std::vector<set_argument> out;
  for (const std::string& each : o.sets) {
    WHORL_ASSIGN(set_argument set, parse_set(each));
    for (const set_argument& known : out)
      if (known.name == set.name)
        return make_error(errc::invalid_input, "--set " + each + ": the name is there already");
    out.push_back(std::move(set));
  }
  if (!o.sets.empty() && !o.folders.empty())
    return make_error(errc::invalid_input, "give folders or --set, not both");
  if (o.sets.empty() && o.folders.empty())
    return make_error(errc::invalid_input, "give folders of templates, or --set NAME=DIR,DIR");
  if (!o.leave_out && !o.ten_print)
    for (const std::string& each : o.folders) out.push_back({folder_name(each), {each}});
  if (!o.folders.empty()) out.push_back({"pooled", o.folders});
  return out;
}

/// What is reported of each set, and the curves of its plot.
struct measured {
  std::vector<named_report> reports;
  std::vector<fingerprint::det_panel> panels;
  json document = json::object();
};

measured measure(const context& ctx, const std::vector<fingerprint::print_set>& sets) {
  measured out;
  for (const fingerprint::print_set& set : sets) {
    progress bar(set.name, pairs_of(set.prints.size()), ctx.quiet || ctx.as_json);
    auto report = fingerprint::evaluate(
        set.prints, [&](std::size_t done, std::size_t) { bar.at(done); },
        std::thread::hardware_concurrency());
    out.document[set.name] = report_json(report);
    out.document[set.name]["fmr_at_score"] = shares_at_scores(report);
    out.panels.push_back({set.name, {{"whorl", report.det}}, {}});
    out.reports.push_back({set.name, std::move(report)});
  }
  if (!ctx.as_json) print_reports(out.reports);
  return out;
}

result<measured> measure_left_out(const context& ctx,
                                  const std::vector<fingerprint::print_set>& sets) {
  std::size_t steps = fingerprint::combination_grid().size();
  for (const auto& set : sets) steps += pairs_of(set.prints.size());
  std::optional<progress> bar(std::in_place, "leaving out", steps, ctx.quiet || ctx.as_json);
  WHORL_ASSIGN(const auto found, fingerprint::leave_out(
                                     sets, [&](std::size_t done, std::size_t) { bar->at(done); },
                                     std::thread::hardware_concurrency()));
  bar.reset();  // gone before anything is printed
  measured out;
  out.document = leave_out_json(found);
  for (const auto& each : found.sets) {
    out.reports.push_back({each.name, each.held_out});
    out.panels.push_back(
        {each.name,
         {{"whorl, held out", each.held_out.det}, {"whorl, as compiled", each.compiled.det}},
         {}});
  }
  if (!ctx.as_json) print_leave_out(found);
  return out;
}

/// Without other matchers all curves in one panel.
std::vector<fingerprint::det_panel> in_one(const measured& m) {
  fingerprint::det_panel one;
  for (const named_report& each : m.reports)
    if (m.reports.size() == 1 || each.name != "pooled")
      one.curves.push_back({each.name, each.report.det});
  return {one};
}

status draw(const std::string& file, const std::vector<fingerprint::det_panel>& panels) {
  const std::string svg = fingerprint::det_svg(panels, "whorl: detection error trade-off");
  return write_whole(file, std::as_bytes(std::span(svg)));
}

result<int> run_ten_print(const context& ctx, const accuracy_options& o,
                          const std::vector<set_argument>& arguments) {
  std::vector<named_rows> out;
  json all = json::object();
  for (const set_argument& each : arguments) {
    WHORL_ASSIGN(const fingerprint::print_set set, read_people(each));
    progress bar(set.name, 2 * fingerprint::ten_print_sizes.size() * set.prints.size(),
                 ctx.quiet || ctx.as_json);
    out.push_back({set.name, fingerprint::identify_people(
                                 set.prints, o.galleries,
                                 [&](std::size_t done, std::size_t) { bar.at(done); },
                                 std::thread::hardware_concurrency())});
    if (out.back().rows.empty())
      return make_error(errc::invalid_input,
                        "set " + set.name + ": no finger stands there in two impressions");
    all[set.name] = ten_print_json(out.back().rows);
  }
  if (ctx.as_json)
    print_document(all);
  else
    print_ten_print(out);
  return exit_done;
}

result<int> run(const context& ctx, const accuracy_options& o) {
  WHORL_ASSIGN(const auto arguments, sets_of(o));
  if (o.ten_print) return run_ten_print(ctx, o, arguments);
  std::vector<peer_row> peers;
  if (!o.peers.empty()) {
    WHORL_ASSIGN(peers, read_peers(o.peers));
    std::vector<std::string> names;
    for (const set_argument& each : arguments) names.push_back(each.name);
    WHORL_TRY(check_peers(peers, names, o.peers));
  }
  std::vector<fingerprint::print_set> sets;
  for (const set_argument& each : arguments) {
    WHORL_ASSIGN(fingerprint::print_set set, read_set(each));
    sets.push_back(std::move(set));
  }
  measured found;
  if (o.leave_out) {
    WHORL_ASSIGN(found, measure_left_out(ctx, sets));
  } else {
    found = measure(ctx, sets);
  }
  if (!peers.empty()) {
    for (auto& each : found.panels) each.marks = peer_marks(peers, each.title);
    found.document["peers"] = peers_json(peers, found.reports);
    if (!ctx.as_json) print_peers(peers, found.reports);
  }
  if (!o.det.empty())
    WHORL_TRY(draw(o.det, peers.empty() && !o.leave_out ? in_one(found) : found.panels));
  if (ctx.as_json) print_document(found.document);
  return exit_done;
}

}  // namespace

void add_accuracy(CLI::App& app, context& ctx) {
  auto* sub =
      app.add_subcommand("accuracy", "error rates of the matcher over folders of templates");
  const auto o = std::make_shared<accuracy_options>();
  sub->add_option("folders", o->folders,
                  "folders of FINGER_IMPRESSION.iso or PERSON-FINGER_IMPRESSION.iso");
  sub->add_option("--set", o->sets,
                  "NAME=DIR[,DIR...]: these folders as one set, instead of each alone and all "
                  "together; where a person stands in several, pairs are made between them alone")
      ->allow_extra_args(false);
  auto* ten = sub->add_flag("--ten-print", o->ten_print,
                            "find people by 1, 2, 4 and 10 fingers at the thresholds of a search; "
                            "fingers of files that name no person are one person a folder");
  sub->add_flag("--leave-out", o->leave_out,
                "choose how evidence is combined without the people it is reported on")
      ->excludes(ten);
  sub->add_option("--people", o->galleries,
                  "--ten-print: how many people are searched; may be given several times")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000'000}))
      ->needs(ten)
      ->allow_extra_args(false)
      ->capture_default_str();
  sub->add_option("--det", o->det, "write a DET plot (SVG) to this file")->excludes(ten);
  sub->add_option("--peers", o->peers,
                  "other matchers' figures (CSV, as docs/peers.csv) beside ours and in the plot")
      ->excludes(ten);
  sub->footer(
      "Examples:\n  whorl accuracy prints/fvc2002_db1b prints/fvc2004_db1b\n"
      "  whorl accuracy --leave-out --set optical=prints/uareu --set cross=prints/uareu,"
      "prints/crossmatch\n"
      "  whorl accuracy --ten-print prints/uareu prints/crossmatch --people 1000000\n"
      "  whorl --json accuracy prints/uareu --det uareu.svg");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
