#include "apps/node_config.hpp"

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::apps;

namespace {

const std::string least_node = R"(name = "node-a"
exchange = "10.0.0.1:7400"
folder = "replicas"
)";

void refuses_node(const std::string& text, const std::string& words) {
  CAPTURE(text);
  const auto outcome = parse_node_config(text, "n.toml");
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == errc::invalid_input);
  CHECK(outcome.error().message == "n.toml:" + words);
}

/// least_node with the line that begins with `key` replaced.
std::string with_line(const std::string& key, const std::string& line) {
  std::string out = least_node;
  const std::size_t at = out.find(key + " =");
  REQUIRE(at != std::string::npos);
  return out.replace(at, out.find('\n', at) - at, line);
}

}  // namespace

TEST_CASE("node config: name, exchange and folder are enough") {
  const auto c = parse_node_config(least_node, "n.toml");
  REQUIRE(c.has_value());
  CHECK(c->place == node_place{"node-a", "", 1});
  CHECK(c->exchanges == std::vector<actors::exchange_address>{{"10.0.0.1", 7400}});
  CHECK(c->folder == "replicas");
  CHECK(c->threads == 0);
  CHECK(c->use_index);
  CHECK_FALSE(c->transport.secured());
  CHECK(c->metrics_address.empty());
}

TEST_CASE("node config: all the exchanges that there can be") {
  const auto c = parse_node_config(
      with_line("exchange", "exchange = [\"10.0.0.1:7400\", \"10.0.0.2:7401\"]"), "n.toml");
  REQUIRE(c.has_value());
  CHECK(c->exchanges ==
        std::vector<actors::exchange_address>{{"10.0.0.1", 7400}, {"10.0.0.2", 7401}});
  refuses_node(with_line("exchange", "exchange = []"), "2: exchange: expected 1 to 8 addresses");
  refuses_node(with_line("exchange", "exchange = [\"a:1\", 7]"),
               "2: exchange: expected a text in quotes, at most 1024 bytes");
  refuses_node(with_line("exchange", "exchange = [\"a:1\", \"b\"]"),
               "2: exchange: expected \"address:port\", for example \"127.0.0.1:7400\"");
}

TEST_CASE("node config: every key") {
  const auto c = parse_node_config(least_node + R"(zone = "room.1"
weight = 0
threads = 1024
use_index = false
certificate = "c.pem"
key = "k.pem"
authority = "a.pem"
[metrics]
listen = "0.0.0.0:9401"
)",
                                   "n.toml");
  REQUIRE(c.has_value());
  CHECK(c->place == node_place{"node-a", "room.1", 0});
  CHECK(c->threads == 1024);
  CHECK_FALSE(c->use_index);
  CHECK(c->transport.certificate == "c.pem");
  CHECK(c->transport.key == "k.pem");
  CHECK(c->transport.authority == "a.pem");
  CHECK(c->metrics_address == "0.0.0.0");
  CHECK(c->metrics_port == 9401);
}

TEST_CASE("node config: the example is read, and its files are found from its own folder") {
  const test::temp_folder folder;
  const std::string file = (folder.path() / "node.toml").string();
  test::write_file(file, test::to_bytes(example_node_config()));
  const auto c = read_node_config(file);
  REQUIRE_MESSAGE(c.has_value(), c.error().message);
  CHECK(c->place == node_place{"node-a", "room-1", 1});
  CHECK(c->folder == (folder.path() / "node-a").string());
  CHECK(c->transport.certificate == (folder.path() / "nodes/node-a.pem").string());
  CHECK(c->transport.key == (folder.path() / "nodes/node-a.key").string());
  CHECK(c->transport.authority == (folder.path() / "ca.pem").string());
  test::write_file(file, test::to_bytes(with_line("folder", "folder = \"/var/replicas\"")));
  const auto absolute = read_node_config(file);
  REQUIRE(absolute.has_value());
  CHECK(absolute->folder == "/var/replicas");
  CHECK(absolute->transport.certificate.empty());
}

TEST_CASE("node config: a file that is not there is not found") {
  const auto outcome = read_node_config("no-such/node.toml");
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == errc::not_found);
  CHECK(outcome.error().message.find("no-such/node.toml") != std::string::npos);
}

TEST_CASE("node config: what is missing is named") {
  const std::string missing = ": missing; a text in quotes is expected";
  refuses_node("", "1: name" + missing);
  refuses_node(with_line("name", ""), "1: name" + missing);
  refuses_node(with_line("exchange", ""), "1: exchange" + missing);
  refuses_node(with_line("folder", ""), "1: folder" + missing);
}

TEST_CASE("node config: errors name line, key and what is expected") {
  const std::string names = "expected letters, digits, '-' and '.', 1 to 64";
  refuses_node(with_line("name", "name = \"a b\""), "1: name: 'a b': " + names);
  refuses_node(with_line("name", "name = \"\""), "1: name: '': " + names);
  refuses_node(least_node + "zone = \"a/b\"", "4: zone: 'a/b': " + names);
  refuses_node(with_line("name", "name = 7"),
               "1: name: expected a text in quotes, at most 1024 bytes");
  refuses_node(with_line("folder", "folder = \"\""),
               "3: folder: expected the folder of the replicas");
  const std::string place = "expected \"address:port\", for example \"127.0.0.1:7400\"";
  for (const char* bad : {"", "host", "host:", ":7400", "host:0", "host:70000", "host:7400x"})
    refuses_node(with_line("exchange", "exchange = \"" + std::string(bad) + "\""),
                 "2: exchange: " + place);
  for (const char* bad : {"-1", "1000001", "1.5", "2e125", "\"1\""})
    refuses_node(least_node + "weight = " + bad,
                 "4: weight: expected a whole number from 0 to 1000000");
  refuses_node(least_node + "threads = 1025", "4: threads: expected a whole number from 0 to 1024");
  refuses_node(least_node + "use_index = 1", "4: use_index: expected true or false");
  refuses_node(least_node + "zoen = \"x\"",
               "4: zoen: no such key; allowed here: name, zone, weight, exchange, folder, threads, "
               "use_index, certificate, key, authority, metrics");
  refuses_node(least_node + "metrics = 1", "4: metrics: expected a table");
  for (const char* bad : {"9401", "127.0.0.1"})
    refuses_node(least_node + "[metrics]\nlisten = \"" + bad + "\"",
                 "5: metrics.listen: expected \"address:port\", for example \"127.0.0.1:9401\"");
  refuses_node(least_node + "[metrics]\nport = 1",
               "5: metrics.port: no such key; allowed here: listen");
}

TEST_CASE("node config: certificate, key and authority come together") {
  const std::string together = ": missing; certificate, key and authority are needed together";
  const std::string c = "certificate = \"c\"\n", k = "key = \"k\"\n", a = "authority = \"a\"\n";
  CHECK(parse_node_config(least_node + c + k + a, "n.toml").has_value());
  refuses_node(least_node + k + a, "1: certificate" + together);
  refuses_node(least_node + k, "1: certificate" + together);
  refuses_node(least_node + c + a, "1: key" + together);
  refuses_node(least_node + c + k, "1: authority" + together);
}

TEST_CASE("node config: above the limit it is refused before it is parsed") {
  const std::string large = least_node + "#" + std::string(limits::config_bytes_max, 'x');
  const auto outcome = parse_node_config(large, "n.toml");
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == errc::limit_exceeded);
  CHECK(outcome.error().message.find("n.toml") == 0);
}
