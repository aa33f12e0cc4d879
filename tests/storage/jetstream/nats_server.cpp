#include "tests/storage/jetstream/nats_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "apps/pki/authority.hpp"
#include "tests/storage/jetstream/certificates.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* user = "exchange";
constexpr const char* password = "a password for tests";
constexpr auto patience = std::chrono::minutes(3);

std::string program() {
  for (const char* path : {"/usr/sbin/nats-server", "/usr/bin/nats-server"})
    if (::access(path, X_OK) == 0) return path;
  return {};
}

int bound_socket(int port) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  REQUIRE(::bind(s, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  return s;
}

/// Ports that nobody has now; held together, so that they differ.
std::vector<int> free_ports(std::size_t count) {
  std::vector<int> sockets, ports;
  for (std::size_t i = 0; i < count; ++i) {
    sockets.push_back(bound_socket(0));
    sockaddr_in where{};
    socklen_t size = sizeof where;
    REQUIRE(::getsockname(sockets.back(), reinterpret_cast<sockaddr*>(&where), &size) == 0);
    ports.push_back(ntohs(where.sin_port));
  }
  for (const int s : sockets) ::close(s);
  return ports;
}

bool takes_connections(int port) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool open = ::connect(s, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
  ::close(s);
  return open;
}

/// The newest file of messages; empty when there is none.
fs::path last_block(const fs::path& folder) {
  fs::path last;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".blk" && entry.path() > last) last = entry.path();
  return last;
}

void cut_last_block(const fs::path& folder, std::uintmax_t bytes) {
  const fs::path block = last_block(folder);
  REQUIRE(fs::file_size(block) > bytes);
  fs::resize_file(block, fs::file_size(block) - bytes);
}

void write_text(const fs::path& path, const std::string& text) { write_file(path, to_bytes(text)); }

}  // namespace

bool nats_server_present() {
  if (!program().empty()) return true;
  std::cout << "\n*** SKIPPED: JetStream (no nats-server is installed; script/bootstrap) ***\n"
            << std::endl;
  return false;
}

nats_servers::nats_servers(std::size_t count, const std::vector<std::string>& names)
    : servers_(count) {
  make_certificates(names);
  const auto ports = free_ports(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    servers_[i].port = ports[2 * i];
    servers_[i].cluster_port = ports[2 * i + 1];
  }
  for (std::size_t i = 0; i < count; ++i) {
    fs::create_directories(home(i));
    write_config(i);
  }
  start_all();
}

nats_servers::~nats_servers() {
  for (std::size_t i = 0; i < servers_.size(); ++i) kill(i);
}

void nats_servers::make_certificates(const std::vector<std::string>& names) {
  using namespace apps::pki;
  for (const char* name : {"pki", "other"}) {
    const std::string folder = (folder_.path() / name).string();
    REQUIRE(create_authority(folder, 10));
    const auto client = issue(folder, certificate_kind::client, {"node"}, 10);
    REQUIRE(client);
    write_text(folder + "/client.pem", client->certificate);
    write_text(folder + "/client-key.pem", client->key);
  }
  issue_for_both_ends((folder_.path() / "pki").string(), names);
}

fs::path nats_servers::home(std::size_t index) const {
  return folder_.path() / ("server" + std::to_string(index));
}

void nats_servers::write_config(std::size_t index) const {
  const std::string pki = (folder_.path() / "pki").string();
  const std::string tls = "tls { cert_file: \"" + pki + "/server.pem\", key_file: \"" + pki +
                          "/server-key.pem\", ca_file: \"" + pki +
                          "/ca.pem\", verify: true, timeout: 5 }\n";
  const std::string entry =
      "authorization { user: \"" + std::string(user) + "\", password: \"" + password + "\" }\n";
  std::string text = "server_name: n" + std::to_string(index) + "\n" +
                     "listen: \"127.0.0.1:" + std::to_string(servers_[index].port) + "\"\n" +
                     "max_payload: 9437184\n" + "jetstream { store_dir: \"" + home(index).string() +
                     "\", max_file_store: 4GB, max_memory_store: 64MB }\n" + tls + entry;
  if (servers_.size() > 1) {
    text += "cluster {\n name: whorl\n listen: \"127.0.0.1:" +
            std::to_string(servers_[index].cluster_port) + "\"\n" + tls +
            "authorization { user: route, password: route }\n routes: [\n";
    for (const server& other : servers_)
      text +=
          "  \"nats-route://route:route@127.0.0.1:" + std::to_string(other.cluster_port) + "\"\n";
    text += " ]\n}\n";
  }
  write_text(home(index) / "server.conf", text);
}

std::string nats_servers::log_of(std::size_t index) const {
  const fs::path path = home(index) / "log";
  return fs::exists(path) ? to_text(read_file(path)) : std::string();
}

void nats_servers::start(std::size_t index) {
  const std::string config = (home(index) / "server.conf").string();
  const std::string log = (home(index) / "log").string();
  const std::string path = program();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execl(path.c_str(), path.c_str(), "-c", config.c_str(), nullptr);
    ::_exit(127);
  }
  servers_.at(index).process = child;
  wait_until_open(index);
}

void nats_servers::wait_until_open(std::size_t index) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!takes_connections(servers_[index].port)) {
    int ended = 0;
    const bool gone = ::waitpid(servers_[index].process, &ended, WNOHANG) != 0;
    if (gone || std::chrono::steady_clock::now() > deadline)
      FAIL("nats-server " << index << (gone ? " ended" : " does not listen") << ":\n"
                          << log_of(index));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void nats_servers::end(std::size_t index, int signal) {
  server& which = servers_.at(index);
  if (which.process < 0) return;
  ::kill(which.process, signal);
  int ended = 0;
  ::waitpid(which.process, &ended, 0);
  which.process = -1;
}

void nats_servers::kill(std::size_t index) { end(index, SIGKILL); }
void nats_servers::stop(std::size_t index) { end(index, SIGTERM); }
void nats_servers::freeze(std::size_t index) const { ::kill(servers_.at(index).process, SIGSTOP); }
void nats_servers::thaw(std::size_t index) const { ::kill(servers_.at(index).process, SIGCONT); }

void nats_servers::start_all() {
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (servers_[i].process < 0) start(i);
}

void nats_servers::stop_all() {
  for (std::size_t i = 0; i < servers_.size(); ++i) stop(i);
}

storage::jetstream::connection_options nats_servers::options() const {
  storage::jetstream::connection_options out = options_of(0);
  out.servers.clear();
  for (const server& one : servers_)
    out.servers.push_back("tls://localhost:" + std::to_string(one.port));
  return out;
}

storage::jetstream::connection_options nats_servers::options_of(std::size_t index) const {
  const std::string pki = (folder_.path() / "pki").string();
  storage::jetstream::connection_options out;
  out.servers = {"tls://localhost:" + std::to_string(servers_.at(index).port)};
  out.ca_file = pki + "/ca.pem";
  out.certificate_file = pki + "/client.pem";
  out.key_file = pki + "/client-key.pem";
  out.user = user;
  out.password = password;
  out.patience_ms = 30'000;
  return out;
}

void nats_servers::lose_tail(std::size_t index, const std::string& stream,
                             std::uintmax_t bytes) const {
  REQUIRE(servers_.at(index).process < 0);
  cut_last_block(home(index) / "jetstream/$G/streams" / stream / "msgs", bytes);
  // Which of the replicas' logs is the stream's stands nowhere outside; only one holds much.
  const fs::path logs = home(index) / "jetstream/$SYS/_js_";
  if (!fs::exists(logs)) return;
  fs::path largest;
  std::uintmax_t most = 0;
  for (const auto& entry : fs::directory_iterator(logs)) {
    const fs::path block = last_block(entry.path() / "msgs");
    if (!entry.path().filename().string().starts_with("S-") || block.empty()) continue;
    if (fs::file_size(block) > most) most = fs::file_size(largest = block);
  }
  REQUIRE(most > bytes);
  fs::resize_file(largest, most - bytes);
}

void wait_until(const std::function<bool()>& answer) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!answer()) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, "waited three minutes");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

nats_servers& shared_server() {
  static nats_servers one(1);
  return one;
}

nats_servers& shared_cluster() {
  static nats_servers three(3);
  return three;
}

std::string fresh_prefix() {
  static int made = 0;
  return "t" + std::to_string(::getpid()) + "-" + std::to_string(++made);
}

}  // namespace whorl::test
