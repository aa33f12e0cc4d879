#include "apps/exchanges/lease_keeper.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "messages/wire.hpp"

using namespace whorl;
using namespace whorl::apps::exchanges;

namespace {

/// Two exchanges over one bucket, and a clock of the test's own.
struct pair_world {
  std::shared_ptr<storage::coordination> bucket = storage::make_coordination_in_memory();
  std::shared_ptr<std::atomic<std::int64_t>> now = std::make_shared<std::atomic<std::int64_t>>(1);

  std::unique_ptr<lease_keeper> keeper(const std::string& name, std::uint64_t incarnation = 1,
                                       std::shared_ptr<std::atomic<std::int64_t>> clock = {}) {
    if (!clock) clock = now;
    return std::make_unique<lease_keeper>(
        bucket, lease_keeper_settings{name,
                                      incarnation,
                                      {},
                                      [] { return false; },
                                      true,
                                      [clock] { return instant{*clock}; }});
  }
  succession_record record() const {
    return *wire::decode_succession_record(bucket->get(succession_key)->value().value);
  }
};

constexpr std::int64_t long_ms = 60'000;

/// Lets the clock run until it is so.
template <class Reached>
void run_until(pair_world& w, Reached reached) {
  for (int i = 0; i < 2000 && !reached(); ++i) {
    *w.now += 50;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // for the keepers' threads
  }
  CHECK(reached());
}

}  // namespace

TEST_CASE("lease keeper: the first takes it and writes who has the keys") {
  pair_world w;
  const auto a = w.keeper("a");
  run_until(w, [&] { return a->wait_held(0); });
  CHECK(a->holds());
  CHECK(a->epoch() == 1);
  CHECK(w.record() == succession_record{1, "a", {}});
  CHECK(a->record({"b"}));
  CHECK(w.record() == succession_record{1, "a", {"b"}});
}

TEST_CASE("lease keeper: given back, it goes at once to who is in sync, and to nobody else") {
  pair_world w;
  auto a = w.keeper("a");
  run_until(w, [&] { return a->wait_held(0); });
  const auto b = w.keeper("b"), c = w.keeper("c");
  CHECK(a->record({"b"}));
  a.reset();
  run_until(w, [&] { return b->wait_held(0); });
  CHECK(b->epoch() == 2);
  CHECK(w.record() == succession_record{2, "b", {}});
  CHECK_FALSE(c->wait_held(0));
  run_until(w, [&] { return c->standing().find("only b may") != std::string::npos; });
}

TEST_CASE("lease keeper: who stood still past its lease has lost it, and writes nothing more") {
  pair_world w;
  const auto frozen = std::make_shared<std::atomic<std::int64_t>>(1);
  // Its clock and its bucket stand still with it.
  struct stopped final : storage::coordination {
    std::shared_ptr<storage::coordination> inner;
    std::atomic<bool> stands{false};
    result<std::optional<storage::stored_value>> get(std::string_view key) const override {
      return stands ? make_error(errc::unavailable, "stands still") : inner->get(key);
    }
    result<std::uint64_t> create(std::string_view key, byte_view value) override {
      return stands ? make_error(errc::unavailable, "stands still") : inner->create(key, value);
    }
    result<std::uint64_t> update(std::string_view key, byte_view value,
                                 std::uint64_t seen) override {
      return stands ? make_error(errc::unavailable, "stands still")
                    : inner->update(key, value, seen);
    }
  };
  const auto its = std::make_shared<stopped>();
  its->inner = w.bucket;
  lease_keeper a(its,
                 {"a", 1, {}, [] { return false; }, true, [frozen] { return instant{*frozen}; }});
  for (int i = 0; i < 2000 && !a.wait_held(1); ++i) *frozen += 50;
  REQUIRE(a.holds());
  REQUIRE(a.record({"b"}));
  its->stands = true;
  const auto b = w.keeper("b");
  run_until(w, [&] { return b->wait_held(0); });
  CHECK(a.holds());  // as far as it knows: its clock has not moved
  *frozen += long_ms;
  CHECK_FALSE(a.holds());
  CHECK(a.check().error().code == errc::unavailable);
  its->stands = false;
  CHECK_FALSE(a.record({}).has_value());
  CHECK(w.record() == succession_record{2, "b", {}});
  for (int i = 0; i < 2000 && !a.has_ended(); ++i) {
    *frozen += 50;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(a.has_ended());
  CHECK(b->holds());
}

TEST_CASE("lease keeper: two that want it at once: one has it") {
  pair_world w;
  const auto a = w.keeper("a"), b = w.keeper("b", 2);
  run_until(w, [&] { return a->wait_held(0) || b->wait_held(0); });
  for (int i = 0; i < 100; ++i) {
    *w.now += 50;
    CHECK(int{a->holds()} + int{b->holds()} <= 1);
  }
}
