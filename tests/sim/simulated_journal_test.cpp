// The simulated journal keeps the contract of every journal, and its faults are what they say.
#include "sim/cluster/simulated_journal.hpp"

#include "tests/storage/journal_contract.hpp"

using namespace whorl;
using namespace whorl::sim;
using namespace whorl::test;

namespace {

struct simulated_factory {
  std::unique_ptr<storage::journal> make() { return std::make_unique<simulated_journal>(); }
};

fault_plan always(std::initializer_list<fault_kind> kinds) {
  fault_plan plan;
  for (const fault_kind kind : kinds) plan.per_myriad[static_cast<std::size_t>(kind)] = 10'000;
  return plan;
}

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(journal_contract, simulated_factory);

TEST_CASE("simulated journal: a refused commit changes nothing") {
  simulated_journal log(1, always({fault_kind::append_refused}));
  CHECK(code_of(append_one(log, request(stream_id::cases, "a"))) == errc::io);
  log.faults_off();
  CHECK(must(append_one(log, request(stream_id::cases, "a"))).seq == 1);
}

TEST_CASE("simulated journal: a crash comes before or after the commit, never halfway") {
  int before = 0, after = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto kind =
        seed % 2 == 0 ? fault_kind::crash_before_durable : fault_kind::crash_after_durable;
    simulated_journal log(seed, always({kind}));
    const storage::append_request batch[] = {request(stream_id::cases, "a"),
                                             request(stream_id::audit, "b")};
    (void)log.append(batch);
    CHECK(log.crash_due());
    const auto cases = must(log.tail(stream_id::cases)).seq;
    CHECK(cases == must(log.tail(stream_id::audit)).seq);
    (cases == 0 ? before : after) += 1;
  }
  CHECK(before > 0);
  CHECK(after > 0);
}

TEST_CASE("simulated journal: an ordered fault strikes once, at the fact it is for") {
  simulated_journal log;
  log.strike_next(fault_kind::append_refused, "/answer");
  CHECK(must(append_one(log, request(stream_id::cases, "a/record"))).seq == 1);
  CHECK(code_of(append_one(log, request(stream_id::cases, "a/answer"))) == errc::io);
  CHECK(must(append_one(log, request(stream_id::cases, "a/answer"))).seq == 2);
  CHECK(log.fired()[static_cast<std::size_t>(fault_kind::append_refused)] == 1);
}

TEST_CASE("simulated journal: while the power is off nothing is written") {
  simulated_journal log;
  log.power_off();
  CHECK(code_of(append_one(log, request(stream_id::cases, "a"))) == errc::io);
  log.power_on();
  CHECK(must(log.tail(stream_id::cases)).seq == 0);
}
