// The benches of a whole node on a store: what they print, leave behind and refuse. No times: a
// machine that is busy must not fail this.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/apps/program.hpp"

using namespace whorl::test;
using nlohmann::json;

namespace {

void check_times(const json& times) {
  REQUIRE(times.is_object());
  CHECK(times["p50"].get<double>() >= 0);
  CHECK(times["p95"].get<double>() >= times["p50"].get<double>());
  CHECK(times["max"].get<double>() >= times["p95"].get<double>());
  CHECK(times["mean"].get<double>() <= times["max"].get<double>());
}

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const std::vector<std::string> bench_booking = {"--json", "bench", "booking",  "--disposable",
                                                "--seed", "7",     "--people", "40"};

}  // namespace

TEST_CASE("bench booking: mated and other bookings, alone and together (synthetic people)") {
  temp_folder scratch;
  const small_world world(scratch.path(), 40, 20);
  const outcome done =
      world.as("state-bureau", with(bench_booking, {"--mated", "8", "--non-mated", "3", "--warm-up",
                                                    "2", "--together", "1,4"}));
  REQUIRE_MESSAGE(done.code == 0, done.err);
  const json all = done.document();
  CHECK(all["opened_s"].get<double>() > 0);
  CHECK(all["mode"] == "index");  // as whorl.toml says
  CHECK(all["store"]["criminal"]["people"] == 40);
  CHECK(all["store"]["immigration"]["people"] == 20);
  CHECK(all["store"]["partitions"] == 3);
  CHECK(all["store"]["criminal"]["sketch_bytes"].get<std::uint64_t>() > 40 * 1000);
  CHECK(all["indexed"]["segments"] == 0);  // of 65,536 people and more
  REQUIRE(all["rows"].size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const json& row = all["rows"][i];
    const bool mated = i % 2 == 0;
    CHECK(row["probes"] == (mated ? "mated" : "non_mated"));
    CHECK(row["together"] == (i < 2 ? 1 : 4));
    CHECK(row["bookings"] == (mated ? 8 : 3));
    CHECK(row["refused"] == 0);
    CHECK(row["criminal"]["hit"] == (mated ? 8 : 0));
    CHECK(row["criminal"]["no_hit"] == (mated ? 0 : 3));
    CHECK(row["immigration"]["hit"] == (mated ? 4 : 0));  // the first 20 are in both
    CHECK(row["immigration"]["no_hit"] == (mated ? 4 : 3));
    CHECK(row["bookings_per_s"].get<double>() > 0);
    CHECK(row["processor_ms_a_booking"].get<double>() > 0);
    CHECK(row["answered_ms"]["p50"].get<double>() > 0);
    for (const char* each : {"accepted_ms", "answered_ms", "whole_ms", "delivered_ms"})
      check_times(row[each]);
    for (const char* each : {"criminal", "immigration"}) check_times(row[each]["decided_ms"]);
  }
  // A row's warm-up is two bookings, or as many as are under way together; nobody was enrolled.
  const json status = world.status();
  CHECK(status["bookings"] == 2 * (8 + 3) + 2 * 2 + 2 * 4);
  CHECK(status["open"] == 0);
  CHECK(status["galleries"]["criminal"] == 40);
  CHECK(world.as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("bench booking: a second run on the store is of new bookings; as text (synthetic)") {
  temp_folder scratch;
  const small_world world(scratch.path(), 40);
  const std::vector<std::string> words = {
      "bench",   "booking", "--disposable", "--seed", "7",      "--from", "10", "--people", "30",
      "--mated", "3",       "--warm-up",    "0",      "--mode", "exact"};
  for (int run = 0; run < 2; ++run) {
    const outcome done = world.as("state-bureau", words);
    REQUIRE_MESSAGE(done.code == 0, done.err);
    CHECK(done.out.find("40 and 0 people, 3 partitions a gallery") != std::string::npos);
    CHECK(done.out.find("mode exact") != std::string::npos);
    CHECK(done.out.find("mated") != std::string::npos);
    CHECK(done.err.empty());
  }
  CHECK(world.status()["bookings"] == 6);
}

TEST_CASE("bench booking: people of another seed are no mates, and it says so (synthetic)") {
  temp_folder scratch;
  const small_world world(scratch.path(), 40);
  const outcome done = world.as("state-bureau", {"--json", "bench", "booking", "--disposable",
                                                 "--seed", "8", "--people", "40", "--mated", "2"});
  CHECK(done.code == 0);
  CHECK(done.document()["rows"][0]["criminal"]["no_hit"] == 2);
  CHECK(done.err.find("no mated booking was a hit") != std::string::npos);
}

TEST_CASE("bench booking: without bookings it opens the store and waits for the indexes") {
  temp_folder scratch;
  const small_world world(scratch.path(), 40);
  const outcome done = world.as("state-bureau", with(bench_booking, {"--mated", "0"}));
  REQUIRE_MESSAGE(done.code == 0, done.err);
  CHECK(done.document()["rows"].empty());
  CHECK(done.document()["indexed"]["seconds"].get<double>() >= 0);
  CHECK(world.status()["bookings"] == 0);
}

TEST_CASE("bench booking: what it refuses") {
  temp_folder scratch;
  const small_world empty(scratch.path(), 0);
  const outcome nobody = empty.as("state-bureau", bench_booking);
  CHECK(nobody.code == 1);
  CHECK(nobody.document()["error"]["code"] == "not_found");
  CHECK(empty.as("operator", bench_booking).code == 1);  // may not book
  CHECK(empty.as("state-bureau", {"bench", "booking", "--seed", "7"}).code == 2);
  CHECK(empty.as("state-bureau", with(bench_booking, {"--people", "0"})).code == 2);
  CHECK(empty.as("state-bureau", with(bench_booking, {"--mode", "fast"})).code == 2);
  CHECK(empty.as("state-bureau", with(bench_booking, {"--together", "0"})).code == 2);
  CHECK(
      whorl_program(with({"--store", (scratch.path() / "absent").string()}, bench_booking)).code ==
      3);
}

TEST_CASE("bench booking: more together than the node takes is refused before anything is booked") {
  temp_folder scratch;
  const small_world world(scratch.path(), 40);
  const outcome done = world.as("state-bureau", with(bench_booking, {"--together", "1,65"}));
  CHECK(done.code == 2);
  CHECK(done.document()["error"]["message"].get<std::string>().find("in_flight_max, 64") !=
        std::string::npos);
  CHECK(world.status()["bookings"] == 0);
}

TEST_CASE("bench enroll: everybody is found at once and stays (synthetic people)") {
  temp_folder scratch;
  const small_world world(scratch.path(), 10, 10);
  for (const std::string gallery : {"criminal", "immigration"}) {
    const outcome done = world.as("operator", {"--json", "bench", "enroll", "--disposable",
                                               "--gallery", gallery, "--count", "5"});
    REQUIRE_MESSAGE(done.code == 0, done.err);
    const json all = done.document();
    CHECK(all["enrolled"] == 5);
    CHECK(all["found"] == 5);
    for (const char* each : {"sealed_ms", "durable_ms", "searchable_ms", "whole_ms"})
      check_times(all[each]);
    CHECK(world.status()["galleries"][gallery] == 15);
  }
  const outcome text = world.as("operator", {"bench", "enroll", "--disposable", "--count", "2"});
  CHECK(text.code == 0);
  CHECK(text.out.find("2 enrolled, 2 found at once") != std::string::npos);
  CHECK(world.as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("bench enroll: what it refuses") {
  temp_folder scratch;
  const small_world empty(scratch.path(), 0);
  CHECK(empty.as("operator", {"bench", "enroll", "--disposable"}).code == 1);
  CHECK(empty.as("operator", {"bench", "enroll"}).code == 2);
  CHECK(empty.as("operator", {"bench", "enroll", "--disposable", "--gallery", "x"}).code == 2);
  CHECK(empty.as("state-bureau", {"bench", "enroll", "--disposable"}).code == 1);
  CHECK(whorl_program(
            {"--store", (scratch.path() / "absent").string(), "bench", "enroll", "--disposable"})
            .code == 3);
}
