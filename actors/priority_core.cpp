#include "actors/priority_core.hpp"

#include <charconv>

namespace whorl::actors {
namespace {

struct range {
  int from, to;
  std::uint8_t level;
};

// The first range that holds the code counts: exceptions stand before the range they cut out of.
constexpr range ranges[] = {
    {101, 105, 1},
    {199, 199, 1},
    {901, 999, 1},
    {1001, 1099, 1},
    {1101, 1199, 1},
    {1201, 1299, 1},
    {1301, 1399, 1},
    {1601, 1601, 1},
    {2101, 2102, 1},
    {3601, 3699, 1},
    {3802, 3803, 1},
    {4801, 4801, 1},
    {5201, 5299, 1},
    {5401, 5401, 1},
    // Drugs are level 1 with a sentence over a year; no sentence travels with a bare code.
    {3501, 3599, 2},
    {2001, 2099, 2},
    {2201, 2299, 2},
    {2301, 2399, 2},
    {2401, 2499, 2},
    {2501, 2599, 2},
    {2601, 2699, 2},
    {2701, 2799, 2},
    {2801, 2899, 2},
    {2904, 2905, 2},
    {5801, 5899, 2},
    {6300, 6300, 2},
    {7199, 7199, 2},
    {5402, 5499, 2},
    {201, 299, 3},
    {301, 399, 3},
    {2103, 2199, 3},
    {2901, 2999, 3},
    {3801, 3899, 3},
    {3901, 3999, 3},
    {4001, 4099, 3},
    {4101, 4199, 3},
    {4802, 4899, 3},
    {4901, 5099, 3},
    {5101, 5199, 3},
    {5301, 5399, 3},
    {5501, 5799, 3},
    {5999, 6299, 3},
    {7399, 7399, 3},
};

}  // namespace

std::uint8_t priority_level(std::string_view ncic_code) {
  int code = 0;
  const auto [end, failure] =
      std::from_chars(ncic_code.data(), ncic_code.data() + ncic_code.size(), code);
  if (ncic_code.size() != 4 || failure != std::errc() || end != ncic_code.data() + 4) return 0;
  for (const range& r : ranges)
    if (code >= r.from && code <= r.to) return r.level;
  return 0;
}

}  // namespace whorl::actors
