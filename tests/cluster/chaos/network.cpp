#include "tests/cluster/chaos/network.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <sstream>

namespace whorl::chaos {
namespace {

std::string ip_program() {
  for (const char* path : {"/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"})
    if (::access(path, X_OK) == 0) return path;
  return {};
}

/// Words are parted at blanks.
bool ip(const std::string& line) {
  std::vector<std::string> words = {ip_program()};
  if (words[0].empty()) return false;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int ended = -1;
  return child > 0 && ::waitpid(child, &ended, 0) == child && WIFEXITED(ended) &&
         WEXITSTATUS(ended) == 0;
}

void must_ip(const std::string& line) { REQUIRE_MESSAGE(ip(line), "ip ", line); }

constexpr const char* nobody = "02:00:00:00:00:99";  // a station of this address there is not

}  // namespace

bool networks_possible() {
  const std::string room = "wc" + std::to_string(::getpid()) + "try";
  const bool made = ip("netns add " + room);
  const bool paired = made && ip("link add " + room + " type veth peer name veth0 netns " + room);
  if (made) ip("netns del " + room);
  if (!paired)
    std::cout << "\n*** SKIPPED: partitions (network namespaces cannot be made: not root, or no "
                 "`ip`) ***\n"
              << std::endl;
  return paired;
}

node_network::node_network(std::size_t index) {
  const auto process = static_cast<std::size_t>(::getpid());
  room_ = "wc" + std::to_string(process) + "n" + std::to_string(index);
  outer_ = room_;
  inner_ = "veth0";
  // Runs beside one another differ by process.
  net_ = "10." + std::to_string(100 + process % 100) + "." +
         std::to_string(process / 100 % 20 * 12 + index % 12);
  must_ip("netns add " + room_);
  must_ip("link add " + outer_ + " type veth peer name " + inner_ + " netns " + room_);
  must_ip("addr add " + net_ + ".1/24 dev " + outer_);
  must_ip("link set " + outer_ + " up");
  must_ip("-n " + room_ + " addr add " + net_ + ".2/24 dev " + inner_);
  must_ip("-n " + room_ + " link set " + inner_ + " up");
  must_ip("-n " + room_ + " link set lo up");
}

node_network::~node_network() { ip("netns del " + room_); }

std::vector<std::string> node_network::within() const {
  return {ip_program(), "netns", "exec", room_};
}

void node_network::lose_what_it_sends(bool lost) const {
  const std::string at = net_ + ".1 dev " + inner_;
  if (lost)
    must_ip("-n " + room_ + " neigh replace " + at + " lladdr " + nobody + " nud permanent");
  else
    ip("-n " + room_ + " neigh del " + at);
}

void node_network::lose_what_it_gets(bool lost) const {
  const std::string at = net_ + ".2 dev " + outer_;
  if (lost)
    must_ip("neigh replace " + at + " lladdr " + nobody + " nud permanent");
  else
    ip("neigh del " + at);
}

}  // namespace whorl::chaos
