#include "tests/apps/program.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support.hpp"

namespace whorl::test {
namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::vector<nlohmann::json> outcome::lines() const {
  std::vector<nlohmann::json> all;
  for (std::size_t at = 0, end; (end = out.find('\n', at)) != std::string::npos; at = end + 1)
    if (end > at) all.push_back(nlohmann::json::parse(out.substr(at, end - at)));
  return all;
}

started_program::started_program(const std::vector<std::string>& arguments)
    : started_program(WHORL_PROGRAM, arguments) {}

started_program::started_program(const std::string& program,
                                 const std::vector<std::string>& arguments) {
  const std::string out = (folder_.path() / "out").string();
  const std::string err = (folder_.path() / "err").string();
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  child_ = fork();
  REQUIRE(child_ >= 0);
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing running
    const int o = open(out.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    const int e = open(err.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(o, STDOUT_FILENO);
    dup2(e, STDERR_FILENO);
    execvp(argv[0], argv.data());
    _exit(127);
  }
}

started_program::~started_program() {
  if (ended_) return;
  kill(child_, SIGKILL);
  waitpid(child_, &status_, 0);
}

bool started_program::running() {
  if (!ended_) ended_ = waitpid(child_, &status_, WNOHANG) != 0;
  return !ended_;
}

std::vector<nlohmann::json> started_program::lines() const {
  return outcome{0, slurp(folder_.path() / "out"), {}}.lines();
}

std::string started_program::errors() const { return slurp(folder_.path() / "err"); }

std::size_t started_program::memory_kb() const {
  std::ifstream status("/proc/" + std::to_string(child_) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return std::stoul(line.substr(8));
  return 0;
}

nlohmann::json started_program::first_line() {
  while (lines().empty() && running()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const auto said = lines();
  REQUIRE_MESSAGE(!said.empty(), slurp(folder_.path() / "err"));
  return said.front();
}

void started_program::stop(int signal) { kill(child_, signal); }

outcome started_program::wait() {
  if (!ended_) waitpid(child_, &status_, 0);
  ended_ = true;
  return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_),
          slurp(folder_.path() / "out"), slurp(folder_.path() / "err")};
}

std::uint16_t free_port() {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(handle >= 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const address = reinterpret_cast<sockaddr*>(&where);
  socklen_t size = sizeof where;
  REQUIRE(::bind(handle, address, sizeof where) == 0);
  REQUIRE(::getsockname(handle, address, &size) == 0);
  ::close(handle);
  return ntohs(where.sin_port);
}

outcome whorl_program(const std::vector<std::string>& arguments, int kill_after_ms, int signal) {
  started_program child(arguments);
  if (kill_after_ms < 0) return child.wait();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kill_after_ms);
  while (child.running() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (child.running()) child.stop(signal);
  return child.wait();
}

small_world::small_world(std::filesystem::path where, int criminal, int immigration)
    : folder(std::move(where)) {
  REQUIRE(as("", {"init", "--partitions", "3"}).code == 0);
  auto fill = [&](const std::string& gallery, int people) {
    const std::string file = (folder / (gallery + ".whorl-people")).string();
    REQUIRE(as("", {"synth", "people", "--people", std::to_string(people), "--seed", "7",
                    "--register", gallery, "--out", file})
                .code == 0);
    REQUIRE(as("operator", {"gallery", "import", gallery, file}).code == 0);
  };
  if (criminal > 0) fill("criminal", criminal);
  if (immigration > 0) fill("immigration", immigration);
}

outcome small_world::as(const std::string& who, std::vector<std::string> arguments,
                        int kill_after_ms, int signal) const {
  std::vector<std::string> all = {"--store", store()};
  if (!who.empty()) all.insert(all.end(), {"--as", who});
  all.insert(all.end(), arguments.begin(), arguments.end());
  return whorl_program(all, kill_after_ms, signal);
}

std::string small_world::bookings(const std::string& name, int from, int count,
                                  std::vector<std::string> more) const {
  const std::string out = (folder / name).string();
  std::vector<std::string> words = {"synth",         "bookings",
                                    "--people-seed", "7",
                                    "--from",        std::to_string(from),
                                    "--count",       std::to_string(count),
                                    "--out",         out,
                                    "--date",        "20261122"};
  words.insert(words.end(), more.begin(), more.end());
  REQUIRE(as("", words).code == 0);
  return out;
}

nlohmann::json small_world::status() const { return as("", {"--json", "status"}).document(); }

}  // namespace whorl::test
