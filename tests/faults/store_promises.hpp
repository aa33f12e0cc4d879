// What must hold of a store that is found after a failure, given what the world had seen before it
// (DESIGN's promises 1, 4, 5 and 7 to 11; the numbers stand in the texts). Violations are returned,
// not asserted: a test that breaks a sync on purpose wants to see them.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/trace.hpp"

namespace whorl::faults {

/// What the program has said or sent out up to some operation of a trace.
class seen_by_the_world {
 public:
  void add(const operation& what);
  bool store_made() const { return store_made_; }
  const std::set<std::string>& accepted() const { return accepted_; }    ///< bookings
  const std::set<std::string>& deleted() const { return deleted_; }      ///< criminal records
  const std::set<std::string>& delivered() const { return delivered_; }  ///< names of files
  /// Steps of cases that were acknowledged, in order: case, step.
  const std::vector<std::pair<std::string, std::string>>& steps() const { return steps_; }
  const std::set<std::string>& read_cases() const { return read_cases_; }  ///< shown to a person

 private:
  void read_line(const std::string& line);
  void read_document(const nlohmann::json& said);
  std::string unread_;
  std::string begun_;  ///< lines of a document whose end is not there yet
  bool store_made_ = false;
  std::set<std::string> accepted_, deleted_, delivered_, read_cases_;
  std::vector<std::pair<std::string, std::string>> steps_;
};

using broken_promises = std::vector<std::string>;

/// Opens the store in `folder`, catches it up and judges it. Nothing is written durably.
broken_promises judge(const std::string& folder, const seen_by_the_world& seen);

/// The same in a child process: damage that brings LMDB down is a broken promise too.
broken_promises judge_apart(const std::string& folder, const seen_by_the_world& seen);

/// After `whorl book` has finished what was open: every accepted booking has its one final answer.
broken_promises judge_finished(const std::string& folder, const seen_by_the_world& seen);

}  // namespace whorl::faults
