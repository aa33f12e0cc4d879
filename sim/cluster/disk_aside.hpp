// What a process has written to its LMDB files, as it stood at an earlier moment: set aside while
// it runs, put back once it is killed. So a crash loses what was written and not synced since, of
// each file up to a moment of its own: no two files are synced together.
#pragma once

#include <string>
#include <vector>

#include "sim/cluster/random.hpp"

namespace whorl::sim {

class disk_aside {
 public:
  /// Of the LMDB environments below `root`, whose names (relative to it) begin with one of `which`;
  /// "" is all of them. `aside`: a folder for the copies.
  disk_aside(std::string root, std::vector<std::string> which, std::string aside);

  /// As they stand now; what was set aside before is forgotten. Nobody may be in the middle of
  /// writing.
  void take();
  bool taken() const { return !names_.empty(); }
  /// Some of them, at least one, drawn. Nobody may have them open. Returns their names.
  std::vector<std::string> put_back(chance& draw) const;

 private:
  std::string root_, aside_;
  std::vector<std::string> which_;
  std::vector<std::string> names_;  ///< in order, relative to both folders
};

}  // namespace whorl::sim
