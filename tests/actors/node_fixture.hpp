// A store in a temporary folder with a few synthetic people, and transactions that book them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/local_node.hpp"
#include "actors/node.hpp"
#include "storage/store.hpp"
#include "tests/support.hpp"

namespace whorl::test {

class node_fixture {
 public:
  node_fixture();

  /// Puts these people (seeds) into both galleries.
  void import_people(const std::vector<std::uint64_t>& people);
  static subject_id subject_of(std::uint64_t person) { return {0x100 + person}; }

  /// A retained CARW booking of that person by the agency WH0000001.
  actors::submission booking(std::uint64_t person, std::uint32_t impression,
                             const std::string& name = {}) const;

  std::unique_ptr<actors::local_node> start(jurisdiction_mode mode = jurisdiction_mode::full,
                                            std::size_t in_flight_max = 64);
  /// Settings of a node that a test spawns itself; messages are delivered to nowhere.
  actors::node_settings raw_settings(caf::actor_system& system);

  storage::store& store() { return *store_; }
  /// Closes and opens the store, as a restart does.
  void reopen();
  std::string answers_folder() const { return (folder_.path() / "answers").string(); }

 private:
  temp_folder folder_;
  std::unique_ptr<storage::store> store_;
};

}  // namespace whorl::test
