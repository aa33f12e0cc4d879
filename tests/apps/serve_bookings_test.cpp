// What the gateway says of bookings that are not taken as they come.
#include <doctest/doctest.h>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

TEST_CASE("serve: the same control number with other content is refused, and nothing is changed") {
  const served_world w;
  const std::string file = files_of(w.world().bookings("one", 0, 1)).at(0);
  const auto first = w.book("city-police", file);
  REQUIRE(first.status == 202);
  std::string other = to_text(read_file(file));
  const std::size_t name = other.find("2.018:");
  REQUIRE(name != std::string::npos);
  other[name + 6] = other[name + 6] == 'Q' ? 'X' : 'Q';
  const std::string changed = file + ".changed";
  write_file(changed, to_bytes(other));
  const auto refused = w.book("city-police", changed);
  CHECK(refused.status == 409);
  CHECK(refused.content_type == "application/problem+json");
  CHECK(refused.body.find("other content") != std::string::npos);
  const auto again = w.book("city-police", file);
  CHECK(again.status == 202);
  CHECK(again.document()["duplicate"] == true);
  CHECK(again.document()["booking"] == first.document()["booking"]);
  CHECK(w.ask("city-police", "/v1/bookings").document()["bookings"].size() == 1);
}

TEST_CASE("serve: a bureau that wants its agencies' bookings itself refuses theirs, on record") {
  served_world w;
  CHECK(w.stop() == 0);
  w.configure(
      "[rules]",
      "[[state_bureau]]\nstate = \"ZZ\"\nrejects = \"send them through the bureau\"\n\n[rules]");
  w.start();
  const auto files = files_of(w.world().bookings("two", 0, 2));
  const auto refused = w.book("city-police", files.at(0));
  CHECK(refused.status / 100 == 4);
  CHECK_MESSAGE(refused.body.find("send them through the bureau") != std::string::npos,
                refused.body);
  CHECK(w.ask("city-police", "/v1/bookings").document()["bookings"].empty());
  CHECK(w.book("state-bureau", files.at(1)).status == 202);
  bool recorded = false;  // beside the answer, so perhaps a little later
  for (int i = 0; i < 200 && !recorded; ++i)
    recorded = w.audit().find("send them through the bureau") != std::string::npos;
  CHECK(recorded);
}

}  // namespace whorl::test
