// whorl accuracy as a user meets it: sets, held-out figures, ten-print figures, other matchers.
#include <doctest/doctest.h>

#include "fingerprint/iso_template.hpp"
#include "fingerprint/synthesis.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

/// PERSON-FINGER_IMPRESSION.iso of synthetic people, or FINGER_IMPRESSION.iso of one (`person` 0).
void put_prints(const fs::path& folder, std::uint64_t person, std::uint8_t fingers,
                std::uint32_t first, std::uint32_t last) {
  fs::create_directories(folder);
  const auto synthetic = fingerprint::make_person(person + 40);
  const std::string prefix = person == 0 ? "" : std::to_string(person) + "-";
  for (std::uint8_t finger = 1; finger <= fingers; ++finger)
    for (std::uint32_t i = first; i <= last; ++i)
      write_file(folder / (prefix + std::to_string(finger) + "_" + std::to_string(i) + ".iso"),
                 *fingerprint::encode_iso({{fingerprint::make_impression(synthetic, finger, i)}}));
}

std::string write_text(const fs::path& file, const std::string& text) {
  write_file(file, to_bytes(text));
  return file.string();
}

constexpr const char* peers_heading =
    "set,matcher,templates,eer,fnmr_1e-2,fnmr_1e-3,fnmr_1e-4,rank1\n";

}  // namespace

TEST_CASE("accuracy: folders, sets, and one person in two folders") {
  const temp_folder scratch;
  const fs::path one = scratch.path() / "one", two = scratch.path() / "two";
  for (std::uint64_t person = 1; person <= 3; ++person) {
    put_prints(one, person, 2, 1, 2);
    put_prints(two, person, 2, 3, 4);
  }
  const auto said = whorl_program({"--json", "accuracy", one.string(), two.string()}).document();
  CHECK(said["one"]["genuine"] == 6);
  CHECK(said["one"]["impostor"] == 15 * 4);
  CHECK(said["pooled"]["genuine"] == 6 * 4);  // between the folders alone
  CHECK(said["pooled"]["impostor"] == 6 * 5 * 4);
  CHECK(said["one"]["fnmr_at_fmr_1e-3_counted"]["trials"] == 6);
  CHECK(said["one"]["fmr_1e-2_counted"]["ci"][1] > 0);
  CHECK(said["one"]["fnir_at_fpir_1e-1_counted"]["trials"] == 6);
  const auto set =
      whorl_program({"--json", "accuracy", "--set", "x=" + one.string() + "," + two.string()})
          .document();
  CHECK(set["x"] == said["pooled"]);
  CHECK(whorl_program({"accuracy", one.string()}).out.find("EER %") != std::string::npos);

  const std::string named = "x=" + one.string();
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {"accuracy"},
           {"accuracy", "--set", "x"},
           {"accuracy", "--set", "=" + one.string()},
           {"accuracy", "--set", named, "--set", named},
           {"accuracy", "--set", named, two.string()},
           {"accuracy", "--ten-print", "--leave-out", one.string()},
           {"accuracy", "--people", "5", one.string()},
           {"accuracy", "--ten-print", "--people", "0", one.string()}})
    CHECK_MESSAGE(whorl_program(wrong).code == 2, wrong.back());
  CHECK(whorl_program({"accuracy", "--set", "x"}).err.find("NAME=DIR") != std::string::npos);
  CHECK(whorl_program({"accuracy", "--set", named, two.string()}).err.find("not both") !=
        std::string::npos);
  CHECK(whorl_program({"accuracy", (scratch.path() / "no").string()}).code != 0);
}

TEST_CASE("accuracy --leave-out: held out beside compiled, a plot, other matchers") {
  const temp_folder scratch;
  const fs::path folder = scratch.path() / "prints";
  put_prints(folder, 0, 5, 1, 3);  // fingers of nobody: each is left out by itself
  const std::string set = "made=" + folder.string();
  const std::string svg = (scratch.path() / "det.svg").string();
  const std::string peers =
      write_text(scratch.path() / "peers.csv",
                 std::string("# whose\n") + peers_heading + "made,poor,any,90,95,95,95,1\n" +
                     "made,perfect,any,0,0,0,0,100\nelse,other,any,1,1,1,1,1\n");
  const outcome run = whorl_program(
      {"--json", "accuracy", "--leave-out", "--set", set, "--peers", peers, "--det", svg});
  CHECK_MESSAGE(run.code == 0, run.err);
  CHECK(run.err.empty());  // no progress bar where there is no terminal
  const auto said = run.document();
  CHECK(said["people"] == 5);
  CHECK(said["sets"]["made"]["held_out"]["impostor"] == 10 * 9);
  CHECK(said["sets"]["made"]["held_out"]["reach_stated_fmr"]["1e-1"]["trials"] == 90);
  CHECK(said["sets"]["made"]["compiled"]["genuine"] == 15);
  CHECK(said["chosen"].size() > 0);
  REQUIRE(said["peers"].size() == 2);
  CHECK(said["peers"][0]["EER"]["below"] == true);
  CHECK(said["peers"][1]["EER"]["below"] == false);
  CHECK(said["peers"][0]["FNMR@1e-4"]["ours_upper"] > 0);  // no errors seen is not no errors
  const std::string picture = to_text(read_file(svg));
  CHECK(picture.find("whorl, held out") != std::string::npos);
  CHECK(picture.find("perfect, any") != std::string::npos);
  const outcome text = whorl_program({"accuracy", "--leave-out", folder.string()});
  CHECK(text.out.find("pooled: held out") != std::string::npos);
  CHECK(text.out.find("as compiled") != std::string::npos);

  const fs::path few = scratch.path() / "few";
  put_prints(few, 0, 2, 1, 2);
  const outcome refused = whorl_program({"accuracy", "--leave-out", few.string()});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("without few-1") != std::string::npos);
}

TEST_CASE("accuracy --peers: what is wrong with the file is named by line and field") {
  const temp_folder scratch;
  const fs::path folder = scratch.path() / "prints";
  put_prints(folder, 0, 2, 1, 2);
  const auto said = [&](const std::string& text) {
    const std::string peers = write_text(scratch.path() / "p.csv", text);
    const outcome run =
        whorl_program({"accuracy", "--set", "made=" + folder.string(), "--peers", peers});
    CHECK(run.code == 2);
    return run.err;
  };
  const std::string head = peers_heading;
  CHECK(said("made,a,b,1,1,1,1,1\n").find("p.csv:1: the first line") != std::string::npos);
  CHECK(said(head + "made,a,b,1,x,1,1,1\n").find("p.csv:2: fnmr_1e-2 is \"x\"") !=
        std::string::npos);
  CHECK(said(head + "made,a,b,1,101,1,1,1\n").find("fnmr_1e-2") != std::string::npos);
  CHECK(said(head + "made,a,b,1,1,1,1\n").find("7 fields") != std::string::npos);
  CHECK(said(head + "other,a,b,1,1,1,1,1\n").find("--set NAME=DIR): other") != std::string::npos);
  CHECK(said(head).find("it has no rows") != std::string::npos);
  CHECK(whorl_program({"accuracy", "--set", "made=" + folder.string(), "--peers",
                       (scratch.path() / "absent.csv").string()})
            .code != 0);
}

TEST_CASE("accuracy --ten-print: people of one folder, and across two") {
  const temp_folder scratch;
  const fs::path one = scratch.path() / "one", two = scratch.path() / "two";
  for (std::uint64_t person = 1; person <= 2; ++person) {
    put_prints(one, person, 2, 1, 2);
    put_prints(two, person, 2, 3, 3);
  }
  const auto said = whorl_program({"--json", "accuracy", "--ten-print", "--people", "100", "--set",
                                   "x=" + one.string() + "," + two.string()})
                        .document();
  REQUIRE(said["x"].size() == 4);  // 1 and 2 fingers, the same sensor and the other
  CHECK(said["x"][1]["fingers"] == 2);
  CHECK(said["x"][1]["across"] == false);
  CHECK(said["x"][1]["at"][0]["gallery"] == 100);
  CHECK(said["x"][1]["at"][0]["not_hit"]["trials"] == 2);
  CHECK(said["x"][3]["at"][0]["not_hit"]["trials"] == 2 * (1 + 2));
  CHECK(said["x"][3]["at"][0]["false_hit"]["events"] == 0);
  const outcome text = whorl_program({"accuracy", "--ten-print", "--people", "77", one.string()});
  CHECK(text.code == 0);
  CHECK(text.out.find("not a hit") != std::string::npos);
  CHECK(text.out.find("  77  ") != std::string::npos);
  const fs::path single = scratch.path() / "single";
  put_prints(single, 0, 2, 1, 1);
  const outcome refused = whorl_program({"accuracy", "--ten-print", single.string()});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("two impressions") != std::string::npos);
}

}  // namespace whorl::test
