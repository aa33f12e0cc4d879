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

/// Flat: whatever nests deep is neither step nor decision.
result<json> read_flat(const bytes& body) {
  const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  const auto depth = [](int level, json::parse_event_t, json&) { return level <= 4; };
  json whole = json::parse(text, depth, false);
  if (whole.is_discarded()) return make_error(errc::invalid_input, "the body is no JSON object");
  return whole;
}

}  // namespace

service_steps::service_steps(storage::store& store, case_board& board, actors::local_node& node,
                             const casework::case_settings& settings,
                             case_desk::may_receive_function may_receive)
    : store_(store),
      node_(node),
      reviews_(settings.reviews),
      review_clock_(store, node, settings.reviews),
      desk_(store, board, node, settings, wall_now, std::move(may_receive)),
      thread_([this] { work(); }) {}

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
  const auto whole = read_flat(body);
  auto what = whole ? parse_step(*whole) : result<wanted_step>(whole.error());
  if (!what) return reply(http::problem(what.error()));
  enqueue({[this, who, id = *id, what = *std::move(what), refused = std::move(refused)] {
             return step(who, id, what, refused);
           },
           std::move(reply)});
}

void service_steps::review(const actors::principal& who, const std::string& booking,
                           const bytes& body, http::reply_function reply) {
  const auto id = parse_booking_id(booking);
  if (!id) return reply(http::problem(id.error()));
  const auto whole = read_flat(body);
  auto what = whole ? parse_review(*whole) : result<wanted_review>(whole.error());
  if (!what) return reply(http::problem(what.error()));
  enqueue({[this, who, id = *id, what = *std::move(what)] { return decide(who, id, what); },
           std::move(reply)});
}

void service_steps::enqueue(job what) {
  {
    const std::scoped_lock lock(mutex_);
    if (!stopping_ && waiting_.size() < limits::http_steps_waiting_max) {
      waiting_.push_back(std::move(what));
      changed_.notify_one();
      return;
    }
  }
  what.reply(http::problem(503, "overloaded", "too many steps wait: send it again later"));
}

http::response service_steps::step(const actors::principal& who, case_id which,
                                   const wanted_step& what,
                                   const std::function<void(const std::string& why)>& refused) {
  const auto [now, refusal] = desk_.take(who, which, what);
  if (!refusal.empty()) refused(refusal);
  if (!now) return http::problem(now.error());
  json out = {{"case", to_string(which)}, {"step", to_string(what.step)}, {"by", who.name}};
  // An agency takes its step; what the federal side knows is not for it. Nor is a case for whoever
  // has just protected it and is not named.
  if (is_booking_side(who.acts_as) || !may_know_case(who, *now))
    out["taken"] = true;
  else
    out["now"] = case_view_document(now->view);
  return json_response(out);
}

http::response service_steps::decide(const actors::principal& who, booking_id booking,
                                     const wanted_review& what) {
  const auto done = decide_review(store_, node_, reviews_, who, booking, what, wall_now());
  if (!done) return http::problem(done.error());
  look_at_reviews();
  const subject_id found = done->answer.subject;
  json out = {
      {"booking", to_string(booking)},
      {"gallery", to_string(what.gallery)},
      {"decision", to_string(done->decided ? done->answer.decision : answer_decision::review)},
      {"subject", found.value == 0 ? json() : json(to_string(found))},
      {"by", who.name}};
  if (done->needed > 1) {
    out["examiners_agreed"] = done->agreed;
    out["examiners_needed"] = done->needed;
  }
  return json_response(out, done->decided ? 200 : 202);
}

void service_steps::look_at_reviews() {
  if (const auto looked = review_clock_.look(wall_now()); !looked)
    std::cerr << "whorl: reviews that examiners disagree on could not be looked at: "
              << looked.error().message << "\n";
}

void service_steps::tick() {
  const auto looked = desk_.end_overdue_detainers();
  if (!looked)
    std::cerr << "whorl: clocks of detainers could not be looked at: " << looked.error().message
              << "\n";
  else if (looked->failed > 0)
    std::cerr << "whorl: " << looked->failed << " detainers are over and could not be ended, first "
              << looked->first_error << "\n";
  look_at_reviews();
  if (const auto said = desk_.record_overdue_answers(); !said)
    std::cerr << "whorl: answers that are overdue could not be put on record: "
              << said.error().message << "\n";
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
    one.reply(one.work());
    lock.lock();
  }
}

}  // namespace whorl::apps
