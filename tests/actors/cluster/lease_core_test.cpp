#include "actors/cluster/lease_core.hpp"

#include <doctest/doctest.h>

#include "tests/actors/cluster/cluster_support.hpp"

using namespace whorl;
using namespace whorl::cluster;

namespace {

/// 5,000 ms of lease, 500 of margin, renewed each 1,000, polled each 500, lost after 1,000.
lease_core candidate(const std::string& name, std::uint64_t seen = 0) {
  return {lease_settings{}, name, 77, seen};
}

template <class Effect>
Effect only(const lease_effects& effects) {
  REQUIRE(effects.size() == 1);
  REQUIRE(std::holds_alternative<Effect>(effects[0]));
  return std::get<Effect>(effects[0]);
}

lease_entry entry(const std::string& holder, std::uint64_t epoch, std::uint64_t revision) {
  return {lease_record{holder, 5, epoch, 1}, revision};
}

/// Reads at `at` and is answered `seen` at once.
lease_effects look(lease_core& core, const lease_entry& seen, std::int64_t at) {
  const auto read = only<lease_effect::read>(core.on_tick({at}));
  return core.on_read(read.request, seen, {at});
}

/// Holds from `at` on, under the epoch after `epoch`, the record at `revision`.
void hold(lease_core& core, std::uint64_t epoch, std::uint64_t revision, std::int64_t at) {
  const auto write = only<lease_effect::write>(look(core, entry("", epoch, revision - 1), at));
  CHECK(only<lease_effect::began>(core.on_written(write.request, revision, {at})).epoch ==
        epoch + 1);
}

}  // namespace

TEST_CASE("lease: taken when the record has not changed for a whole lease, under the next epoch") {
  lease_core core = candidate("a");
  CHECK(look(core, entry("b", 7, 40), 100).empty());
  for (std::int64_t at = 600; at < 5100; at += 500)
    CHECK(look(core, entry("b", 7, 40), at).empty());
  const auto write = only<lease_effect::write>(look(core, entry("b", 7, 40), 5100));
  CHECK(write.expected_revision == 40);
  CHECK(write.record.holder == "a");
  CHECK(write.record.epoch == 8);
  CHECK_FALSE(core.holds({5100}));
  CHECK(only<lease_effect::began>(core.on_written(write.request, 41, {5200})).epoch == 8);
  CHECK(core.holds({5200}));
  CHECK(core.holds({5100 + 4499}));  // from when the write was sent, less the margin
  CHECK_FALSE(core.holds({5100 + 4500}));
}

TEST_CASE("lease: a renewal by its holder begins the wait anew") {
  lease_core core = candidate("a");
  CHECK(look(core, entry("b", 7, 40), 0).empty());
  CHECK(look(core, entry("b", 7, 41), 4000).empty());
  CHECK(look(core, entry("b", 7, 41), 8999).empty());
  CHECK(only<lease_effect::write>(look(core, entry("b", 7, 41), 9499)).record.epoch == 8);
}

TEST_CASE("lease: a store without a record is waited for as long (it may have lost one)") {
  lease_core core = candidate("a", 12);
  CHECK(look(core, {}, 0).empty());
  CHECK(look(core, {}, 4999).empty());
  const auto write = only<lease_effect::write>(look(core, {}, 5499));
  CHECK(write.expected_revision == 0);
  CHECK(write.record.epoch == 13);  // after the newest this process has seen
}

TEST_CASE("lease: one that was given back is taken at once") {
  lease_core core = candidate("a");
  hold(core, 9, 51, 100);
  CHECK(core.epoch() == 10);
}

TEST_CASE("lease: somebody else was faster (the write is refused)") {
  lease_core core = candidate("a");
  const auto write = only<lease_effect::write>(look(core, entry("", 9, 50), 0));
  CHECK(core.on_written(write.request, std::nullopt, {10}).empty());
  CHECK_FALSE(core.holds({10}));
  CHECK(look(core, entry("c", 10, 51), 20).empty());
  CHECK(core.seen_epoch() == 10);
}

TEST_CASE("lease: renewed each renew_ms, and counted from when the renewal was sent") {
  lease_core core = candidate("a");
  hold(core, 0, 51, 0);
  CHECK(core.on_tick({999}).empty());
  const auto renewal = only<lease_effect::write>(core.on_tick({1000}));
  CHECK(renewal.expected_revision == 51);
  CHECK(renewal.record.epoch == 1);
  CHECK(core.on_written(renewal.request, 52, {1900}).empty());
  CHECK(core.holds({5499}));
  CHECK_FALSE(core.holds({5500}));
  CHECK(only<lease_effect::write>(core.on_tick({2000})).expected_revision == 52);
}

TEST_CASE("lease: given up when renewals are lost, and only once") {
  lease_core core = candidate("a");
  hold(core, 0, 51, 0);
  bool ended = false;
  for (std::int64_t at = 10; at < 8000; at += 10) {
    for (const auto& effect : core.on_tick({at})) {
      if (const auto* end = std::get_if<lease_effect::ended>(&effect)) {
        CHECK_FALSE(ended);
        ended = true;
        CHECK(at == 4500);
        CHECK(end->epoch == 1);
      }
    }
    CHECK(core.holds({at}) == (at < 4500));
  }
  CHECK(ended);
}

TEST_CASE("lease: a renewal whose answer was lost counts once it is read back") {
  lease_core core = candidate("a");
  hold(core, 0, 51, 0);
  const auto renewal = only<lease_effect::write>(core.on_tick({1000}));
  const auto read = only<lease_effect::read>(core.on_tick({2000}));  // lost by now
  const auto next =
      only<lease_effect::write>(core.on_read(read.request, {renewal.record, 52}, {2100}));
  CHECK(core.holds({5499}));
  CHECK_FALSE(core.holds({5500}));
  CHECK(next.expected_revision == 52);
}

TEST_CASE("lease: taking it succeeded although the answer was lost") {
  lease_core core = candidate("a");
  const auto write = only<lease_effect::write>(look(core, entry("", 9, 50), 0));
  const auto read = only<lease_effect::read>(core.on_tick({1000}));
  const auto effects = core.on_read(read.request, {write.record, 51}, {1100});
  REQUIRE(effects.size() == 2);
  CHECK(std::get<lease_effect::began>(effects[0]).epoch == 10);
  CHECK(core.holds({4499}));
  CHECK_FALSE(core.holds({4500}));
}

TEST_CASE("lease: an answer that comes too late is not believed, and the next epoch is taken") {
  lease_core core = candidate("a");
  const auto write = only<lease_effect::write>(look(core, entry("", 9, 50), 0));
  // The process was frozen: nothing ran until the answer was read.
  CHECK(core.on_written(write.request, 51, {4600}).empty());
  CHECK_FALSE(core.holds({4600}));
  const auto again = only<lease_effect::write>(look(core, {write.record, 51}, 4700));
  CHECK(again.record.epoch == 11);
}

TEST_CASE("lease: a holder that wakes up after its end says so before anything else") {
  lease_core core = candidate("a");
  hold(core, 0, 51, 0);
  const auto effects = core.on_tick({60'000});
  REQUIRE(effects.size() >= 1);
  CHECK(std::get<lease_effect::ended>(effects[0]).epoch == 1);
  CHECK_FALSE(core.holds({60'000}));
}

TEST_CASE("lease: a holder that reads another's name stops at once") {
  lease_core core = candidate("a");
  hold(core, 0, 51, 0);
  const auto renewal = only<lease_effect::write>(core.on_tick({1000}));
  CHECK(core.on_written(renewal.request, std::nullopt, {1010}).empty());
  const auto effects = look(core, entry("b", 2, 60), 1020);
  REQUIRE(effects.size() == 1);
  CHECK(std::get<lease_effect::ended>(effects[0]).why.find("node b") != std::string::npos);
  CHECK_FALSE(core.holds({1020}));
}

TEST_CASE("lease: given back on stop, after it has ended, and not taken again") {
  lease_core core = candidate("a");
  hold(core, 0, 51, 0);
  const auto effects = core.on_stop({500});
  REQUIRE(effects.size() == 2);
  CHECK(std::holds_alternative<lease_effect::ended>(effects[0]));
  const auto& write = std::get<lease_effect::write>(effects[1]);
  CHECK(write.record.holder.empty());
  CHECK(write.record.epoch == 1);
  CHECK(write.expected_revision == 51);
  CHECK_FALSE(core.holds({500}));
  CHECK(core.on_written(write.request, 52, {510}).empty());
  CHECK(core.on_tick({9000}).empty());
}

TEST_CASE("lease: a restarted process of the same name waits as others do") {
  lease_core before = candidate("a");
  lease_core after(lease_settings{}, "a", 78);
  hold(before, 0, 51, 0);
  const auto renewal = only<lease_effect::write>(before.on_tick({1000}));
  CHECK(look(after, {renewal.record, 52}, 1100).empty());
  CHECK(look(after, {renewal.record, 52}, 6000).empty());
  CHECK(only<lease_effect::write>(look(after, {renewal.record, 52}, 6500)).record.epoch == 2);
}

TEST_CASE("lease: answers to requests that were given up are passed over") {
  lease_core core = candidate("a");
  const auto first = only<lease_effect::read>(core.on_tick({0}));
  const auto second = only<lease_effect::read>(core.on_tick({1000}));
  CHECK(core.on_read(first.request, entry("", 9, 50), {1001}).empty());
  CHECK(core.on_failure(first.request, {1001}).empty());
  CHECK(core.on_read(second.request, entry("", 9, 50), {1002}).size() == 1);
}

TEST_CASE("epoch_guard: refuses what is older than the newest order it has taken") {
  epoch_guard guard(3);
  CHECK(guard.admit(3).has_value());
  CHECK(guard.admit(5).has_value());
  CHECK(guard.admit(5).has_value());
  const status refused = guard.admit(4);
  REQUIRE(!refused);
  CHECK(refused.error().code == errc::conflict);
  CHECK(guard.newest() == 5);
}
