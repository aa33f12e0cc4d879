#include "apps/casework/case_metrics.hpp"

#include <doctest/doctest.h>

using namespace whorl::apps;

TEST_CASE("case metrics: each level is there, also where nothing is overdue") {
  case_numbers now;
  now.all = 7;
  now.open = 5;
  now.complete = 3;
  now.overdue = {{1, 2}, {0, 4}};
  const std::string text = case_metrics(now);
  for (const char* line :
       {"whorl_cases_open 5\n", "whorl_cases_by_charges{charges=\"complete\"} 3\n",
        "whorl_cases_by_charges{charges=\"incomplete\"} 4\n",
        "whorl_status_answers_overdue{level=\"1\"} 2\n",
        "whorl_status_answers_overdue{level=\"2\"} 0\n",
        "whorl_status_answers_overdue{level=\"3\"} 0\n",
        "whorl_status_answers_overdue{level=\"none\"} 4\n"})
    CHECK_MESSAGE(text.find(line) != std::string::npos, text);
}
