#include "apps/client/open_loop.hpp"

#include <algorithm>
#include <chrono>
#include <queue>

#include "apps/client/answer.hpp"
#include "apps/client/renumbered.hpp"
#include "apps/files.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::client {
namespace {

constexpr std::int64_t wait_us_max = 50'000, look_us_max = 2'000'000;

class load_run {
 public:
  load_run(const open_loop_settings& settings, remote_many& gateway)
      : settings_(settings), gateway_(gateway), schedule_(settings.plan) {}

  open_loop_outcome run(const std::function<void(std::size_t)>& seen) {
    began_ = clock::now();
    next_us_ = schedule_.next_us();
    while (true) {
      while (next_us_ && *next_us_ <= now_us()) arrive();
      while (!looks_.empty() && looks_.top().at_us <= now_us() && looking_ < settings_.looks_max)
        look();
      if (!next_us_ && (open_ == 0 || now_us() > last_due_us_ + settings_.wait_ms * 1000)) break;
      gateway_.work(static_cast<int>(wait_us() / 1000));
      seen(out_.arrivals.size());
    }
    out_.end_us = now_us();
    out_.unreachable = !heard_ && !out_.arrivals.empty();
    over_ = true;
    return std::move(out_);
  }

 private:
  using clock = std::chrono::steady_clock;
  struct look_due {
    std::int64_t at_us;
    std::size_t which;
    bool operator>(const look_due& other) const { return at_us > other.at_us; }
  };

  std::int64_t now_us() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began_).count();
  }

  std::int64_t wait_us() const {
    std::int64_t until = now_us() + wait_us_max;
    if (next_us_) until = std::min(until, *next_us_);
    if (!looks_.empty() && looking_ < settings_.looks_max)
      until = std::min(until, looks_.top().at_us);
    return std::clamp<std::int64_t>(until - now_us(), 0, wait_us_max);
  }

  void arrive() {
    const std::size_t which = out_.arrivals.size();
    arrival_record one;
    one.due_us = last_due_us_ = *next_us_;
    one.file = which % settings_.files.size();
    next_us_ = schedule_.next_us();
    out_.arrivals.push_back(one);
    if (handing_in_ >= settings_.handing_in_max || following_ >= settings_.following_max) return;
    auto content = content_of(which);
    if (!content) return fail(which, fate::failed, content.error().message);
    arrival_record& now = out_.arrivals.back();
    now.sent_us = now_us();
    now.what = fate::unanswered;
    ++handing_in_;
    ++open_;
    gateway_.post("/v1/bookings", *std::move(content), "application/octet-stream",
                  settings_.patience_ms,
                  [this, which](const result<remote_answer>& answer) { taken(which, answer); });
  }

  result<bytes> content_of(std::size_t which) const {
    const std::string& file = settings_.files[which % settings_.files.size()];
    WHORL_ASSIGN(bytes content, read_whole(file, limits::transaction_bytes_max));
    if (which < settings_.files.size()) return content;
    return renumbered(content, load_tcn(settings_.run, which));
  }

  void fail(std::size_t which, fate what, std::string why) {
    out_.arrivals[which].what = what;
    out_.last_failure = std::move(why);
  }

  void taken(std::size_t which, const result<remote_answer>& answer) {
    if (over_) return;
    --handing_in_;
    arrival_record& one = out_.arrivals[which];
    heard_ = heard_ || answer;
    const auto document = answer ? document_of(*answer) : result<json>(answer.error());
    if (!document) {
      --open_;
      const bool later = answer && (answer->status == 429 || answer->status == 503);
      return fail(which, later ? fate::refused : fate::failed, document.error().message);
    }
    one.acknowledged_us = now_us();
    one.booking = cell(*document, "booking");
    one.duplicate = document->value("duplicate", false);
    ++following_;
    look_later(which);
  }

  void look_later(std::size_t which) {
    const std::int64_t age = now_us() - *out_.arrivals[which].acknowledged_us;
    looks_.push({now_us() + next_look_us(age, settings_.look_every_ms), which});
  }

  void look() {
    const std::size_t which = looks_.top().which;
    looks_.pop();
    ++looking_;
    gateway_.get("/v1/bookings/" + out_.arrivals[which].booking, settings_.patience_ms,
                 [this, which](const result<remote_answer>& answer) { seen_at(which, answer); });
  }

  /// A gateway that does not answer now is asked again: it has taken the booking.
  void seen_at(std::size_t which, const result<remote_answer>& answer) {
    if (over_) return;
    --looking_;
    arrival_record& one = out_.arrivals[which];
    const auto state = answer ? document_of(*answer) : result<json>(answer.error());
    if (!state) return look_later(which);
    const bool done = state->value("done", false);
    const bool in_review = state->value("criminal_search", "") == "review" ||
                           state->value("immigration_search", "") == "review";
    if (!done && !in_review) return look_later(which);
    if (done) one.answered_us = now_us();
    one.what = done ? fate::answered : fate::in_review;
    --following_;
    --open_;
  }

  const open_loop_settings& settings_;
  remote_many& gateway_;
  arrivals schedule_;
  clock::time_point began_;
  std::optional<std::int64_t> next_us_;
  std::int64_t last_due_us_ = 0;
  open_loop_outcome out_;
  std::priority_queue<look_due, std::vector<look_due>, std::greater<>> looks_;
  std::size_t handing_in_ = 0, following_ = 0, looking_ = 0, open_ = 0;
  bool heard_ = false, over_ = false;
};

}  // namespace

std::int64_t next_look_us(std::int64_t age_us, long look_every_ms) {
  const std::int64_t soonest = std::int64_t{look_every_ms} * 1000;
  return std::clamp<std::int64_t>(age_us / 10, soonest, std::max(soonest, look_us_max));
}

open_loop_outcome run_open_loop(const open_loop_settings& settings, remote_many& gateway,
                                const std::function<void(std::size_t)>& seen) {
  load_run run(settings, gateway);
  return run.run(seen);
}

}  // namespace whorl::apps::client
