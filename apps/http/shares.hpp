// What connections share of the server's room: how many there are, of whom, and the bytes of bodies
// that are on their way. Each gives back what it took when it dies.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
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

/// Room for so many altogether and so many of one name (an address, a certificate). Thread-safe.
class shared_room {
 public:
  shared_room(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}
  bool enter(const std::string& name);
  void leave(const std::string& name);

 private:
  std::mutex mutex_;
  std::size_t most_, most_of_one_, count_ = 0;
  std::map<std::string, std::size_t> by_name_;
};

/// Part of the bodies that are being received; given back when it dies.
class body_share {
 public:
  body_share(std::atomic<std::size_t>& all, std::size_t most) : all_(all), most_(most) {}
  body_share(const body_share&) = delete;
  body_share& operator=(const body_share&) = delete;
  ~body_share() { give_back(); }
  bool take(std::size_t bytes) {
    give_back();
    if (all_.fetch_add(bytes) + bytes > most_) {
      all_.fetch_sub(bytes);
      return false;
    }
    bytes_ = bytes;
    return true;
  }
  void give_back() { all_.fetch_sub(std::exchange(bytes_, 0)); }

 private:
  std::atomic<std::size_t>& all_;
  std::size_t most_;
  std::size_t bytes_ = 0;
};

}  // namespace whorl::apps::http
