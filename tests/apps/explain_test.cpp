// Sequence errors from the file to the examiner, and why a candidate was found.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/apps/program.hpp"

using namespace whorl::test;
using nlohmann::json;

namespace {

/// The booking of this file name's beginning, as `bookings` shows it.
json booking_of(const small_world& world, const std::string& tcn) {
  const json all = world.as("oversight", {"--json", "bookings"}).document();
  for (const json& each : all["bookings"])
    if (each["tcn"].get<std::string>().starts_with(tcn)) return each;
  FAIL("no booking " << tcn);
  return {};
}

/// Synthetic people 3 to 5 are enrolled, 900 is not; two files have their fingers in another order.
void book_all(const small_world& world) {
  const auto book = [&](const std::string& name, int person, std::vector<std::string> more) {
    more.insert(more.end(), {"--tcn-prefix", name});
    const outcome done = world.as("state-bureau", {"book", world.bookings(name, person, 1, more)});
    CHECK_MESSAGE(done.code == 0, done.err);
  };
  book("PLAIN", 3, {});
  book("TWO", 4, {"--exchange", "2,7"});
  book("HANDS", 5, {"--exchange", "hands"});
  book("NOBODY", 900, {});
}

}  // namespace

TEST_CASE("bookings: sequence errors reach the examiner (synthetic people)") {
  temp_folder scratch;
  const small_world world(scratch.path(), 20);
  book_all(world);
  CHECK(world.as("", {"synth", "bookings", "--exchange", "2,11", "--out", "x"}).code == 2);
  const json plain = booking_of(world, "PLAIN"), two = booking_of(world, "TWO"),
             hands = booking_of(world, "HANDS"), nobody = booking_of(world, "NOBODY");
  CHECK(plain["criminal"]["decision"] == "hit");
  CHECK(plain["criminal"]["sequence"] == "");
  CHECK(two["criminal"]["decision"] == "hit");  // eight fingers stand without the two
  CHECK(two["criminal"]["sequence"] == "fingers 2 and 7 exchanged");
  CHECK(hands["criminal"]["decision"] == "review");
  CHECK(hands["criminal"]["sequence"] == "the hands are exchanged");
  CHECK(nobody["criminal"]["decision"] == "no_hit");

  const outcome waiting = world.as("examiner", {"reviews"});
  CHECK(waiting.out.find("the hands are exchanged") != std::string::npos);
  const outcome rows = world.as("oversight", {"audit", "list"});
  CHECK(rows.out.find("sequence error: fingers 2 and 7 exchanged") != std::string::npos);
}

TEST_CASE("explain: why a candidate was found, to those who may see prints (synthetic people)") {
  temp_folder scratch;
  const small_world world(scratch.path(), 20);
  book_all(world);
  const json two = booking_of(world, "TWO"), hands = booking_of(world, "HANDS"),
             nobody = booking_of(world, "NOBODY");
  const std::string id = two["booking"].get<std::string>();
  SUBCASE("as JSON, every finger, with what the decision needs") {
    const json found = world.as("examiner", {"--json", "explain", id}).document();
    REQUIRE(found["candidates"].size() == 1);
    const json& candidate = found["candidates"][0];
    CHECK(candidate["as_answered"] == true);
    CHECK(candidate["decision"] == "hit");
    CHECK(candidate["fingers"].size() == 12);  // ten in place, two crosswise
    CHECK(candidate["fingers"][0]["mates"].size() > 10);
    CHECK(candidate["sequence"]["notes"].size() == 2);
    CHECK(candidate["hit_from"].get<double>() > candidate["review_from"].get<double>());
    const json other =
        world.as("oversight", {"--json", "explain", hands["booking"].get<std::string>()})
            .document();
    CHECK(other["candidates"][0]["as_answered"] == true);
    CHECK(other["candidates"][0]["decision"] == "review");
  }
  SUBCASE("as text and pictures, and the reading leaves an audit row") {
    const std::string folder = (scratch.path() / "pictures").string();
    const outcome text = world.as("examiner", {"explain", id, "--svg", folder});
    REQUIRE(text.code == 0);
    CHECK(text.out.find("sequence error: fingers 2 and 7 exchanged") != std::string::npos);
    CHECK(text.out.find("a hit needs 10^5.31 = 10^1.31 people x 10^4.00") != std::string::npos);
    std::size_t pictures = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(folder))
      ++pictures;
    CHECK(pictures == 12);
    const outcome audit = world.as("oversight", {"audit", "list"});
    CHECK(audit.out.find("read prints") != std::string::npos);
  }
  SUBCASE("refused to other roles, and where there is nothing to explain") {
    const outcome operated = world.as("operator", {"explain", id});
    CHECK(operated.code == 1);
    CHECK(operated.err.find("look at people's prints") != std::string::npos);
    CHECK(world.as("", {"explain", id}).code == 1);
    const outcome none = world.as("examiner", {"explain", nobody["booking"].get<std::string>()});
    CHECK(none.code == 1);
    CHECK(none.err.find("no candidate") != std::string::npos);
    CHECK(world.as("examiner", {"explain", id, "--candidate", "S0000000000000001"}).code == 1);
  }
  SUBCASE("purged prints are named as the reason") {
    const std::string review = hands["booking"].get<std::string>();
    REQUIRE(world.as("", {"pki", "init"}).code == 0);
    const std::string keys = world.store() + "/keys";
    REQUIRE(world.as("", {"pki", "issue", "examiner", "--out", keys}).code == 0);
    const std::vector<std::string> words = {"review",      review,     "--gallery",   "criminal",
                                            "--different", "--reason", "for the test"};
    CHECK(world.as("examiner", words).err.find("--as alone proves nothing") != std::string::npos);
    std::vector<std::string> proven = words;
    proven.insert(proven.end(),
                  {"--certificate", keys + "/examiner.pem", "--key", keys + "/examiner.key"});
    const outcome decided = world.as("", proven);
    REQUIRE_MESSAGE(decided.code == 0, decided.err);
    const outcome gone = world.as("examiner", {"explain", review});
    CHECK(gone.code == 1);
    CHECK(gone.err.find("purged") != std::string::npos);
  }
}
