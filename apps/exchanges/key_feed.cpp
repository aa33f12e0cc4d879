#include "apps/exchanges/key_feed.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "messages/limits.hpp"
#include "storage/cipher.hpp"

namespace whorl::apps::exchanges {
namespace {

/// Between two attempts to write who is in sync.
constexpr auto retry_pause = std::chrono::milliseconds(200);

}  // namespace

using std::chrono::milliseconds;

key_feed::key_feed(const storage::own_keyring& keys, const key_feed_settings& settings,
                   record_function record)
    : keys_(keys), how_(settings), record_(std::move(record)) {}

key_feed::~key_feed() {
  end();
  for (key_copy& each : ring_)
    if (each.secret) storage::wipe(*each.secret);
}

status key_feed::may_change() const {
  const std::lock_guard lock(mutex_);
  return broken_ ? status(*broken_) : status{};
}

status key_feed::broken(const error& why) {
  const std::lock_guard lock(mutex_);
  if (!broken_) broken_ = why;
  return why;
}

status key_feed::changed(std::span<const key_copy> changes) {
  std::deque<waiting> asked;
  std::uint64_t which = 0;
  key_page news;
  {
    const std::lock_guard lock(mutex_);
    if (broken_) return *broken_;
    const std::uint64_t before = last_;  // whoever waits has all up to here
    for (const key_copy& each : changes) ring_.push_back(each);
    which = last_ += changes.size();
    for (; ring_.size() > limits::key_changes_kept_max; ring_.pop_front())
      if (ring_.front().secret) storage::wipe(*ring_.front().secret);
    asked.swap(waiting_);
    if (!asked.empty()) news = page_after(before);
  }
  for (waiting& each : asked) each.reply(news);
  for (key_copy& each : news.keys)
    if (each.secret) storage::wipe(*each.secret);
  {
    std::unique_lock lock(mutex_);
    how_.time->wait(lock, heard_, milliseconds(how_.wait_ms),
                    [&] { return broken_ || standbys_.lagging(which).empty(); });
    if (broken_) return *broken_;
    if (standbys_.lagging(which).empty()) return {};
  }
  return drop_lagging(which);
}

/// For as long as the lease is held and the record cannot be written nothing goes on: whoever lacks
/// the change may stand in it.
status key_feed::drop_lagging(std::uint64_t which) {
  while (true) {
    const status written = try_drop(which);
    if (written) return {};
    if (written.error().code != errc::unavailable) return broken(written.error());
    std::unique_lock lock(mutex_);
    how_.time->wait(lock, heard_, retry_pause, [&] { return broken_.has_value(); });
    if (broken_) return *broken_;
  }
}

status key_feed::try_drop(std::uint64_t which) {
  const std::lock_guard recording(recording_);
  std::vector<std::string> late, stay;
  bool write = false;
  {
    const std::lock_guard lock(mutex_);
    late = standbys_.lagging(which);  // one may have come meanwhile
    if (late.empty()) return {};
    stay = standbys_.without(late);
    write = standbys_.may_differ_from(stay);
  }
  if (write) WHORL_TRY(record_(stay));
  const std::lock_guard lock(mutex_);
  if (write) standbys_.recorded(stay);
  standbys_.drop(late);
  dropped_ += late.size();
  return {};
}

void key_feed::end() {
  std::deque<waiting> asked;
  {
    const std::lock_guard lock(mutex_);
    if (!broken_) broken_ = make_error(errc::unavailable, "this exchange is stopping");
    asked.swap(waiting_);
  }
  heard_.notify_all();
  for (waiting& each : asked)
    each.reply(make_error(errc::unavailable, "this exchange is stopping"));
}

/// Under mutex_; `after` is a position that the ring still reaches back to.
key_page key_feed::page_after(std::uint64_t after) const {
  key_page out;
  out.feed = how_.number;
  out.last = last_;
  out.lineage = how_.lineage;
  const std::uint64_t first = last_ - ring_.size() + 1;
  std::size_t at = after + 1 - first;
  for (; at < ring_.size() && out.keys.size() < limits::key_page_keys_max; ++at)
    out.keys.push_back(ring_[at]);
  out.next = first + at - 1;
  return out;
}

result<key_page> key_feed::list(std::optional<key_id> after) const {
  key_page out;
  {
    const std::lock_guard lock(mutex_);
    if (broken_) return *broken_;
    out.next = out.last = last_;  // before the keys are read: what comes meanwhile comes twice
  }
  out.feed = how_.number;
  out.lineage = how_.lineage;
  WHORL_ASSIGN(out.keys, keys_.copy(after, limits::key_page_keys_max));
  out.whole = out.keys.size() < limits::key_page_keys_max;
  return out;
}

void key_feed::follow(const std::string& name, std::uint64_t feed, std::uint64_t after,
                      reply_function reply) {
  key_page page;
  {
    const std::lock_guard lock(mutex_);
    if (broken_) return reply(*broken_);
    if (feed != how_.number || after > last_ || after + ring_.size() < last_)
      return reply(make_error(errc::conflict, "this position is no more: list all keys"));
    standbys_.heard(name, after, last_);
    heard_.notify_all();
    if (after == last_) {
      waiting_.push_back({how_.time->now() + milliseconds(how_.hold_ms), std::move(reply)});
      return;
    }
    page = page_after(after);
  }
  reply(std::move(page));
}

void key_feed::tick() {
  std::deque<waiting> over;
  key_page nothing;
  {
    const std::lock_guard lock(mutex_);
    const auto now = how_.time->now();
    while (!waiting_.empty() && waiting_.front().until <= now) {
      over.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    nothing = page_after(last_);
  }
  for (waiting& each : over) each.reply(nothing);

  const std::lock_guard recording(recording_);
  std::vector<std::string> wanted;
  {
    const std::lock_guard lock(mutex_);
    const auto joining = standbys_.joining();
    if (broken_ || joining.empty()) return;
    wanted = standbys_.in_sync();
    wanted.insert(wanted.end(), joining.begin(), joining.end());
    std::ranges::sort(wanted);
    standbys_.writing(wanted);
  }
  // Not written: tried again at the next tick. Until then it is waited for and may not take over.
  if (!record_(wanted)) return;
  const std::lock_guard lock(mutex_);
  standbys_.recorded(wanted);
}

key_feed_counts key_feed::counts() const {
  const std::lock_guard lock(mutex_);
  return {standbys_.in_sync(), last_, dropped_};
}

}  // namespace whorl::apps::exchanges
