// The program as a user meets it: commands, exit codes, JSON, principals, stores it must not touch.
#include <doctest/doctest.h>

#include <fstream>

#include "fingerprint/iso_template.hpp"
#include "fingerprint/synthesis.hpp"
#include "storage/store.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

std::string text_of(const std::filesystem::path& file) { return to_text(read_file(file)); }

void write_text(const std::filesystem::path& file, const std::string& text) {
  write_file(file, to_bytes(text));
}

}  // namespace

TEST_CASE("program: every command has help with an example") {
  const std::vector<std::vector<std::string>> commands = {{},
                                                          {"init"},
                                                          {"synth"},
                                                          {"synth", "people"},
                                                          {"synth", "bookings"},
                                                          {"gallery"},
                                                          {"gallery", "create"},
                                                          {"gallery", "import"},
                                                          {"gallery", "enroll"},
                                                          {"gallery", "merge"},
                                                          {"gallery", "unmerge"},
                                                          {"gallery", "delete"},
                                                          {"gallery", "stats"},
                                                          {"book"},
                                                          {"bookings"},
                                                          {"reviews"},
                                                          {"review"},
                                                          {"cases"},
                                                          {"case"},
                                                          {"audit"},
                                                          {"audit", "verify"},
                                                          {"audit", "list"},
                                                          {"who-saw"},
                                                          {"status"},
                                                          {"backup"},
                                                          {"restore"},
                                                          {"doctor"},
                                                          {"accuracy"},
                                                          {"compare"},
                                                          {"inspect"},
                                                          {"plan"},
                                                          {"pki"},
                                                          {"pki", "init"},
                                                          {"pki", "issue"},
                                                          {"pki", "list"},
                                                          {"pki", "revoke"},
                                                          {"serve"}};
  for (auto words : commands) {
    words.push_back("--help");
    const outcome help = whorl_program(words);
    CHECK_MESSAGE(help.code == 0, words.front());
    CHECK_MESSAGE(help.out.find("  whorl ") != std::string::npos, words.front());
  }
  CHECK(whorl_program({"no-such-command"}).code == 2);
  CHECK(whorl_program({}).code == 2);
}

TEST_CASE("compare: scores, reasons and a picture; wrong files are named") {
  const temp_folder scratch;
  const auto person = fingerprint::make_person(1);
  const auto put = [&](const char* name, std::vector<fingerprint::print_template> prints) {
    write_file(scratch.path() / name, *fingerprint::encode_iso(prints));
    return (scratch.path() / name).string();
  };
  const std::string a = put("a.iso", {fingerprint::make_impression(person, 2, 0)});
  const std::string b = put("b.iso", {fingerprint::make_impression(person, 2, 1)});
  const std::string ten = put("ten.iso", fingerprint::make_impressions(person, 2));
  const std::string thumb = put("thumbs.iso", {fingerprint::make_impression(person, 1, 0),
                                               fingerprint::make_impression(person, 1, 1)});

  const outcome text = whorl_program({"compare", "--explain", "--gallery", "10", a, b});
  CHECK(text.code == 0);
  CHECK(text.out.find("paired") != std::string::npos);
  CHECK(text.out.find(": hit") != std::string::npos);
  const auto said =
      whorl_program({"--json", "compare", "--explain", "--gallery", "10", a, b}).document();
  CHECK(said["fingers"][0]["mates"].size() > 15);
  CHECK(said["decision"] == "hit");

  const std::string svg = (scratch.path() / "pair.svg").string();
  CHECK(whorl_program({"compare", "--svg", svg, ten, ten}).code == 0);
  CHECK(text_of(scratch.path() / "pair-7.svg").find("<svg") == 0);
  CHECK(whorl_program({"compare", ten, thumb}).code == 0);  // the thumb is in both

  const outcome apart = whorl_program({"compare", a, thumb});
  CHECK(apart.code == 2);
  CHECK(apart.err.find("no finger position in common") != std::string::npos);
  write_text(scratch.path() / "not.iso", "not a template");
  const outcome wrong = whorl_program({"compare", a, (scratch.path() / "not.iso").string()});
  CHECK(wrong.code == 2);
  CHECK(wrong.err.find("not.iso") != std::string::npos);
  CHECK(whorl_program({"compare", a, (scratch.path() / "absent.iso").string()}).code != 0);
  CHECK(whorl_program({"compare", a}).code == 2);
}

TEST_CASE("program: a booking's way, from synthetic people to case and audit") {
  const temp_folder folder;
  const small_world world(folder.path(), 30, 20);
  // 10..19 in both; 20..29 criminal only; 30..34 in neither and retained.
  const std::string files = world.bookings("files", 10, 25, {"--retain"});
  const outcome booked = world.as("state-bureau", {"--json", "book", files});
  CHECK_MESSAGE(booked.code == 0, booked.err);
  int accepted = 0, hits = 0, enrolled = 0;
  for (const auto& line : booked.lines()) {
    accepted += line["event"] == "accepted";
    if (line["event"] != "answered" || line["gallery"] != "criminal") continue;
    hits += line["decision"] == "hit";
    enrolled += line["decision"] == "no_hit" && line["subject"].is_string();
    CHECK(line["messages"].size() == 1);
  }
  CHECK(accepted == 25);
  CHECK(hits == 20);
  CHECK(enrolled == 5);

  SUBCASE("the booking side is not told of immigration hits") {
    for (const auto& line : booked.lines())
      if (line["event"] == "answered" && line["gallery"] == "immigration") {
        CHECK(line["decision"] != "hit");
        CHECK(line["subject"].is_null());
        CHECK(line["score"] == 0);
      }
  }
  SUBCASE("cases, a case's timeline, and their audit rows") {
    const auto cases = world.as("oversight", {"--json", "cases"}).document()["cases"];
    REQUIRE(cases.size() == 10);
    const std::string id = cases[0]["case"];
    const auto shown = world.as("oversight", {"--json", "case", id}).document();
    CHECK(shown["events"][0]["step"] == "opened");
    const auto rows =
        world.as("oversight", {"--json", "audit", "list", "--object", id}).document()["audit"];
    REQUIRE(rows.size() >= 1);
    CHECK(rows.back()["principal"] == "oversight");
    CHECK(rows.back()["action"] == "read case");
    CHECK(world.as("oversight", {"case", "C0000000000000001"}).code == 1);
    CHECK(world.as("oversight", {"case", "X1"}).code == 2);
  }
  SUBCASE("the same files again change no booking") {
    const auto before = world.status()["streams"];
    const outcome again = world.as("state-bureau", {"--json", "book", files});
    CHECK(again.code == 0);
    for (const auto& line : again.lines())
      if (line["event"] == "accepted") CHECK(line["duplicate"] == true);
    CHECK(world.status()["streams"] == before);
  }
  SUBCASE("bookings, reviews, status and stats are JSON") {
    CHECK(world.as("oversight", {"--json", "bookings"}).document()["bookings"].size() == 25);
    CHECK(world.as("examiner", {"--json", "reviews"}).document()["reviews"].empty());
    CHECK(
        world.as("operator", {"--json", "gallery", "stats"}).document()["galleries"][0]["people"] ==
        35);
    CHECK(world.status()["outbox_pending"] == 0);
    CHECK(world.as("oversight", {"audit", "verify"}).code == 0);
  }
}

TEST_CASE("gallery: enroll, merge, unmerge, delete are found, followed and refused") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  const std::filesystem::path file =
      std::filesystem::path(world.bookings("files", 50, 1)) / "000050-1-7.eft";
  REQUIRE(std::filesystem::exists(file));
  auto gallery = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--json", "gallery"});
    return world.as("operator", words);
  };
  const outcome enrolled = gallery({"enroll", "criminal", file.string()});
  REQUIRE_MESSAGE(enrolled.code == 0, enrolled.out);
  const std::string subject = enrolled.lines()[0]["subject"];
  CHECK(gallery({"enroll", "criminal", file.string()}).code == 1);

  auto booked_as = [&](const char* prefix) {
    const std::string again =
        world.bookings(prefix, 50, 1, {"--impression", "2", "--tcn-prefix", prefix});
    for (const auto& line : world.as("state-bureau", {"--json", "book", again}).lines())
      if (line["event"] == "answered" && line["gallery"] == "criminal")
        return line["subject"].is_string() ? line["subject"].get<std::string>()
                                           : std::string("none");
    return std::string("no answer");
  };
  CHECK(booked_as("FIRST") == subject);

  // Another record of the same person, kept: the first answers as it.
  const std::filesystem::path twin = std::filesystem::path(
      world.bookings("twin", 50, 1, {"--impression", "3", "--tcn-prefix", "TWIN"}));
  std::string twin_file;
  for (const auto& entry : std::filesystem::directory_iterator(twin))
    twin_file = entry.path().string();
  const std::string kept = gallery({"enroll", "criminal", twin_file}).lines()[0]["subject"];
  CHECK(gallery({"merge", "criminal", kept, subject, "--reason", "one person"}).code == 0);
  CHECK(gallery({"merge", "criminal", kept, subject, "--reason", "again"}).code == 1);
  CHECK(booked_as("MERGED") == kept);
  CHECK(gallery({"unmerge", "criminal", subject, "--reason", "mistake"}).code == 0);
  CHECK(gallery({"unmerge", "criminal", subject, "--reason", "again"}).code == 1);

  CHECK(gallery({"delete", "criminal", subject, "--reason", "order"}).code == 0);
  CHECK(gallery({"delete", "criminal", kept, "--reason", "order"}).code == 0);
  CHECK(gallery({"delete", "criminal", subject, "--reason", "again"}).code == 1);
  CHECK(booked_as("DELETED") == "none");
  CHECK(gallery({"delete", "immigration", subject, "--reason", "elsewhere"}).code == 1);
}

TEST_CASE("principals: each may do what its role allows, and is told who may") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  const std::string files = world.bookings("files", 0, 1);
  const outcome refused = world.as("operator", {"book", files});
  CHECK(refused.code == 1);
  CHECK(refused.err.find("--as state-bureau") != std::string::npos);
  CHECK(world.as("city-police", {"cases"}).code == 1);
  CHECK(world.as("examiner", {"gallery", "stats"}).code == 1);
  CHECK(world.as("state-bureau", {"audit", "list"}).code == 1);
  CHECK(world
            .as("operator",
                {"review", "B0000000000000001", "--gallery", "criminal", "--same", "--reason", "x"})
            .code == 2);
  CHECK(world.as("nobody", {"status"}).code == 2);
  // A police department books for itself alone.
  const std::string other = world.bookings("other", 1, 1, {"--ori", "ZZPD00009"});
  const outcome foreign = world.as("city-police", {"--json", "book", other});
  CHECK(foreign.code == 1);
  CHECK(foreign.lines()[0]["code"] == "forbidden");
}

TEST_CASE("store: one that is locked, of another version, or absent is refused with a way out") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  SUBCASE("a second process") {
    auto held = storage::open_store(world.store());
    REQUIRE(held.has_value());
    CHECK(world.as("operator", {"status"}).code == 3);
  }
  SUBCASE("another version") {
    const std::filesystem::path format = std::filesystem::path(world.store()) / "FORMAT";
    std::string text = text_of(format);
    text.replace(text.find("whorl-store 6"), 13, "whorl-store 9");
    write_text(format, text);
    const outcome run = world.as("operator", {"--json", "status"});
    CHECK(run.code == 3);
    CHECK(run.lines()[0]["error"]["code"] == "wrong_version");
    CHECK(run.lines()[0]["error"]["message"].get<std::string>().find("9") != std::string::npos);
  }
  SUBCASE("no store") {
    const outcome run = whorl_program({"--store", (folder.path() / "none").string(), "status"});
    CHECK(run.code == 3);
    CHECK(run.err.find("whorl init") != std::string::npos);
  }
  SUBCASE("init where one is") { CHECK(world.as("", {"init"}).code == 3); }
}

TEST_CASE("configuration: errors name file, line, key and what is allowed") {
  const temp_folder folder;
  const small_world world(folder.path(), 0, 0);
  const std::filesystem::path file = std::filesystem::path(world.store()) / "whorl.toml";
  const std::string good = text_of(file);
  auto refused_with = [&](const std::string& from, const std::string& to,
                          const std::string& expected) {
    std::string text = good;
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    write_text(file, text);
    const outcome run = world.as("operator", {"status"});
    CHECK_MESSAGE(run.code == 2, to);
    CHECK_MESSAGE(run.err.find("whorl.toml:") != std::string::npos, run.err);
    CHECK_MESSAGE(run.err.find(expected) != std::string::npos, run.err);
  };
  refused_with("top_k = 64 ", "top_k = 0 ", "node.top_k: expected a whole number from 1");
  refused_with("threads = 0", "treads = 0", "node.treads: no such key; allowed here: threads");
  refused_with("role = \"examiner\"", "role = \"king\"", "principal.role");
  refused_with("ZZ = \"full\"", "ZZ = \"half\"", "\"inactive\", \"limited\" or \"full\"");
  refused_with("default_principal = \"operator\"", "default_principal = \"x\"",
               "there are: operator");
  refused_with("[node]", "[node", "whorl.toml:");
}

TEST_CASE("population files: a file that was cut short or changed is not imported") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  const std::filesystem::path file = folder.path() / "criminal.whorl-people";
  auto content = read_file(file);
  auto import = [&](const std::vector<std::byte>& bytes) {
    write_file(folder.path() / "bad.whorl-people", bytes);
    return world.as("operator", {"gallery", "import", "immigration",
                                 (folder.path() / "bad.whorl-people").string()});
  };
  auto cut = content;
  cut.resize(cut.size() - 10);
  CHECK(import(cut).err.find("cut short") != std::string::npos);
  cut.resize(cut.size() / 2);
  CHECK(import(cut).code == 3);
  auto changed = content;
  changed[changed.size() - 1] ^= std::byte{1};
  CHECK(import(changed).err.find("digest") != std::string::npos);
  CHECK(import(to_bytes("something else")).code == 2);
  // An import that is run again finds its people there.
  const outcome again =
      world.as("operator", {"--json", "gallery", "import", "criminal", file.string()});
  CHECK(again.code == 0);
  CHECK(again.lines()[0]["already_there"] == 3);
}

}  // namespace whorl::test
