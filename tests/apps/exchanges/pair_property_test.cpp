// Whatever is lost, late, frozen or killed: never two exchanges whose facts both count, nobody acts
// without the keys of what was acknowledged, nobody applies a fact without its key, and once all is
// healed one acts and the others are in sync within a minute.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "tests/apps/exchanges/pair_world.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr std::int64_t faults_ms = 40'000, rest_ms = 60'000;

/// Of all seeds together: that they met what they are for.
struct met {
  std::size_t bookings = 0, takeovers = 0, fenced = 0;
};

void play(std::uint64_t seed, met& sum) {
  CAPTURE(seed);
  pair_world world(seed);
  world.run(faults_ms);
  world.heal();
  const std::size_t before = world.bookings();
  world.run(rest_ms);
  for (const std::string& each : world.broken()) CHECK_MESSAGE(false, each);
  if (world.broken().empty()) {
    const auto missing = world.not_at_rest();
    CHECK_MESSAGE(!missing, (missing ? *missing : ""));
    CHECK(world.bookings() > before);
  }
  sum.bookings += world.bookings();
  sum.takeovers += world.takeovers();
  sum.fenced += world.fenced();
}

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const said = std::getenv(variable);
  return said == nullptr ? otherwise : std::strtoull(said, nullptr, 10);
}

}  // namespace

TEST_CASE("pair: one acts, with every key, whatever is lost, late, frozen or killed (seeds)") {
  const std::uint64_t first = number_of("WHORL_PAIR_SEED", 1);
  const std::uint64_t count = number_of("WHORL_PAIR_SEEDS", long_run() ? 500 : 40);
  met sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) play(seed, sum);
  MESSAGE(count << " seeds: " << sum.bookings << " bookings, " << sum.takeovers << " takeovers, "
                << sum.fenced << " appends refused by the fence");
  if (count < 10) return;
  CHECK(sum.bookings > 20 * count);
  CHECK(sum.takeovers > count);
  CHECK((count < 200 || sum.fenced > 0));
}
