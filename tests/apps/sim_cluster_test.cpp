// whorl sim cluster as a person uses it: what it prints, and its exit codes.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tests/apps/program.hpp"

using namespace whorl::test;

TEST_CASE("sim cluster: seeds that keep every promise, with a summary") {
  const outcome ran = whorl_program({"--json", "sim", "cluster", "--seeds", "10", "--jobs", "2"});
  CHECK_MESSAGE(ran.code == 0, ran.out);
  const auto lines = ran.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["event"] == "summary");
  CHECK(lines[0]["seeds"] == 10);
  CHECK(lines[0]["repeated"] == 1);
  CHECK(lines[0]["faults"].size() == 30);
}

TEST_CASE("sim cluster: a trace is the same each time, and tells of facts and faults") {
  const std::vector<std::string> words = {"--json", "sim",     "cluster",  "--seed",
                                          "11",     "--trace", "--faults", "node-crash=2000"};
  const outcome once = whorl_program(words), again = whorl_program(words);
  CHECK(once.code == 0);
  CHECK(once.out == again.out);
  CHECK(once.out.find("fact bookings 1 ") != std::string::npos);
  CHECK(once.out.find("node-crash") != std::string::npos);
  CHECK(once.out.find("drained") != std::string::npos);
}

TEST_CASE("sim cluster: a trace says what answers decided, and which messages faults met") {
  const outcome told = whorl_program(
      {"sim", "cluster", "--seed", "11", "--trace", "--faults", "duplication=300,slow-actor=30"});
  CHECK(told.code == 0);
  CHECK(told.out.find("/criminal/answer: no_hit ") != std::string::npos);
  CHECK(told.out.find(", searched at ") != std::string::npos);
  CHECK(told.out.find(" (person ") != std::string::npos);
  CHECK(told.out.find("duplication: ") != std::string::npos);
  CHECK(told.out.find("slow-actor: one of ") != std::string::npos);
}

TEST_CASE("sim cluster: a seed has one digest, in whichever process it runs, and another none") {
  const auto digests = [](const std::string& jobs) {
    std::map<int, std::string> found;
    const outcome ran =
        whorl_program({"--json", "sim", "cluster", "--seeds", "4", "--jobs", jobs, "--digests"});
    CHECK(ran.code == 0);
    for (const auto& line : ran.lines())
      if (line["event"] == "run") found[line["seed"]] = line["digest"];
    return found;
  };
  const auto alone = digests("1");
  CHECK(alone == digests("2"));
  std::set<std::string> different;
  for (const auto& [seed, digest] : alone) different.insert(digest);
  CHECK(different.size() == 4);
}

TEST_CASE("sim cluster: what it cannot come to rest in is a broken promise, and can be repeated") {
  // Nobody answers within a second of virtual time what is lost one time in two.
  const outcome broken = whorl_program({"--json", "sim", "cluster", "--seed", "2", "--act-one-ms",
                                        "100", "--shrink", "--act-two-ms", "100"});
  CHECK(broken.code == 32);
  const auto lines = broken.lines();
  const auto& finding = lines.back();
  CHECK(finding["event"] == "finding");
  CHECK(finding["promise"] == 12);
  const std::string command = finding["command"];
  CHECK(command.find("whorl sim cluster --seed 2 ") == 0);
  CHECK(command.find("--bookings 1 ") != std::string::npos);
}

TEST_CASE("sim cluster: what is wrong in its arguments is said") {
  const outcome wrong = whorl_program({"sim", "cluster", "--faults", "rain=1"});
  CHECK(wrong.code == 2);
  CHECK(wrong.err.find("'rain' is no kind; there are loss,") != std::string::npos);
  CHECK(whorl_program({"sim", "cluster", "--bookings", "0"}).code == 2);
}
