#include "apps/http/shares.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace whorl::apps::http {

bool shared_room::enter(const std::string& name, std::size_t amount) {
  const std::scoped_lock lock(mutex_);
  if (amount > most_ - taken_) return false;
  const auto found = by_name_.find(name);
  const std::size_t of_one = found == by_name_.end() ? 0 : found->second;
  if (amount > most_of_one_ || of_one > most_of_one_ - amount) return false;
  by_name_[name] = of_one + amount;
  taken_ += amount;
  return true;
}

void shared_room::leave(const std::string& name, std::size_t amount) {
  const std::scoped_lock lock(mutex_);
  taken_ -= amount;
  const auto found = by_name_.find(name);
  if ((found->second -= amount) == 0) by_name_.erase(found);
}

bool place::take(shared_room& in, const std::string& name, std::size_t amount) {
  give_back();
  if (amount == 0) return true;
  if (!in.enter(name, amount)) return false;
  in_ = &in;
  name_ = name;
  amount_ = amount;
  return true;
}

void place::give_back() {
  if (in_ != nullptr) std::exchange(in_, nullptr)->leave(name_, amount_);
}

std::string network_of(const std::string& address) {
  std::array<unsigned char, 16> six{};
  if (inet_pton(AF_INET6, address.c_str(), six.data()) != 1) return address;
  constexpr std::array<unsigned char, 12> four_in_six = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const bool is_four = std::equal(four_in_six.begin(), four_in_six.end(), six.begin());
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_four) return inet_ntop(AF_INET, six.data() + 12, text.data(), text.size());
  std::fill(six.begin() + 8, six.end(), 0);
  return std::string(inet_ntop(AF_INET6, six.data(), text.data(), text.size())) + "/64";
}

}  // namespace whorl::apps::http
