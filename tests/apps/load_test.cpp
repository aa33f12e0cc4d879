// `whorl load` against a gateway that runs.
#include <doctest/doctest.h>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

TEST_CASE("load: a running gateway is loaded, and every booking answered") {
  served_world w;
  const std::string files = w.world().bookings("ten", 3, 10);
  const temp_folder folder;
  const std::string log = (folder.path() / "log").string();
  const outcome done =
      w.client("city-police", {"--json", "load", files, "--rate", "10/s", "--seconds", "1",
                               "--arrivals", "even", "--log", log});
  REQUIRE_MESSAGE(done.code == 0, done.out, done.err);
  const json all = done.document();
  CHECK(all["due"] == 10);
  CHECK(all["acknowledged"] == 10);
  CHECK(all["answered"].get<int>() + all["in_review"].get<int>() == 10);
  CHECK(all["duplicates"] == 0);
  CHECK(all["answers"]["max_ms"].get<double>() > 0);
  CHECK(all["acknowledgement"]["p50_ms"] <= all["answers"]["p50_ms"]);
  const auto lines = outcome{0, to_text(read_file(log)), {}}.lines();
  REQUIRE(lines.size() == 10);
  for (const json& line : lines) CHECK(line["acknowledged_ms"] >= line["due_ms"]);
  const auto listed = w.client("city-police", {"--json", "bookings"}).document();
  CHECK(listed["bookings"].size() == 10);
  // The same again: known before; and with --repeat new ones beside.
  const outcome again = w.client("city-police", {"load", files, "--rate", "20/s", "--seconds", "1",
                                                 "--arrivals", "even", "--repeat"});
  CHECK_MESSAGE(again.code == 0, again.out, again.err);
  CHECK(again.out.find("known before (duplicates): 10") != std::string::npos);
  CHECK(w.client("city-police", {"--json", "bookings"}).document()["bookings"].size() == 20);
}

TEST_CASE("load: what cannot be done is said before a booking is sent") {
  served_world w;
  const std::string files = w.world().bookings("two", 3, 2);
  const auto says = [](const outcome& done, const std::string& word) {
    CAPTURE(done.out + done.err);
    return (done.out + done.err).find(word) != std::string::npos;
  };
  const outcome few = w.client("city-police", {"load", files, "--rate", "9/s", "--seconds", "9"});
  CHECK(few.code == 2);
  CHECK(says(few, "--repeat"));
  CHECK(w.client("city-police", {"load", files, "--rate", "5/d"}).code == 2);
  CHECK(w.client("city-police", {"load", files + "-nowhere"}).code == 1);
  const std::vector<std::string> one = {"load",      files, "--rate",     "1/s",
                                        "--seconds", "1",   "--arrivals", "even"};
  CHECK(w.client("examiner", one).code == 1);  // books nothing: each is refused
  CHECK(says(whorl_program(one), "--server"));
  CHECK(w.client("city-police", {"--json", "bookings"}).document()["bookings"].empty());
  REQUIRE(w.stop() == 0);
  CHECK(w.client("city-police", one).code == 3);
}

}  // namespace whorl::test
