// Connections that have not shown who they are. They have a share of the room, and each network a
// share of that; when one is full its oldest gives way to the newcomer, so that whoever holds
// connections and says nothing keeps nobody out for longer than a handshake. Thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace whorl::apps::http {

class connection;

class stranger_list {
 public:
  stranger_list(std::size_t most, std::size_t most_of_one)
      : most_(most), most_of_one_(most_of_one) {}

  struct entry;
  using ticket = std::list<entry>::iterator;
  struct entry {
    std::weak_ptr<connection> who;
    std::string network;
    bool answering = false;
    std::list<ticket>::iterator of_network{};
  };
  /// Its place, and who must be closed for it. No place when all whose share is full are being
  /// answered.
  struct verdict {
    std::optional<ticket> in;
    std::shared_ptr<connection> out;
  };
  verdict enter(const std::weak_ptr<connection>& who, const std::string& network);
  void leave(ticket one);
  /// One that is being answered does not give way.
  void answering(ticket one, bool now);
  /// Less than a quarter is free.
  bool crowded() const;

 private:
  void remove(ticket one);
  mutable std::mutex mutex_;
  const std::size_t most_, most_of_one_;
  /// Oldest first. Those that gave way have their ticket until they die, in `gone_`.
  std::list<entry> all_, gone_;
  std::map<std::string, std::list<ticket>> by_network_;
};

}  // namespace whorl::apps::http
