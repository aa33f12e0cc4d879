// whorl accuracy: error rates of the matcher over folders of templates; needs no store.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"
#include "apps/table.hpp"
#include "apps/template_folder.hpp"
#include "fingerprint/accuracy.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::apps {
namespace {

struct accuracy_options {
  std::vector<std::string> folders;
  std::string det;
};

struct named_report {
  std::string name;
  fingerprint::accuracy_report report;
};

/// The calibration as it stands: which share of different fingers reaches these scores.
json shares_at_scores(const fingerprint::accuracy_report& r) {
  json out = json::object();
  for (std::uint32_t decade = 1; decade <= 4; ++decade) {
    const std::uint32_t score = fingerprint::parameters::score_at_fmr_1 + 100 * decade;
    const auto point = std::find_if(r.det.begin(), r.det.end(),
                                    [&](const auto& each) { return each.threshold >= score; });
    out[std::to_string(score)] = point == r.det.end() ? 0 : point->fmr;
  }
  return out;
}

json as_json(const fingerprint::accuracy_report& r) {
  auto pair = [](const fingerprint::interval& i) { return json::array({i.low, i.high}); };
  return {{"eer", r.eer},
          {"fnmr_at_fmr_1e-2", r.fnmr_at_fmr[0]},
          {"fnmr_at_fmr_1e-3", r.fnmr_at_fmr[1]},
          {"fnmr_at_fmr_1e-4", r.fnmr_at_fmr[2]},
          {"zero_fmr", r.zero_fmr},
          {"rank1", r.search.rank1()},
          {"genuine", r.genuine_pairs},
          {"impostor", r.impostor_pairs},
          {"fingers", r.fingers},
          {"prints", r.prints},
          {"rank1_probes", r.search.missed.trials},
          {"eer_ci", pair(r.eer_interval)},
          {"fnmr_at_fmr_1e-2_ci", pair(r.fnmr_intervals[0])},
          {"fnmr_at_fmr_1e-3_ci", pair(r.fnmr_intervals[1])},
          {"fnmr_at_fmr_1e-4_ci", pair(r.fnmr_intervals[2])},
          {"fmr_at_score", shares_at_scores(r)}};
}

std::string percent(double rate) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", 100 * rate);
  return text;
}

void print_table(const std::vector<named_report>& reports) {
  table text({"set", "prints", "genuine", "impostor", "EER %", "95 % interval",
              "FNMR % at FMR 1e-2", "1e-3", "1e-4", "zero FMR", "rank-1 %"});
  for (const auto& [name, r] : reports)
    text.add({name, with_commas(r.prints), with_commas(r.genuine_pairs),
              with_commas(r.impostor_pairs), percent(r.eer),
              percent(r.eer_interval.low) + "-" + percent(r.eer_interval.high),
              percent(r.fnmr_at_fmr[0]), percent(r.fnmr_at_fmr[1]), percent(r.fnmr_at_fmr[2]),
              percent(r.zero_fmr), percent(r.search.rank1())});
  text.print(std::cout);
}

fingerprint::accuracy_report measure(const context& ctx, const std::string& name,
                                     const std::vector<fingerprint::labelled_print>& prints) {
  const std::size_t pairs = prints.size() * (prints.size() - 1) / 2;
  progress bar(name, pairs, ctx.quiet || ctx.as_json);
  return fingerprint::evaluate(
      prints, [&](std::size_t done, std::size_t) { bar.at(done); },
      std::thread::hardware_concurrency());
}

result<int> run(const context& ctx, const accuracy_options& o) {
  std::vector<named_report> reports;
  std::vector<fingerprint::labelled_print> pool;
  for (const std::string& folder : o.folders) {
    WHORL_ASSIGN(const auto files, read_template_folder(folder));
    const std::filesystem::path path(folder);
    const std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();
    std::vector<fingerprint::labelled_print> prints;
    for (const auto& f : files)
      prints.push_back({folder + "/" + f.person + "-" + f.finger, f.impression, f.print});
    pool.insert(pool.end(), prints.begin(), prints.end());
    reports.push_back({name, measure(ctx, name, prints)});
  }
  if (o.folders.size() == 1)
    reports.push_back({"pooled", reports.front().report});
  else
    reports.push_back({"pooled", measure(ctx, "pooled", pool)});
  if (!o.det.empty()) {
    std::vector<fingerprint::det_curve> curves;
    for (const auto& [name, report] : reports)
      if (o.folders.size() > 1 || name != "pooled") curves.push_back({name, report.det});
    const std::string svg = fingerprint::det_svg(curves, "whorl: detection error trade-off");
    WHORL_TRY(write_whole(o.det, std::as_bytes(std::span(svg))));
  }
  if (ctx.as_json) {
    json all = json::object();
    for (const auto& [name, report] : reports) all[name] = as_json(report);
    print_document(all);
  } else {
    print_table(reports);
  }
  return exit_done;
}

}  // namespace

void add_accuracy(CLI::App& app, context& ctx) {
  auto* sub =
      app.add_subcommand("accuracy", "error rates of the matcher over folders of templates");
  const auto o = std::make_shared<accuracy_options>();
  sub->add_option("folders", o->folders,
                  "folders of FINGER_IMPRESSION.iso or PERSON-FINGER_IMPRESSION.iso")
      ->required();
  sub->add_option("--det", o->det, "write a DET plot (SVG) to this file");
  sub->footer(
      "Examples:\n  whorl accuracy prints/fvc2002_db1b prints/fvc2004_db1b\n"
      "  whorl --json accuracy prints/uareu --det uareu.svg");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
