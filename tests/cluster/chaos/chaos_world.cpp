#include "tests/cluster/chaos/chaos_world.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "apps/client/answer.hpp"
#include "apps/client/remote.hpp"

namespace whorl::chaos {
namespace {

namespace fs = std::filesystem;
using test::outcome;
using test::started_program;
using test::whorl_program;

constexpr std::size_t words_max = 400;  // of the end of what a process said

std::string end_of(const std::string& text) {
  return text.size() <= words_max ? text : ".." + text.substr(text.size() - words_max);
}

}  // namespace

void chaos_world::start_exchange() {
  exchange_wanted_ = true;
  exchange_ = std::make_unique<started_program>(std::vector<std::string>{
      "--store", store(), "--json", "serve", "--port", std::to_string(port_), "--rate", "1000000",
      "--log", folder("gateway.log"), "--log-level", "warning"});
}

void chaos_world::start_node(node& one) {
  one.wanted = true;
  std::vector<std::string> words;
  if (one.network) words = one.network->within();
  words.insert(words.end(), {WHORL_PROGRAM, "--json", "node", "--config", one.config});
  const std::string program = words.front();
  words.erase(words.begin());
  one.process = std::make_unique<started_program>(program, words);
}

std::vector<fault_kind> chaos_world::possible_faults() const {
  std::vector<fault_kind> out(std::begin(all_faults), std::end(all_faults));
  std::erase_if(out, [this](fault_kind kind) {
    if (kind == fault_kind::node_full) return nodes_[full_node].disk.empty();
    return !networks_ && (kind == fault_kind::node_cut_off || kind == fault_kind::node_unheard ||
                          kind == fault_kind::node_deaf);
  });
  return out;
}

void chaos_world::begin(const fault& one) {
  if (victim_of(one.kind) == victim::node) {
    node& which = nodes_.at(one.target);
    switch (one.kind) {
      case fault_kind::node_emptied:
      case fault_kind::node_killed:
        which.wanted = false;
        which.process->stop(SIGKILL);
        which.process->wait();
        if (one.kind == fault_kind::node_emptied) fs::remove_all(which.folder);
        return;
      case fault_kind::node_frozen:
        return which.process->stop(SIGSTOP);
      case fault_kind::node_full:
        return fill_disk(which);
      default:
        if (one.kind != fault_kind::node_deaf) which.network->lose_what_it_sends(true);
        if (one.kind != fault_kind::node_unheard) which.network->lose_what_it_gets(true);
        return;
    }
  }
  if (one.kind == fault_kind::exchange_killed) {
    exchange_wanted_ = false;
    exchange_->stop(SIGKILL);
    exchange_->wait();
  } else if (one.kind == fault_kind::server_killed) {
    server_wanted_.at(one.target) = false;
    servers_.kill(one.target);
  } else {
    servers_.freeze(one.target);
  }
}

void chaos_world::end(const fault& one) {
  if (victim_of(one.kind) == victim::node) {
    node& which = nodes_.at(one.target);
    switch (one.kind) {
      case fault_kind::node_emptied:
      case fault_kind::node_killed:
        return start_node(which);
      case fault_kind::node_frozen:
        return which.process->stop(SIGCONT);
      case fault_kind::node_full:
        fs::remove(filler(which));
        return;
      default:
        which.network->lose_what_it_sends(false);
        which.network->lose_what_it_gets(false);
        return;
    }
  }
  if (one.kind == fault_kind::exchange_killed) {
    start_exchange();
  } else if (one.kind == fault_kind::server_killed) {
    server_wanted_.at(one.target) = true;
    servers_.start(one.target);
  } else {
    servers_.thaw(one.target);
  }
}

void chaos_world::fill_disk(const node& one) const {
  std::ofstream out(filler(one), std::ios::binary);
  const std::string block(4096, 'x');
  while (out) out.write(block.data(), static_cast<std::streamsize>(block.size())).flush();
}

std::vector<json> chaos_world::tend() {
  std::vector<json> out;
  const auto fell = [&](const std::string& who, const outcome& how) {
    words_.push_back(who + " ended with " + std::to_string(how.code) + ": " + end_of(how.err));
    if (how.code < 0) fallen_.push_back(words_.back());
    out.push_back({{"event", "ended by itself"},
                   {"who", who},
                   {"code", how.code},
                   {"words", end_of(how.err)}});
  };
  if (exchange_wanted_ && !exchange_->running()) {
    fell("exchange", exchange_->wait());
    start_exchange();
  }
  for (node& one : nodes_) {
    if (!one.wanted || one.process->running()) continue;
    fell(one.name, one.process->wait());
    start_node(one);
  }
  return out;
}

void chaos_world::heal() {
  for (std::size_t i = 0; i < server_count; ++i) {
    servers_.thaw(i);
    server_wanted_[i] = true;
  }
  servers_.start_all();
  for (node& one : nodes_) {
    if (!one.disk.empty()) fs::remove(filler(one));
    if (one.network) {
      one.network->lose_what_it_sends(false);
      one.network->lose_what_it_gets(false);
    }
    if (one.wanted)
      one.process->stop(SIGCONT);
    else
      start_node(one);
  }
  if (!exchange_wanted_) start_exchange();
}

std::vector<std::string> chaos_world::client(const std::string& who) const {
  return {"--server",      "https://localhost:" + std::to_string(port_),
          "--authority",   store() + "/pki/ca.pem",
          "--certificate", folder("keys") + "/" + who + ".pem",
          "--key",         folder("keys") + "/" + who + ".key",
          "--json"};
}

std::unique_ptr<started_program> chaos_world::load(std::vector<std::string> words) const {
  const auto who = client("state-bureau");
  words.insert(words.begin(), who.begin(), who.end());
  return std::make_unique<started_program>(words);
}

/// Null where there is no answer now.
json chaos_world::asked(const std::string& who, std::vector<std::string> words) const {
  const auto begin = client(who);
  words.insert(words.begin(), begin.begin(), begin.end());
  const outcome done = whorl_program(words);
  return done.code == 0 ? done.document() : json();
}

/// Of all: each page of the gateway's list.
std::size_t chaos_world::open_bookings() const {
  const auto words = client("state-bureau");
  const auto gateway = apps::client::remote::make({words[1], words[5], words[7], words[3]});
  REQUIRE_MESSAGE(gateway.has_value(), gateway.error().message);
  std::size_t open = 0;
  for (std::string before;;) {
    const auto answer = (*gateway)->get("/v1/bookings?limit=1000" + before);
    const auto page =
        answer ? apps::client::document_of(*answer) : result<apps::client::json>(answer.error());
    if (!page) return open + 1;
    for (const auto& each : (*page)["bookings"])
      open += !each.value("done", false) && each.value("criminal_search", "") != "review" &&
              each.value("immigration_search", "") != "review";
    if ((*page)["next"].is_null()) return open;
    before = "&before=" + (*page)["next"].get<std::string>();
  }
}

bool chaos_world::is_settled(std::string& state) const {
  const json now = asked("operator", {"cluster", "status"});
  state = now.dump();
  if (now.is_null() || !now["settled"].get<bool>() || now["partitions"].empty()) return false;
  for (const json& each : now["partitions"])
    if (each["searchable"] != replica_count) return false;
  std::map<std::string, std::uint64_t> first;
  for (const json& one : now["nodes"])
    for (const json& each : one["replicas"]) {
      const std::string name = each["partition"];
      const auto seq = each["applied_seq"].get<std::uint64_t>();
      if (first.emplace(name.substr(0, name.find('/')), seq).first->second != seq) return false;
    }
  return true;
}

bool chaos_world::await_rest(std::int64_t patience_ms, std::string& state) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  do {
    tend();
    if (is_settled(state)) {
      const std::size_t open = open_bookings();
      if (open == 0) return true;
      state = std::to_string(open) + " bookings are open; " + state;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

std::vector<std::string> chaos_world::stop() {
  std::vector<std::string> out;
  const auto ended = [&out](const std::string& who, started_program& process) {
    process.stop(SIGTERM);
    const outcome how = process.wait();
    if (how.code != 0)
      out.push_back(who + " was told to stop and ended with " + std::to_string(how.code) + ": " +
                    end_of(how.err));
  };
  exchange_wanted_ = false;
  for (node& one : nodes_) {
    one.wanted = false;
    ended(one.name, *one.process);
  }
  ended("exchange", *exchange_);
  return out;
}

std::vector<std::string> chaos_world::verify_audit() const {
  std::vector<std::string> out;
  // The first settles what the servers lost.
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--as", "operator", "status"},
        std::vector<std::string>{"--as", "oversight", "audit", "verify"}}) {
    std::vector<std::string> all = {"--store", store()};
    all.insert(all.end(), words.begin(), words.end());
    const outcome done = whorl_program(all);
    if (done.code != 0)
      out.push_back(words.back() + " ended with " + std::to_string(done.code) + ": " +
                    end_of(done.out + done.err));
  }
  return out;
}

std::string chaos_world::last_words() const {
  std::string out;
  for (const std::string& each : words_) out += "\n" + each;
  return out;
}

}  // namespace whorl::chaos
