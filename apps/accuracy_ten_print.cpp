// How `whorl accuracy --ten-print` shows what it found.
#include <iostream>

#include "apps/accuracy_report.hpp"
#include "apps/table.hpp"

namespace whorl::apps {
namespace {

using namespace fingerprint;

std::string fingers_text(const ten_print_row& r) {
  return r.fewest == r.fingers ? std::to_string(r.fingers)
                               : std::to_string(r.fewest) + "-" + std::to_string(r.fingers);
}

}  // namespace

json ten_print_json(const std::vector<ten_print_row>& rows) {
  json out = json::array();
  for (const ten_print_row& r : rows) {
    json each = {{"fingers", r.fingers},
                 {"fewest_fingers", r.fewest},
                 {"across", r.across},
                 {"people", r.people},
                 {"groups", r.groups},
                 {"lowest_own", r.lowest_own},
                 {"highest_stranger", r.highest_stranger}};
    each["at"] = json::array();
    for (const ten_print_at& at : r.at)
      each["at"].push_back({{"gallery", at.gallery},
                            {"not_hit", counted_json(at.not_hit)},
                            {"not_even_review", counted_json(at.not_review)},
                            {"false_hit", counted_json(at.false_hit)},
                            {"false_hit_or_review", counted_json(at.false_review)},
                            {"strangers_hit", counted_json(at.stranger_hit)},
                            {"strangers_hit_or_review", counted_json(at.stranger_review)}});
    out.push_back(std::move(each));
  }
  return out;
}

void print_ten_print(const std::vector<named_rows>& sets) {
  table text({"set", "sensor", "fingers", "people (groups)", "gallery", "not a hit",
              "not even a review", "a stranger hit", "or in review", "of stranger comparisons"});
  for (const auto& [name, rows] : sets)
    for (const ten_print_row& r : rows)
      for (const ten_print_at& at : r.at)
        text.add({name, r.across ? "other" : "same", fingers_text(r),
                  std::to_string(r.people) + " (" + std::to_string(r.groups) + ")",
                  with_commas(at.gallery), counted_text(at.not_hit), counted_text(at.not_review),
                  counted_text(at.false_hit), counted_text(at.false_review),
                  with_commas(at.stranger_review.events) + " of " +
                      with_commas(at.stranger_review.trials)});
  text.print(std::cout);
}

}  // namespace whorl::apps
