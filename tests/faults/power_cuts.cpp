#include "tests/faults/power_cuts.hpp"

#include <algorithm>

#include "tests/support.hpp"

namespace whorl::faults {

void cut_power(const std::vector<operation>& trace, const cut_plan& plan,
               const std::function<void(const std::string& image, std::size_t at)>& judge) {
  constexpr loss losses[] = {loss::all, loss::some_writes, loss::some_sectors, loss::none};
  const test::temp_folder folder;
  const std::string image = (folder.path() / "image").string();
  std::mt19937_64 random(plan.seed);
  disk_model disk;
  std::size_t made = 0;
  for (std::size_t i = 0; i < std::min(plan.to, trace.size()); ++i) {
    if (i >= plan.from && (i - plan.from) % plan.step == 0) {
      disk.crash_into(image, losses[made++ % std::size(losses)], random, &trace[i]);
      judge(image, i);
    }
    disk.apply(trace[i]);
  }
}

}  // namespace whorl::faults
