// whorl synth report: how near synthetic prints come to real ones, from folders of real templates.
#include <filesystem>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"
#include "apps/template_folder.hpp"
#include "fingerprint/fidelity.hpp"

namespace whorl::apps {
namespace {

using fingerprint::fidelity_result;
using fingerprint::within_tenth;

struct report_options {
  std::vector<std::string> good, ordinary, poor, other;
  std::string data, out;
  unsigned copies = 1;
  std::uint64_t seed = 1'000'000;
};

/// A finger that two folders name alike with its person ("012-3") is one finger.
status add_folder(const std::string& folder, std::vector<fingerprint::labelled_print>& out) {
  WHORL_ASSIGN(const auto files, read_template_folder(folder));
  for (const auto& f : files) out.push_back({f.person + "-" + f.finger, f.impression, f.print});
  return {};
}

result<fingerprint::fidelity_setting> setting_of(const std::string& name,
                                                 const std::vector<std::string>& folders,
                                                 const fingerprint::set_plan& plan, unsigned copies,
                                                 std::uint64_t seed) {
  fingerprint::fidelity_setting setting;
  setting.name = name;
  for (const std::string& folder : folders) WHORL_TRY(add_folder(folder, setting.real));
  for (unsigned c = 0; c < copies; ++c)
    setting.synthetic.push_back(fingerprint::make_set(plan, seed + c * plan.people));
  return setting;
}

/// The public sets below a data folder, where no folders were named.
void fill_from_data(report_options& o) {
  if (!o.good.empty() || !o.ordinary.empty() || !o.poor.empty() || !o.other.empty()) return;
  const std::string root = o.data + "/fingerprints/";
  o.good = {root + "templates_fjfx/crossmatch"};
  o.ordinary = {root + "templates_fjfx/uareu"};
  for (const char* set : {"fvc2002_db1b", "fvc2002_db2b", "fvc2004_db1b", "fvc2004_db2b"}) {
    o.poor.push_back(root + "templates_fjfx/" + set);
    o.other.push_back(root + "templates_secugen/" + set);
  }
}

result<std::vector<fingerprint::fidelity_setting>> settings_of(const report_options& o) {
  struct row {
    const char* name;
    const std::vector<std::string>& folders;
    fingerprint::set_plan plan;
    bool pooled;
  };
  const row rows[] = {{"good", o.good, fingerprint::good_plan(), true},
                      {"ordinary", o.ordinary, fingerprint::ordinary_plan(), true},
                      {"poor", o.poor, fingerprint::poor_plan(), true},
                      {"other sensor", o.other, fingerprint::other_sensor_plan(), false}};
  std::vector<fingerprint::fidelity_setting> settings;
  std::uint64_t seed = o.seed;
  for (const row& r : rows) {
    if (!r.folders.empty()) {
      WHORL_ASSIGN(auto setting, setting_of(r.name, r.folders, r.plan, o.copies, seed));
      setting.pooled = r.pooled;
      settings.push_back(std::move(setting));
    }
    seed += 1'000'000;
  }
  return settings;
}

std::string number(double value, const char* form = "%.0f") {
  char text[32];
  std::snprintf(text, sizeof text, form, value);
  return text;
}

const char* verdict(bool passed) { return passed ? "pass" : "FAIL"; }

void write_rates(std::ostream& out, const std::vector<fidelity_result>& results) {
  out << "| Prints | real FMR | threshold | 95 % of the real FMR | synthetic-real | times | "
         "synthetic-synthetic | times | 0.5 to 2 |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n";
  for (const auto& r : results)
    for (const auto& rate : r.rates)
      out << "| " << r.name << " | " << number(rate.level, "%g") << " | " << rate.threshold << " | "
          << number(rate.real_interval.low, "%.2g") << " to "
          << number(rate.real_interval.high, "%.2g") << " | " << number(rate.synthetic_real, "%.2g")
          << " | " << number(rate.real > 0 ? rate.synthetic_real / rate.real : 0, "%.2f") << " | "
          << number(rate.synthetic_synthetic, "%.2g") << " | "
          << number(rate.real > 0 ? rate.synthetic_synthetic / rate.real : 0, "%.2f") << " | "
          << verdict(rate.near()) << " |\n";
}

void write_mates(std::ostream& out, const std::vector<fidelity_result>& results) {
  out << "| Prints | what | real | synthetic | times | within 10 % |\n|---|---|--:|--:|--:|---|\n";
  const auto line = [&](const std::string& name, const std::string& what, double real,
                        double synthetic, const char* form) {
    out << "| " << name << " | " << what << " | " << number(real, form) << " | "
        << number(synthetic, form) << " | " << number(real > 0 ? synthetic / real : 0, "%.2f")
        << " | " << verdict(within_tenth(real, synthetic)) << " |\n";
  };
  for (const auto& r : results) {
    if (r.distributions.empty()) continue;
    for (std::size_t i = 0; i < r.real_genuine.size(); ++i)
      line(r.name, "genuine score, " + std::to_string(fingerprint::quantile_percents[i]) + " %",
           r.real_genuine[i], r.synthetic_genuine[i], "%.0f");
    line(r.name, "rank-1", r.real_rank1, r.synthetic_rank1, "%.4f");
  }
}

void write_distributions(std::ostream& out, const std::vector<fidelity_result>& results) {
  out << "| Prints | quantity | real 10 / 25 / 50 / 75 / 90 % | synthetic |\n|---|---|---|---|\n";
  const auto list = [](const fingerprint::quantiles& q) {
    std::string text;
    for (std::size_t i = 0; i < q.size(); ++i) text += (i ? " / " : "") + number(q[i]);
    return text;
  };
  for (const auto& r : results)
    for (const auto& d : r.distributions)
      out << "| " << r.name << " | " << d.name << " | " << list(d.real) << " | "
          << list(d.synthetic) << " |\n";
}

std::string as_text(const std::vector<fidelity_result>& results) {
  std::ostringstream out;
  out << "Synthesis version " << fingerprint::synthesis_version << ". Prints (fingers):";
  for (const auto& r : results)
    out << ' ' << r.name << ' ' << r.real_prints << " real (" << r.real_fingers << "), "
        << r.synthetic_prints << " synthetic" << (&r == &results.back() ? ".\n\n" : ";");
  write_rates(out, results);
  out << '\n';
  write_mates(out, results);
  out << '\n';
  write_distributions(out, results);
  return out.str();
}

json as_json(const fidelity_result& r) {
  json rates = json::array();
  for (const auto& rate : r.rates)
    rates.push_back({{"level", rate.level},
                     {"threshold", rate.threshold},
                     {"real", rate.real},
                     {"real_ci", {rate.real_interval.low, rate.real_interval.high}},
                     {"synthetic_real", rate.synthetic_real},
                     {"synthetic_synthetic", rate.synthetic_synthetic},
                     {"pass", rate.near()}});
  json out = {{"real_prints", r.real_prints},
              {"real_fingers", r.real_fingers},
              {"synthetic_prints", r.synthetic_prints},
              {"fmr", rates}};
  if (r.distributions.empty()) return out;
  out["genuine"] = {{"real", r.real_genuine}, {"synthetic", r.synthetic_genuine}};
  out["rank1"] = {{"real", r.real_rank1}, {"synthetic", r.synthetic_rank1}};
  for (const auto& d : r.distributions)
    out["distributions"][d.name] = {{"real", d.real}, {"synthetic", d.synthetic}};
  return out;
}

result<int> run(const context& ctx, report_options o) {
  if (o.data.empty() && o.good.empty() && o.ordinary.empty() && o.poor.empty() && o.other.empty())
    return make_error(errc::invalid_input,
                      "no real prints: give --good, --ordinary, --poor or --other folders, or "
                      "--data (or WHORL_DATA) with the public sets");
  fill_from_data(o);
  WHORL_ASSIGN(const auto settings, settings_of(o));
  std::size_t prints = 0;
  for (const auto& s : settings) {
    prints += s.real.size();
    for (const auto& copy : s.synthetic) prints += copy.size();
  }
  progress bar("comparing", prints * (prints - 1) / 2, ctx.quiet || ctx.as_json);
  const auto results = fingerprint::measure_fidelity(
      settings, [&](std::size_t done, std::size_t) { bar.at(done); },
      std::thread::hardware_concurrency());
  const std::string text = as_text(results);
  if (!o.out.empty()) WHORL_TRY(write_whole(o.out, std::as_bytes(std::span(text))));
  if (ctx.as_json) {
    json all = {{"synthesis_version", fingerprint::synthesis_version}};
    for (const auto& r : results) all[r.name] = as_json(r);
    print_document(all);
  } else if (o.out.empty()) {
    std::cout << text;
  } else if (!ctx.quiet) {
    std::cout << o.out << " written\n";
  }
  return exit_done;
}

}  // namespace

void add_synth_report(CLI::App& synth, context& ctx) {
  auto* sub = synth.add_subcommand("report", "how near synthetic prints come to real ones");
  const auto o = std::make_shared<report_options>();
  sub->add_option("--good", o->good, "folders of templates that the good setting is held against");
  sub->add_option("--ordinary", o->ordinary, "the same for the ordinary setting");
  sub->add_option("--poor", o->poor, "the same for the poor setting");
  sub->add_option("--other", o->other, "templates of an extractor that reports no quality");
  sub->add_option("--data", o->data, "folder of the public sets, used when none is named above")
      ->envname("WHORL_DATA");
  sub->add_option("--copies", o->copies, "synthetic sets for each real one")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  sub->add_option("--seed", o->seed, "of the first synthetic person")->capture_default_str();
  sub->add_option("--out", o->out, "write the tables (Markdown) to this file");
  sub->footer(
      "Examples:\n  whorl synth report --data ../data\n"
      "  whorl --json synth report --ordinary prints/uareu --copies 2\n"
      "  whorl synth report --good prints/crossmatch --poor prints/fvc2004_db1b --out report.md");
  on_run(*sub, ctx, [&ctx, o] { return run(ctx, *o); });
}

}  // namespace whorl::apps
