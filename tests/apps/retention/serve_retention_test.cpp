// `whorl serve` keeps the clock of retention: on record, in the log and in the metrics.
#include <doctest/doctest.h>

#include "tests/apps/served_world.hpp"

namespace whorl::test {
namespace {

/// Of the metrics' text; -1: it is not there.
double metric(const served_world& w, const std::string& name) {
  const std::string text = w.ask("oversight", "/metrics").body;
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

/// Of the last whole purge, once one is known.
double last_run(const served_world& w) {
  for (int i = 0; i < 500; ++i)
    if (const double at = metric(w, "whorl_purge_last_run_timestamp_seconds"); at > 0) return at;
  return 0;
}

}  // namespace

TEST_CASE("serve: purges by itself, and not again after a restart; a command's purge counts too") {
  const temp_folder logs;
  const std::string file = (logs.path() / "log").string();
  served_world w({"--log", file});
  const double first = last_run(w);
  CHECK(first > 0);
  CHECK(metric(w, "whorl_purge_runs_total{end=\"done\"}") == 1);
  CHECK(w.audit().find("\"retention\"") != std::string::npos);
  CHECK(w.stop() == 0);
  CHECK(to_text(read_file(file)).find(R"("event":"purge","text":"destroyed 0 keys)") !=
        std::string::npos);

  w.start();
  CHECK(last_run(w) == first);
  CHECK(metric(w, "whorl_purge_runs_total{end=\"done\"}") == 0);
  CHECK(w.stop() == 0);

  REQUIRE(w.world().as("operator", {"purge"}).code == 0);
  w.configure("purge_every_hours = 24", "purge_every_hours = 0");
  w.start();
  CHECK(metric(w, "whorl_purge_every_seconds") == 0);
  CHECK(last_run(w) >= first);
  CHECK(metric(w, "whorl_purge_runs_total{end=\"done\"}") == 0);
}

}  // namespace whorl::test
