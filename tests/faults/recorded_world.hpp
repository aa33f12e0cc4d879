// The real program at work on a real store, with every change to its files recorded or refused by
// the library storage_recorder.
#pragma once

#include <string>
#include <vector>

#include "tests/apps/program.hpp"
#include "tests/faults/trace.hpp"
#include "tests/support.hpp"

namespace whorl::faults {

/// `whorl ARGUMENTS` with the recorder before it. `trace`: file to append to, may be empty.
/// `fault`: see fault_plan in storage_recorder.cpp, may be empty.
test::outcome recorded_program(const std::string& store, const std::string& trace,
                               const std::string& fault, const std::vector<std::string>& arguments);

/// One command of the workload.
struct command {
  std::string as;
  std::vector<std::string> words;
};

/// Files of bookings beside a store, and the commands that make a store and use every kind of fact:
/// enrolment by hand and by booking, hits, no hits that purge, a merge, a deletion.
class recorded_world {
 public:
  /// Makes the files; `bookings` people at each of three bookings.
  explicit recorded_world(int bookings);
  const std::vector<command>& commands() const { return commands_; }
  std::string store() const { return (folder_.path() / "store").string(); }
  std::filesystem::path folder() const { return folder_.path(); }
  /// Runs one command on `store` with the recorder.
  test::outcome run(const command& what, const std::string& store, const std::string& trace,
                    const std::string& fault = "") const;
  /// Runs all on a store of their own; what the disk was asked to do. Comes before any `run`.
  std::vector<operation> record();

 private:
  std::string files(const std::string& name, std::vector<std::string> more) const;
  test::temp_folder folder_;
  std::vector<command> commands_;
  std::vector<std::string> enrolled_;  ///< records that the first bookings made
};

}  // namespace whorl::faults
