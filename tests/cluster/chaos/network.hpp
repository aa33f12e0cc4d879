// A node's way to the exchange as a network of its own: a namespace with one pair of interfaces,
// on which what either side sends can be made to get lost. Wants root, and `ip`.
#pragma once

#include <string>
#include <vector>

namespace whorl::chaos {

/// False, with a loud SKIPPED line, where namespaces cannot be made.
bool networks_possible();

class node_network {
 public:
  explicit node_network(std::size_t index);
  ~node_network();
  node_network(const node_network&) = delete;
  node_network& operator=(const node_network&) = delete;

  /// Where the node reaches this machine.
  std::string outside() const { return net_ + ".1"; }
  /// What starts a program inside.
  std::vector<std::string> within() const;
  /// Packets get lost without a sign, as in a cable: they go to a station that is not there.
  void lose_what_it_sends(bool lost) const;
  void lose_what_it_gets(bool lost) const;

 private:
  std::string room_, inner_, outer_, net_;
};

}  // namespace whorl::chaos
