// `whorl sim rollout` as a user meets it.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

namespace {

outcome sim(std::vector<std::string> words, bool as_json = false) {
  std::vector<std::string> all = {"sim", "rollout"};
  if (as_json) all.insert(all.begin(), "--json");
  all.insert(all.end(), words.begin(), words.end());
  return whorl_program(all);
}

std::string text_of(const std::filesystem::path& file) { return to_text(read_file(file)); }

}  // namespace

TEST_CASE("sim: a run leaves series, a report and pictures, the same whatever the threads") {
  const temp_folder folder;
  const auto one = folder.path() / "one", two = folder.path() / "two";
  for (const auto& [out, threads] : {std::pair{one, "1"}, {two, "3"}}) {
    const outcome run = sim({"run", "--to", "2009-01-01", "--replications", "3", "--trace", "5",
                             "--threads", threads, "--out", out.string()});
    CAPTURE(run.err);
    REQUIRE(run.code == 0);
    CHECK(run.out.find("report.html") != std::string::npos);
  }
  for (const char* name : {"monthly.csv", "monthly.json", "answers.csv", "distributions.csv",
                           "counties.csv", "report.html", "traces.jsonl", "activation.svg"})
    CHECK(text_of(one / name) == text_of(two / name));
  const outcome other =
      sim({"run", "--to", "2009-01-01", "--seed", "2", "--out", (folder.path() / "other").string()},
          true);
  CHECK(other.document()["seed"] == 2);
  CHECK(other.document()["simulated"] == true);
}

TEST_CASE("sim: a folder with other files is left alone, and traces of an earlier run go") {
  const temp_folder folder;
  const auto out = folder.path() / "own";
  std::filesystem::create_directory(out);
  write_file(out / "counties.csv", to_bytes("mine"));
  const std::vector<std::string> words = {"run", "--to", "2008-12-01", "--out", out.string()};
  CHECK(sim(words).code == 1);
  CHECK(text_of(out / "counties.csv") == "mine");
  std::filesystem::remove(out / "counties.csv");
  std::vector<std::string> traced = words;
  traced.insert(traced.end(), {"--trace", "2"});
  REQUIRE(sim(traced).code == 0);
  CHECK(std::filesystem::exists(out / "traces.jsonl"));
  REQUIRE(sim(words).code == 0);
  CHECK_FALSE(std::filesystem::exists(out / "traces.jsonl"));
}

TEST_CASE("sim: explains, compares, solves and validates, in JSON too") {
  const outcome words = sim({"explain"});
  CHECK(words.code == 0);
  CHECK(words.out.find("noncitizen_match") != std::string::npos);
  const json model = sim({"explain"}, true).document();
  CHECK(model["parameters"].size() > 60);
  CHECK(model["capacities"].size() == 10);
  CHECK(model["capacities"][0]["servers"] == json{10, 10, 12});
  CHECK(model["offences"]["kinds"].size() == 16);
  CHECK(model["arrests_per_100k"]["by_year"]["2010"] == 4257.6);
  CHECK(model["pattern"]["hours"].size() == 24);
  CHECK(model["rules"].size() == 4);
  CHECK(model["rules"][1]["from"] == "2010-06-30");
  for (const char* table : {"offences", "arrests_per_100k", "pattern"})
    CHECK(model[table]["mark"].get<std::string>().size() == 1);
  // Rules of one day throughout are one entry; the gate is of one strategy alone.
  const json old = sim({"explain", "--scenario", "rules-of-2008"}, true).document();
  CHECK(old["rules"].size() == 1);
  CHECK(words.out.find("gate_minutes = 240") != std::string::npos);

  const outcome compared =
      sim({"compare", "historical", "border", "--to", "2008-12-15", "--replications", "2"}, true);
  REQUIRE(compared.code == 0);
  CHECK(compared.document()["compared"][0]["measures"].size() >= 15);

  const std::vector<std::string> alone = {"compare",    "historical",     "border", "--to",
                                          "2008-12-01", "--replications", "1"};
  const json row = sim(alone, true).document()["compared"][0]["measures"][0];
  CHECK(row["difference"]["mean"].is_number());
  for (const char* what : {"first", "second", "difference"})
    CHECK((row[what]["low"].is_null() && row[what]["high"].is_null()));
  CHECK(row["clear"].is_null());
  CHECK(sim(alone).out.find("1 replication: no intervals") != std::string::npos);

  const outcome staff =
      sim({"solve", "staff", "--to", "2009-01-01", "--target", "p95 answer <= 3h"}, true);
  REQUIRE(staff.code == 0);
  const json report = staff.document();  // which the loop only refers to
  for (const json& month : report["months"]) CHECK(month["answer_minutes"] <= 180);
  CHECK(sim({"solve", "beds", "--to", "2009-01-01"}).code == 0);

  const outcome judged = sim({"validate", "--to", "2009-12-31", "--replications", "2"}, true);
  REQUIRE(judged.code == 0);
  CHECK(judged.document()["compared"].size() >= 5);
  const temp_folder folder;
  const std::string figures = (folder.path() / "later.csv").string();
  write_file(figures,
             to_bytes("date,metric,value,source,place\n2009-06-30,level1_removed_cum,5,x,CA\n"
                      "2009-06-30,submissions_cum,5,x,CA\n"));
  const outcome by_place =
      sim({"validate", "--to", "2009-12-31", "--replications", "1", "--figures", figures}, true);
  REQUIRE(by_place.code == 0);
  const json all = by_place.document();
  CHECK(all["compared"].size() == 1);
  CHECK(all["compared"][0]["low"].is_null());  // one run
  CHECK(all["not_compared"][0] == "2009-06-30 level1_removed_cum@CA: not simulated for this place");
  CHECK(by_place.err.find("1 rows are not compared") != std::string::npos);
}

TEST_CASE("sim: what is wrong is said with file, line and what to do") {
  const temp_folder folder;
  const std::string file = (folder.path() / "mine.toml").string();
  write_file(file,
             to_bytes("[parameters]\naction = {value = 2.0, mark = \"A\", source = \"x\"}\n"));
  const outcome bad = sim({"run", "--scenario", file});
  CHECK(bad.code == 2);
  CHECK(bad.err.find("mine.toml:2: action") != std::string::npos);
  CHECK(sim({"run", "--strategy", "best"}).err.find("capacity-gated") != std::string::npos);
  CHECK(sim({"run", "--to", "2001-01-01"}).err.find("not after") != std::string::npos);
  CHECK(sim({"solve", "staff", "--target", "soon"}).err.find("p95 answer <= 4h") !=
        std::string::npos);
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"validate", "--figures", "nowhere.csv"},
                                             {"run", "--scenario", "nowhere.csv"},
                                             {"run", "--strategy", "nowhere.csv"}}) {
    const outcome absent = sim(words);
    CHECK(absent.code == 2);
    CHECK(absent.err.find("nowhere.csv") != std::string::npos);
  }
  CHECK(sim({"run", "--solve", "beds", "--trace", "3"}).code == 2);
  CHECK(sim({"fit", "--to", "2010-01-01"}).code == 2);
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"run", "--seed", "-1"},
                                             {"explain", "--seed", "1.5"},
                                             {"compare", "risk", "border", "--seed", "-1"},
                                             {"load", "--people-seed", "-3"}}) {
    const outcome below = sim(words);
    CHECK(below.code == 2);
    CHECK(below.err.find("'" + words.back() + "': a whole number from 0 to") != std::string::npos);
  }
  CHECK(whorl_program({"sim", "cluster", "--seed", "-1"}).code == 2);
  CHECK(whorl_program({"sim", "cluster", "--repeat-every", "-1"}).code == 2);
  CHECK(sim({"load"}).err.find("--out FOLDER") != std::string::npos);
  CHECK(sim({"load", "--strategy", "capacity-gated", "--out", "x"}).err.find("activation.csv") !=
        std::string::npos);
}

TEST_CASE("sim: its bookings are transactions that the exchange takes") {
  const temp_folder folder;
  const small_world world(folder.path(), 5, 30);
  const std::string out = (folder.path() / "load").string();
  const outcome written = sim({"load", "--hours", "2", "--most", "12", "--people", "30",
                               "--people-seed", "7", "--state", "ZZ", "--out", out});
  CAPTURE(written.err);
  REQUIRE(written.code == 0);
  CHECK(files_of(out).size() == 12);
  CHECK(text_of(out + ".csv").starts_with("at,file,ori,person\n2010-06-01T00:0"));
  const outcome booked = world.as("state-bureau", {"--json", "book", out});
  CAPTURE(booked.err);
  CHECK(booked.code == 0);
}

TEST_CASE("sim: its bookings go to a running gateway, faster than time") {
  served_world w;
  const outcome sent = w.client("state-bureau", {"--json", "sim", "rollout", "load", "--hours", "2",
                                                 "--most", "10", "--people", "30", "--people-seed",
                                                 "7", "--state", "ZZ", "--speed-up", "600"});
  CAPTURE(sent.err);
  CAPTURE(sent.out);
  REQUIRE(sent.code == 0);
  CHECK(sent.document()["accepted"] == 10);
  CHECK(w.client("state-bureau", {"--json", "bookings"}).document()["bookings"].size() == 10);
}

}  // namespace whorl::test
