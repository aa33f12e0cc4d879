#include "storage/jetstream/questions.hpp"

#include <charconv>
#include <cstring>

namespace whorl::storage::jetstream {
namespace {

constexpr int slice_ms = 50;  // how soon a broken link is noticed

}  // namespace

result<questions> questions::over(std::shared_ptr<link> where) {
  questions made;
  made.link_ = std::move(where);
  natsInbox* inbox = nullptr;
  if (const natsStatus s = natsInbox_Create(&inbox); s != NATS_OK)
    return made.link_->failure("inbox", s);
  made.inbox_ = std::string(inbox) + ".";
  natsInbox_Destroy(inbox);
  natsSubscription* subscription = nullptr;
  const std::string all = made.inbox_ + "*";
  natsStatus s = natsConnection_SubscribeSync(&subscription, made.link_->connection(), all.c_str());
  if (s != NATS_OK) return made.link_->failure(all, s);
  made.subscription_.reset(subscription);
  // Who asks bounds what is on its way; dropping answers here would only make it ask again.
  s = natsSubscription_SetPendingLimits(subscription, -1, -1);
  if (s != NATS_OK) return made.link_->failure(all, s);
  return made;
}

natsStatus questions::send(const question& what, const std::string& reply) {
  natsMsg* raw = nullptr;
  natsStatus s = natsMsg_Create(&raw, what.subject.c_str(), reply.c_str(),
                                reinterpret_cast<const char*>(what.body.data()),
                                static_cast<int>(what.body.size()));
  if (s != NATS_OK) return s;
  const nats_owned<natsMsg> message(raw);
  for (const auto& [name, value] : what.headers)
    if (s == NATS_OK) s = natsMsgHeader_Set(raw, name.c_str(), value.c_str());
  return s == NATS_OK ? natsConnection_PublishMsg(link_->connection(), raw) : s;
}

answers questions::ask(std::span<const question> all) {
  answers out(all.size());
  const std::uint64_t first = asked_, breaks = link_->breaks();
  asked_ += all.size();
  std::size_t sent = 0, answered = 0;
  // An answer to a question that comes later than a refused one would be of no use.
  while (sent < all.size() && link_->up() &&
         send(all[sent], inbox_ + std::to_string(first + sent)) == NATS_OK)
    ++sent;
  int silent_ms = 0;
  while (answered < sent && silent_ms < link_->timeout_ms()) {
    natsMsg* raw = nullptr;
    const natsStatus s = natsSubscription_NextMsg(&raw, subscription_.get(), slice_ms);
    if (s == NATS_TIMEOUT) {
      silent_ms += slice_ms;
      if (link_->breaks() != breaks || !link_->up()) break;
      continue;
    }
    if (s != NATS_OK) break;
    silent_ms = 0;
    nats_owned<natsMsg> message(raw);
    const char* const digits = natsMsg_GetSubject(raw) + inbox_.size();
    std::uint64_t number = 0;
    std::from_chars(digits, digits + std::strlen(digits), number);
    if (number < first || number - first >= sent || out[number - first]) continue;
    out[number - first] = std::move(message);
    ++answered;
  }
  return out;
}

}  // namespace whorl::storage::jetstream
