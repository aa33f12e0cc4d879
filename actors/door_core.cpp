#include "actors/door_core.hpp"

namespace whorl::actors {

door::door(std::size_t count_max, std::size_t bytes_max)
    : count_{"submissions waiting", 0, 0, count_max},
      bytes_{"bytes of submissions waiting", 0, 0, bytes_max} {}

result<door_ticket> door::enter(std::size_t bytes) {
  if (bytes > limits::transaction_bytes_max)
    return make_error(errc::limit_exceeded, "the transaction has " + std::to_string(bytes) +
                                                " bytes: at most " +
                                                std::to_string(limits::transaction_bytes_max));
  const std::lock_guard lock(mutex_);
  if (count_.now + 1 > count_.limit || bytes_.now + bytes > bytes_.limit)
    return make_error(errc::overloaded,
                      std::to_string(count_.now) + " submissions of " + std::to_string(bytes_.now) +
                          " bytes wait for acceptance, as many as this node takes: send it again "
                          "later");
  count_.set(count_.now + 1);
  bytes_.set(bytes_.now + bytes);
  return door_ticket(static_cast<const void*>(this),
                     [me = shared_from_this(), bytes](const void*) { me->leave(bytes); });
}

void door::leave(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  --count_.now;
  bytes_.now -= bytes;
}

std::vector<gauge> door::gauges() const {
  const std::lock_guard lock(mutex_);
  return {count_, bytes_};
}

}  // namespace whorl::actors
