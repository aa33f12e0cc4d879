#include "apps/osia/tasks.hpp"

#include <set>
#include <string_view>

#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

/// Before the second delivery and the third.
constexpr std::int64_t pause_ms(int tried) { return tried == 1 ? 1000 : 5000; }

error unknown(const std::string& id) {
  return make_error(errc::not_found, "taskId: no task '" + id.substr(0, 64) + "' of yours");
}

/// "host:port" of a URL as callback_url makes it.
std::string host_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t from = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(from, url.find_first_of("/?", from) - from);
}

}  // namespace

/// Of those that are over, the one that is for longest.
tasks::place tasks::oldest_over() {
  auto oldest = all_.end();
  for (auto it = all_.begin(); it != all_.end(); ++it) {
    const task& t = it->second;
    if ((t.at == step::completed || t.at == step::error) && !t.under_way &&
        (oldest == all_.end() || t.done_ms < oldest->second.done_ms))
      oldest = it;
  }
  return oldest;
}

void tasks::empty(task& what) {
  kept_bytes_ -= what.body.size();
  what.body = {};
}

/// Tasks that are over and old go; when that is not enough, the oldest that is over.
void tasks::make_room(std::int64_t now_ms) {
  for (auto oldest = oldest_over(); oldest != all_.end(); oldest = oldest_over()) {
    if (now_ms - oldest->second.done_ms <= limits::osia_task_kept_ms &&
        all_.size() < limits::osia_tasks_max)
      return;
    empty(oldest->second);
    all_.erase(oldest);
  }
}

/// Answers that could not be delivered make room for one that has not been tried.
bool tasks::make_room_for(std::size_t bytes) {
  if (bytes <= answer_bytes_small) return true;
  if (bytes > limits::osia_answer_bytes_max) return false;
  while (kept_bytes_ + bytes > limits::osia_answer_bytes_max) {
    const auto oldest = oldest_over();
    if (oldest == all_.end()) return false;
    empty(oldest->second);
    all_.erase(oldest);
  }
  return true;
}

status tasks::add(const std::string& id, const std::string& owner, const std::string& url,
                  std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  make_room(now_ms);
  if (all_.size() >= limits::osia_tasks_max)
    return make_error(errc::overloaded, "too many tasks are under way: ask again later");
  task t;
  t.owner = owner;
  t.url = url;
  t.host = host_of(url);
  all_.emplace(id, std::move(t));
  return {};
}

status tasks::finish(const std::string& id, const std::string& content_type,
                     const std::string& body, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  if (!make_room_for(body.size()))
    return make_error(errc::overloaded,
                      "the answer is too large to be kept beside others until it is delivered: ask "
                      "without callback");
  const auto found = all_.find(id);
  if (found == all_.end()) return {};
  task& t = found->second;
  t.content_type = content_type;
  t.body = body;
  kept_bytes_ += body.size();
  t.at = step::scheduled;
  t.due_ms = now_ms;
  return {};
}

const tasks::task* tasks::find(const std::string& id, const std::string& owner) const {
  const auto found = all_.find(id);
  return found == all_.end() || found->second.owner != owner ? nullptr : &found->second;
}

result<std::string> tasks::state(const std::string& id, const std::string& owner) const {
  const std::scoped_lock lock(mutex_);
  const task* const t = find(id, owner);
  if (t == nullptr) return unknown(id);
  switch (t->at) {
    case step::pending:
      return std::string("PENDING");
    case step::scheduled:
      return std::string("RESPONSE_SCHEDULED");
    case step::retry:
      return std::string("RESPONSE_RETRY");
    case step::error:
      return std::string("RESPONSE_ERROR");
    case step::completed:
      break;
  }
  return std::string("COMPLETED");
}

status tasks::redeliver(const std::string& id, const std::string& owner, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  const task* const found = find(id, owner);
  if (found == nullptr || found->at == step::completed) return unknown(id);
  task& t = all_.at(id);
  if (t.at == step::pending) return {};  // it will be delivered anyway
  if (t.at == step::error) t.at = step::retry;
  t.tried = 0;
  t.due_ms = now_ms;
  return {};
}

std::optional<delivery> tasks::take_due(std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  std::set<std::string_view> busy;
  for (const auto& [id, t] : all_)
    if (t.under_way) busy.insert(t.host);
  auto first = all_.end();
  for (auto it = all_.begin(); it != all_.end(); ++it) {
    const task& t = it->second;
    if (t.under_way || (t.at != step::scheduled && t.at != step::retry) || t.due_ms > now_ms ||
        busy.contains(t.host))
      continue;
    if (first == all_.end() || t.due_ms < first->second.due_ms) first = it;
  }
  if (first == all_.end()) return std::nullopt;
  first->second.under_way = true;
  return delivery{first->first, first->second.url, first->second.content_type, first->second.body};
}

void tasks::delivered(const std::string& id, bool done, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return;
  task& t = found->second;
  t.under_way = false;
  if (done) {
    t.at = step::completed;
    empty(t);
  } else if (++t.tried < limits::osia_deliveries_max) {
    t.at = step::retry;
    t.due_ms = now_ms + pause_ms(t.tried);
  } else {
    t.at = step::error;
  }
  if (t.at == step::completed || t.at == step::error) t.done_ms = now_ms;
}

}  // namespace whorl::apps::osia
