// The clock of retention over a store with a node, by a clock of the test's own.
#include "apps/retention/retention_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "actors/local_node.hpp"
#include "apps/casework/await_applied.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/retention/retention_metrics.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

using namespace apps;

namespace {

constexpr std::int64_t hour = 60ll * 60 * 1000, day = 24 * hour;

/// One booking of somebody whom nobody knows, and one that opened a case.
class purged_world {
 public:
  purged_world() : world_(folder_.path(), 20, 10) {
    stranger = book("stranger", 700);
    known = book("known", 3);
    store = must(storage::open_store(world_.store()));
    actors::local_node_settings wanted;
    wanted.outbox_folder = outbox();
    node = must(actors::local_node::start(*store, wanted));
    begun = now = must(store->bookings->get(known)).immigration->answered_at;
    restart();
  }

  std::string outbox() const { return world_.store() + "/outbox"; }
  /// As a restart of the process: what it remembered is gone.
  void restart(std::int64_t every_hours = 24) {
    retention_clock::settings wanted;
    wanted.every_hours = every_hours;
    wanted.purge.rules = {30, 30};
    wanted.purge.principal = "whorl";
    wanted.purge.role = "clock";
    wanted.purge.outbox = outbox();
    clock = std::make_unique<retention_clock>(
        *store,
        [this](std::vector<storage::append_request> rows) -> status {
          if (disk_full) return make_error(errc::io, "no space");
          for (auto& outcome : node->append(std::move(rows)))
            if (!outcome) return outcome.error();
          return {};
        },
        wanted, [this] { return now; },
        [this](bool is_warning, const std::string& text) {
          log.push_back((is_warning ? "warning: " : "info: ") + text);
        });
  }
  bool has_name(booking_id which) {
    return store->keys->open(must(store->bookings->get(which)).accepted.who).has_value();
  }
  std::size_t runs() {
    must(await_applied(*store->log, *store->audit, std::chrono::seconds(60), "slow"));
    const auto rows = must(store->audit->rows("retention", 100));
    return static_cast<std::size_t>(
        std::ranges::count(rows, std::string("purge"), &audit_row::action));
  }
  void close_case() {
    case_board board(*store);
    case_desk desk(*store, board, *node, settings_, [this] { return now; }, {});
    wanted_step what;
    what.step = case_step::prints_refuted;
    what.reason = "another person";
    const actors::principal examiner{"examiner", actors::role::examiner, ""};
    REQUIRE(desk.take(examiner, {known.value}, what).outcome.has_value());
    must(node->drain());  // what follows from it is delivered
  }

 private:
  booking_id book(const std::string& name, int person) {
    const auto files = world_.bookings(name, person, 1, {"--ori", "ZZPD00001"});
    const outcome done = world_.as("state-bureau", {"--json", "book", files});
    REQUIRE(done.code == 0);
    return must(parse_booking_id(done.lines().at(0)["booking"].get<std::string>()));
  }
  temp_folder folder_;
  small_world world_;
  casework::case_settings settings_ = casework::usual_settings();

 public:
  booking_id stranger, known;
  std::unique_ptr<storage::store> store;
  std::unique_ptr<actors::local_node> node;
  std::unique_ptr<retention_clock> clock;
  instant begun, now;
  bool disk_full = false;
  std::vector<std::string> log;
};

}  // namespace

TEST_CASE("safeguard: retention clock: what is due is gone by itself, what a case holds stays") {
  purged_world w;
  w.now = {w.begun.ms + 29 * day};
  const auto early = w.clock->look();
  REQUIRE(early);
  CHECK(early->retention == 0);
  CHECK(w.has_name(w.stranger));
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(w.outbox()),
                         std::filesystem::directory_iterator());
  };
  const auto before = files();
  w.now = {w.begun.ms + 31 * day};
  const auto due = w.clock->look();
  REQUIRE(due);
  CHECK(due->retention == 1);
  CHECK(due->copies >= 1);
  CHECK(due->failed == 0);
  CHECK(files() == before - static_cast<std::ptrdiff_t>(due->copies));
  CHECK_FALSE(w.has_name(w.stranger));
  CHECK(w.has_name(w.known));

  w.close_case();
  w.now.ms += day;
  CHECK(w.clock->look()->retention == 1);
  CHECK_FALSE(w.has_name(w.known));

  CHECK(w.runs() == 3);
  const auto rows = must(w.store->audit->rows(to_string(w.stranger), 100));
  const auto purged = std::ranges::find(rows, std::string("purge keys"), &audit_row::action);
  REQUIRE(purged != rows.end());
  CHECK(purged->principal == "whorl");
  CHECK(purged->role == "clock");
  CHECK(w.log.size() == 3);
  CHECK(w.log.back().starts_with("info: destroyed "));
  const std::string text = retention_metrics(w.clock->counts());
  for (const std::string& line :
       {std::string("whorl_purged_total{reason=\"retention\"} 2\n"),
        std::string("whorl_purge_runs_total{end=\"done\"} 3\n"),
        std::string("whorl_purge_failures_total 0\n"),
        "whorl_purge_last_run_timestamp_seconds " + std::to_string(w.now.ms / 1000) + "\n"})
    CHECK_MESSAGE(text.find(line) != std::string::npos, text);
}

TEST_CASE("retention clock: a restart neither repeats a run nor forgets one; off is off") {
  purged_world w;
  CHECK(w.clock->look());
  CHECK_FALSE(w.clock->look());  // in this process
  w.runs();                      // shown, as after a stop
  w.now.ms += day - 1;
  w.restart();
  CHECK_FALSE(w.clock->look());
  CHECK(w.clock->counts().last_run == w.begun);
  w.now.ms += 1;
  CHECK(w.clock->look());
  CHECK(w.runs() == 2);

  w.now.ms += 100 * day;
  w.restart(0);
  CHECK_FALSE(w.clock->look());
  CHECK(w.has_name(w.stranger));
  w.restart();
  CHECK(w.clock->look()->retention == 1);
}

TEST_CASE("retention clock: a run that could not be recorded destroys nothing and is tried again") {
  purged_world w;
  w.now.ms += 31 * day;
  w.disk_full = true;
  CHECK_FALSE(w.clock->look());
  CHECK(w.has_name(w.stranger));
  CHECK(w.clock->counts().runs_failed == 1);
  REQUIRE(w.log.size() == 1);
  CHECK(w.log.front().starts_with("warning: "));
  w.disk_full = false;
  w.now.ms += hour - 1;
  CHECK_FALSE(w.clock->look());
  w.now.ms += 1;
  CHECK(w.clock->look()->retention == 1);
}

}  // namespace whorl::test
