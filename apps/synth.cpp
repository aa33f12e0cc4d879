// whorl synth: makes synthetic people (population files) and bookings of them (EBTS files).
#include <filesystem>
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/people.hpp"
#include "apps/population.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"
#include "storage/parallel.hpp"

namespace whorl::apps {
namespace {

constexpr std::uint64_t batch = 256;

struct people_options {
  std::uint64_t people = 1000, seed = 1, from = 0;
  std::uint32_t impression = 0;
  std::string out, register_name;
};

result<int> synth_people(const context& ctx, const people_options& o) {
  WHORL_ASSIGN(auto writer, population_writer::create(o.out));
  progress bar("making people", o.people, ctx.quiet || ctx.as_json);
  for (std::uint64_t at = 0; at < o.people; at += batch) {
    std::vector<subject_record> made(std::min(batch, o.people - at));
    storage::parallel_for(made.size(), [&](std::size_t i) {
      made[i] = record_of(o.seed, o.from + at + i, o.impression, o.register_name);
    });
    for (const auto& person : made) WHORL_TRY(writer.add(person));
    bar.at(at + made.size());
  }
  WHORL_TRY(writer.finish());
  if (ctx.as_json)
    print_line({{"file", o.out},
                {"people", o.people},
                {"seed", o.seed},
                {"synthetic", true},
                {"synthesis_version", fingerprint::synthesis_version}});
  else if (!ctx.quiet)
    std::cout << o.out << ": " << with_commas(o.people) << " synthetic people, synthesis version "
              << fingerprint::synthesis_version << '\n';
  return exit_done;
}

struct bookings_options {
  std::uint64_t people_seed = 1, count = 10, from = 0;
  std::uint32_t impression = 1;
  std::string out, prefix, date;
  std::vector<std::string> oris = {"ZZPD00001"};
  std::string offence, exchange;
  bool retain = false, false_names = false;
};

/// The TCN says which person and impression it is, so that a reader of the demo can tell.
std::string tcn_of(const bookings_options& o, std::uint64_t index) {
  char text[64];
  std::snprintf(text, sizeof text, "%s%06llu-%u-%llu", o.prefix.c_str(),
                static_cast<unsigned long long>(index), o.impression,
                static_cast<unsigned long long>(o.people_seed));
  std::string tcn = text;
  if (tcn.size() < 10) tcn.insert(o.prefix.size(), 10 - tcn.size(), '0');
  return tcn;
}

/// "2,7": those; "hands": 1 and 1, which stands for all; "": 0 and 0, none.
result<std::pair<std::uint8_t, std::uint8_t>> exchanged_fingers(const std::string& text) {
  using both = std::pair<std::uint8_t, std::uint8_t>;
  if (text.empty()) return both{0, 0};
  if (text == "hands") return both{1, 1};
  unsigned a = 0, b = 0;
  char more = 0;
  if (std::sscanf(text.c_str(), "%2u,%2u%c", &a, &b, &more) != 2 || a < 1 || a > 10 || b < 1 ||
      b > 10 || a == b)
    return make_error(errc::invalid_input,
                      "--exchange wants two different positions of 1 to 10, as in 2,7, or hands");
  return both{static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)};
}

result<int> synth_bookings(const context& ctx, const bookings_options& o) {
  std::error_code failure;
  std::filesystem::create_directories(o.out, failure);
  if (failure) return make_error(errc::io, "cannot make " + o.out + ": " + failure.message());
  progress bar("making bookings", o.count, ctx.quiet || ctx.as_json);
  const std::string date = o.date.empty() ? to_date8(wall_now()) : o.date;
  WHORL_ASSIGN(const auto fingers, exchanged_fingers(o.exchange));
  for (std::uint64_t at = 0; at < o.count; at += batch) {
    std::vector<status> outcomes(std::min(batch, o.count - at));
    storage::parallel_for(outcomes.size(), [&](std::size_t i) {
      const std::uint64_t index = o.from + at + i;
      const booking_plan plan{
          o.people_seed,    index,          o.impression, o.oris[index % o.oris.size()],
          tcn_of(o, index), date,           o.retain,     o.false_names,
          fingers.first,    fingers.second, o.offence};
      const auto file = booking_file_of(plan);
      outcomes[i] =
          file ? write_whole(o.out + "/" + plan.tcn + ".eft", *file) : status(file.error());
    });
    for (auto& outcome : outcomes) WHORL_TRY(std::move(outcome));
    bar.at(at + outcomes.size());
  }
  if (ctx.as_json)
    print_line({{"folder", o.out}, {"bookings", o.count}, {"synthetic", true}});
  else if (!ctx.quiet)
    std::cout << o.out << ": " << with_commas(o.count) << " synthetic booking files\n";
  return exit_done;
}

void add_people(CLI::App& synth, context& ctx) {
  auto* sub = synth.add_subcommand("people", "a population file for gallery import");
  const auto o = std::make_shared<people_options>();
  sub->add_option("--people", o->people, "how many")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  sub->add_option("--seed", o->seed, "same seed, same people")->capture_default_str();
  sub->add_option("--from", o->from, "index of the first person")->capture_default_str();
  sub->add_option("--impression", o->impression, "which capture of their fingers")
      ->capture_default_str();
  sub->add_option("--register", o->register_name,
                  "name that sets record numbers apart (use one a gallery)");
  sub->add_option("--out", o->out, "file to write, .whorl-people")->required();
  sub->footer(
      "Examples:\n  whorl synth people --people 2000 --seed 1 --out criminal.whorl-people\n"
      "  whorl synth people --people 500 --seed 1 --from 1500 --register immigration --out "
      "im.whorl-people");
  on_run(*sub, ctx, [&ctx, o] { return synth_people(ctx, *o); });
}

void add_bookings_files(CLI::App& synth, context& ctx) {
  auto* sub =
      synth.add_subcommand("bookings", "EBTS files (CARW), one person each, for whorl book");
  const auto o = std::make_shared<bookings_options>();
  sub->add_option("--people-seed", o->people_seed, "the population's seed")->capture_default_str();
  sub->add_option("--count", o->count, "how many")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  sub->add_option("--from", o->from, "index of the first person")->capture_default_str();
  sub->add_option("--impression", o->impression, "which capture; galleries hold 0")
      ->capture_default_str();
  sub->add_option("--ori", o->oris, "agencies that book, in turn; 9 characters")
      ->capture_default_str();
  sub->add_option("--tcn-prefix", o->prefix, "begins every control number")
      ->check(CLI::Validator(
          [](std::string& t) {
            return t.size() > 12 ? std::string("at most 12 characters") : std::string();
          },
          ""));
  sub->add_option("--date", o->date, "YYYYMMDD (default: today)");
  sub->add_option("--offence", o->offence,
                  "NCIC code and words, \"2303 SHOPLIFTING\"; default: drawn by seed");
  sub->add_flag("--retain", o->retain, "RET Y: a person who is not found is enrolled");
  sub->add_option("--exchange", o->exchange,
                  "a sequence error: positions of two fingers, as in 2,7, or hands");
  sub->add_flag("--false-names", o->false_names, "they give another name, birth date and place");
  sub->add_option("--out", o->out, "folder to write into")->required();
  sub->footer(
      "Examples:\n  whorl synth bookings --people-seed 1 --count 10 --out bookings\n"
      "  whorl synth bookings --people-seed 1 --from 40 --count 1 --false-names --tcn-prefix "
      "FALSE- --out bookings\n"
      "  whorl synth bookings --people-seed 99 --count 5 --retain --ori ZZPD00001 ZZSO00002 --out "
      "bookings");
  on_run(*sub, ctx, [&ctx, o] { return synth_bookings(ctx, *o); });
}

}  // namespace

void add_synth(CLI::App& app, context& ctx) {
  auto* synth = app.add_subcommand("synth", "make synthetic people and bookings of them");
  synth->require_subcommand(1);
  synth->footer(
      "Examples:\n  whorl synth people --people 1000 --seed 1 --out people.whorl-people\n"
      "  whorl synth bookings --people-seed 1 --count 10 --out bookings\n"
      "  whorl synth report --data ../data");
  add_people(*synth, ctx);
  add_bookings_files(*synth, ctx);
  add_synth_report(*synth, ctx);
}

}  // namespace whorl::apps
