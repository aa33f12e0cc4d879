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

recorded_world::recorded_world(int bookings) {
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
               {"state-bureau", {"book", strangers, first}}};
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
  for (const std::string& word : what.words) {
    const bool is_place = word == "<0>" || word == "<1>";
    words.push_back(is_place ? enrolled_.at(word == "<0>" ? 0 : 1) : word);
  }
  return recorded_program(store, trace, fault, words);
}

std::vector<operation> recorded_world::record() {
  const std::string trace = (folder_.path() / "trace").string();
  for (const command& c : commands_) {
    const test::outcome done = run(c, store(), trace);
    REQUIRE_MESSAGE(done.code == 0, c.words.front(), ": ", done.err);
    // A person who is not found is enrolled under the booking's number.
    if (enrolled_.empty() && c.words.front() == "book")
      for (const auto& line : done.lines())
        if (line["event"] == "accepted")
          enrolled_.push_back("S" + line["booking"].get<std::string>().substr(1));
  }
  return read_trace(trace);
}

}  // namespace whorl::faults
