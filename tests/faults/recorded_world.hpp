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
/// enrolment by hand and by booking, hits, no hits that purge, a merge, a deletion, a case that
/// people work, and whoever reads it.
class recorded_world {
 public:
  /// Bookings that a node of this world has room for at once, fewer than are handed in.
  static constexpr std::size_t in_flight_max = 2;
  /// Makes the files; `bookings` people at each of three bookings. `room`: how many bookings the
  /// node takes at once.
  explicit recorded_world(int bookings, std::size_t room = in_flight_max);
  const std::vector<command>& commands() const { return commands_; }
  std::string store() const { return (folder_.path() / "store").string(); }
  std::filesystem::path folder() const { return folder_.path(); }
  /// Runs one command on `store` with the recorder.
  test::outcome run(const command& what, const std::string& store, const std::string& trace,
                    const std::string& fault = "") const;
  /// Runs all on a store of their own; what the disk was asked to do. Comes before any `run`.
  std::vector<operation> record();
  /// What is changed by hand in the configuration of a store that was just made.
  void configure(const std::string& store) const;

 private:
  void remember(const test::outcome& booked);
  std::string files(const std::string& name, std::vector<std::string> more) const;
  test::temp_folder folder_;
  std::size_t room_;
  std::vector<command> commands_;
  std::vector<std::string> enrolled_;  ///< records that the first bookings made
  std::string case_;                   ///< of the person who was known to immigration
};

}  // namespace whorl::faults
