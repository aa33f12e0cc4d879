#include "apps/http/shares.hpp"

namespace whorl::apps::http {

bool shared_room::enter(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  if (count_ >= most_) return false;
  std::size_t& of_one = by_name_[name];
  if (of_one >= most_of_one_) return false;  // then it stands there already
  of_one += 1;
  count_ += 1;
  return true;
}

void shared_room::leave(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  count_ -= 1;
  const auto found = by_name_.find(name);
  if (--found->second == 0) by_name_.erase(found);
}

}  // namespace whorl::apps::http
