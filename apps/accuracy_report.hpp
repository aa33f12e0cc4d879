// How `whorl accuracy` shows error rates: JSON and tables.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "apps/cli.hpp"
#include "fingerprint/leave_out.hpp"
#include "fingerprint/ten_print.hpp"

namespace whorl::apps {

struct named_report {
  std::string name;
  fingerprint::accuracy_report report;
};

json report_json(const fingerprint::accuracy_report& r);
/// The calibration as it stands: which share of different fingers reaches these scores. Of reports
/// whose scores are the matcher's own.
json shares_at_scores(const fingerprint::accuracy_report& r);
void print_reports(const std::vector<named_report>& reports);

json leave_out_json(const fingerprint::leave_out_report& r);
void print_leave_out(const fingerprint::leave_out_report& r);

/// With the set's name before each row.
json ten_print_json(const std::vector<fingerprint::ten_print_row>& rows);
struct named_rows {
  std::string name;
  std::vector<fingerprint::ten_print_row> rows;
};
void print_ten_print(const std::vector<named_rows>& sets);

/// [low, high]
json interval_json(const fingerprint::interval& i);
/// Events, trials and their exact interval.
json counted_json(const fingerprint::counted_rate& c);
/// 0.0123 -> "1.23"
std::string percent(double rate);
/// "0 of 204 (0.00-1.79 %)"
std::string counted_text(const fingerprint::counted_rate& c);

}  // namespace whorl::apps
