// Two exchanges of one journal as processes: one acts, the other stands by.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/apps/curl.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/jetstream/nats_server.hpp"

namespace whorl::test {

inline constexpr int lease_seconds = 5;  // the least there is

class exchange_pair {
 public:
  explicit exchange_pair(const nats_servers& servers, bool has_people = true)
      : a_(made(folder_.path() / "a"), 0) {
    const small_world& a = a_;
    put_journal(servers);
    // Two people who are in the gallery, before there are two exchanges.
    if (has_people)
      REQUIRE(a.as("operator", {"gallery", "import", "criminal", people()}).code == 0);
    REQUIRE(a.as("", {"pki", "init"}).code == 0);
    issue({"--host", "localhost", "--host", "127.0.0.1"});
    issue({"--node", "exchange-a"});
    issue({"--node", "exchange-b"});
    for (const char* who : {"city-police", "oversight", "state-bureau"}) issue({who});
    port_["a"] = free_port();
    port_["b"] = free_port();
    std::filesystem::create_directories(store("b"));
    std::filesystem::copy(store("a"), store("b"),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    configure("a", "b");
    configure("b", "a");
  }

  std::string store(const std::string& name) const {
    return (folder_.path() / name / "store").string();
  }
  /// Of its streams.
  const std::string& prefix() const { return prefix_; }
  std::string pki() const { return store("a") + "/pki"; }
  std::string url(const std::string& name) const {
    return "https://localhost:" + std::to_string(port_.at(name));
  }
  /// Both are the exchange of a cluster on this machine, for one node; its configuration.
  std::string with_cluster() {
    std::string addresses;
    for (const char* name : {"a", "b"}) {
      const std::string where = "127.0.0.1:" + std::to_string(free_port());
      append(name, "[cluster]\nlisten = \"" + where + "\"\nreplicas = 1\ndead_seconds = 600\n");
      addresses += (addresses.empty() ? "\"" : ", \"") + where + "\"";
    }
    const std::string file = (folder_.path() / "node.toml").string();
    write_file(file, to_bytes("name = \"node-a\"\nexchange = [" + addresses +
                              "]\nfolder = \"replicas\"\nthreads = 1\n"));
    return file;
  }
  /// Until every partition can be asked of the node.
  void await_searchable(const std::string& name) const {
    wait_until([&] {
      const auto answer = ask(name, "oversight", "/v1/cluster");
      if (answer.status != 200) return false;
      const auto now = answer.document();
      bool reached = now["settled"].get<bool>() && !now["partitions"].empty();
      for (const auto& each : now["partitions"]) reached = reached && each["searchable"] == 1;
      return reached;
    });
  }
  void start(const std::string& name) {
    running_[name] = std::make_unique<started_program>(std::vector<std::string>{
        "--store", store(name), "--json", "serve", "--port", std::to_string(port_.at(name))});
  }
  /// a acts, b stands by.
  void start_both() {
    start("a");
    await("a", "listening");
    start("b");
    await("b", "standing_by");
  }
  started_program& process(const std::string& name) { return *running_.at(name); }
  bool said(const std::string& name, const std::string& event) {
    for (const auto& line : process(name).lines())
      if (line["event"] == event) return true;
    return false;
  }
  void await(const std::string& name, const std::string& event) {
    wait_until([&] {
      if (!process(name).running()) FAIL(process(name).errors());
      return said(name, event);
    });
  }
  /// Until `name` could take over.
  void await_in_sync(const std::string& holder, const std::string& name) {
    const std::string line = "whorl_exchange_in_sync{exchange=\"exchange-" + name + "\"} 1";
    wait_until(
        [&] { return ask(holder, "oversight", "/metrics").body.find(line) != std::string::npos; });
  }
  http_answer ask(const std::string& name, const std::string& who, const std::string& path,
                  const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"--cacert", pki() + "/ca.pem"};
    const std::string keys = pki() + (who.starts_with("exchange") ? "/nodes/" : "/clients/") + who;
    if (!who.empty()) words.insert(words.end(), {"--cert", keys + ".pem", "--key", keys + ".key"});
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(url(name) + path);
    return curl(words);
  }
  http_answer book(const std::string& name, const std::string& file,
                   int patience_seconds = 60) const {
    return ask(name, "state-bureau", "/v1/bookings",
               {"--max-time", std::to_string(patience_seconds), "--data-binary", "@" + file, "-H",
                "Content-Type: application/octet-stream"});
  }
  /// Files of `count` people of the gallery.
  std::vector<std::string> files(const std::string& name, int from, int count) const {
    std::vector<std::string> out;
    for (const auto& each : std::filesystem::directory_iterator(a_.bookings(name, from, count)))
      if (each.path().extension() == ".eft") out.push_back(each.path().string());
    std::sort(out.begin(), out.end());
    REQUIRE(out.size() == std::size_t(count));
    return out;
  }
  nlohmann::json done(const std::string& name, const std::string& booking) const {
    nlohmann::json state;
    wait_until([&] {
      const auto answer = ask(name, "state-bureau", "/v1/bookings/" + booking);
      if (answer.status != 200) return false;
      state = answer.document();
      return state["done"].get<bool>();
    });
    return state;
  }

 private:
  static std::filesystem::path made(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    return folder;
  }
  void put_journal(const nats_servers& servers) {
    const auto to = servers.options();
    std::string list;
    for (const std::string& each : to.servers) list += (list.empty() ? "\"" : ", \"") + each + "\"";
    append("a", "\n[journal]\nservers = [" + list + "]\nreplicas = 1\nprefix = \"" + prefix_ +
                    "\"\nauthority = \"" + to.ca_file + "\"\ncertificate = \"" +
                    to.certificate_file + "\"\nkey = \"" + to.key_file + "\"\nuser = \"" + to.user +
                    "\"\npassword_file = \"nats-password\"\n");
    write_file(store("a") + "/nats-password", to_bytes(to.password + "\n"));
  }
  void configure(const std::string& name, const std::string& other) {
    append(name, "\n[exchange]\nname = \"exchange-" + name + "\"\nlease_seconds = " +
                     std::to_string(lease_seconds) + "\ncertificate = \"pki/nodes/exchange-" +
                     name + ".pem\"\nkey = \"pki/nodes/exchange-" + name +
                     ".key\"\nauthority = \"pki/ca.pem\"\n[[exchange.peer]]\nname = \"exchange-" +
                     other + "\"\nurl = \"" + url(other) + "\"\n");
  }
  void append(const std::string& name, const std::string& text) const {
    const std::string file = store(name) + "/whorl.toml";
    write_file(file, to_bytes(to_text(read_file(file)) + text));
  }
  void issue(std::vector<std::string> words) const {
    words.insert(words.begin(), {"pki", "issue"});
    const outcome made = a_.as("", words);
    REQUIRE_MESSAGE(made.code == 0, made.err);
  }
  std::string people() const {
    const std::string file = (folder_.path() / "people.whorl-people").string();
    const outcome made = a_.as("", {"synth", "people", "--people", "10", "--seed", "7",
                                    "--register", "criminal", "--out", file});
    REQUIRE_MESSAGE(made.code == 0, made.err);
    return file;
  }

  temp_folder folder_;
  std::string prefix_ = fresh_prefix();
  small_world a_;
  std::map<std::string, std::uint16_t> port_;
  std::map<std::string, std::unique_ptr<started_program>> running_;
};

}  // namespace whorl::test
