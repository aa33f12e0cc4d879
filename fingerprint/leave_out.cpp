#include "fingerprint/leave_out.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "fingerprint/evaluate_rows.hpp"
#include "fingerprint/leave_out_set.hpp"

namespace whorl::fingerprint {
namespace {

/// FNMR at FMR 1e-3, 1e-2, 1e-4: compared in this order.
using criterion = std::array<double, 3>;

struct study {
  std::vector<studied_set> sets;
  std::vector<std::string> names;  ///< of people
  std::vector<two_people> left;    ///< who is left out together; the last one: nobody
  std::vector<std::size_t> at;     ///< index into `left`, by first * people + second
  std::vector<combination> grid;
  std::vector<std::size_t> best;  ///< index into `grid`, for each of `left`
  std::size_t index_of(two_people p) const { return at[p.first * names.size() + p.second]; }
};

study number_people(std::span<const print_set> sets) {
  study out;
  std::map<std::string_view, std::uint32_t> numbers;
  for (const print_set& set : sets) {
    std::vector<std::uint32_t> person;
    for (const labelled_print& each : set.prints) {
      const auto [place, fresh] =
          numbers.try_emplace(each.person, static_cast<std::uint32_t>(numbers.size()));
      if (fresh) out.names.push_back(each.person);
      person.push_back(place->second);
    }
    out.sets.emplace_back(set, std::move(person));
  }
  out.grid = combination_grid();
  return out;
}

void match_all(study& s, const progress_callback& progress, unsigned threads, std::size_t total) {
  std::size_t done = 0;
  for (studied_set& set : s.sets) {
    for_rows(
        set.pool().size(), threads, [&](std::size_t i) { set.match_row(i); },
        [&](std::size_t i) {
          done += i;
          if (progress) progress(done, total);
        });
    set.finish(s.names.size());
  }
}

/// Everybody who meets somebody. An error where a set has nothing left without them.
status list_people(study& s, std::span<const print_set> given) {
  const std::size_t people = s.names.size();
  s.at.assign(people * people, SIZE_MAX);
  for (std::size_t k = 0; k < s.sets.size(); ++k) {
    for (const studied_pair& pair : s.sets[k].pairs()) {
      std::size_t& at = s.at[pair.people.first * people + pair.people.second];
      if (at == SIZE_MAX) at = s.left.size(), s.left.push_back(pair.people);
      if (s.sets[k].genuine_without(pair.people) == 0 ||
          s.sets[k].impostors_without(pair.people) == 0)
        return make_error(errc::invalid_input,
                          "set " + given[k].name + ": without " + s.names[pair.people.first] +
                              " and " + s.names[pair.people.second] +
                              " no pairs are left to choose on; give prints of more people");
    }
  }
  s.left.push_back({});
  return {};
}

/// The criterion of one combination for each of `left`.
std::vector<criterion> judge(const study& s, const combination& by) {
  static constexpr std::array<double, 3> levels = {1e-3, 1e-2, 1e-4};
  std::vector<criterion> out(s.left.size());
  for (const studied_set& set : s.sets) {
    const ranked_scores scores(set, by);
    for (std::size_t p = 0; p < s.left.size(); ++p) {
      if (set.impostors_without(s.left[p]) == 0) continue;
      const auto at = scores.scores_at(levels, s.left[p]);
      for (std::size_t k = 0; k < levels.size(); ++k)
        out[p][k] += scores.fnmr(at[k], s.left[p]) / static_cast<double>(s.sets.size());
    }
  }
  return out;
}

void choose(study& s, const progress_callback& progress, unsigned threads, std::size_t done,
            std::size_t total) {
  std::vector<std::vector<criterion>> judged(s.grid.size());
  for_rows(
      s.grid.size(), threads, [&](std::size_t g) { judged[g] = judge(s, s.grid[g]); },
      [&](std::size_t) {
        if (progress) progress(++done, total);
      });
  s.best.assign(s.left.size(), 0);
  for (std::size_t p = 0; p < s.left.size(); ++p)
    for (std::size_t g = 1; g < s.grid.size(); ++g)
      if (judged[g][p] < judged[s.best[p]][p]) s.best[p] = g;
}

/// Score to decades of the false match rate: a line through two scores of the people who are left.
struct calibration {
  double zero = 0, slope = 1;
  calibration(const ranked_scores& scores, std::size_t impostors, two_people left) {
    const double tail = std::max(1e-3, 10.0 / static_cast<double>(impostors));
    const std::array<double, 2> rates = {std::max(0.1, tail), std::min(0.1, tail)};
    const auto at = scores.scores_at(rates, left);
    const double low = std::pow(10.0, at[0]), high = std::max(low + 1, std::pow(10.0, at[1]));
    slope = (std::log10(rates[0] / rates[1])) / (high - low);
    zero = -std::log10(rates[0]) - slope * low;
  }
  double decades(float log_of_score) const {
    return std::clamp(zero + slope * std::pow(10.0, log_of_score), 0.0, 100.0);
  }
};

/// The report of a set when each of its pairs has the score that `score` says.
template <class Score>
accuracy_report report_set(const studied_set& set, const Score& score) {
  const print_pool& pool = set.pool();
  std::vector<pair_score> pairs;
  std::vector<std::uint32_t> triangle(pool.size() * (pool.size() + 1) / 2);
  const auto place = [](std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; };
  for (const studied_pair& each : set.pairs()) {
    const std::uint32_t value = score(each);
    pairs.push_back({value, pool.finger(each.i), pool.finger(each.j)});
    triangle[place(each.i, each.j)] = value;
  }
  accuracy_report out = report_of_scores(pairs, pool.fingers());
  out.prints = pool.size();
  out.search = pool.search([&](std::size_t i, std::size_t j) {
    return triangle[place(std::max(i, j), std::min(i, j))];
  });
  return out;
}

accuracy_report report_held_out(const study& s, const studied_set& set,
                                std::array<counted_rate, 4>& stated) {
  std::map<std::size_t, ranked_scores> scores;  // by choice
  std::map<std::size_t, calibration> lines;     // by index into `left`
  return report_set(set, [&](const studied_pair& pair) {
    const std::size_t left = s.index_of(pair.people), choice = s.best[left];
    const auto line = [&] {
      if (const auto known = lines.find(left); known != lines.end()) return known->second;
      const auto& ranked = scores.try_emplace(choice, set, s.grid[choice]).first->second;
      const calibration made(ranked, set.impostors_without(pair.people), pair.people);
      return lines.emplace(left, made).first->second;
    }();
    const double decades = line.decades(log_score(pair.features, s.grid[choice]));
    for (std::size_t k = 0; !pair.genuine && k < stated.size(); ++k) {
      ++stated[k].trials;
      stated[k].events += decades >= static_cast<double>(k + 1) ? 1 : 0;
    }
    return static_cast<std::uint32_t>(std::lround(1000 * decades));
  });
}

std::vector<chosen_combination> count_choices(const study& s) {
  std::map<std::size_t, std::size_t> times;
  for (std::size_t p = 0; p + 1 < s.left.size(); ++p) ++times[s.best[p]];
  std::vector<chosen_combination> out;
  for (const auto& [choice, count] : times) out.push_back({s.grid[choice], count});
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.times > b.times; });
  return out;
}

}  // namespace

result<leave_out_report> leave_out(std::span<const print_set> sets,
                                   const progress_callback& progress, unsigned threads) {
  study s = number_people(sets);
  std::size_t pairs = 0;
  for (const print_set& set : sets) pairs += set.prints.size() * (set.prints.size() - 1) / 2;
  const std::size_t total = pairs + s.grid.size();
  match_all(s, progress, threads, total);
  WHORL_TRY(list_people(s, sets));
  if (s.left.size() < 2) return make_error(errc::invalid_input, "no pairs of prints to match");
  choose(s, progress, threads, pairs, total);
  leave_out_report out;
  out.people = s.names.size();
  out.tried = s.grid.size();
  out.on_all = s.grid[s.best.back()];
  out.chosen = count_choices(s);
  for (std::size_t k = 0; k < sets.size(); ++k) {
    const studied_set& set = s.sets[k];
    left_out_set each;
    each.name = sets[k].name;
    each.people = set.people();
    each.compiled =
        report_set(set, [](const studied_pair& p) { return p.features.compiled_score; });
    each.fitted = report_set(set, [&](const studied_pair& p) {
      return static_cast<std::uint32_t>(
          std::lround(100 * std::pow(10.0, log_score(p.features, out.on_all))));
    });
    each.held_out = report_held_out(s, set, each.stated);
    out.sets.push_back(std::move(each));
  }
  return out;
}

}  // namespace whorl::fingerprint
