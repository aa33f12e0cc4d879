#include "apps/osia/tasks.hpp"

#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

/// Before the second delivery and the third.
constexpr std::int64_t pause_ms(int tried) { return tried == 1 ? 1000 : 5000; }

error unknown(const std::string& id) {
  return make_error(errc::not_found, "taskId: no task '" + id.substr(0, 64) + "' of yours");
}

}  // namespace

/// Tasks that are over and old go; when that is not enough, the oldest that is over.
void tasks::make_room(std::int64_t now_ms) {
  auto oldest = all_.end();
  for (auto it = all_.begin(); it != all_.end();) {
    const task& t = it->second;
    const bool over = t.at == step::completed || t.at == step::error;
    if (over && !t.under_way && now_ms - t.done_ms > limits::osia_task_kept_ms) {
      it = all_.erase(it);
      continue;
    }
    if (over && !t.under_way && (oldest == all_.end() || t.done_ms < oldest->second.done_ms))
      oldest = it;
    ++it;
  }
  if (all_.size() >= limits::osia_tasks_max && oldest != all_.end()) all_.erase(oldest);
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
  all_.emplace(id, std::move(t));
  return {};
}

void tasks::finish(const std::string& id, const std::string& content_type, const std::string& body,
                   std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return;
  task& t = found->second;
  t.content_type = content_type;
  t.body = body;
  t.at = step::scheduled;
  t.due_ms = now_ms;
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
  for (auto& [id, t] : all_) {
    if (t.under_way || (t.at != step::scheduled && t.at != step::retry) || t.due_ms > now_ms)
      continue;
    t.under_way = true;
    return delivery{id, t.url, t.content_type, t.body};
  }
  return std::nullopt;
}

void tasks::delivered(const std::string& id, bool done, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return;
  task& t = found->second;
  t.under_way = false;
  if (done) {
    t.at = step::completed;
    t.body.clear();
  } else if (++t.tried < limits::osia_deliveries_max) {
    t.at = step::retry;
    t.due_ms = now_ms + pause_ms(t.tried);
  } else {
    t.at = step::error;
  }
  if (t.at == step::completed || t.at == step::error) t.done_ms = now_ms;
}

}  // namespace whorl::apps::osia
