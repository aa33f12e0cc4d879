#include "sim/rollout/lifecycle_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace whorl;
using namespace whorl::rollout;

TEST_CASE("lifecycle table: has what the production table has, and nothing more") {
  const lifecycle_table table;
  for (std::size_t m = 0; m < move_count; ++m) {
    const move_info info = info_of(static_cast<move>(m));
    for (int from = 0; from <= static_cast<int>(casework::case_state::closed); ++from) {
      const auto state = static_cast<casework::case_state>(from);
      const casework::transition* row = nullptr;
      for (const casework::transition& one : casework::transitions()) {
        const bool coded = one.codes.empty() || std::find(one.codes.begin(), one.codes.end(),
                                                          info.code) != one.codes.end();
        if (one.step == info.step && coded &&
            std::find(one.from.begin(), one.from.end(), state) != one.from.end())
          row = &one;
      }
      CAPTURE(to_string(info.step));
      CAPTURE(casework::to_string(state));
      const auto& entry = table.at(static_cast<move>(m), state);
      REQUIRE(entry.allowed == (row != nullptr));
      if (row == nullptr) continue;
      CHECK(entry.to == row->to.value_or(state));
      for (const casework::guard g : row->guards) CHECK((entry.guards & bit(g)) != 0);
    }
  }
}
