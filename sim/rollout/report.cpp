#include "sim/rollout/report.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/distributions.hpp"
#include "sim/rollout/shipped.hpp"

namespace whorl::rollout {
namespace {

std::string tenths(double value) { return plain(std::round(value * 10) / 10); }

class writer {
 public:
  explicit writer(const report_parts& from) : from_(from), run_(from.runs.front()) {}

  report write() {
    activation();
    against_history();
    answers();
    waiting();
    funnel();
    levels();
    other_people();
    custody();
    lengths();
    tornado();
    out_.pictures.emplace_back("map.svg", map_svg(run_));
    const std::string title = "Rollout: " + std::string(to_string(from_.what->strategy));
    std::map<std::string, std::string, std::less<>> holes{
        {"title", escaped(title)},
        {"about", escaped(about())},
        {"cards", cards()},
        {"panels", panels_},
        {"footer", escaped(footer())},
        {"first", std::to_string(run_.months / 2)},
        {"data", map_data(run_, *from_.monthly)}};
    std::size_t number = 0;
    for (const map_colour& one : map_colours()) {
      holes["fills"] += ".c" + std::to_string(number++) + "{fill:" + one.fill + "}";
      holes["legend"] += std::string("<span><i style=\"background:") + one.fill + "\"></i>" +
                         one.words + "</span>\n";
    }
    out_.html = filled(shipped_text("report_template.html"), holes);
    return std::move(out_);
  }

 private:
  /// In one pass: a scenario's title may hold "{{cards}}" itself, and that is text.
  static std::string filled(std::string_view page,
                            const std::map<std::string, std::string, std::less<>>& holes) {
    std::string out;
    while (true) {
      const std::size_t open = page.find("{{"), shut = page.find("}}", open);
      if (shut == std::string_view::npos) return out.append(page);
      const auto found = holes.find(page.substr(open + 2, shut - open - 2));
      out.append(page.substr(0, found == holes.end() ? shut + 2 : open));
      if (found != holes.end()) out += found->second;
      page.remove_prefix(shut + 2);
    }
  }
  void panel(const std::string& file, const std::string& title, const std::string& words,
             const std::string& svg) {
    panels_ += "<section class=\"panel\"><h2>" + escaped(title) + "</h2><p>" + escaped(words) +
               "</p>" + svg + "</section>\n";
    out_.pictures.emplace_back(file + ".svg", svg);
  }
  const std::vector<interval>& of(std::string_view name) const {
    return named(*from_.monthly, name).by_month;
  }
  line_plot plot(std::string unit) const {
    line_plot p;
    p.unit = std::move(unit);
    p.first_month = run_.first_month;
    return p;
  }
  /// Each run's own sum up to the end of a month, then the interval of these.
  std::vector<interval> cumulated(metric m) const {
    std::vector<interval> out;
    std::vector<double> sums(from_.runs.size());
    for (int month = 0; month < run_.months; ++month) {
      const std::int32_t end = month_begin(run_.first_month + month + 1);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = from_.runs[i].until(m, end - 1);
      out.push_back(mean_interval(sums));
    }
    return out;
  }
  static std::vector<interval> divided(std::vector<interval> v, double by) {
    for (interval& i : v) i = {i.mean / by, i.low / by, i.high / by};
    return v;
  }
  double total(metric m) const {
    double sum = 0;
    for (const run_output& run : from_.runs) sum += run.until(m, run.to);
    return sum / static_cast<double>(from_.runs.size());
  }

  std::string about() const {
    return from_.what->title + "; strategy " + std::string(to_string(from_.what->strategy)) + ", " +
           day_text(run_.from) + " to " + day_text(run_.to - 1) + ", seed " +
           std::to_string(run_.seed) + ", " + std::to_string(from_.runs.size()) +
           (from_.runs.size() == 1 ? " run. " : " runs; bands are 95 % intervals of the mean. ") +
           "Every number here is simulated on synthetic people, except the published figures, "
           "which are white dots.";
  }
  static std::string footer() {
    return "whorl sim rollout run. What the model holds, and where each of its numbers is from: "
           "whorl sim rollout explain. How far it is from what was published: docs/ROLLOUT.md. "
           "Counties: Census Bureau; activation days: as published by ICE; outlines: us-atlas.";
  }
  std::string cards() const {
    std::string out;
    for (const auto& [m, name] : {std::pair{metric::submissions, "bookings searched"},
                                  {metric::matches, "matches, each a case"},
                                  {metric::citizens, "of them citizens"},
                                  {metric::lawful_residents, "lawful residents"},
                                  {metric::detainers, "detainers"},
                                  {metric::arrests, "federal arrests"},
                                  {metric::removals, "removals"}})
      out += "<div class=\"card\"><b>" + short_number(total(m)) + "</b><span>" + name +
             "</span></div>";
    durations all;
    for (const durations& month : run_.answers) all.add(month);
    out += "<div class=\"card\"><b>" + time_words(all.quantile_ms(0.95)) +
           "</b><span>answer time, 95 in 100</span></div>";
    return out;
  }

  void activation() {
    line_plot p = plot("% of the nation");
    p.lines = {{"population", of("population_covered")},
               {"counties", divided(of("counties_activated"), 31.42)}};
    panel("activation", "Activation", "Share of the population and of the 3,142 counties.",
          draw(p));
  }

  void published(line_plot& p, std::string_view name) const {
    for (const figure& f : from_.published) {
      if (f.metric != name || !f.place.empty() || f.day >= run_.to || f.day < run_.from ||
          f.day > parse_day(fitted_until).value())
        continue;
      const int month = month_of(f.day);
      const double part = static_cast<double>(f.day - month_begin(month)) / 31;
      p.points.push_back({month - run_.first_month + part, f.value,
                          day_text(f.day) + ": " + short_number(f.value) + " " + f.source});
    }
  }
  /// The months up to the last that may be fitted on: where the published figures are.
  std::vector<interval> early(std::vector<interval> v) const {
    const int months = month_of(parse_day(fitted_until).value()) - run_.first_month + 1;
    if (static_cast<int>(v.size()) > months) v.resize(static_cast<std::size_t>(months));
    return v;
  }
  void against_history() {
    // A scenario that begins later has nothing to be held against.
    if (run_.first_month > month_of(parse_day(fitted_until).value())) return;
    line_plot bookings = plot("since October 2008");
    bookings.lines = {{"submissions", early(cumulated(metric::submissions))}};
    published(bookings, "submissions_cum");
    panel("history_submissions", "Submissions against history",
          "Until the end of 2010. White dots: published figures.", draw(bookings));
    line_plot matches = plot("since October 2008");
    matches.lines = {{"matches", early(cumulated(metric::matches))},
                     {"detainers", early(cumulated(metric::detainers))},
                     {"removals", early(cumulated(metric::removals))}};
    for (const char* name : {"ident_matches_cum", "detainers_cum", "removals_cum"})
      published(matches, name);
    panel("history_matches", "Matches, detainers, removals against history",
          "Until the end of 2010. White dots: published figures.", draw(matches));
    line_plot load = plot("a month");
    load.lines = {{"submissions", of("submissions")}};
    panel("submissions", "Submissions", "Bookings of activated counties, each searched.",
          draw(load));
    line_plot cases = plot("a month");
    cases.lines = {{"matches", of("matches")},
                   {"detainers", of("detainers")},
                   {"arrests", of("arrests")},
                   {"removals", of("removals")}};
    panel("cases", "Matches and what follows", "New in each month.", draw(cases));
  }

  /// Series in minutes, in the unit that reads well.
  line_plot plot_of_times(const char* ending,
                          const std::vector<std::pair<std::string, std::string>>& lines) const {
    double most = 0;
    for (const auto& [words, name] : lines)
      for (const interval& i : of(name)) most = std::max(most, i.mean);
    const auto [unit, minutes] = most > 3 * 24 * 60 ? std::pair{"days", 24.0 * 60}
                                 : most > 5 * 60    ? std::pair{"hours", 60.0}
                                                    : std::pair{"minutes", 1.0};
    line_plot p = plot(std::string(unit) + ending);
    for (const auto& [words, name] : lines) p.lines.push_back({words, divided(of(name), minutes)});
    return p;
  }

  void answers() {
    const line_plot p = plot_of_times(
        "", {{"95 in 100", "answer_p95"}, {"half", "answer_p50"}, {"99 in 100", "answer_p99"}});
    panel("answers", "From the booking to the status",
          "How long the operations centre's answer takes, search included.", draw(p));
  }
  void waiting() {
    line_plot p = plot("people at once, mean of the month");
    p.lines = {{"analysts busy", of("analysts_busy")},
               {"officers busy", of("officers_busy")},
               {"cases in line", of("analysts_waiting")}};
    panel("work", "Work of the operations centre and the field",
          "Busy people, and cases that wait for an analyst.", draw(p));
    const line_plot lines =
        plot_of_times(", 95 in 100 of the month", {{"analyst", "wait_analysts_p95"},
                                                   {"officer", "wait_officers_p95"},
                                                   {"examiner", "wait_examiners_p95"}});
    panel("waits", "Waiting for somebody", "From joining the line to being served.", draw(lines));
  }

  void funnel() {
    std::vector<bar> bars;
    const double all = total(metric::matches);
    for (const auto& [m, name] : {std::pair{metric::matches, "matches"},
                                  {metric::no_action, "an officer decides on nothing"},
                                  {metric::released_unseen, "released before anybody acts"},
                                  {metric::conditional_detainers, "conditional detainers"},
                                  {metric::detainers, "detainers"},
                                  {metric::arrests, "federal arrests"},
                                  {metric::hearings, "hearings"},
                                  {metric::relief, "relief granted"},
                                  {metric::removals, "removals"}}) {
      const double value = total(m);
      bars.push_back(
          {name, 0, value, short_number(value) + " (" + tenths(100 * value / all) + " %)"});
    }
    panel("funnel", "What becomes of matches", "Whole run; share of the matches.",
          draw_bars(bars, 0, ""));
  }

  void levels() {
    line_plot p = plot("matches a month");
    p.stacked = true;
    p.lines = {{"level 1", of("level1_identified")},
               {"level 2", of("level2_identified")},
               {"level 3", of("level3_identified")},
               {"no level", of("no_level_identified")}};
    panel("levels", "Levels",
          "By the production rule-set of the day: charges count until June 2010, then convictions, "
          "from December 2012 the test for detainers.",
          draw(p));
  }
  void other_people() {
    line_plot p = plot("a month");
    p.lines = {{"lawful residents", of("lawful_residents")}, {"citizens", of("citizens")}};
    panel("lawful", "Matched, and not removable",
          short_number(total(metric::citizens_under_detainer)) +
              " detainers on citizens in the whole run, " +
              short_number(total(metric::claims_upheld)) + " ended by their claim.",
          draw(p));
  }
  void custody() {
    line_plot p = plot("beds, mean of the month");
    p.lines = {{"in use", of("beds_busy")},
               {"there", of("beds_servers"), true},
               {"waited for", of("beds_waiting")}};
    panel("beds", "Beds",
          short_number(total(metric::detainers_expired)) +
              " detainers ended because nobody came in 48 hours.",
          draw(p));
    line_plot slots = plot("a day, mean of the month");
    slots.lines = {{"hearings", of("hearings_busy")},
                   {"seats", of("seats_busy")},
                   {"interviews", of("interviews_busy")}};
    panel("slots", "Hearings, interviews and seats", "Slots and seats used a day.", draw(slots));
  }

  void lengths() {
    constexpr std::pair<std::string_view, std::string_view> shown[] = {
        {"answer", "the answer"},
        {"wait_analysts", "wait for an analyst"},
        {"wait_officers", "wait for an officer"},
        {"wait_interviews", "wait for an interview slot"},
        {"wait_beds", "wait for a bed"},
        {"wait_hearings", "wait for a hearing slot"},
        {"wait_seats", "wait for a seat"},
        {"custody", "federal custody"},
        {"booking_to_removal", "booking to removal"}};
    std::vector<time_strip> strips;
    const auto all = distributions(from_.runs);
    for (const auto& [name, words] : shown) {
      const distribution& d = *std::ranges::find(all, name, &distribution::name);
      if (d.all.count() == 0) continue;
      const auto at = [&](double share) { return d.all.quantile_ms(share); };
      const auto in_words = [&](double share) {
        return at(share) <= 0 ? std::string("at once") : time_words(at(share));
      };
      strips.push_back({std::string(words), at(0.05), at(0.25), at(0.5), at(0.75), at(0.95),
                        in_words(0.5), in_words(0.95)});
    }
    panel("lengths", "How long things take",
          "Whole run: thin from 5 to 95 in 100, thick the middle half, black the median. Axis of "
          "logarithms. By year: distributions.csv.",
          draw_times(strips));
  }

  void tornado() {
    if (from_.tornado.empty()) return;
    std::vector<bar> bars;
    for (const sensitivity& s : from_.tornado) {
      const double change = 100 * (s.high - s.low) / from_.tornado_centre;
      bars.push_back({s.parameter, std::min(s.low, s.high), std::max(s.low, s.high),
                      (change < 0 ? "" : "+") + tenths(change) + " %", change < 0});
    }
    panel("sensitivity", "What moves removals",
          "Removals before " + day_text(from_.tornado_until) +
              " with one parameter 20 % lower and 20 % higher; orange: they fall when it rises.",
          draw_bars(bars, from_.tornado_centre, "removals"));
  }

  const report_parts& from_;
  const run_output& run_;
  std::string panels_;
  report out_;
};

}  // namespace

report make_report(const report_parts& from) { return writer(from).write(); }

}  // namespace whorl::rollout
