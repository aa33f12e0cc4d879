#include "apps/casework/case_metrics.hpp"

#include "apps/metric_text.hpp"

namespace whorl::apps {

std::string case_metrics(const case_numbers& now) {
  metric_text out;
  out.gauge("whorl_cases_open", "cases that are not closed", now.open);
  const char* charges = "cases by whether a charge and what became of each is on record";
  out.gauge("whorl_cases_by_charges", charges, now.complete, {{"charges", "complete"}});
  out.gauge("whorl_cases_by_charges", charges, now.all - now.complete, {{"charges", "incomplete"}});
  // Each level, also where nothing is overdue: a monitor must see it come and go.
  for (const int level : {1, 2, 3, 0}) {
    const auto found = now.overdue.find(static_cast<std::uint8_t>(level));
    out.gauge("whorl_status_answers_overdue",
              "cases whose answer by the operations centre was due and has not come, by level",
              found == now.overdue.end() ? 0 : found->second,
              {{"level", level == 0 ? "none" : std::to_string(level)}});
  }
  return out.text();
}

std::string review_metrics(const dispute_counts& now) {
  metric_text out;
  const char* help = "reviews that wait because examiners disagree, by whether they are overdue";
  out.gauge("whorl_reviews_disputed", help, now.all - now.overdue, {{"overdue", "no"}});
  out.gauge("whorl_reviews_disputed", help, now.overdue, {{"overdue", "yes"}});
  return out.text();
}

}  // namespace whorl::apps
