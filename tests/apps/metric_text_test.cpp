#include "apps/metric_text.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::apps;

TEST_CASE("metric text: lines of one name come together, with help and kind once") {
  metric_text out;
  out.gauge("height", "how high", 3, {{"of", "a"}});
  out.counter("steps_total", "taken", 7);
  out.gauge("height", "how high", 4, {{"of", "b \"quoted\""}});
  CHECK(out.text() ==
        "# HELP height how high\n# TYPE height gauge\n"
        "height{of=\"a\"} 3\nheight{of=\"b \\\"quoted\\\"\"} 4\n"
        "# HELP steps_total taken\n# TYPE steps_total counter\nsteps_total 7\n");
}

TEST_CASE("metric text: buckets of latencies add up, in seconds") {
  actors::latency_counts counts;
  for (const std::int64_t us : {500, 1500, 1'500'000, 60'000'000}) counts.add(us);
  metric_text out;
  out.latency("took_seconds", "how long", counts, {{"round", "1"}});
  const std::string text = out.text();
  const auto has = [&](const std::string& line) {
    CHECK_MESSAGE(text.find(line + "\n") != std::string::npos, text);
  };
  has("# TYPE took_seconds histogram");
  has("took_seconds_count{round=\"1\"} 4");
  has("took_seconds_sum{round=\"1\"} 61.502");
  has("took_seconds_bucket{round=\"1\",le=\"0.001\"} 1");
  has("took_seconds_bucket{round=\"1\",le=\"0.002\"} 2");
  has("took_seconds_bucket{round=\"1\",le=\"2\"} 3");
  has("took_seconds_bucket{round=\"1\",le=\"10\"} 3");
  has("took_seconds_bucket{round=\"1\",le=\"+Inf\"} 4");
}
