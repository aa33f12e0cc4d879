// What connections share of the server's room: how many there are, of whom, and the bytes of bodies
// that are on their way. Each gives back what it took when it dies.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace whorl::apps::http {

/// Counts a connection until it dies.
class counted_connection {
 public:
  explicit counted_connection(std::atomic<std::size_t>& count) : count_(count) { count_ += 1; }
  ~counted_connection() { count_ -= 1; }
  counted_connection(const counted_connection&) = delete;
  counted_connection& operator=(const counted_connection&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

/// Room for so much altogether and so much of one name (an address, a certificate, a principal), in
/// places or bytes. Thread-safe.
class shared_room {
 public:
  shared_room(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}
  bool enter(const std::string& name, std::size_t amount);
  void leave(const std::string& name, std::size_t amount);

 private:
  std::mutex mutex_;
  std::size_t most_, most_of_one_, taken_ = 0;
  std::map<std::string, std::size_t> by_name_;
};

/// Part of a room, given back when it dies. The room must outlive it.
class place {
 public:
  place() = default;
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { give_back(); }
  /// False when there is no room; what it held before is given back all the same.
  bool take(shared_room& in, const std::string& name, std::size_t amount = 1);
  void give_back();

 private:
  shared_room* in_ = nullptr;
  std::string name_;
  std::size_t amount_ = 0;
};

/// Whose share a numeric address counts in: an IPv6 host has a /64 to itself, so that is one; an
/// IPv4 address written as IPv6 is that of IPv4.
std::string network_of(const std::string& address);

}  // namespace whorl::apps::http
