// A trace in memory, one operation after the other. Errors end the test: a damaged trace is a fault
// of the harness.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/faults/trace_format.hpp"

namespace whorl::faults {

struct operation {
  op_kind kind = op_kind::write;
  std::string path;
  std::uint64_t offset = 0;
  std::string data;
};

std::vector<operation> read_trace(const std::filesystem::path& file);

}  // namespace whorl::faults
