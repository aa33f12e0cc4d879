// Chaos of two exchanges: the one that acts is killed or stands still past its lease, again and
// again, while somebody books; then what was promised is looked up. Run by script/test --cluster.
#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "apps/people.hpp"
#include "tests/apps/exchange_pair.hpp"
#include "tests/cluster/chaos/chaos_world.hpp"
#include "tests/cluster/chaos/reporting.hpp"

using namespace whorl;
using namespace whorl::chaos;

namespace {

constexpr int known_people = 10, files_a_change = 60, patience_seconds = 4;
constexpr std::uint32_t pair_partitions = 3;

/// Somebody who books one file after the other, each until one of the two says 202.
class booking_site {
 public:
  booking_site(const test::exchange_pair& pair, std::vector<std::string> files)
      : pair_(pair), files_(std::move(files)), works_([this] { work(); }) {}
  ~booking_site() { end(); }
  void end() {
    over_ = true;
    if (works_.joinable()) works_.join();
  }
  std::size_t accepted() const {
    const std::lock_guard lock(mutex_);
    return accepted_.size();
  }
  std::map<booking_id, booked_person> acknowledged() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }
  /// The longest that a file took to be accepted.
  std::int64_t slowest_ms() const { return slowest_ms_; }
  std::uint64_t refusals() const { return refusals_; }

 private:
  void work() {
    for (std::size_t i = 0; i < files_.size() && !over_; ++i) {
      const std::int64_t begun = now_ms();
      while (!over_ && !hand_in(i)) ++refusals_;
      slowest_ms_ = std::max(slowest_ms_.load(), now_ms() - begun);
    }
  }
  /// At whoever took the last one, then at the other.
  bool hand_in(std::size_t i) {
    const auto answer = pair_.book(at_, files_[i], patience_seconds);
    if (answer.status != 202) {
      at_ = at_ == "a" ? "b" : "a";
      return false;
    }
    booked_person who;
    who.person = i;
    if (i < known_people) who.known_as = apps::subject_of(7, i, "criminal");
    const auto id = parse_booking_id(answer.document()["booking"].get<std::string>());
    const std::lock_guard lock(mutex_);
    if (id) accepted_[*id] = who;
    return id.has_value();
  }

  const test::exchange_pair& pair_;
  std::vector<std::string> files_;
  std::string at_ = "a";
  mutable std::mutex mutex_;
  std::map<booking_id, booked_person> accepted_;
  std::atomic<bool> over_{false};
  std::atomic<std::int64_t> slowest_ms_{0};
  std::atomic<std::uint64_t> refusals_{0};
  std::thread works_;  // last: it uses the others
};

/// The one that acts falls, the other takes over, and the first stands by again.
void change_places(test::exchange_pair& pair, const std::string& acting, const std::string& other,
                   bool frozen, reporter& report) {
  const std::int64_t begun = now_ms();
  pair.process(acting).stop(frozen ? SIGSTOP : SIGKILL);
  pair.await(other, "listening");
  report.say({{"event", "taken over"},
              {"kind", frozen ? "acting_frozen" : "acting_killed"},
              {"by", other},
              {"took_ms", now_ms() - begun}});
  if (frozen) pair.process(acting).stop(SIGCONT);
  const test::outcome ended = pair.process(acting).wait();
  if (frozen) CHECK_MESSAGE(ended.code == 3, ended.out, ended.err);
  pair.start(acting);
  pair.await(acting, "standing_by");
  pair.await_in_sync(other, acting);
}

}  // namespace

TEST_CASE("chaos: two exchanges that take over from one another break no promise") {
  if (!test::nats_server_present()) return;
  const std::uint64_t seed =
      std::stoull(setting("WHORL_SEED", std::to_string(std::random_device()())));
  const int changes = std::stoi(setting("WHORL_CHAOS_CHANGES", "6"));
  reporter report;
  report.say({{"event", "begin of the pair"}, {"seed", seed}, {"changes", changes}});
  std::mt19937_64 random(seed);
  const test::nats_servers servers(1);
  test::exchange_pair pair(servers);
  const std::string config = pair.with_cluster();
  pair.start_both();
  const test::started_program node({"--json", "node", "--config", config});
  pair.await_searchable("a");
  pair.await_in_sync("a", "b");
  std::string acting = "a", other = "b";
  booking_site site(pair, pair.files("many", 0, files_a_change * (changes + 1)));
  for (int i = 0; i < changes; ++i) {
    const std::size_t wanted = site.accepted() + 1 + random() % 5;
    test::wait_until([&] { return site.accepted() >= wanted; });
    change_places(pair, acting, other, random() % 2 == 0, report);
    std::swap(acting, other);
  }
  site.end();
  const auto acknowledged = site.acknowledged();
  for (const auto& [booking, who] : acknowledged) pair.done(acting, to_string(booking));
  for (const std::string& name : {acting, other}) {
    pair.process(name).stop(SIGTERM);
    CHECK(pair.process(name).wait().code == 0);
  }
  for (const char* name : {"a", "b"}) {
    const test::outcome verified =
        test::whorl_program({"--store", pair.store(name), "--as", "oversight", "audit", "verify"});
    CHECK_MESSAGE(verified.code == 0, verified.err);
  }
  const broken_promises judged =
      judge(read_facts(servers, pair.prefix(), 1, pair_partitions), acknowledged);
  for (const std::string& each : judged.complaints) FAIL_CHECK("promise: " << each);
  report.say(document_of(judged));
  report.say({{"event", "end of the pair"},
              {"acknowledged", acknowledged.size()},
              {"asked again", site.refusals()},
              {"slowest_acceptance_ms", site.slowest_ms()},
              {"complaints", judged.complaints.size()}});
}
