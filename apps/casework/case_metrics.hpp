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

/// Of reviews that examiners disagree on.
struct dispute_counts {
  std::size_t all = 0;
  std::size_t overdue = 0;  ///< for longer than whorl.toml says
  std::size_t said = 0;     ///< of these, put on record at the last look; the others were before
};

std::string case_metrics(const case_numbers& now);
std::string review_metrics(const dispute_counts& now);

}  // namespace whorl::apps
