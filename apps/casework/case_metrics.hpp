// The numbers of cases for monitors. Pure: counts in, Prometheus text out.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace whorl::apps {

struct case_numbers {
  std::size_t all = 0, open = 0;
  std::size_t complete = 0;  ///< with a charge on record, and what became of each
  /// Answers of the operations centre that were due and have not come, by level; 0 none.
  std::map<std::uint8_t, std::size_t> overdue;
};

std::string case_metrics(const case_numbers& now);

}  // namespace whorl::apps
