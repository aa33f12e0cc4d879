// A cluster of real processes over TLS: `whorl serve` as exchange and `whorl node`, killed, started
// again, and met by strangers.
#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <thread>

#include "tests/apps/served_world.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr auto patience = std::chrono::seconds(60);

/// A socket to a port of this machine; 0: one that listens, on a port of the system's choice.
class machine_socket {
 public:
  explicit machine_socket(std::uint16_t port) : handle_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(handle_ >= 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    if (port == 0)
      REQUIRE(::bind(handle_, address, sizeof where) == 0);
    else
      REQUIRE(::connect(handle_, address, sizeof where) == 0);
  }
  machine_socket(machine_socket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  ~machine_socket() {
    if (handle_ >= 0) ::close(handle_);
  }
  std::uint16_t port() const {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    REQUIRE(::getsockname(handle_, reinterpret_cast<sockaddr*>(&where), &size) == 0);
    return ntohs(where.sin_port);
  }
  void say(const std::string& what) const {
    CHECK(::send(handle_, what.data(), what.size(), MSG_NOSIGNAL) > 0);
  }

 private:
  int handle_;
};

class cluster_world {
 public:
  cluster_world() : port_(machine_socket(0).port()) {
    gateway.stop();
    const std::string pki = folder("pki");
    REQUIRE(whorl_program({"pki", "--folder", pki, "init"}).code == 0);
    for (const char* name : {"exchange", "node-a", "node-b", "node-c"})
      REQUIRE(whorl_program({"pki", "--folder", pki, "issue", "--node", name}).code == 0);
    gateway.configure("\n[cases]", "\n[cluster]\nlisten = \"127.0.0.1:" + std::to_string(port_) +
                                       "\"\nreplicas = 2\ncertificate = \"" + pki +
                                       "/nodes/exchange.pem\"\nkey = \"" + pki +
                                       "/nodes/exchange.key\"\nauthority = \"" + pki +
                                       "/ca.pem\"\n\n[cases]");
    gateway.start();
  }
  std::string folder(const std::string& name) const { return (folder_.path() / name).string(); }
  std::uint16_t port() const { return port_; }

  std::string node_file(const std::string& name, const std::string& pki, const std::string& more) {
    const std::string file = folder(name + ".toml");
    write_file(file,
               to_bytes("name = \"" + name + "\"\nexchange = \"127.0.0.1:" + std::to_string(port_) +
                        "\"\nfolder = \"" + name + "\"\nthreads = 1\ncertificate = \"" + pki +
                        "/nodes/" + name + ".pem\"\nkey = \"" + pki + "/nodes/" + name +
                        ".key\"\nauthority = \"" + pki + "/ca.pem\"\n" + more));
    return file;
  }
  void start_node(const std::string& name) {
    const std::string file = node_file(name, folder("pki"), "");
    nodes[name] = std::make_unique<started_program>(
        std::vector<std::string>{"--json", "node", "--config", file});
    CHECK(nodes[name]->first_line()["event"] == "started");
  }
  nlohmann::json status() const {
    const outcome shown = gateway.client("operator", {"--json", "cluster", "status"});
    REQUIRE_MESSAGE(shown.code == 0, shown.err);
    return shown.document();
  }
  /// Until every partition can be asked of so many nodes and nothing moves.
  void await_searchable(std::size_t wanted) const {
    const auto until = std::chrono::steady_clock::now() + patience;
    nlohmann::json now;
    while (std::chrono::steady_clock::now() < until) {
      now = status();
      bool reached = now["settled"].get<bool>() && !now["partitions"].empty();
      for (const auto& each : now["partitions"]) reached = reached && each["searchable"] == wanted;
      if (reached) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL("not reached: " << now.dump(2));
  }
  /// Books `count` people of the criminal gallery; each must be found.
  void book(const std::string& name, int from, int count) const {
    for (const std::string& file : files_of(gateway.world().bookings(name, from, count))) {
      const auto taken = gateway.book("city-police", file);
      REQUIRE(taken.status == 202);
      const auto state = gateway.done("city-police", taken.document()["booking"]);
      CHECK(state["criminal_search"] == "answered");
    }
  }

  served_world gateway;
  std::map<std::string, std::unique_ptr<started_program>> nodes;

 private:
  temp_folder folder_;
  std::uint16_t port_;
};

}  // namespace

TEST_CASE("cluster: processes over TLS; one is killed, frozen, loses its disk; none is missed") {
  cluster_world w;
  for (const char* name : {"node-a", "node-b", "node-c"}) w.start_node(name);
  w.await_searchable(2);
  w.book("first", 0, 3);
  w.nodes["node-a"]->stop();
  w.book("one is killed", 3, 3);
  w.nodes["node-b"]->stop(SIGSTOP);
  w.book("one is frozen", 6, 3);
  w.nodes["node-b"]->stop(SIGCONT);
  std::filesystem::remove_all(w.folder("node-a"));
  w.start_node("node-a");
  w.await_searchable(2);
  w.book("all are back", 9, 3);
  const outcome drained = w.gateway.client("operator", {"cluster", "drain", "node-c"});
  CHECK_MESSAGE(drained.code == 0, drained.err);
  w.await_searchable(2);
  for (const auto& node : w.status()["nodes"])
    if (node["name"] == "node-c") CHECK(node["replicas"].empty());
  CHECK(w.gateway.audit().find("drain node-c") != std::string::npos);
  CHECK(w.gateway.client("city-police", {"cluster", "drain", "node-b"}).code == 1);
  w.nodes["node-a"]->stop(SIGTERM);
  CHECK(w.nodes["node-a"]->wait().code == 0);
}

TEST_CASE("cluster: strangers at its port stop no booking, and are no nodes") {
  cluster_world w;
  w.start_node("node-a");
  w.await_searchable(1);
  // Of another authority.
  const std::string other = w.folder("other-pki");
  REQUIRE(whorl_program({"pki", "--folder", other, "init"}).code == 0);
  REQUIRE(whorl_program({"pki", "--folder", other, "issue", "--node", "node-x"}).code == 0);
  const started_program stranger({"--json", "node", "--config", w.node_file("node-x", other, "")});
  // Without TLS, without sense, without a word.
  std::vector<machine_socket> others;
  for (int i = 0; i < 50; ++i) {
    others.emplace_back(w.port());
    if (i % 3 == 1) others.back().say("GET / HTTP/1.1\r\n\r\n");
    if (i % 3 == 2) others.back().say(std::string(4096, '\xff'));
  }
  w.book("beside strangers", 0, 4);
  for (const auto& node : w.status()["nodes"]) CHECK(node["name"] != "node-x");
  others.clear();
  w.await_searchable(1);
  w.book("after them", 4, 2);
}
