#include "tests/apps/osia/osia_world.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "actors/probe_core.hpp"
#include "apps/osia/biometrics.hpp"
#include "messages/ebts/reader.hpp"

namespace whorl::test {
namespace {

namespace osia = apps::osia;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::pair<int, std::string> run_line(const std::string& line) {
  std::FILE* const pipe = popen((line + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string all;
  char piece[4096];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) all.append(piece, n);
  return {WEXITSTATUS(pclose(pipe)), all};
}

std::string encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? std::string(1, c) : hex;
  }
  return out;
}

const osia::description& described(const std::string& operation) {
  for (const auto& d : osia::operations())
    if (d.id == operation) return d;
  FAIL("no operation " << operation);
  std::abort();
}

void skipped(const std::string& what) {
  std::cout << "\n*** SKIPPED: the standard's own schemas (" << what
            << "); statuses and contents are still checked ***\n"
            << std::endl;
}

}  // namespace

std::pair<int, std::string> standard::run(const std::string& argument) const {
  return run_line("NODE_PATH=" + quoted(modules) + " node " +
                  quoted(std::string(WHORL_SOURCE_DIR) + "/tests/apps/osia/validate.cjs") + " " +
                  quoted(spec) + " " + quoted(argument));
}

std::optional<standard> find_standard() {
  static const std::optional<standard> found = []() -> std::optional<standard> {
    standard out;
    const char* spec = std::getenv("WHORL_OSIA");
    const char* data = std::getenv("WHORL_DATA");
    out.spec = spec != nullptr   ? spec
               : data != nullptr ? std::string(data) + "/osia/abis.yaml"
                                 : std::string(WHORL_SOURCE_DIR) + "/../shared/data/osia/abis.yaml";
    if (!std::filesystem::exists(out.spec)) {
      skipped("no specification at " + out.spec + ": set WHORL_OSIA");
      return std::nullopt;
    }
    const char* modules = std::getenv("NODE_PATH");
    out.modules =
        modules != nullptr ? modules : std::string(WHORL_SOURCE_DIR) + "/tests/npm/node_modules";
    const auto [code, said] = out.run("--operations");
    if (code == 127 || code == 3) {
      skipped(code == 127 ? "node is not installed" : said + "npm ci --prefix tests/npm");
      return std::nullopt;
    }
    REQUIRE_MESSAGE(code == 0, said);
    return out;
  }();
  return found;
}

json biometrics_of(const std::vector<probe_print>& prints, const std::string& format) {
  json out = json::array();
  for (const probe_print& print : prints) {
    const auto text = osia::write_template(print, format);
    REQUIRE(text);
    out.push_back({{"biometricType", "FINGER"},
                   {"biometricSubType", osia::sub_type_of(print.finger_position)},
                   {"template", *text},
                   {"templateFormat", format}});
  }
  return out;
}

json encounter_of(const std::vector<probe_print>& prints,
                  const std::vector<std::string>& galleries) {
  return {{"status", "ACTIVE"},
          {"encounterType", "ENROLMENT"},
          {"galleries", galleries},
          {"clientData", "YWJj"},
          {"contextualData", {{"enrollmentDate", "2026-11-26"}}},
          {"biographicData", {{"lastName", "DOE"}, {"firstName", "JANE"}, {"gender", "F"}}},
          {"biometricData", biometrics_of(prints)}};
}

osia_world::osia_world(int criminal, int immigration)
    : world_(folder_.path(), criminal, immigration) {
  REQUIRE(world_.as("", {"pki", "init"}).code == 0);
  REQUIRE(world_.as("", {"pki", "issue", "--host", "localhost"}).code == 0);
  for (const char* who : {"city-police", "state-bureau", "examiner", "operator", "oversight",
                          "analyst", "field-office"})
    REQUIRE(
        world_.as("", {"pki", "issue", who, "--out", (folder_.path() / "keys").string()}).code ==
        0);
  const std::string file = world_.store() + "/whorl.toml", none = "callback_hosts = []";
  std::string text = to_text(read_file(file));
  const std::size_t at = text.find(none);
  REQUIRE(at != std::string::npos);
  text.replace(at, none.size(), "callback_hosts = [\"localhost\"]");
  write_file(file, to_bytes(text));
  start();
}

osia_world::~osia_world() {
  const auto against = find_standard();
  if (!against) return;
  const std::string file = (folder_.path() / "exchanges.json").string();
  write_file(file, to_bytes(exchanges_.dump()));
  const auto [code, said] = against->run(file);
  CHECK_MESSAGE(code == 0, said);
}

void osia_world::start() {
  server_ = std::make_unique<started_program>(
      std::vector<std::string>{"--store", world_.store(), "--json", "serve", "--port", "0"});
  url_ = "https://localhost:" + std::to_string(server_->first_line()["port"].get<int>());
}

void osia_world::kill() {
  server_->stop(SIGKILL);
  CHECK(server_->wait().code == -SIGKILL);
}

int osia_world::stop() {
  server_->stop(SIGTERM);
  return server_->wait().code;
}

http_answer osia_world::ask(const std::string& who, const std::string& target,
                            const std::vector<std::string>& more) const {
  std::vector<std::string> line = {"--cacert", world_.store() + "/pki/ca.pem"};
  const std::string key = (folder_.path() / "keys" / who).string();
  if (!who.empty()) line.insert(line.end(), {"--cert", key + ".pem", "--key", key + ".key"});
  line.insert(line.end(), more.begin(), more.end());
  line.push_back(url_ + target);
  return curl(line);
}

http_answer osia_world::call(const std::string& who, const std::string& operation,
                             const words& names, const json& body, const words& query) {
  CAPTURE(operation);
  const osia::description& d = described(operation);
  std::string path = std::string(osia::path_prefix) + std::string(d.pattern);
  for (const auto& [name, value] : names) {
    const std::size_t at = path.find("{" + name + "}");
    REQUIRE(at != std::string::npos);
    path.replace(at, name.size() + 2, encoded(value));
  }
  REQUIRE(path.find('{') == std::string::npos);
  path += "?transactionId=t-1";
  for (const auto& [name, value] : query) path += "&" + name + "=" + encoded(value);
  std::vector<std::string> more = {"-X", std::string(d.method)};
  if (!body.is_null()) {
    const std::string file = (folder_.path() / "body.json").string();
    write_file(file, to_bytes(body.dump()));
    more.insert(more.end(), {"--data-binary", "@" + file, "-H", "Content-Type: application/json"});
  }
  const http_answer answer = ask(who, path, more);
  CAPTURE(answer.body.substr(0, 400));
  CHECK(d.answers(answer.status));
  remember(operation, answer);
  return answer;
}

void osia_world::remember(const std::string& operation, const http_answer& answer) {
  exchanges_.push_back({{"operation", operation},
                        {"status", answer.status},
                        {"contentType", answer.content_type},
                        {"body", answer.body}});
}

std::string osia_world::booking_file(int person, int impression) const {
  const std::string name = "b" + std::to_string(person) + "-" + std::to_string(impression);
  if (!std::filesystem::exists(folder_.path() / name))
    static_cast<void>(world_.bookings(
        name, person, 1, {"--impression", std::to_string(impression), "--tcn-prefix", name + "-"}));
  return std::filesystem::directory_iterator(folder_.path() / name)->path().string();
}

std::vector<probe_print> osia_world::prints(int person, int impression) const {
  const auto whole = ebts::read_transaction(read_file(booking_file(person, impression)));
  REQUIRE(whole);
  auto out = actors::probe_prints_of(*whole);
  REQUIRE(out);
  return *std::move(out);
}

std::string osia_world::audit() const { return ask("oversight", "/v1/audit?limit=1000").body; }

callback_listener::callback_listener() {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(socket_ >= 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&here), size) == 0);
  REQUIRE(listen(socket_, 16) == 0);
  REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size) == 0);
  port_ = ntohs(here.sin_port);
}

callback_listener::~callback_listener() { close(socket_); }

std::string callback_listener::url(const std::string& more) const {
  return "http://localhost:" + std::to_string(port_) + "/answers" + more;
}

callback_listener::heard callback_listener::next(unsigned status) {
  pollfd wait{socket_, POLLIN, 0};
  REQUIRE_MESSAGE(poll(&wait, 1, 10'000) == 1, "no callback came");
  const int peer = accept(socket_, nullptr, nullptr);
  REQUIRE(peer >= 0);
  std::string all;
  std::size_t head = std::string::npos, length = 0;
  char piece[4096];
  while (head == std::string::npos || all.size() < head + 4 + length) {
    const ssize_t n = read(peer, piece, sizeof piece);
    REQUIRE(n > 0);
    all.append(piece, static_cast<std::size_t>(n));
    head = all.find("\r\n\r\n");
    const std::size_t at = all.find("Content-Length: ");
    if (head != std::string::npos && at < head) length = std::stoul(all.substr(at + 16));
  }
  const std::string answer = "HTTP/1.1 " + std::to_string(status) + " so\r\nConnection: close\r\n" +
                             (status == 204 ? "" : "Content-Length: 0\r\n") + "\r\n";
  CHECK(write(peer, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size()));
  close(peer);
  heard out;
  out.target = all.substr(5, all.find(' ', 5) - 5);
  const std::size_t type = all.find("Content-Type: ");
  if (type < head) out.content_type = all.substr(type + 14, all.find('\r', type) - type - 14);
  out.body = all.substr(head + 4);
  return out;
}

}  // namespace whorl::test
