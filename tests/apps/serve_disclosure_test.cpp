// `whorl serve`: what an agency can learn, and what it cannot.
#include <doctest/doctest.h>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

TEST_CASE("serve: a listing is of those that one may see, page by page, and by TCN") {
  served_world w;
  const auto ours = files_of(w.world().bookings("ours", 0, 1));
  const auto others = files_of(w.world().bookings("others", 2, 1, {"--ori", "ZZPD00009"}));
  const std::string id = w.book("city-police", ours[0]).document()["booking"];
  const json state = w.done("city-police", id);
  const std::string hidden = w.book("state-bureau", others[0]).document()["booking"];
  w.done("state-bureau", hidden);
  const auto listed = [&](const std::string& who, const std::string& query) {
    std::vector<std::string> ids;
    const json found = w.ask(who, "/v1/bookings" + query).document();
    for (const auto& one : found["bookings"]) ids.push_back(one["booking"]);
    return ids;
  };
  using ids = std::vector<std::string>;
  // The other agency's is newer: it neither shows nor takes a place.
  CHECK(listed("city-police", "?limit=1") == ids{id});
  CHECK(listed("state-bureau", "") == ids{hidden, id});
  CHECK(listed("state-bureau", "?before=" + hidden) == ids{id});
  CHECK(listed("state-bureau", "?ori=ZZPD00001") == ids{id});
  const std::string tcn = state["tcn"], other_tcn = w.done("state-bureau", hidden)["tcn"];
  CHECK(listed("city-police", "?tcn=" + tcn) == ids{id});
  CHECK(listed("city-police", "?tcn=" + other_tcn) == ids{});
  CHECK(listed("oversight", "?ori=ZZPD00009&tcn=" + other_tcn) == ids{hidden});
  CHECK(w.ask("city-police", "/v1/bookings?before=" + hidden).status == 404);
  CHECK(w.ask("city-police", "/v1/bookings?ori=ZZPD00009").status == 403);
  CHECK(w.ask("oversight", "/v1/bookings?tcn=" + tcn).status == 400);

  CHECK(w.audit().find("bookings of another agency") != std::string::npos);
}

// Promise 5: persons 0 to 9 are in both galleries, those after them in the criminal one alone.
TEST_CASE(
    "serve: an agency that is told nothing of immigration sees no difference between one who is "
    "in that gallery and one who is not, also after a purge") {
  served_world w;
  const std::vector<std::string> limited = {"--ori", "ZZSO00002"};
  const auto in_both = files_of(w.world().bookings("both", 3, 1, limited));
  const auto in_one = files_of(w.world().bookings("one", 13, 1, limited));
  const auto booked = [&](const std::string& file) -> std::string {
    const auto taken = w.book("sheriff", file);
    REQUIRE(taken.status == 202);
    w.done("sheriff", taken.document()["booking"]);
    // The state's and everybody's view end later than the agency's.
    w.done("oversight", taken.document()["booking"]);
    return taken.document()["booking"];
  };
  const std::string both = booked(in_both[0]), one = booked(in_one[0]);
  // All that the agency can ask of a booking, with what differs between any two taken out.
  const auto seen = [&](const std::string& who, const std::string& id) {
    std::vector<std::string> out;
    for (const std::string tail : {"", "/answers", "/messages/1", "/messages/2"}) {
      const auto answer = w.ask(who, "/v1/bookings/" + id + tail);
      out.push_back(std::to_string(answer.status));
      if (answer.status == 200 && answer.content_type == "application/json") {
        json shown = answer.document();
        for (const char* own : {"booking", "tcn", "accepted_at", "deadline_at"}) shown.erase(own);
        if (shown.contains("name_given")) shown["name_given"] = shown["name_given"] != "";
        if (shown.contains("criminal")) {
          shown["criminal"].erase("subject");
          shown["criminal"].erase("score");
        }
        out.push_back(shown.dump());
      } else if (answer.status != 200) {
        out.push_back(answer.body);
      }
    }
    return out;
  };
  CHECK(seen("oversight", both) != seen("oversight", one));  // the two do differ
  const auto before = seen("sheriff", both);
  CHECK(before == seen("sheriff", one));
  CHECK(before[4] == "200");

  CHECK(w.stop() == 0);
  w.configure("retention_days = 30", "retention_days = 0");
  REQUIRE(w.world().as("operator", {"purge"}).code == 0);
  w.start();
  const auto name = [&](const std::string& id) {
    return w.ask("oversight", "/v1/bookings/" + id + "/answers").document()["name_given"];
  };
  CHECK(name(one) == "");
  CHECK(name(both) != "");  // its case is open
  const auto after = seen("sheriff", both);
  CHECK(after == seen("sheriff", one));
  CHECK(after[4] == "410");
}

}  // namespace whorl::test
