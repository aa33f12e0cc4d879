// A jurisdiction that is activated, or the contrary, between a booking and its answer: the booking
// keeps the mode that it was accepted with (actors/policy_core), through the program, a restart and
// a replay from zero.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/apps/program.hpp"

namespace whorl::test {

using nlohmann::json;

namespace {

/// People 0 to 9 are in both galleries. ZZPD00001 is full as its state, ZZSO00003 inactive.
class held_world {
 public:
  held_world() : world_(folder_.path(), 20, 10) {
    put("[rules]", "[[state_bureau]]\nstate = \"ZZ\"\ndelay_minutes = 60\n\n[rules]");
    book("active", "ZZPD00001", 3);
    book("inactive", "ZZSO00003", 4);
    REQUIRE(world_.status()["open"] == 2);  // accepted, and nothing searched
  }
  void put(const std::string& from, const std::string& to) {
    const std::string file = world_.store() + "/whorl.toml";
    std::string text = to_text(read_file(file));
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    write_file(file, to_bytes(text.replace(at, from.size(), to)));
  }
  outcome as(const std::string& who, const std::vector<std::string>& words) {
    return world_.as(who, words);
  }
  json booking_of(const std::string& ori) {
    const json listed = as("oversight", {"--json", "bookings"}).document();
    for (const json& one : listed["bookings"])
      if (one["ori"] == ori) return one;
    FAIL("no booking of " << ori);
    return {};
  }
  /// All that a reader sees, without what reading adds to the audit.
  json all() {
    return {as("oversight", {"--json", "bookings"}).document(),
            as("oversight", {"--json", "cases"}).document(),
            as("oversight", {"--json", "case", the_case()}).document()};
  }
  std::string the_case() {
    return "C" + booking_of("ZZPD00001")["booking"].get<std::string>().substr(1);
  }
  void replay() {
    for (const char* projection : {"bookings", "cases", "outbox", "audit", "gallery"})
      std::filesystem::remove_all(std::filesystem::path(world_.store()) / projection);
  }

 private:
  void book(const std::string& name, const std::string& ori, int person) {
    const auto files = world_.bookings(name, person, 1, {"--ori", ori, "--tcn-prefix", name});
    const outcome done = world_.as("state-bureau", {"book", files});
    REQUIRE_MESSAGE(done.code == 0, done.err);
  }
  temp_folder folder_;
  small_world world_;
};

}  // namespace

TEST_CASE("safeguard: a mode that changes before the answer changes no booking accepted before") {
  held_world w;
  // Both change at once, and what is held is searched at the next start.
  w.put("[[state_bureau]]\nstate = \"ZZ\"\ndelay_minutes = 60\n", "");
  w.put("ZZSO00003 = \"inactive\"", "ZZSO00003 = \"full\"\nZZPD00001 = \"inactive\"");
  w.put("# as_of = 2011-03-02", "as_of = 2008-11-01");
  REQUIRE(w.as("state-bureau", {"book"}).code == 0);
  const json active = w.booking_of("ZZPD00001"), inactive = w.booking_of("ZZSO00003");
  CHECK(active["immigration"]["decision"] == "hit");
  CHECK(inactive["immigration"]["decision"] == "not_searched");
  CHECK(inactive["criminal"]["decision"] == "hit");
  CHECK(inactive.dump().find("IAQ") == std::string::npos);
  CHECK(w.as("oversight", {"--json", "cases"}).document()["cases"].size() == 1);
  // The rules are those of the day of each step, which is on record with it.
  const json opened = w.as("oversight", {"--json", "case", w.the_case()}).document();
  CHECK(opened["now"]["rule_set"] == "2008-10");

  const json before = w.all();
  w.put("as_of = 2008-11-01", "as_of = 2012-12-31");
  w.put("ZZPD00001 = \"inactive\"", "ZZPD00001 = \"limited\"");
  w.replay();
  CHECK(w.all() == before);
  CHECK(w.as("oversight", {"audit", "verify"}).code == 0);
}

}  // namespace whorl::test
