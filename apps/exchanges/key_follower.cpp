#include "apps/exchanges/key_follower.hpp"

#include <chrono>
#include <utility>

#include "apps/client/answer.hpp"
#include "messages/wire.hpp"
#include "storage/cipher.hpp"

namespace whorl::apps::exchanges {
namespace {

constexpr auto pause = std::chrono::milliseconds(500);

}  // namespace

std::string listing_path(std::optional<key_id> after) {
  if (!after) return "/v1/exchange/keys";
  return "/v1/exchange/keys?owner=" + std::to_string(after->owner) +
         "&purpose=" + std::to_string(unsigned(after->purpose));
}

std::string following_path(std::uint64_t feed, std::uint64_t after) {
  return "/v1/exchange/keys?feed=" + std::to_string(feed) + "&after=" + std::to_string(after);
}

key_follower::key_follower(storage::own_keyring& keys, key_follower_settings settings)
    : keys_(keys), how_(std::move(settings)), thread_([this] { run(); }) {}

key_follower::~key_follower() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  moved_.notify_all();
  thread_.join();
}

std::uint64_t key_follower::mark() const {
  const std::lock_guard lock(mutex_);
  return at_.mark();
}

bool key_follower::wait_level(std::uint64_t since, std::int64_t for_ms) {
  std::unique_lock lock(mutex_);
  moved_.wait_for(lock, std::chrono::milliseconds(for_ms),
                  [&] { return at_.has_all_since(since); });
  return at_.has_all_since(since);
}

std::string key_follower::standing() const {
  const std::lock_guard lock(mutex_);
  return standing_;
}

void key_follower::say(const std::string& standing) {
  {
    const std::lock_guard lock(mutex_);
    if (standing_ == standing) return;
    standing_ = standing;
  }
  if (how_.on_change) how_.on_change(standing);
}

void key_follower::run() {
  for (std::size_t at = 0;; at = (at + 1) % how_.peers.size()) {
    const auto holder = client::remote::make(how_.peers[at]);
    status done = holder ? status{} : status(holder.error());
    for (bool first = true; done; first = false) {
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        if (first) at_.begin_again();
        at_.asks();
      }
      done = step(**holder);
    }
    say("no keys come from " + how_.peers[at].url + ": " + done.error().message);
    std::unique_lock lock(mutex_);
    moved_.wait_for(lock, pause, [&] { return stopping_; });
    if (stopping_) return;
  }
}

result<key_page> key_follower::ask(client::remote& holder, const std::string& path) const {
  WHORL_ASSIGN(client::remote_answer answer, holder.get(path));
  if (answer.status != 200) return client::error_of(answer);
  const auto body = std::as_writable_bytes(std::span(answer.body));
  auto page = wire::decode_key_page(body);
  storage::wipe(body);
  return page;
}

status key_follower::step(client::remote& holder) {
  const bool lists = at_.lists();
  auto page =
      ask(holder, lists ? listing_path(at_.listed()) : following_path(at_.feed(), at_.next()));
  if (!page && page.error().code == errc::conflict && !lists) {
    const std::lock_guard lock(mutex_);
    at_.begin_again();
    return {};
  }
  if (!page) return page.error();
  if (page->lineage != how_.lineage)
    return make_error(errc::conflict,
                      "that store has another audit key, other partitions or other people loaded "
                      "in bulk: stop it, and begin this one with a copy of its folder");
  const status taken = keys_.absorb(page->keys);
  const std::optional<key_id> last =
      page->keys.empty() ? std::nullopt : std::optional(page->keys.back().key);
  for (key_copy& each : page->keys)
    if (each.secret) storage::wipe(*each.secret);
  WHORL_TRY(taken);
  bool level = false;
  {
    const std::lock_guard lock(mutex_);
    at_.took(*page, last);
    level = at_.is_level();
  }
  if (level) moved_.notify_all();
  if (level || at_.lists()) say(level ? "has every key" : "lists the keys");
  return {};
}

}  // namespace whorl::apps::exchanges
