// A case from the booking to its end, as people of several agencies work it with the program.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>

#include "messages/facts.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using nlohmann::json;

namespace {

/// People 0 to 9 are in both galleries; each booking opens a case.
class office {
 public:
  office() : world(folder_.path(), 20, 10) {
    std::ofstream(world.store() + "/whorl.toml", std::ios::app)
        << "[[principal]]\nname = \"far-office\"\nrole = \"field_officer\"\nori = \"TX\"\n";
    REQUIRE(world.as("", {"pki", "init"}).code == 0);
    for (const char* who : {"examiner", "second-examiner", "analyst", "field-office", "far-office",
                            "city-police", "oversight"})
      REQUIRE(world.as("", {"pki", "issue", who, "--out", keys()}).code == 0);
  }
  std::string keys() const { return (folder_.path() / "keys").string(); }

  /// Books one person; the case.
  std::string booked(int person, std::vector<std::string> more = {}) {
    const std::string name = "booking-" + std::to_string(++count_);
    const outcome done = world.as(
        "state-bureau", {"--json", "book", world.bookings(name, person, 1, std::move(more)),
                         "--answers", (folder_.path() / name / "answers").string()});
    REQUIRE(done.code == 0);
    return "C" + done.lines().at(0)["booking"].get<std::string>().substr(1);
  }
  outcome step(const std::string& who, const std::string& which, std::vector<std::string> words,
               const std::string& key = {}) {
    std::vector<std::string> all = {"--json", "step", which};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--certificate", keys() + "/" + who + ".pem", "--key",
                           keys() + "/" + (key.empty() ? who : key) + ".key"});
    return world.as("", all);
  }
  json must(const std::string& who, const std::string& which, std::vector<std::string> words) {
    const outcome done = step(who, which, std::move(words));
    REQUIRE_MESSAGE(done.code == 0, done.out, done.err);
    return done.document()["now"];
  }
  json shown(const std::string& which) {
    return world.as("oversight", {"--json", "case", which}).document();
  }
  /// Kinds of the messages to agency and operations centre, in order.
  std::vector<std::string> sent(const std::string& which) {
    std::vector<std::string> out;
    const json all = shown(which);
    for (const json& m : all["messages"])
      out.push_back(m["kind"].get<std::string>() + " " + m["to"].get<std::string>());
    return out;
  }

 private:
  temp_folder folder_;
  int count_ = 0;

 public:
  small_world world;
};

std::string tomorrow() {
  using namespace std::chrono;
  const auto at = time_point_cast<milliseconds>(system_clock::now() + hours(24));
  return to_string(instant{at.time_since_epoch().count()}).substr(0, 16) + "Z";
}

bool says(const outcome& refused, const char* word) {
  CAPTURE(refused.out);
  return refused.code != 0 && refused.out.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("case work: from a match to a removal, each step by the person whose it is") {
  office o;
  const std::string c = o.booked(3, {"--ori", "ZZPD00001"});
  CHECK(o.shown(c)["now"]["state"] == "awaiting_status");
  CHECK(says(o.step("field-office", c, {"detainer_issued", "--reason", "r"}), "awaiting_status"));
  o.must("examiner", c, {"prints_confirmed", "--reason", "14 points"});
  CHECK(says(o.step("examiner", c, {"status_found", "--code", "lawful"}), "taken by analyst"));
  o.must("analyst", c, {"status_found", "--code", "final-order", "--about", "2026-06-01"});
  CHECK(o.must("field-office", c,
               {"offence_recorded", "--offence", "1313:felony:convicted:400"})["level"] == 1);
  o.must("field-office", c, {"offence_recorded", "--offence", "5404:misdemeanour:dismissed"});
  CHECK(says(o.step("far-office", c, {"detainer_issued", "--reason", "r"}), "no case"));
  o.must("field-office", c, {"detainer_issued", "--reason", "a violent felony"});
  o.must("city-police", c, {"notice_served", "--code", "es"});
  o.must("city-police", c, {"release_notified", "--about", tomorrow()});
  const json held =
      o.must("field-office", c, {"taken_into_custody", "--code", "BED-7", "--reason", "r"});
  CHECK(held["holds"][0]["id"] == "BED-7");
  // A bed is one person's.
  const std::string other = o.booked(4);
  o.must("examiner", other, {"prints_confirmed", "--reason", "r"});
  o.must("analyst", other, {"status_found", "--code", "final-order", "--about", "2026-06-01"});
  o.must("field-office", other, {"detainer_issued", "--reason", "r"});
  CHECK(says(
      o.step("field-office", other, {"taken_into_custody", "--code", "BED-7", "--reason", "r"}),
      "held by another case"));

  std::vector<std::string> kinds = o.sent(c);
  std::sort(kinds.begin(), kinds.end());
  CHECK(kinds == std::vector<std::string>{"DET ZZPD00001", "DET ZZPD00001", "IAQ LESC",
                                          "IDR ZZPD00001", "SRE ZZPD00001"});
  const json events = o.shown(c)["events"];
  for (const json& e : events) {
    CHECK_FALSE(e["by"].get<std::string>().empty());
    CHECK_FALSE(e["rule_set"].get<std::string>().empty());
  }
  CHECK(events[4]["by"] == "field-office");
  // Who was told, and by which rule.
  const json sights =
      o.world.as("oversight", {"--json", "audit", "who-saw", o.shown(c)["subject"]}).document();
  const auto told = [&](const char* did, const char* rule) {
    return std::any_of(sights["sights"].begin(), sights["sights"].end(), [&](const json& one) {
      return one["did"] == did && one["detail"].get<std::string>().ends_with(rule);
    });
  };
  CHECK(told("answer DET to ZZPD00001", "the agency that holds the person is asked to"));
  CHECK(told("answer IDR to ZZPD00001", "jurisdiction mode full"));
  CHECK(o.world.as("oversight", {"audit", "verify"}).code == 0);
  // Everything that stands in the projections follows from the journal.
  const outcome scrubbed = o.world.as("operator", {"scrub"});
  CHECK_MESSAGE(scrubbed.code == 0, scrubbed.out, scrubbed.err);
}

TEST_CASE("safeguard: a booking of a probation office opens a case and no detainer") {
  office o;
  const std::string before = o.booked(3, {"--ori", "ZZPD00001"});
  std::ofstream(o.world.store() + "/whorl.toml", std::ios::app)
      << "[jurisdictions.sources]\nZZPD00001 = \"probation\"\n";
  const auto adjudicated = [&](const std::string& c) {
    o.must("examiner", c, {"prints_confirmed", "--reason", "14 points"});
    o.must("analyst", c, {"status_found", "--code", "final-order", "--about", "2026-06-01"});
    o.must("field-office", c, {"offence_recorded", "--offence", "1313:felony:convicted:400"});
    return c;
  };
  const std::string c = adjudicated(o.booked(4, {"--ori", "ZZPD00001"}));
  CHECK(says(o.step("field-office", c, {"detainer_issued", "--reason", "r"}), "on probation"));
  CHECK(o.shown(c)["source"] == "probation");
  // What was booked before stays what it was.
  o.must("field-office", adjudicated(before), {"detainer_issued", "--reason", "r"});
  const json places = o.world.as("oversight", {"--json", "jurisdictions"}).document()["places"];
  const auto at = std::find_if(places.begin(), places.end(),
                               [](const json& p) { return p["place"] == "ZZPD00001"; });
  REQUIRE(at != places.end());
  CHECK((*at)["source"] == "probation");
  const json rows =
      o.world.as("oversight", {"--json", "report", "--by", "source"}).document()["jurisdictions"];
  CHECK(rows[0]["jurisdiction"] == "jail");
  CHECK(rows[0]["detained"] == 1);
  CHECK(rows[1]["jurisdiction"] == "probation");
  CHECK(rows[1]["detained"] == 0);
  CHECK(o.world.as("oversight", {"bookings"}).out.find("ZZPD00001 full, probation") !=
        std::string::npos);
}

TEST_CASE("case work: who somebody is must be proven, and refusals are on record") {
  office o;
  const std::string c = o.booked(3);
  CHECK(o.world.as("examiner", {"step", c, "prints_confirmed", "--reason", "r"}).code == 2);
  CHECK(says(o.step("examiner", c, {"prints_confirmed", "--reason", "r"}, "analyst"),
             "is not the key of"));
  CHECK(says(o.step("nobody", c, {"prints_confirmed", "--reason", "r"}), "nobody.pem"));
  REQUIRE(o.world.as("", {"pki", "revoke", "second-examiner"}).code == 0);
  CHECK(says(o.step("second-examiner", c, {"prints_confirmed", "--reason", "r"}), "revoked"));
  // An agency does not learn from a refusal that there is a case.
  const outcome hidden = o.step("city-police", c, {"note", "--reason", "r"});
  const outcome none = o.step("city-police", "C0000000000000001", {"note", "--reason", "r"});
  CHECK(hidden.code == none.code);
  CHECK(says(hidden, "no case"));
  CHECK(o.step("oversight", c, {"note", "--reason", "r"}).code == 1);
  const json rows =
      o.world.as("oversight", {"--json", "audit", "list", "--object", c}).document()["audit"];
  std::set<std::string> refused;
  for (const json& row : rows)
    if (row["action"].get<std::string>().starts_with("refused"))
      refused.insert(row["principal"].get<std::string>() + " " + row["action"].get<std::string>());
  // Also what a bad certificate asked for, as nobody's.
  CHECK(refused == std::set<std::string>{"city-police refused", "oversight refused",
                                         "- refused step prints_confirmed"});
}

TEST_CASE("safeguard: a role that was taken from somebody serves for no step any more") {
  office o;
  const std::string c = o.booked(3, {"--ori", "ZZPD00001"});
  const auto rename = [&](const std::string& from, const std::string& to) {
    const std::string file = o.world.store() + "/whorl.toml";
    std::string text = to_text(read_file(file));
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    write_file(file, to_bytes(text.replace(at, from.size(), to)));
  };
  o.must("second-examiner", c, {"prints_confirmed", "--reason", "r"});
  o.must("analyst", c, {"taken_up"});
  rename("name = \"analyst\"\nrole = \"analyst\"", "name = \"analyst\"\nrole = \"oversight\"");
  const std::vector<std::string> found = {"status_found", "--code", "final-order", "--about",
                                          "2026-06-01"};
  const outcome refused = o.step("analyst", c, found);  // the certificate is the analyst's still
  CHECK(refused.code == 1);
  CHECK(says(refused, "status_found is taken by analyst"));
  rename("name = \"analyst\"\n", "name = \"another-analyst\"\n");
  CHECK(o.step("analyst", c, found).code != 0);
  CHECK(o.shown(c)["now"]["status"] == "");
}

TEST_CASE("safeguard: a corrected record reaches the open case and everybody who was told") {
  office o;
  const std::string c = o.booked(3, {"--ori", "ZZPD00001"});
  o.must("examiner", c, {"prints_confirmed", "--reason", "r"});
  o.must("analyst", c, {"status_found", "--code", "final-order", "--about", "2026-06-01"});
  const std::string subject = o.shown(c)["subject"];
  REQUIRE(o.world
              .as("operator", {"gallery", "delete", "immigration", subject, "--reason",
                               "another person's record"})
              .code == 0);
  CHECK(o.shown(c)["now"]["record_changed"] == true);
  CHECK(o.shown(c)["events"].back()["reason"] == "another person's record");
  std::vector<std::string> kinds = o.sent(c);
  CHECK(std::count(kinds.begin(), kinds.end(), "CHG LESC") == 1);
  CHECK(std::count(kinds.begin(), kinds.end(), "IDR ZZPD00001") == 2);
  CHECK(says(o.step("field-office", c, {"detainer_issued", "--reason", "r"}), "corrected"));
  // Also the notices that are no transactions carry the audit's head, and are taken back as such.
  const outcome audit = o.world.as("oversight", {"audit", "verify"});
  CHECK_MESSAGE(audit.code == 0, audit.out);
  // A criminal record that is linked by the booking changes the case too.
  const std::string other = o.booked(4);
  const json answers = o.world.as("oversight", {"--json", "bookings"}).document()["bookings"];
  std::string criminal;
  for (const json& b : answers)
    if (b["booking"] == "B" + other.substr(1)) criminal = b["criminal"]["subject"];
  REQUIRE_FALSE(criminal.empty());
  REQUIRE(o.world.as("operator", {"gallery", "delete", "criminal", criminal, "--reason", "court"})
              .code == 0);
  CHECK(o.shown(other)["now"]["record_changed"] == true);
  CHECK(o.shown(other)["events"].back()["code"] == "criminal");
}

TEST_CASE("safeguard: a detainer whose 48 hours are over ends by itself, once, and is told") {
  office o;
  const std::string c = o.booked(3, {"--ori", "ZZPD00001"});
  o.must("examiner", c, {"prints_confirmed", "--reason", "r"});
  o.must("analyst", c, {"status_found", "--code", "final-order", "--about", "2026-06-01"});
  o.must("field-office", c, {"detainer_issued", "--reason", "r"});
  const auto expired = [&] {
    const outcome done = o.world.as("operator", {"--json", "clocks"});
    REQUIRE(done.code == 0);
    return done.document()["detainers_expired"].get<int>();
  };
  CHECK(expired() == 0);  // nobody has said when the person would be released
  o.must("city-police", c, {"release_notified", "--about", "2026-11-02T10:00Z"});
  CHECK(expired() == 1);
  CHECK(expired() == 0);
  CHECK(o.shown(c)["now"]["state"] == "at_large");
  CHECK(o.shown(c)["events"].back()["by"] == "whorl");
  const auto kinds = o.sent(c);
  CHECK(std::count(kinds.begin(), kinds.end(), "DET ZZPD00001") == 2);
}

TEST_CASE("case work: queues, rules explained and replayed, a report") {
  office o;
  const std::string c = o.booked(3, {"--ori", "ZZPD00001"});
  const std::string elsewhere = o.booked(4, {"--ori", "ZZSO00002"});
  const auto queue = [&](const char* who, const char* name) {
    const outcome done = o.world.as(who, {"--json", "queue", name});
    REQUIRE(done.code == 0);
    return done.document();
  };
  CHECK(queue("analyst", "operations-centre")["waiting"] == 2);
  CHECK(queue("far-office", "examiners")["waiting"] == 0);  // of another state
  CHECK(queue("field-office", "field-office")["waiting"] == 0);
  CHECK(o.world.as("analyst", {"queue", "desk"}).code == 2);
  CHECK(o.world.as("city-police", {"queue", "claims"}).code == 1);
  o.must("analyst", c, {"taken_up"});
  CHECK(queue("analyst", "operations-centre")["taken_up"] == 1);
  o.must("examiner", c, {"prints_confirmed", "--reason", "r"});
  o.must("analyst", c, {"status_found", "--code", "prior-removal", "--about", "2026-06-01"});
  o.must("field-office", c, {"offence_recorded", "--offence", "1313:felony:charged"});
  CHECK(queue("field-office", "field-office")["cases"][0]["case"] == c);

  const auto level = [&](const char* with) {
    const outcome done = o.world.as("oversight", {"--json", "rules", "explain", c, "--with", with});
    REQUIRE(done.code == 0);
    return done.document()["level"].get<int>();
  };
  CHECK(level("2008-10") == 1);
  CHECK(level("2011-03") == 0);
  CHECK(level("2012-12") == 1);
  const json decisions =
      o.world.as("oversight", {"--json", "rules", "explain", c}).document()["decisions"];
  REQUIRE(decisions.size() >= 1);
  CHECK(decisions[0]["step"] == "opened");
  CHECK(decisions[0]["rule_set"] == "2012-12");
  CHECK(decisions[0]["effective"] == "2012-12-21");
  CHECK(decisions[0]["because"].get<std::string>().find("in force for ZZPD00001 on ") == 0);
  CHECK(o.world.as("oversight", {"rules", "explain", c}).out.find("the latest that had begun") !=
        std::string::npos);
  // Of a case that is none of one's own: answered as if there were none, and on record.
  CHECK(o.world.as("far-office", {"case", c}).code != 0);
  CHECK(o.world.as("far-office", {"rules", "explain", c}).code != 0);
  CHECK(o.world.as("oversight", {"--json", "audit", "list", "--object", c}).out.find("refused") !=
        std::string::npos);
  const json replay = o.world
                          .as("oversight", {"--json", "rules", "replay", "--from", "2000-01-01",
                                            "--to", "2100-01-01", "--with", "2011-03"})
                          .document();
  CHECK(replay["cases"] == 2);
  CHECK(std::any_of(replay["changed"].begin(), replay["changed"].end(),
                    [&](const json& one) { return one["case"] == c && one["level_with"] == 0; }));

  const json report = o.world.as("oversight", {"--json", "report"}).document();
  CHECK(report["jurisdictions"].back()["matches"] == 2);
  CHECK(report["jurisdictions"].back()["statuses"]["prior-removal"] == 1);
  CHECK(o.world.as("oversight", {"report", "--format", "csv"}).out.find("ZZSO00002,1,") !=
        std::string::npos);
  CHECK(o.world.as("oversight", {"report", "--from", "2100-01-01"}).code == 2);
  CHECK(o.world.as("analyst", {"report"}).code == 1);
}

TEST_CASE("case work: a store's own rule-sets, and a mistake in one") {
  office o;
  const auto put = [&](const std::string& text) {
    write_file(o.world.store() + "/ours.toml", to_bytes(text));
  };
  const std::string toml = to_text(read_file(o.world.store() + "/whorl.toml"));
  const std::size_t at = toml.find("files = []");
  REQUIRE(at != std::string::npos);
  std::string changed = toml;
  write_file(o.world.store() + "/whorl.toml",
             to_bytes(changed.replace(at, 10, "files = [\"ours.toml\"]")));
  const std::string good = to_text(
      read_file(std::filesystem::path(WHORL_SOURCE_DIR) / "actors/casework/rules/2008-10.toml"));
  std::string ours = good;
  const std::size_t version = ours.find("version = \"2008-10\"");
  put(ours.replace(version, 19, "version = \"ours\""));
  const json rules = o.world.as("", {"--json", "rules", "list"}).document()["rules"];
  CHECK(rules.back()["version"] == "ours");
  put(good);
  CHECK(o.world.as("", {"status"}).err.find("already") != std::string::npos);
  put("version = 5\n");
  const outcome bad = o.world.as("", {"status"});
  CHECK(bad.code == 2);
  CHECK(bad.err.find("ours.toml:1: version") != std::string::npos);
  CHECK(o.world.as("", {"rules", "check", o.world.store() + "/ours.toml"}).code == 2);
  std::filesystem::remove(o.world.store() + "/ours.toml");
  CHECK(o.world.as("", {"status"}).err.find("ours.toml") != std::string::npos);
}

}  // namespace whorl::test
