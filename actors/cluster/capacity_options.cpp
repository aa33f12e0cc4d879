#include <cmath>
#include <cstdio>
#include <string>

#include "actors/cluster/capacity.hpp"
#include "messages/limits.hpp"

namespace whorl::cluster {
namespace {

using in = capacity_inputs;

constexpr const char* search_table = "docs/BENCHMARKS.md, A search by stages, ten fingers";
constexpr const char* node_table = "docs/BENCHMARKS.md, A node on a store";
constexpr const char* chosen = "a choice";
constexpr const char* guessed = "an assumption: no public figure";

constexpr capacity_option options[] = {
    {"bookings-per-day", &in::bookings_per_day, 1, 1e9, false, "bookings a day",
     "the FBI's 144,365 criminal answers a day about 2010, rounded up"},
    {"peak-to-mean", &in::peak_to_mean, 1, 24, false, "bookings of the busiest hour over the mean",
     guessed},
    {"criminal-found", &in::criminal_found, 0, 1, false,
     "share of bookings found in the criminal gallery", guessed},
    {"immigration-found", &in::immigration_found, 0, 1, false,
     "share found in the immigration gallery", "as docs/BENCHMARKS.md, Notifications, has it"},
    {"scan-people-s", &in::scan_people_s, 1e3, 1e10, false,
     "people a core scans a second, exact, one search alone", search_table},
    {"index-people-s", &in::index_people_s, 1e3, 1e10, false, "the same by index", search_table},
    {"pool-ms", &in::pool_ms, 0, 1e5, false,
     "of a core, a partition and pass: places and entries of its pool", search_table},
    {"precise-ms", &in::precise_ms, 0, 1e5, false, "of a core, a pass: the precise stage",
     search_table},
    {"other-ms", &in::other_ms, 0, 1e5, false,
     "of a core, a pass: what a whole node takes beyond the stages", node_table},
    {"beside-ms", &in::beside_ms, 0, 1e5, false, "a booking: all that is not matching", node_table},
    {"people-a-partition", &in::people_a_partition, 1e3, 1e9, true,
     "people of a partition; no gallery has more than 1,024", "the largest that was measured"},
    {"hot-bytes", &in::hot_bytes, 1, 1e6, false, "in memory, a person: sketches and places",
     "docs/ARCHITECTURE.md, A search in a partition"},
    {"index-bytes", &in::index_bytes, 0, 1e6, false, "in memory beside them, a person: the index",
     search_table},
    {"stored-bytes", &in::stored_bytes, 1, 1e7, false, "on disk, a person, all in all", node_table},
    {"probe-bytes", &in::probe_bytes, 1, 8e6, false, "of a ten-finger probe on the network",
     "ten ISO records of 50 minutiae and their frame"},
    {"candidates", &in::candidates, 1, 1024, true, "of each node's reply",
     "actors/query_core.hpp, top_k"},
    {"candidate-bytes", &in::candidate_bytes, 1, 1e4, false, "of each of them",
     "messages/schema/search.capnp"},
    {"facts", &in::facts, 1, 1e4, false, "appended to the journal for a booking",
     "docs/ARCHITECTURE.md, One booking: acceptance, answers, record, messages, audit"},
    {"fact-bytes", &in::fact_bytes, 1, 8e6, false, "of each",
     "the size that appends were measured at"},
    {"appends-s", &in::appends_s, 1, 1e9, false, "appends a second the journal takes",
     "three JetStream servers on one machine, synchronous, 2 KB"},
    {"replicas", &in::replicas, 1, limits::replicas_max, true, "of each partition", chosen},
    {"spare-nodes", &in::spare_nodes, 0, limits::nodes_max, true,
     "nodes that may be lost without anything being fuller than planned", chosen},
    {"node-cores", &in::node_cores, 1, 1e4, true, "cores of a node", chosen},
    {"node-memory-gb", &in::node_memory_gb, 1, 1e5, false, "memory of a node, GB (1e9 bytes)",
     chosen},
    {"node-disk-gb", &in::node_disk_gb, 1, 1e7, false, "disk of a node, GB", chosen},
    {"node-network-gbit", &in::node_network_gbit, 0.01, 1e4, false, "network of a node, Gbit/s",
     chosen},
    {"busy", &in::busy, 0.01, 0.99, false, "how busy cores may be in the peak hour", chosen},
    {"memory-full", &in::memory_full, 0.01, 1, false, "share of memory that people may fill",
     chosen},
    {"disk-full", &in::disk_full, 0.01, 1, false,
     "share of disk that people may fill: the rest is for copies and backups", chosen},
};

std::string words(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

status check(const char* name, double value, double least, double most, bool whole,
             const char* what) {
  if (std::isfinite(value) && value >= least && value <= most &&
      (!whole || value == std::floor(value)))
    return {};
  return make_error(errc::invalid_input, "--" + std::string(name) + " " + words(value) + " (" +
                                             what + "): " + (whole ? "a whole number " : "") +
                                             "from " + words(least) + " to " + words(most) +
                                             " is allowed");
}

constexpr const char* assumptions[] = {
    "Bookings come at random (Poisson) at the rate of the busiest hour, all with ten fingers; no "
    "retries, no other work on the nodes.",
    "Cores, and nodes, are equal and as fast as the measured one; scanning grows with cores as "
    "measured on two, memory bandwidth included.",
    "Partitions are equally large and spread evenly over nodes; a ready replica is on every node "
    "it "
    "should be on.",
    "Waiting: all cores as one queue, M/G/m (Erlang C 1917; Pollaczek and Khinchine; Lee and "
    "Longton 1959); p99 as if waits were exponential.",
    "A search's path: its partitions in waves over its cores; the precise stage and the rest on "
    "one "
    "core after the other.",
    "The index proposes as it does at a million people a partition; sketches stay in memory.",
    "The journal's servers stand on machines of their own and are not counted as nodes.",
};

}  // namespace

std::span<const capacity_option> capacity_options() { return options; }
std::span<const char* const> capacity_assumptions() { return assumptions; }

status check_inputs(const capacity_inputs& inputs) {
  for (const double people : {inputs.criminal_people, inputs.immigration_people})
    WHORL_TRY(check("subjects", people, 1, 1e11, true, "people of each gallery"));
  for (const capacity_option& o : options)
    WHORL_TRY(check(o.name, inputs.*o.value, o.least, o.most, o.whole, o.what));
  return {};
}

}  // namespace whorl::cluster
