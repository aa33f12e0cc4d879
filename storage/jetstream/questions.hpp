// Many requests at once over one link, each with its own answer: what makes a batch cost about one
// round trip. Owned by one operation at a time; not safe from several threads. Who asks bounds how
// much is on its way. For .cpp files of storage/jetstream/ alone.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "messages/bytes.hpp"
#include "storage/jetstream/nats_link.hpp"

namespace whorl::storage::jetstream {

struct question {
  std::string subject;
  std::vector<std::pair<std::string, std::string>> headers;
  bytes body;
};

/// Of each question the message that came back; null when none did, so that what was asked may
/// have happened or not.
using answers = std::vector<nats_owned<natsMsg>>;

class questions {
 public:
  static result<questions> over(std::shared_ptr<link> where);
  bool is_over(const link* where) const { return link_.get() == where; }
  /// Sends in order; returns when all are answered, when nothing has come for the link's timeout,
  /// or when the link broke.
  answers ask(std::span<const question> all);

 private:
  questions() = default;
  natsStatus send(const question& what, const std::string& reply);
  std::shared_ptr<link> link_;
  std::string inbox_;
  std::uint64_t asked_ = 0;  // numbers the replies: late ones of before are told apart
  nats_owned<natsSubscription> subscription_;
};

inline byte_view body_of(natsMsg* message) {
  return {reinterpret_cast<const std::byte*>(natsMsg_GetData(message)),
          static_cast<std::size_t>(natsMsg_GetDataLength(message))};
}

}  // namespace whorl::storage::jetstream
