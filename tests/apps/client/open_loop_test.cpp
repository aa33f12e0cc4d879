// A load whose gateway is played by the test: what is due is never held up by what is under way.
#include "apps/client/open_loop.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <map>

#include "apps/client/answer.hpp"
#include "apps/people.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using namespace apps::client;

namespace {

remote_answer answer_of(unsigned status, const std::string& body) {
  return {status, "application/json", body, 0};
}

/// Answers when it is asked to work, by the rules that a test sets.
class played_gateway final : public remote_many {
 public:
  std::function<std::optional<remote_answer>(std::size_t)> takes = [](std::size_t which) {
    return answer_of(202,
                     R"({"booking": "B)" + std::to_string(which) + R"(", "duplicate": false})");
  };
  std::function<remote_answer(int)> shows = [](int asked) {
    return answer_of(200, asked < 2 ? R"({"done": false, "criminal_search": "open"})"
                                    : R"({"done": true, "criminal_search": "answered"})");
  };
  std::vector<bytes> bodies;
  std::map<std::string, int> asked;

  void get(const std::string& path, long, answered done) override {
    calls_.push_back([this, path, done] { done(shows(++asked[path])); });
  }
  void post(const std::string&, bytes body, const std::string&, long, answered done) override {
    const std::size_t which = bodies.size();
    bodies.push_back(std::move(body));
    if (auto answer = takes(which))
      calls_.push_back([answer = *answer, done] { done(answer); });
    else
      never_.push_back(std::move(done));
  }
  void work(int) override {
    for (std::size_t left = calls_.size(); left > 0; --left) {
      calls_.front()();
      calls_.pop_front();
    }
  }

 private:
  std::deque<std::function<void()>> calls_;
  std::vector<answered> never_;
};

struct load_world {
  temp_folder folder;
  open_loop_settings settings;
  played_gateway gateway;
  explicit load_world(std::size_t files) {
    for (std::size_t i = 0; i < files; ++i) {
      apps::booking_plan plan;
      plan.index = i;
      plan.ori = "ZZPD00001";
      plan.tcn = "TEST-00000" + std::to_string(i);
      plan.date = "20261122";
      settings.files.push_back((folder.path() / plan.tcn).string());
      write_file(settings.files.back(), apps::booking_file_of(plan).value());
    }
    settings.plan = {.per_second = 200, .seconds = 0.1, .kind = arrival_kind::even};
    settings.run = "00000000";
    settings.look_every_ms = 10;
    settings.wait_ms = 50;
  }
  load_summary run() {
    outcome = run_open_loop(settings, gateway, [](std::size_t) {});
    return summarize(outcome.arrivals, settings.plan.seconds, outcome.end_us);
  }
  open_loop_outcome outcome;
};

}  // namespace

TEST_CASE("load: every booking is sent once, followed to its answer, and then asked for no more") {
  load_world w(20);
  w.settings.wait_ms = 60'000;
  const auto all = w.run();
  CHECK(all.due == 20);
  CHECK(all.of(fate::answered) == 20);
  CHECK(w.gateway.asked.size() == 20);
  for (const auto& [path, times] : w.gateway.asked) CHECK(times == 2);
  CHECK(w.outcome.last_failure.empty());
}

TEST_CASE("load: files begin again under control numbers that are new each time") {
  load_world w(3);
  w.settings.wait_ms = 60'000;
  CHECK(w.run().of(fate::answered) == 20);
  std::map<std::string, int> numbers;
  for (const bytes& body : w.gateway.bodies)
    ++numbers[std::string(ebts::read_transaction(body).value().tcn())];
  CHECK(numbers.size() == 20);
  CHECK(numbers.contains("TEST-000000"));
}

TEST_CASE("load: a gateway that stands still holds nothing up: what does not fit is not sent") {
  load_world w(20);
  w.gateway.takes = [](std::size_t) { return std::nullopt; };
  w.settings.handing_in_max = 5;
  const auto all = w.run();
  CHECK(all.due == 20);
  CHECK(all.sent == 5);
  CHECK(all.of(fate::not_sent) == 15);
  CHECK(all.of(fate::unanswered) == 5);
  CHECK(all.acknowledgement.open == 5);
  CHECK(w.outcome.unreachable);
}

TEST_CASE("load: bookings that are not answered fill the room for followed ones") {
  load_world w(20);
  w.gateway.shows = [](int) { return answer_of(503, "{}"); };
  w.settings.following_max = 4;
  const auto all = w.run();
  CHECK(all.of(fate::unanswered) >= 4);
  CHECK(all.of(fate::unanswered) + all.of(fate::not_sent) == 20);
  CHECK(all.of(fate::not_sent) > 0);
  CHECK_FALSE(w.outcome.unreachable);
}

TEST_CASE("load: refusals for now are told from failures, and reviews from answers") {
  load_world w(20);
  w.gateway.takes = [](std::size_t which) -> std::optional<remote_answer> {
    if (which % 4 == 0) return answer_of(503, "{}");
    if (which % 4 == 1) return answer_of(429, "{}");
    if (which % 4 == 2) return answer_of(400, R"({"title": "no such transaction"})");
    return answer_of(202, R"({"booking": "B1", "duplicate": true})");
  };
  w.gateway.shows = [](int) {
    return answer_of(200, R"({"done": false, "criminal_search": "review"})");
  };
  const auto all = w.run();
  CHECK(all.of(fate::refused) == 10);
  CHECK(all.of(fate::failed) == 5);
  CHECK(all.of(fate::in_review) == 5);
  CHECK(all.duplicates == 5);
  CHECK_FALSE(w.outcome.last_failure.empty());
}

TEST_CASE(
    "load: an old booking is asked for less often, never more seldom than every two seconds") {
  CHECK(next_look_us(0, 100) == 100'000);
  CHECK(next_look_us(5'000'000, 100) == 500'000);
  CHECK(next_look_us(3'600'000'000, 100) == 2'000'000);
  CHECK(next_look_us(0, 10'000) == 10'000'000);
}

}  // namespace whorl::test
