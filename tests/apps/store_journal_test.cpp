// A store whose journal stands on real nats-servers: booked into while servers die.
#include <doctest/doctest.h>

#include "tests/apps/program.hpp"
#include "tests/storage/jetstream/nats_server.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

/// Of a store that holds nothing yet: its journal on `servers`.
void put_journal(const std::string& store, const nats_servers& servers, int replicas,
                 int patience_seconds = 120) {
  const auto to = servers.options();
  std::string list;
  for (const std::string& each : to.servers) list += (list.empty() ? "\"" : ", \"") + each + "\"";
  write_file(store + "/nats-password", to_bytes(to.password + "\n"));
  std::string text = to_text(read_file(store + "/whorl.toml"));
  text += "\n[journal]\nservers = [" + list + "]\nreplicas = " + std::to_string(replicas) +
          "\npatience_seconds = " + std::to_string(patience_seconds) + "\nprefix = \"" +
          fresh_prefix() + "\"\nauthority = \"" + to.ca_file + "\"\ncertificate = \"" +
          to.certificate_file + "\"\nkey = \"" + to.key_file + "\"\nuser = \"" + to.user +
          "\"\npassword_file = \"nats-password\"\n";
  write_file(store + "/whorl.toml", to_bytes(text));
}

std::uint64_t tail_of(const small_world& world, const char* stream) {
  return world.status()["streams"][stream]["seq"].get<std::uint64_t>();
}

}  // namespace

TEST_CASE("store journal: bookings stand on servers that are killed and started again") {
  if (!nats_server_present()) return;
  nats_servers servers(3);
  temp_folder folder;
  const small_world world(folder.path(), 0);
  put_journal(world.store(), servers, 3);
  const outcome first = world.as("state-bureau", {"book", world.bookings("one", 0, 4)});
  CHECK_MESSAGE(first.code == 0, first.err);
  CHECK(tail_of(world, "bookings") == 4 * 3);  // accepted, two answers
  servers.kill(0);
  const outcome second = world.as("state-bureau", {"book", world.bookings("two", 4, 4)});
  CHECK_MESSAGE(second.code == 0, second.err);
  servers.start(0);
  servers.kill(1);
  const outcome third = world.as("state-bureau", {"book", world.bookings("three", 8, 4)});
  CHECK_MESSAGE(third.code == 0, third.err);
  CHECK(tail_of(world, "bookings") == 12 * 3);
  CHECK(world.as("oversight", {"audit", "verify"}).code == 0);
}

TEST_CASE("store journal: without its servers a command says so and nothing is lost") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  temp_folder folder;
  const small_world world(folder.path(), 0);
  put_journal(world.store(), servers, 1, 5);
  CHECK(world.as("state-bureau", {"book", world.bookings("one", 0, 2)}).code == 0);
  servers.stop_all();
  const outcome without = world.as("state-bureau", {"book", world.bookings("two", 2, 2)});
  CHECK(without.code == 3);
  CHECK(without.err.find("tls://") != std::string::npos);
  servers.start_all();
  CHECK(world.as("state-bureau", {"book", world.bookings("three", 4, 2)}).code == 0);
  CHECK(tail_of(world, "bookings") == 4 * 3);
}

TEST_CASE("store journal: a store with facts of its own is not given another journal") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  temp_folder folder;
  const small_world world(folder.path(), 0);
  CHECK(world.as("state-bureau", {"book", world.bookings("one", 0, 1)}).code == 0);
  put_journal(world.store(), servers, 1);
  const outcome refused = world.as("operator", {"status"});
  CHECK(refused.code != 0);
  CHECK(refused.err.find("[journal]") != std::string::npos);
}

TEST_CASE("store journal: backup, restore and scrub refuse a store whose journal is elsewhere") {
  temp_folder folder;
  const small_world world(folder.path(), 2);
  const std::string copy = (folder.path() / "copy").string();
  REQUIRE(world.as("operator", {"backup", copy}).code == 0);
  const std::string plain = to_text(read_file(world.store() + "/whorl.toml"));
  const std::string elsewhere =
      plain +
      "\n[journal]\nservers = [\"tls://localhost:1\"]\nauthority = \"ca\"\n"
      "certificate = \"c\"\nkey = \"k\"\nuser = \"u\"\npassword_file = \"p\"\n";
  const auto refused = [](const outcome& of) {
    CHECK(of.code != 0);
    CHECK_MESSAGE(of.err.find("stands on JetStream") != std::string::npos, of.err);
  };
  write_file(world.store() + "/whorl.toml", to_bytes(elsewhere));
  const std::string second = (folder.path() / "second").string();
  refused(world.as("operator", {"backup", second}));
  CHECK_FALSE(std::filesystem::exists(second));
  refused(world.as("operator", {"scrub", "--repair"}));
  const auto restore = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--store", second, "restore", copy});
    return whorl_program(words);
  };
  refused(restore({"--purges-from", world.store()}));
  write_file(copy + "/whorl.toml", to_bytes(elsewhere));
  refused(restore({}));
  // The outbox of such a journal says so too, where whorl.toml does not any more.
  write_file(world.store() + "/whorl.toml", to_bytes(plain));
  CHECK(world.as("operator", {"scrub"}).code == 0);
  std::filesystem::create_directories(world.store() + "/journal-outbox");
  refused(world.as("operator", {"scrub"}));
}

TEST_CASE("store journal: the doctor looks at its servers, and makes nothing") {
  if (!nats_server_present()) return;
  nats_servers servers(3);
  temp_folder folder;
  const small_world world(folder.path(), 0);
  put_journal(world.store(), servers, 3);
  const auto doctor = [&](const std::string& check) {
    const nlohmann::json shown = world.as("", {"--json", "doctor"}).document();
    std::string level = "-";
    for (const auto& each : shown["findings"])
      if (each["check"] == check && level != "wrong") level = each["level"];
    return level;
  };
  CHECK(doctor("journal servers") == "wrong");  // no stream is there
  CHECK(doctor("journal servers") == "wrong");  // nor made by looking
  REQUIRE(world.as("state-bureau", {"book", world.bookings("one", 0, 2)}).code == 0);
  CHECK(doctor("journal servers") == "well");
  CHECK(doctor("journal chain") == "well");
  CHECK(doctor("positions") == "well");
  servers.kill(2);
  // The others say so once they have noticed, which is up to them.
  wait_until([&] { return doctor("journal servers") == "wrong"; });
  servers.kill(1);
  CHECK(doctor("journal servers") == "wrong");
}
