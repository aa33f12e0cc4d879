#include "apps/service_steps.hpp"

#include <iostream>

#include "apps/casework/step_words.hpp"
#include "apps/documents.hpp"
#include "apps/http/problem.hpp"
#include "apps/service_reads.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

constexpr auto clock_every = std::chrono::minutes(1);

result<wanted_step> read_step(const bytes& body) {
  const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  // A step is flat: whatever nests deep is none.
  const auto depth = [](int level, json::parse_event_t, json&) { return level <= 4; };
  const json whole = json::parse(text, depth, false);
  if (whole.is_discarded()) return make_error(errc::invalid_input, "the body is no JSON object");
  return parse_step(whole);
}

}  // namespace

service_steps::service_steps(storage::store& store, actors::local_node& node,
                             const casework::case_settings& settings,
                             std::function<status(const std::string&)> may_receive)
    : desk_(store, node, settings, wall_now, std::move(may_receive)), thread_([this] { work(); }) {}

service_steps::~service_steps() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (job& one : waiting_)
    one.reply(http::problem(503, "unavailable", "the exchange stops: nothing was done"));
}

void service_steps::take(const actors::principal& who, const std::string& which, const bytes& body,
                         http::reply_function reply,
                         std::function<void(const std::string& why)> refused) {
  const auto id = parse_case_id(which);
  if (!id) return reply(http::problem(id.error()));
  auto what = read_step(body);
  if (!what) return reply(http::problem(what.error()));
  {
    const std::scoped_lock lock(mutex_);
    if (!stopping_ && waiting_.size() < limits::http_steps_waiting_max) {
      waiting_.push_back({who, *id, *std::move(what), std::move(reply), std::move(refused)});
      changed_.notify_one();
      return;
    }
  }
  reply(http::problem(503, "overloaded", "too many steps wait: send it again later"));
}

http::response service_steps::answer(const job& one) {
  const auto [now, refusal] = desk_.take(one.who, one.which, one.what);
  if (!refusal.empty()) one.refused(refusal);
  if (!now) return http::problem(now.error());
  json out = {
      {"case", to_string(one.which)}, {"step", to_string(one.what.step)}, {"by", one.who.name}};
  // An agency takes its step; what the federal side knows is not for it.
  if (is_booking_side(one.who.acts_as))
    out["taken"] = true;
  else
    out["now"] = case_view_document(now->view);
  return json_response(out);
}

void service_steps::tick() {
  const auto looked = desk_.end_overdue_detainers();
  if (!looked)
    std::cerr << "whorl: clocks of detainers could not be looked at: " << looked.error().message
              << "\n";
  else if (looked->failed > 0)
    std::cerr << "whorl: " << looked->failed << " detainers are over and could not be ended, first "
              << looked->first_error << "\n";
}

void service_steps::work() {
  auto next_tick = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (std::chrono::steady_clock::now() >= next_tick) {
      lock.unlock();
      tick();
      next_tick = std::chrono::steady_clock::now() + clock_every;
      lock.lock();
      continue;
    }
    if (waiting_.empty()) {
      changed_.wait_until(lock, next_tick);
      continue;
    }
    const job one = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    one.reply(answer(one));
    lock.lock();
  }
}

}  // namespace whorl::apps
