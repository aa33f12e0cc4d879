#include "apps/osia/desk.hpp"

#include <algorithm>

#include "apps/http/problem.hpp"
#include "apps/http/target.hpp"
#include "apps/osia/callback.hpp"
#include "apps/osia/errors.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

constexpr long usual_priority = 4;
/// How often answers that are due are looked for.
constexpr auto delivery_poll = std::chrono::milliseconds(50);

http::response document(unsigned status, const json& what) {
  http::response out;
  out.status = status;
  out.body = what.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  return out;
}

/// Brackets one in the other; nlohmann goes down one call a level when it writes.
bool nests_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '{' || c == '[') && ++depth > limits::osia_nesting_max)
      return true;
    else if (!quoted && (c == '}' || c == ']') && depth > 0)
      --depth;
  }
  return false;
}

result<json> read_body(const bytes& body) {
  const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  if (nests_too_deep(text))
    return make_error(errc::limit_exceeded,
                      "the body nests deeper than " + std::to_string(limits::osia_nesting_max));
  json out = json::parse(text, nullptr, false);
  if (out.is_discarded()) return make_error(errc::invalid_input, "the body is not JSON");
  return out;
}

std::string hex_task(std::uint64_t a, std::uint64_t b) {
  char text[40];
  std::snprintf(text, sizeof text, "T%016llx%016llx", static_cast<unsigned long long>(a),
                static_cast<unsigned long long>(b));
  return text;
}

http::response no_content() {
  http::response out;
  out.status = 204;
  return out;
}

http::response written(const answer& what) {
  return what.body ? document(what.status, *what.body) : no_content();
}

}  // namespace

bool is_ours(std::string_view target) {
  return target.starts_with(path_prefix) &&
         (target.size() == path_prefix.size() || target[path_prefix.size()] == '/' ||
          target[path_prefix.size()] == '?');
}

desk::desk(storage::store& store, actors::local_node& node, desk_settings settings,
           surroundings from)
    : perform_(store, node, from),
      node_(node),
      settings_(std::move(settings)),
      from_(std::move(from)) {
  for (unsigned i = 0; i < std::max(1u, settings_.workers); ++i)
    threads_.emplace_back([this] { work(); });
  for (unsigned i = 0; i < std::max(1u, settings_.callers); ++i)
    threads_.emplace_back([this] { send_answers(); });
}

desk::~desk() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& each : threads_) each.join();
}

std::optional<http::response> desk::admit(const http::request& head, std::uint64_t body_bytes,
                                          const actors::principal& who, std::string& pattern,
                                          std::string& why) const {
  std::string allow;
  const auto where = match(head.method, head.target, allow);
  if (!where) {
    const errc code = where.error().code;
    auto out = code == errc::unsupported ? refusal(405, where.error())
               : code == errc::not_found ? refusal(404, where.error())
                                         : refusal(400, where.error());
    if (out.status == 405) out.headers.emplace_back("Allow", allow);
    return out;
  }
  pattern = std::string(path_prefix) + std::string(where->to->pattern);
  if (!may(who.acts_as, *where->to)) {
    why = "role " + std::string(actors::to_string(who.acts_as)) + " may not " +
          std::string(where->to->id);
    return refusal(403, make_error(errc::forbidden, why));
  }
  if (!where->to->takes_body)
    return body_bytes == 0
               ? std::nullopt
               : std::optional(
                     refusal(400, make_error(errc::invalid_input, "this operation takes no body")));
  if (body_bytes == 0)
    return where->to->needs_body
               ? std::optional(
                     refusal(400, make_error(errc::invalid_input, "a body is expected: JSON")))
               : std::nullopt;
  if (body_bytes > limits::osia_body_bytes_max)
    return refusal(413, make_error(errc::limit_exceeded,
                                   "the body has more than " +
                                       std::to_string(limits::osia_body_bytes_max) + " bytes"));
  if (!head.content_type.empty() && !http::is_media_type(head.content_type, "application/json"))
    return refusal(415, make_error(errc::unsupported, "Content-Type application/json is expected"));
  return std::nullopt;
}

void desk::handle(http::request whole, const actors::principal& who, http::reply_function reply) {
  std::string allow;
  auto where = match(whole.method, whole.target, allow);
  if (!where) return reply(refusal(where.error(), nullptr));
  const auto what = std::make_shared<call>();
  what->where = *std::move(where);
  what->by = {who, what->where.query.at("transactionId")};
  const description* const to = what->where.to;
  if (to->takes_body && !to->needs_body && whole.body.empty()) {
    what->body = json::object();
  } else if (to->takes_body) {
    auto body = read_body(whole.body);
    if (!body) return reply(refusal(body.error(), to));
    what->body = *std::move(body);
  }
  if (const status fine = performer::check(*what); !fine) return reply(refusal(fine.error(), to));
  const bool of_task =
      to->what == operation::read_task_status || to->what == operation::redeliver_task_result;
  auto out = of_task ? on_task(*what) : take(what, whole.body.size(), reply);
  if (!out) return reply(refusal(out.error(), to));
  if (out->status != 0) reply(*std::move(out));
}

result<http::response> desk::on_task(const call& what) {
  const std::string& id = what.where.path.at("taskId");
  if (what.where.to->what == operation::read_task_status) {
    WHORL_ASSIGN(const std::string state, tasks_.state(id, what.by.who.name));
    return document(200, state);
  }
  WHORL_TRY(tasks_.redeliver(id, what.by.who.name, from_.now().ms));
  changed_.notify_all();
  return no_content();
}

/// Status 0: `reply` is kept and will be called. The other way it was asked asynchronously.
result<http::response> desk::take(std::shared_ptr<call> what, std::size_t bytes,
                                  http::reply_function& reply) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return make_error(errc::unavailable, "the node is ending");
  WHORL_TRY(waiting_.may_enter(bytes));
  const turn when{number_of(what->where, "priority", usual_priority), ++numbers_};
  job next{what};
  const auto callback = what->where.query.find("callback");
  http::response out;
  if (callback == what->where.query.end()) {
    next.reply = reply;
    out.status = 0;
  } else {
    next.task = hex_task(from_.random(), from_.random());
    WHORL_ASSIGN(const std::string url, callback_url(callback->second, settings_.callback_hosts,
                                                     what->by.transaction, next.task));
    WHORL_TRY(tasks_.add(next.task, what->by.who.name, url, from_.now().ms));
    out = document(202, {{"taskId", next.task}});
  }
  WHORL_TRY(waiting_.enter(when, bytes, std::move(next)));
  changed_.notify_all();
  return out;
}

http::response desk::answered(const call& what) {
  result<answer> done = make_error(errc::internal, "not performed");
  try {
    done = perform_(what);
  } catch (const std::exception& e) {  // a document of a form not foreseen, no memory: this call's
    done = make_error(errc::internal, e.what());  // misfortune alone
  }
  if (!done) return refusal(done.error(), what.where.to);
  // What shows a person's data is answered once the audit is durable.
  if (!done->audit.empty())
    for (const auto& outcome : node_.append(std::move(done->audit)))
      if (!outcome)
        return refusal(make_error(errc::unavailable, "the audit could not be written"), nullptr);
  return written(*done);
}

void desk::work() {
  while (true) {
    job next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      next = *waiting_.next();
    }
    http::response out = answered(*next.what);
    if (next.task.empty()) {
      next.reply(std::move(out));
      continue;
    }
    const bool good = out.status < 300;
    const status kept =
        tasks_.finish(next.task, good ? "application/json" : "application/error+json",
                      out.status == 204 ? "\"OK\"" : out.body, from_.now().ms);
    if (!kept)
      static_cast<void>(tasks_.finish(next.task, "application/error+json",
                                      refusal(503, kept.error()).body, from_.now().ms));
    changed_.notify_all();
  }
}

void desk::send_answers() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, delivery_poll, [this] { return stopping_; });
      if (stopping_) return;
    }
    while (const auto due = tasks_.take_due(from_.now().ms)) {
      const status done = deliver(*due);
      tasks_.delivered(due->task, done.has_value(), from_.now().ms);
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
    }
  }
}

}  // namespace whorl::apps::osia
