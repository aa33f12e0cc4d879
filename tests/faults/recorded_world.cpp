#include "tests/faults/recorded_world.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace whorl::faults {
namespace {

/// A command of the workload takes a second at most; one that hangs is killed, and code -9 tells.
constexpr int hang_ms = 120'000;

/// For the child processes of one call.
class environment_variable {
 public:
  environment_variable(const char* name, const std::string& value) : name_(name) {
    if (!value.empty()) setenv(name, value.c_str(), 1);
  }
  ~environment_variable() { unsetenv(name_); }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

test::outcome recorded_program(const std::string& store, const std::string& trace,
                               const std::string& fault,
                               const std::vector<std::string>& arguments) {
  const environment_variable preload("LD_PRELOAD", WHORL_RECORDER);
  const environment_variable root("WHORL_FAULT_ROOT", store);
  const environment_variable to("WHORL_FAULT_TRACE", trace);
  const environment_variable plan("WHORL_FAULT", fault);
  return test::whorl_program(arguments, hang_ms);
}

recorded_world::recorded_world(int bookings, std::size_t room) : room_(room) {
  const std::string count = std::to_string(bookings);
  const auto first =
      files("first", {"--from", "0", "--count", count, "--retain", "--tcn-prefix", "A-"});
  const auto again =
      files("again", {"--from", "0", "--count", count, "--impression", "2", "--tcn-prefix", "B-"});
  const auto strangers = files("strangers", {"--from", "500", "--count", count, "--ori",
                                             "ZZPD00001", "ZZSO00002", "--tcn-prefix", "C-"});
  const auto known = files("known", {"--from", "1", "--count", "1", "--impression", "3"});
  const std::string file = std::filesystem::directory_iterator(known)->path().string();
  commands_ = {{"", {"init", "--partitions", "2"}},
               {"operator", {"gallery", "enroll", "immigration", file}},
               {"state-bureau", {"book", first}},
               {"state-bureau", {"book", again}},
               {"operator", {"gallery", "merge", "criminal", "<0>", "<1>", "--reason", "one"}},
               {"operator", {"gallery", "delete", "criminal", "<0>", "--reason", "order"}},
               {"state-bureau", {"book", strangers, first}},
               {"", {"pki", "init"}},
               {"", {"pki", "issue", "examiner", "--out", "<keys>"}},
               {"", {"pki", "issue", "analyst", "--out", "<keys>"}},
               {"", {"pki", "issue", "field-office", "--out", "<keys>"}}};
  const auto step = [this](const char* who, std::vector<std::string> words) {
    words.insert(words.begin(), {"step", "<case>"});
    words.insert(words.end(), {"--certificate", std::string("<keys>/") + who + ".pem", "--key",
                               std::string("<keys>/") + who + ".key"});
    commands_.push_back({"", std::move(words)});
  };
  step("examiner", {"prints_confirmed", "--reason", "12 points"});
  step("analyst", {"status_found", "--code", "final-order", "--about", "2026-06-01"});
  step("field-office", {"offence_recorded", "--offence", "1313:felony:convicted:400"});
  step("field-office", {"detainer_issued", "--reason", "a violent felony"});
  commands_.push_back({"oversight", {"case", "<case>"}});
}

void recorded_world::configure(const std::string& store) const {
  const auto file = std::filesystem::path(store) / "whorl.toml";
  std::string text = test::to_text(test::read_file(file));
  const std::string usual = "in_flight_max = 64";
  REQUIRE(text.find(usual) != std::string::npos);
  text.replace(text.find(usual), usual.size(), "in_flight_max = " + std::to_string(room_));
  test::write_file(file, test::to_bytes(text));
}

std::string recorded_world::files(const std::string& name, std::vector<std::string> more) const {
  const std::string out = (folder_.path() / name).string();
  std::vector<std::string> words = {"synth",  "bookings", "--people-seed", "7",
                                    "--date", "20261122", "--out",         out};
  words.insert(words.end(), more.begin(), more.end());
  REQUIRE(test::whorl_program(words).code == 0);
  return out;
}

test::outcome recorded_world::run(const command& what, const std::string& store,
                                  const std::string& trace, const std::string& fault) const {
  std::vector<std::string> words = {"--json", "--store", store};
  if (!what.as.empty()) words.insert(words.end(), {"--as", what.as});
  const std::pair<std::string, std::string> places[] = {
      {"<0>", enrolled_.empty() ? "" : enrolled_.at(0)},
      {"<1>", enrolled_.size() < 2 ? "" : enrolled_.at(1)},
      {"<case>", case_},
      {"<keys>", store + "-keys"}};
  for (std::string word : what.words) {
    for (const auto& [place, value] : places)
      if (word.starts_with(place)) word = value + word.substr(place.size());
    words.push_back(word);
  }
  return recorded_program(store, trace, fault, words);
}

std::vector<operation> recorded_world::record() {
  const std::string trace = (folder_.path() / "trace").string();
  for (const command& c : commands_) {
    const test::outcome done = run(c, store(), trace);
    REQUIRE_MESSAGE(done.code == 0, c.words.front(), ": ", done.err);
    if (c.words.front() == "init") configure(store());
    if (c.words.front() == "book") remember(done);
  }
  REQUIRE_FALSE(case_.empty());
  return read_trace(trace);
}

/// A person who is not found is enrolled under the booking's number; so is a case.
void recorded_world::remember(const test::outcome& booked) {
  const bool is_first = enrolled_.empty();
  for (const auto& line : booked.lines()) {
    if (line["event"] == "accepted" && is_first)
      enrolled_.push_back("S" + line["booking"].get<std::string>().substr(1));
    if (line["event"] == "answered" && line["gallery"] == "immigration" && case_.empty() &&
        line["decision"] == "pending")  // the other gallery's match is told later
      case_ = "C" + line["booking"].get<std::string>().substr(1);
  }
}

}  // namespace whorl::faults
