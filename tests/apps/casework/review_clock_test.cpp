// Examiners who disagree: seen first, counted, on record once, and decided by a third.
#include "apps/casework/review_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "apps/casework/await_applied.hpp"
#include "apps/casework/review_desk.hpp"
#include "storage/ledgers.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

using namespace apps;

namespace {

constexpr std::int64_t hour = 60ll * 60 * 1000;

/// A booking whose hands are exchanged waits for examiners in both galleries.
class disputed_world {
 public:
  disputed_world() : world_(folder_.path(), 20, 10) {
    const auto files =
        world_.bookings("hands", 5, 1, {"--ori", "ZZPD00001", "--exchange", "hands"});
    const outcome done = world_.as("state-bureau", {"--json", "book", files});
    REQUIRE(done.code == 0);
    store = must(storage::open_store(world_.store()));
    const auto open = must(store->bookings->open_bookings());
    REQUIRE(open.size() == 1);
    booking = open.front();
    actors::local_node_settings wanted;
    wanted.outbox_folder = world_.store() + "/outbox";
    node = must(actors::local_node::start(*store, wanted));
    rules.criminal_examiners = 2;
  }
  review_outcome examine(const std::string& who, bool same) {
    wanted_review what;
    what.same = same;
    what.reason = "what was seen";
    const actors::principal examiner{who, actors::role::examiner, ""};
    return must(decide_review(*store, *node, rules, examiner, booking, what, now));
  }
  std::size_t rows() {
    must(await_applied(*store->log, *store->audit, std::chrono::seconds(60), "slow"));
    const auto all = must(store->audit->rows(to_string(booking), 100));
    return static_cast<std::size_t>(std::ranges::count_if(all, [](const audit_row& row) {
      return row.action == "review overdue" && row.principal == "whorl" && row.role == "clock" &&
             row.purpose == "criminal";
    }));
  }

 private:
  temp_folder folder_;
  small_world world_;

 public:
  instant now{1'796'000'000'000};
  booking_id booking;
  casework::review_rules rules;
  std::unique_ptr<storage::store> store;
  std::unique_ptr<actors::local_node> node;
};

}  // namespace

TEST_CASE("reviews: a disagreement is counted, on record once when overdue, and a third decides") {
  disputed_world w;
  review_clock clock(*w.store, *w.node, w.rules);
  const auto since = [&] {
    return must(disagreement(*w.store, w.rules, w.booking, gallery_kind::criminal));
  };
  CHECK_FALSE(w.examine("ann", true).decided);
  CHECK_FALSE(since());
  CHECK(must(clock.look(w.now)).all == 0);
  w.now.ms += hour;
  CHECK_FALSE(w.examine("bob", false).decided);
  CHECK(since() == w.now);
  const instant begun = w.now;
  w.now = {begun.ms + 24 * hour - 1};
  CHECK(must(clock.look(w.now)).all == 1);
  CHECK(clock.counts().overdue == 0);
  CHECK(w.rows() == 0);
  w.now.ms += 1;
  CHECK(must(clock.look(w.now)).said == 1);
  CHECK(must(clock.look(w.now)).said == 0);
  CHECK(clock.counts().overdue == 1);
  review_clock restarted(*w.store, *w.node, w.rules);
  const auto known = must(restarted.look(w.now));
  CHECK(known.overdue == 1);
  CHECK(known.said == 0);
  CHECK(w.rows() == 1);
  for (const char* line : {"whorl_reviews_disputed{overdue=\"yes\"} 1\n",
                           "whorl_reviews_disputed{overdue=\"no\"} 0\n"})
    CHECK(review_metrics(known).find(line) != std::string::npos);
  // Where one examiner decides there is nothing to disagree on.
  CHECK_FALSE(must(disagreement(*w.store, {}, w.booking, gallery_kind::criminal)));
  // The third agrees with one of them: that is two.
  const auto decided = w.examine("kim", false);
  CHECK(decided.decided);
  CHECK(decided.answer.decided_by == "kim");
  CHECK(must(clock.look(w.now)).all == 0);
  CHECK(w.rows() == 1);
}

}  // namespace whorl::test
