// How the world of chaos is made: store, certificates, people, bookings, configurations.
#include <doctest/doctest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/people.hpp"
#include "tests/cluster/chaos/chaos_world.hpp"

namespace whorl::chaos {
namespace {

namespace fs = std::filesystem;
using test::outcome;
using test::whorl_program;

constexpr std::uint64_t people_seed = 7;
constexpr const char* agency = "ZZPD00001";
/// Of the node whose disk is filled: its replicas take a tenth of it.
constexpr const char* disk_size = "size=64m";

/// Of five bookings: two of people in both galleries, two of strangers, one of a stranger who is
/// to be enrolled.
enum class booked { known, stranger, kept };
booked kind_of(std::size_t number) {
  return number % 5 < 2 ? booked::known : number % 5 < 4 ? booked::stranger : booked::kept;
}

void must_run(const std::vector<std::string>& words) {
  const outcome done = whorl_program(words);
  REQUIRE_MESSAGE(done.code == 0, words.front(), " ", words.back(), ": ", done.err);
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

std::string files_of(const std::string& certificate, const std::string& key,
                     const std::string& authority) {
  return "certificate = " + in_quotes(certificate) + "\nkey = " + in_quotes(key) +
         "\nauthority = " + in_quotes(authority) + "\n";
}

}  // namespace

chaos_world::chaos_world(std::size_t people, std::size_t bookings)
    : servers_(server_count),
      port_(test::free_port()),
      cluster_port_(test::free_port()),
      networks_(networks_possible()) {
  make_store(people);
  make_bookings(people, bookings);
  start_exchange();
  exchange_->first_line();
  nodes_.resize(node_count);
  for (std::size_t i = 0; i < node_count; ++i) make_node(i);
  for (node& one : nodes_) start_node(one);
  std::string state;
  REQUIRE_MESSAGE(await_rest(120'000, state), state, last_words());
}

chaos_world::~chaos_world() {
  for (node& one : nodes_) {
    one.process.reset();
    if (!one.disk.empty()) ::umount2(one.disk.c_str(), MNT_DETACH);
  }
}

void chaos_world::make_store(std::size_t people) {
  must_run({"--store", store(), "init", "--partitions", std::to_string(partition_count)});
  const auto to = servers_.options();
  std::string list;
  for (const std::string& each : to.servers) list += (list.empty() ? "" : ", ") + in_quotes(each);
  test::write_file(store() + "/nats-password", test::to_bytes(to.password + "\n"));
  const std::string pki = folder("pki");
  std::ofstream(store() + "/whorl.toml", std::ios::app)
      << "\n[journal]\nservers = [" << list << "]\nreplicas = 3\npatience_seconds = 120\n"
      << "prefix = " << in_quotes(prefix_) << "\n"
      << files_of(to.certificate_file, to.key_file, to.ca_file) << "user = " << in_quotes(to.user)
      << "\npassword_file = \"nats-password\"\n\n[cluster]\n"
      << "listen = \"" << (networks_ ? "0.0.0.0" : "127.0.0.1") << ":" << cluster_port_ << "\"\n"
      << "replicas = " << replica_count << "\nfirst_nodes = " << node_count
      << "\ndead_seconds = 4\n"
      << files_of(pki + "/nodes/exchange.pem", pki + "/nodes/exchange.key", pki + "/ca.pem");
  must_run({"pki", "--folder", pki, "init"});
  must_run({"pki", "--folder", pki, "issue", "--node", "exchange"});
  const auto of_store = [this](std::vector<std::string> words) {
    words.insert(words.begin(), {"--store", store()});
    must_run(words);
  };
  of_store({"pki", "init"});
  of_store({"pki", "issue", "--host", "localhost"});
  for (const char* who : {"operator", "state-bureau"})
    of_store({"pki", "issue", who, "--out", folder("keys")});
  for (const char* gallery : {"criminal", "immigration"}) {
    const std::string file = folder(std::string(gallery) + ".whorl-people");
    of_store({"synth", "people", "--people", std::to_string(people), "--seed",
              std::to_string(people_seed), "--register", gallery, "--out", file});
    of_store({"--as", "operator", "gallery", "import", gallery, file});
  }
}

void chaos_world::make_bookings(std::size_t people, std::size_t bookings) {
  fs::create_directories(bookings_folder());
  for (std::size_t i = 0; i < bookings; ++i) {
    apps::booking_plan plan;
    plan.people_seed = people_seed;
    plan.index = kind_of(i) == booked::known ? i % people : people + i;
    plan.ori = agency;
    plan.retained = kind_of(i) == booked::kept;
    plan.date = "20261122";
    char name[32];
    std::snprintf(name, sizeof name, "CHAOS-%06zu", i);
    plan.tcn = name;
    const auto file = apps::booking_file_of(plan);
    REQUIRE_MESSAGE(file.has_value(), file.error().message);
    test::write_file(bookings_folder() + "/" + name, *file);
  }
}

booked_person chaos_world::who_is(const std::string& file) const {
  booked_person out;
  out.person = std::stoul(file.substr(file.rfind('-') + 1));
  out.retained = kind_of(out.person) == booked::kept;
  if (kind_of(out.person) == booked::known)
    out.known_as = apps::subject_of(people_seed, out.person, "criminal");
  return out;
}

void chaos_world::make_node(std::size_t index) {
  node& one = nodes_[index];
  one.name = "node-" + std::to_string(index);
  one.folder = folder(one.name);
  if (index == full_node) {
    one.disk = folder("disk");
    fs::create_directories(one.disk);
    // Its name, for whoever cleans up after a run that was killed (script/test).
    const std::string named = "whorl-chaos-" + std::to_string(::getpid());
    if (::mount(named.c_str(), one.disk.c_str(), "tmpfs", 0, disk_size) == 0) {
      one.folder = one.disk + "/replicas";
    } else {
      one.disk.clear();
      std::cout << "\n*** SKIPPED: a node's full disk (no file system can be mounted: not root) "
                   "***\n"
                << std::endl;
    }
  }
  if (networks_) one.network = std::make_unique<node_network>(index);
  const std::string pki = folder("pki"), keys = pki + "/nodes/" + one.name;
  must_run({"pki", "--folder", pki, "issue", "--node", one.name});
  one.config = folder(one.name + ".toml");
  const std::string exchange = one.network ? one.network->outside() : "127.0.0.1";
  test::write_file(
      one.config,
      test::to_bytes("name = " + in_quotes(one.name) + "\nexchange = \"" + exchange + ":" +
                     std::to_string(cluster_port_) + "\"\nfolder = " + in_quotes(one.folder) +
                     "\nthreads = 1\n" + files_of(keys + ".pem", keys + ".key", pki + "/ca.pem")));
}

}  // namespace whorl::chaos
