#include "apps/http/shares.hpp"

namespace whorl::apps::http {

bool stranger_room::enter(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  if (count_ >= most_) return false;
  std::size_t& of_address = by_address_[address];
  if (of_address >= most_of_address_) return false;  // then it stands there already
  of_address += 1;
  count_ += 1;
  return true;
}

void stranger_room::leave(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  count_ -= 1;
  const auto found = by_address_.find(address);
  if (--found->second == 0) by_address_.erase(found);
}

}  // namespace whorl::apps::http
