// whorl accuracy: error rates of the matcher over folders of templates; needs no store.
#include <memory>
#include <thread>

#include "apps/accuracy_report.hpp"
#include "apps/accuracy_sets.hpp"
#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"

namespace whorl::apps {
namespace {

struct accuracy_options {
  std::vector<std::string> folders, sets;
  std::string det;
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

std::vector<named_report> measure(const context& ctx,
                                  const std::vector<fingerprint::print_set>& sets) {
  std::vector<named_report> out;
  for (const fingerprint::print_set& set : sets) {
    progress bar(set.name, pairs_of(set.prints.size()), ctx.quiet || ctx.as_json);
    out.push_back({set.name, fingerprint::evaluate(
                                 set.prints, [&](std::size_t done, std::size_t) { bar.at(done); },
                                 std::thread::hardware_concurrency())});
  }
  return out;
}

result<fingerprint::leave_out_report> measure_left_out(
    const context& ctx, const std::vector<fingerprint::print_set>& sets) {
  std::size_t steps = fingerprint::combination_grid().size();
  for (const auto& set : sets) steps += pairs_of(set.prints.size());
  progress bar("leaving out", steps, ctx.quiet || ctx.as_json);
  return fingerprint::leave_out(
      sets, [&](std::size_t done, std::size_t) { bar.at(done); },
      std::thread::hardware_concurrency());
}

status draw(const std::string& file, const std::vector<named_report>& reports) {
  std::vector<fingerprint::det_curve> curves;
  for (const auto& [name, report] : reports)
    if (reports.size() == 1 || name != "pooled") curves.push_back({name, report.det});
  const std::string svg = fingerprint::det_svg(curves, "whorl: detection error trade-off");
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
  std::vector<fingerprint::print_set> sets;
  for (const set_argument& each : arguments) {
    WHORL_ASSIGN(fingerprint::print_set set, read_set(each));
    sets.push_back(std::move(set));
  }
  std::vector<named_report> reports;
  json all = json::object();
  if (o.leave_out) {
    WHORL_ASSIGN(const auto left_out, measure_left_out(ctx, sets));
    for (const auto& each : left_out.sets) reports.push_back({each.name, each.held_out});
    all = leave_out_json(left_out);
    if (!ctx.as_json) print_leave_out(left_out);
  } else {
    reports = measure(ctx, sets);
    for (const auto& [name, report] : reports) {
      all[name] = report_json(report);
      all[name]["fmr_at_score"] = shares_at_scores(report);
    }
    if (!ctx.as_json) print_reports(reports);
  }
  if (!o.det.empty()) WHORL_TRY(draw(o.det, reports));
  if (ctx.as_json) print_document(all);
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
                  "together; where a person stands in several, pairs are made between them alone");
  auto* ten = sub->add_flag("--ten-print", o->ten_print,
                            "find people by 1, 2, 4 and 10 fingers at the thresholds of a search; "
                            "fingers of files that name no person are one person a folder");
  sub->add_flag("--leave-out", o->leave_out,
                "choose how evidence is combined without the people it is reported on")
      ->excludes(ten);
  sub->add_option("--people", o->galleries, "--ten-print: how many people are searched")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000'000}))
      ->needs(ten)
      ->capture_default_str();
  sub->add_option("--det", o->det, "write a DET plot (SVG) to this file")->excludes(ten);
  sub->footer(
      "Examples:\n  whorl accuracy prints/fvc2002_db1b prints/fvc2004_db1b\n"
      "  whorl accuracy --leave-out --set optical=prints/uareu --set cross=prints/uareu,"
      "prints/crossmatch\n"
      "  whorl accuracy --ten-print prints/uareu prints/crossmatch --people 1000000\n"
      "  whorl --json accuracy prints/uareu --det uareu.svg");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
