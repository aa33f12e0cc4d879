#include "tests/apps/cluster_world.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace whorl::test {
namespace {

constexpr auto patience = std::chrono::seconds(60);
constexpr auto look_every = std::chrono::milliseconds(50);

sockaddr_in here(std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  return where;
}

bool listens(unsigned long port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(handle >= 0);
  const sockaddr_in where = here(static_cast<std::uint16_t>(port));
  const int code = ::connect(handle, reinterpret_cast<const sockaddr*>(&where), sizeof where);
  ::close(handle);
  return code == 0;
}

double number_in(const std::string& metrics, const std::string& name) {
  const std::string text = "\n" + metrics;
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

}  // namespace

std::unique_ptr<started_program> start_fence(const std::string& config_file,
                                             const std::vector<std::string>& words, int files_max) {
  const outcome made = started_program(WHORL_SOURCE_DIR "/script/fence", words).wait();
  REQUIRE_MESSAGE(made.code == 0, made.err);
  write_file(config_file, to_bytes(made.out));
  auto fence = std::make_unique<started_program>(
      "sh", std::vector<std::string>{"-c", "ulimit -n " + std::to_string(files_max) +
                                               " && exec stunnel4 " + config_file});
  const auto listen = std::ranges::find(words, "--listen");
  REQUIRE(listen != words.end());
  const auto port = std::stoul(std::next(listen)->substr(std::next(listen)->rfind(':') + 1));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!listens(port)) {
    REQUIRE_MESSAGE(fence->running(), fence->errors());
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::sleep_for(look_every);
  }
  return fence;
}

cluster_world::cluster_world(const std::vector<std::string>& allowed) : port_(free_port()) {
  gateway.stop();
  REQUIRE(whorl_program({"pki", "--folder", pki(), "init"}).code == 0);
  for (const char* name : {"exchange", "node-a", "node-b", "node-c"}) issue(pki(), name);
  const std::string own = pki() + "/nodes/exchange";
  gateway.configure("\n[cases]", "\n[cluster]\nlisten = \"127.0.0.1:" + std::to_string(port_) +
                                     "\"\nreplicas = 2\ncertificate = \"" + own +
                                     ".pem\"\nkey = \"" + own + ".key\"\nauthority = \"" + pki() +
                                     "/ca.pem\"\n\n[cases]");
  gateway.start();
  if (allowed.empty()) return;
  fence_port_ = free_port();
  std::vector<std::string> words = {"exchange",
                                    "--listen",
                                    "127.0.0.1:" + std::to_string(fence_port_),
                                    "--to",
                                    "127.0.0.1:" + std::to_string(port_),
                                    "--certificate",
                                    own + ".pem",
                                    "--key",
                                    own + ".key",
                                    "--authority",
                                    pki() + "/ca.pem"};
  for (const std::string& name : allowed) words.insert(words.end(), {"--allow", name});
  fence = start_fence(folder("fence.conf"), words);
}

void cluster_world::issue(const std::string& pki, const std::string& name) const {
  REQUIRE(whorl_program({"pki", "--folder", pki, "issue", "--node", name}).code == 0);
}

std::string cluster_world::node_file(const std::string& name, const std::string& pki,
                                     std::uint16_t exchange_port) const {
  const std::string file = folder(name + ".toml"), own = pki + "/nodes/" + name;
  write_file(file, to_bytes("name = \"" + name +
                            "\"\nexchange = \"127.0.0.1:" + std::to_string(exchange_port) +
                            "\"\nfolder = \"" + name + "\"\nthreads = 1\ncertificate = \"" + own +
                            ".pem\"\nkey = \"" + own + ".key\"\nauthority = \"" + pki +
                            "/ca.pem\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n"));
  return file;
}

std::unique_ptr<started_program> cluster_world::node_fence(const std::string& name,
                                                           const std::string& pki,
                                                           std::uint16_t listen) const {
  const std::string own = pki + "/nodes/" + name;
  return start_fence(
      folder(name + "-fence.conf"),
      {"node", "--listen", "127.0.0.1:" + std::to_string(listen), "--to",
       "127.0.0.1:" + std::to_string(fence_port_), "--certificate", own + ".pem", "--key",
       own + ".key", "--authority", this->pki() + "/ca.pem", "--exchange", "exchange"});
}

void cluster_world::start_node(const std::string& name, const std::vector<std::string>& options) {
  std::uint16_t exchange_port = port_;
  if (fence) {
    exchange_port = free_port();
    node_fences_[name] = node_fence(name, pki(), exchange_port);
  }
  const std::string file = node_file(name, pki(), exchange_port);
  std::vector<std::string> words = {"--json", "node", "--config", file};
  words.insert(words.end(), options.begin(), options.end());
  nodes[name] = std::make_unique<started_program>(words);
  const nlohmann::json said = nodes[name]->first_line();
  CHECK(said["event"] == "started");
  monitors_[name] = said["metrics_port"];
}

nlohmann::json cluster_world::status() const {
  const outcome shown = gateway.client("operator", {"--json", "cluster", "status"});
  REQUIRE_MESSAGE(shown.code == 0, shown.err);
  return shown.document();
}

void cluster_world::await(const char* what, const std::function<bool()>& reached) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!reached()) {
    if (std::chrono::steady_clock::now() > until)
      FAIL("not reached: " << what << "; " << status().dump(2));
    std::this_thread::sleep_for(look_every);
  }
}

void cluster_world::await_searchable(std::size_t wanted) const {
  await("so many nodes for each partition", [&] {
    const nlohmann::json now = status();
    bool reached = now["settled"].get<bool>() && !now["partitions"].empty();
    for (const auto& each : now["partitions"]) reached = reached && each["searchable"] == wanted;
    return reached;
  });
}

void cluster_world::book(const std::string& name, int from, int count) const {
  for (const std::string& file : files_of(gateway.world().bookings(name, from, count))) {
    const auto taken = gateway.book("city-police", file);
    REQUIRE(taken.status == 202);
    const auto state = gateway.done("city-police", taken.document()["booking"]);
    CHECK(state["criminal_search"] == "answered");
  }
}

http_answer cluster_world::monitor(const std::string& node, const std::string& target) const {
  return curl({"http://127.0.0.1:" + std::to_string(monitors_.at(node)) + target});
}

double cluster_world::number(const std::string& node, const std::string& name) const {
  return number_in(monitor(node, "/metrics").body, name);
}

double cluster_world::exchange_number(const std::string& name) const {
  return number_in(gateway.ask("oversight", "/metrics").body, name);
}

}  // namespace whorl::test
