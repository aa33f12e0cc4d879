// A table for a person: columns as wide as their widest cell, two spaces between, no lines. Cells
// are ASCII; wider ones than the column's limit are cut with "..".
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace whorl::apps {

class table {
 public:
  explicit table(std::vector<std::string> heads) : rows_{std::move(heads)} {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::size_t size() const { return rows_.size() - 1; }
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// 12345 -> "12,345".
std::string with_commas(std::uint64_t value);
/// 1.25, 1 -> "1.2".
std::string decimal(double value, int places = 1);

}  // namespace whorl::apps
