// The program as a client of a gateway: the same commands, over HTTPS.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

namespace {

bool says(const outcome& done, const std::string& word) {
  CAPTURE(done.out);
  CAPTURE(done.err);
  return (done.out + done.err).find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("remote: bookings are handed in, answered, listed and kept as files") {
  served_world w;
  const std::string files = w.world().bookings("three", 3, 3);
  const temp_folder folder;
  const std::string answers = (folder.path() / "answers").string();
  const outcome booked = w.client("city-police", {"--json", "book", files, "--answers", answers});
  CHECK(booked.code == 0);
  const auto lines = booked.lines();
  REQUIRE(lines.size() == 3);
  for (const json& line : lines) {
    CHECK(line["event"] == "answered");
    CHECK(line["answers"]["criminal"]["decision"] == "hit");
  }
  std::size_t written = 0;
  for (const auto& file : files_of(answers)) {
    CHECK(to_text(read_file(file)).starts_with("1.001:"));
    ++written;
  }
  CHECK(written >= 3);
  // The same again is the same booking; a changed one is refused, and the others go on.
  CHECK(says(w.client("city-police", {"book", files}), "hit"));
  write_file(files + "/bad.eft", to_bytes("no transaction"));
  const outcome again = w.client("city-police", {"book", files});
  CHECK(again.code == 1);
  CHECK(says(again, "refused bad.eft"));
  const outcome listed = w.client("city-police", {"--json", "bookings", "--limit", "2"});
  CHECK(listed.document()["bookings"].size() == 2);
  CHECK(says(w.client("city-police", {"bookings"}), "ZZPD00001"));
  CHECK(w.client("city-police", {"status"}).code == 0);
}

TEST_CASE("remote: a case is worked from the command line of each person") {
  served_world w;
  const outcome booked =
      w.client("city-police", {"--json", "book", w.world().bookings("one", 3, 1)});
  REQUIRE(booked.code == 0);
  const std::string c =
      "C" + booked.lines().at(0)["answers"]["booking"].get<std::string>().substr(1);
  for (int i = 0; i < 200 && w.client("analyst", {"case", c}).code != 0; ++i) {
  }
  CHECK(says(w.client("analyst", {"queue", "operations-centre"}), c));
  CHECK(w.client("examiner", {"step", c, "prints_confirmed", "--reason", "12 points"}).code == 0);
  CHECK(w.client("analyst",
                 {"step", c, "status_found", "--code", "final-order", "--about", "2026-06-01"})
            .code == 0);
  CHECK(says(w.client("field-office", {"--json", "step", c, "offence_recorded", "--offence",
                                       "1313:felony:charged"}),
             "\"level\": 1"));
  const outcome refused = w.client("examiner", {"step", c, "detainer_issued", "--reason", "r"});
  CHECK(refused.code == 1);
  CHECK(says(refused, "taken by field_officer"));
  CHECK(says(w.client("oversight", {"case", c}), "offence_recorded"));
  CHECK(says(w.client("oversight", {"cases"}), "adjudicated"));
  CHECK(says(w.client("oversight", {"rules", "list"}), "2012-12"));
  CHECK(says(w.client("oversight", {"report", "--by", "state"}), "ZZ"));
  CHECK(says(w.client("oversight", {"audit", "list", "--object", c}), "step status_found"));
}

TEST_CASE("remote: an examiner sees what waits and decides it, as on a store") {
  served_world w;
  const std::string file =
      files_of(w.world().bookings("hands", 5, 1, {"--exchange", "hands"})).at(0);
  CHECK(says(w.client("examiner", {"reviews"}), "no booking waits for an examiner"));
  const std::string booking = w.book("city-police", file).document()["booking"];
  for (int i = 0; i < 2000; ++i)
    if (w.client("examiner", {"--json", "reviews"}).document()["waiting"] == 2) break;
  const outcome listed = w.client("examiner", {"reviews"});
  REQUIRE(listed.code == 0);
  for (const char* word : {"a hit needs", "name given", "the hands are exchanged", "criminal"})
    CHECK(says(listed, word));
  CHECK(says(w.client("examiner", {"reviews", "--limit", "1"}), "2 wait; these come first"));
  // Who may, and what is wrong: refused with the codes of a store.
  const auto decide = [&](const char* who, std::vector<std::string> words) {
    words.insert(words.begin(), {"review", booking, "--reason", "14 points", "--gallery"});
    return w.client(who, words);
  };
  CHECK(w.client("city-police", {"reviews"}).code == 1);
  CHECK(w.client("analyst", {"reviews"}).code == 1);
  CHECK(decide("city-police", {"criminal", "--same"}).code == 1);
  CHECK(says(decide("examiner", {"criminal"}), "say --same or --different"));
  CHECK(decide("examiner", {"criminal"}).code == 2);
  CHECK(decide("examiner", {"both", "--same"}).code == 2);
  CHECK(decide("examiner", {"criminal", "--same", "--subject", "S0000000000000001"}).code == 1);
  CHECK(w.client("examiner", {"review", "B0000000000000001", "--gallery", "criminal", "--same",
                              "--reason", "r"})
            .code == 1);
  const json before = w.client("examiner", {"--json", "reviews"}).document()["reviews"];
  const std::string best = before.at(0)["candidates"].at(0)["subject"];
  CHECK(says(decide("examiner", {"criminal", "--same"}),
             booking + ": FOUND " + best + ", decided by examiner"));
  const outcome other = decide("second-examiner", {"immigration", "--different"});
  CHECK(says(other, booking + ": not found, decided by second-examiner"));
  CHECK(decide("examiner", {"criminal", "--same"}).code == 1);  // decided
  CHECK(says(w.client("examiner", {"reviews"}), "no booking waits for an examiner"));
  const json rows = w.ask("oversight", "/v1/audit?object=" + booking).document()["audit"];
  const auto did = [&](const char* what, const char* who) {
    return std::ranges::count_if(
        rows, [&](const json& row) { return row["action"] == what && row["principal"] == who; });
  };
  CHECK(did("read review", "examiner") >= 3);
  CHECK(did("decide review", "examiner") == 1);
  CHECK(did("decide review", "second-examiner") == 1);
  // The same rows from the store itself.
  CHECK(w.stop() == 0);
  CHECK(w.world().as("examiner", {"--json", "reviews"}).document()["waiting"] == 0);
}

TEST_CASE("remote: what goes wrong is said in words, with the exit code that a store would give") {
  served_world w;
  // Roles and agencies.
  CHECK(w.client("city-police", {"cases"}).code == 1);
  CHECK(w.client("examiner", {"book", w.world().bookings("one", 3, 1)}).code == 1);
  CHECK(w.client("analyst", {"case", "C0000000000000001"}).code == 1);
  // No remote form.
  const outcome local = w.client("operator", {"gallery", "stats"});
  CHECK(local.code == 2);
  CHECK(says(local, "works on a store, not with --server"));
  CHECK(w.client("city-police", {"book"}).code == 2);
  // Whose certificate, whose gateway.
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"bookings"});
    return whorl_program(words);
  };
  const std::string ca = w.pki_folder() + "/ca.pem", pem = w.keys() + "/analyst.pem",
                    key = w.keys() + "/analyst.key";
  CHECK(says(with({"--server", w.url()}), "--certificate: missing"));
  CHECK(says(with({"--server", w.url(), "--certificate", "nowhere.pem", "--key", key}),
             "nowhere.pem"));
  CHECK(says(with({"--server", w.url(), "--certificate", pem, "--key", w.keys() + "/examiner.key",
                   "--authority", ca}),
             "the key that belongs to it"));
  CHECK(says(with({"--server", w.url(), "--certificate", pem, "--key", key, "--authority", pem}),
             "is not one of"));
  CHECK(says(with({"--server", "http://localhost:1", "--certificate", pem, "--key", key,
                   "--authority", ca}),
             "https://HOST:PORT"));
  REQUIRE(w.world().as("", {"pki", "revoke", "analyst"}).code == 0);
  const outcome revoked = w.client("analyst", {"cases"});
  CHECK(revoked.code == 1);
  CHECK(says(revoked, "revoked"));
  CHECK(w.stop() == 0);
  const outcome gone = w.client("examiner", {"cases"});
  CHECK(gone.code == 3);
  CHECK(says(gone, w.url()));
}

}  // namespace whorl::test
