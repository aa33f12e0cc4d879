#include "apps/http/strangers.hpp"

#include <algorithm>

namespace whorl::apps::http {

stranger_list::verdict stranger_list::enter(const std::weak_ptr<connection>& who,
                                            const std::string& network) {
  const std::scoped_lock lock(mutex_);
  verdict out;
  auto& of_one = by_network_[network];
  if (of_one.size() >= most_of_one_ || all_.size() >= most_) {
    std::optional<ticket> oldest;
    if (of_one.size() >= most_of_one_) {
      for (const ticket each : of_one)
        if (!each->answering && !oldest) oldest = each;
    } else {
      const auto found =
          std::find_if(all_.begin(), all_.end(), [](const entry& e) { return !e.answering; });
      if (found != all_.end()) oldest = found;
    }
    if (!oldest) {
      if (of_one.empty()) by_network_.erase(network);
      return out;
    }
    out.out = (*oldest)->who.lock();
    remove(*oldest);
  }
  all_.push_back({who, network});
  out.in = std::prev(all_.end());
  auto& places = by_network_[network];  // again: the last of a network takes its list along
  (*out.in)->of_network = places.insert(places.end(), *out.in);
  return out;
}

void stranger_list::remove(ticket one) {
  const auto found = by_network_.find(one->network);
  found->second.erase(one->of_network);
  if (found->second.empty()) by_network_.erase(found);
  one->network.clear();
  gone_.splice(gone_.end(), all_, one);
}

void stranger_list::leave(ticket one) {
  const std::scoped_lock lock(mutex_);
  if (!one->network.empty()) remove(one);
  gone_.erase(one);
}

void stranger_list::answering(ticket one, bool now) {
  const std::scoped_lock lock(mutex_);
  one->answering = now;
}

bool stranger_list::crowded() const {
  const std::scoped_lock lock(mutex_);
  return all_.size() >= most_ - most_ / 4;
}

}  // namespace whorl::apps::http
