// What a load came to: percentiles that hide nothing.
#include "apps/client/load_summary.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>

namespace whorl::test {

using namespace apps::client;

namespace {

arrival_record answered(std::int64_t due, std::int64_t sent, std::int64_t ack, std::int64_t end) {
  arrival_record out;
  out.due_us = due;
  out.sent_us = sent;
  out.acknowledged_us = ack;
  out.answered_us = end;
  out.what = fate::answered;
  return out;
}

arrival_record with_fate(fate what, std::int64_t due, std::optional<std::int64_t> sent = {}) {
  arrival_record out;
  out.due_us = due;
  out.sent_us = sent;
  out.what = what;
  return out;
}

std::array<quantile, 5> all_of(const latency_summary& of) {
  return {of.p50, of.p90, of.p99, of.p999, of.max};
}

}  // namespace

TEST_CASE("load: percentiles are by nearest rank") {
  std::vector<std::int64_t> all;
  for (int i = 1000; i > 0; --i) all.push_back(i);
  const auto of = summarize_latencies(all, {});
  CHECK(of.p50.us == 500);
  CHECK(of.p90.us == 900);
  CHECK(of.p99.us == 990);
  CHECK(of.p999.us == 999);
  CHECK(of.max.us == 1000);
  CHECK(of.finished == 1000);
  CHECK(summarize_latencies({7}, {}).p50.us == 7);
  CHECK(summarize_latencies({}, {}).max.us == 0);
  std::vector<std::int64_t> hundred(100, 1);
  hundred[99] = 50;
  CHECK(summarize_latencies(hundred, {}).p99.us == 1);
  CHECK(summarize_latencies(hundred, {}).p999.us == 50);
}

TEST_CASE("load: what is not finished counts with what it has waited, and percentiles say so") {
  const auto of = summarize_latencies({1, 2, 3, 4, 5, 6}, {4, 100, 100, 100});
  CHECK(of.open == 4);
  CHECK(of.p50.us == 4);
  CHECK(of.p50.at_least);  // the one that has waited 4 may take longer
  CHECK(of.p90.us == 100);
  CHECK(of.max.at_least);
  CHECK_FALSE(summarize_latencies({1, 1, 1, 1, 1, 1, 1, 1, 1}, {9}).p90.at_least);
}

TEST_CASE("load: percentiles rise, are of the sample, and no unfinished one lowers them") {
  CHECK(rc::check(
      [](const std::vector<std::uint16_t>& done, const std::vector<std::uint16_t>& not_done) {
        const std::vector<std::int64_t> finished(done.begin(), done.end());
        const std::vector<std::int64_t> open(not_done.begin(), not_done.end());
        const auto of = summarize_latencies(finished, open);
        const auto q = all_of(of);
        RC_ASSERT(std::is_sorted(q.begin(), q.end(),
                                 [](const auto& a, const auto& b) { return a.us < b.us; }));
        if (!finished.empty() || !open.empty()) {
          std::vector<std::int64_t> all = finished;
          all.insert(all.end(), open.begin(), open.end());
          for (const auto& each : q)
            RC_ASSERT(std::find(all.begin(), all.end(), each.us) != all.end());
          RC_ASSERT(q[4].us == *std::max_element(all.begin(), all.end()));
        }
        // Had they finished later than they have waited, no percentile without the mark would
        // differ.
        std::vector<std::int64_t> later = finished;
        for (const std::int64_t each : open) later.push_back(each + 100'000);
        const auto then = all_of(summarize_latencies(later, {}));
        for (std::size_t i = 0; i < q.size(); ++i) {
          RC_ASSERT(then[i].us >= q[i].us);
          if (!q[i].at_least) RC_ASSERT(then[i].us == q[i].us);
        }
      }));
}

TEST_CASE("load: latencies count from the moment a booking was due, not from when it was sent") {
  const std::vector<arrival_record> all = {answered(0, 0, 10, 100),
                                           answered(1'000, 5'000'000, 5'000'010, 5'000'100)};
  const auto of = summarize(all, 1, 6'000'000);
  CHECK(of.acknowledgement.max.us == 4'999'010);
  CHECK(of.answers.max.us == 4'999'100);
  CHECK(of.late_us_max == 4'999'000);
}

TEST_CASE("load: each fate is counted apart, and only what was acknowledged is a rate") {
  std::vector<arrival_record> all = {
      answered(0, 1, 500'000, 900'000), answered(10, 11, 600'000, 1'900'000),
      with_fate(fate::refused, 20, 21), with_fate(fate::failed, 30, 31),
      with_fate(fate::not_sent, 40),    with_fate(fate::unanswered, 50, 51)};
  all[1].duplicate = true;
  auto review = with_fate(fate::in_review, 60, 61);
  review.acknowledged_us = 700'000;
  all.push_back(review);
  const auto of = summarize(all, 1, 10'000'000);
  CHECK(of.due == 7);
  CHECK(of.sent == 6);
  CHECK(of.acknowledged == 3);
  CHECK(of.duplicates == 1);
  CHECK(of.of(fate::answered) == 2);
  for (const fate each :
       {fate::refused, fate::failed, fate::not_sent, fate::unanswered, fate::in_review}) {
    CAPTURE(to_string(each));
    CHECK(of.of(each) == 1);
  }
  CHECK(of.offered_per_s == doctest::Approx(7));
  CHECK(of.acknowledged_per_s == doctest::Approx(3));
  CHECK(of.answered_per_s == doctest::Approx(2 / 1.9));
  CHECK(of.acknowledgement.open == 1);
  CHECK(of.answers.finished == 2);
  CHECK(of.answers.open == 1);
  CHECK(of.answers.max.us == 10'000'000 - 50);
}

}  // namespace whorl::test
