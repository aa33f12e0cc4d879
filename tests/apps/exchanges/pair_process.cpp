// The threads of one exchange, as `whorl serve` has them (apps/standby.cpp, apps/serve.cpp).
#include <algorithm>

#include "apps/exchanges/succession.hpp"
#include "messages/invariant.hpp"
#include "tests/apps/exchanges/pair_servers.hpp"

namespace whorl::test {

using namespace apps::exchanges;

namespace {

constexpr std::int64_t look_ms = 100;
constexpr std::int64_t keys_patience_ms = 5000;
constexpr int append_tries = 5;

/// Of a feed, in the world's time.
class world_time final : public feed_time {
 public:
  explicit world_time(turns& all) : turns_(all) {}
  clock::time_point now() const override {
    return clock::time_point(std::chrono::milliseconds(turns_.now_ms()));
  }
  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable&,
            std::chrono::milliseconds most, const std::function<bool()>& so) const override {
    if (so()) return;
    lock.unlock();
    turns_.wait(most.count(), so);
    lock.lock();
  }

 private:
  turns& turns_;
};

key_id key_of(std::uint64_t number) { return {number, key_purpose::biographics}; }

/// Of a name that keeps others' moments apart.
std::int64_t clock_offset_ms(const std::string& name) { return name.front() * 1'000'003ll; }

}  // namespace

exchange_process::exchange_process(pair_world& world, const std::string& name)
    : world_(world),
      name_(name),
      held_back_(std::make_unique<remote_journal>(world, name, [] { return 0; })) {
  const std::string folder = (world.folder_.path() / name).string();
  std::filesystem::create_directories(folder);
  auto keys = storage::open_keyring(folder, {64u << 20, false});
  INVARIANT(keys.has_value());
  keys_ = *std::move(keys);
  log_ = std::make_unique<remote_journal>(world, name, [this] { return epoch(); });
  lease_keeper_settings how;
  how.name = name;
  how.incarnation = ++world.incarnations_;
  how.is_empty = [this] { return keys_->copy(std::nullopt, 1)->empty(); };
  how.has_facts = *has_facts_with_keys(remote_journal(world, name, {}, false));
  how.clock = [&world, name] { return instant{world.turns_.now_ms() + clock_offset_ms(name)}; };
  how.has_thread = false;
  lease_ = std::make_unique<lease_keeper>(std::make_shared<remote_bucket>(world, name), how);
  world.turns_.spawn(name, [this] { keep_lease(); });
  world.turns_.spawn(name, [this] { follow_keys(); });
  world.turns_.spawn(name, [this] { work(); });
}

void exchange_process::keep_lease() {
  for (; !stop_ && !lease_->has_ended(); world_.turns_.sleep(look_ms)) lease_->look();
  if (!lease_->has_ended()) lease_->end();
  lease_over_ = true;
}

void exchange_process::work() {
  while (!lease_->wait_held(0) && !lease_over_) {
    static_cast<void>(stand_by());
    world_.turns_.sleep(look_ms);
  }
  while (!keys_over_) world_.turns_.sleep(look_ms);
  if (!stop_ && begin_to_act()) act();
  acts_ = false;
  if (feed_) feed_->end();
  stop_ = true;
  while (!lease_over_) world_.turns_.sleep(look_ms);
  ended_ = true;
}

/// As standing_store::follow.
status exchange_process::stand_by() {
  if (!marked_) {
    WHORL_ASSIGN(tails_, held_back_.tails_now());
    marked_ = at_.mark();
  }
  if (!at_.has_all_since(*marked_)) return {};
  marked_.reset();
  held_back_.release(tails_);
  return apply(held_back_);
}

/// As key_follower::run.
void exchange_process::follow_keys() {
  std::size_t at = 0;
  while (!lease_->wait_held(0) && !stop_) {
    at = (at + 1) % names.size();
    if (names[at] == name_) continue;
    at_.begin_again();
    while (!lease_->wait_held(0) && !stop_ && take_keys(names[at])) {
    }
    world_.turns_.sleep(500);
  }
  keys_over_ = true;
}

/// As key_follower::step.
status exchange_process::take_keys(const std::string& from) {
  at_.asks();
  const bool lists = at_.lists();
  auto page = ask_for_keys(from);
  if (!page && page.error().code == errc::conflict && !lists) {
    at_.begin_again();
    return {};
  }
  if (!page) return page.error();
  WHORL_TRY(keys_->absorb(page->keys));
  const auto last = page->keys.empty() ? std::nullopt : std::optional(page->keys.back().key);
  at_.took(*page, last);
  return {};
}

/// A question that comes late is heard all the same.
result<key_page> exchange_process::ask_for_keys(const std::string& from) {
  using slot = std::optional<result<key_page>>;
  pair_world& world = world_;
  const auto said = std::make_shared<slot>();
  const auto reply = [&world, said, from, me = name_](result<key_page> page) {
    if (!world.reaches(from, me)) return;
    world.turns_.post(me, world.turns_.draw.between(1, world.trouble_.late_ms),
                      [said, page = std::move(page)] { *said = page; });
  };
  const auto question = [&world, reply, from, me = name_, at = at_] {
    const auto found = world.processes_.find(from);
    key_feed* const feed = found == world.processes_.end() ? nullptr : found->second->feed();
    if (feed == nullptr) return reply(make_error(errc::unavailable, "it stands by"));
    if (at.lists()) return reply(feed->list(at.listed()));
    feed->follow(me, at.feed(), at.next(), reply);
  };
  if (world.reaches(name_, from))
    world.turns_.post(from, world.turns_.draw.between(1, world.trouble_.late_ms), question);
  world.turns_.wait(keys_patience_ms, [said] { return said->has_value(); });
  if (!*said) return make_error(errc::unavailable, "no answer");
  return **said;
}

/// Every fact that is not applied yet, in its stream's order.
status exchange_process::apply(const storage::journal& log) {
  constexpr std::size_t page = 64;
  for (const stream_id stream : all_streams) {
    std::uint64_t& applied = world_.applied_[name_][stream];
    while (true) {
      WHORL_ASSIGN(const auto facts, log.read(stream, applied + 1, page));
      for (const fact_record& each : facts) {
        ++applied;
        const auto sealed = world_.sealed_.find(each.message_id);
        if (sealed == world_.sealed_.end()) continue;
        const auto& [number, payload] = sealed->second;
        if (!world_.destroying_.contains(number) && !keys_->open(payload))
          world_.broke(name_ + " passes over " + each.message_id + ": its key is not there");
      }
      if (facts.size() < page) break;
    }
  }
  return {};
}

/// Of whatever was acknowledged by anybody so far.
void exchange_process::check_keys(const std::string& when) {
  for (const auto& [id, each] : world_.sealed_) {
    if (!world_.acknowledged_.contains(each.number)) continue;
    const bool opens = keys_->open(each.payload).has_value();
    if (!opens && !world_.destroying_.contains(each.number))
      world_.broke(name_ + " " + when + " without the key of " + id);
    if (opens && world_.destroyed_.contains(each.number))
      world_.broke(name_ + " " + when + " with the key of " + id + ", which was destroyed");
  }
}

status exchange_process::begin_to_act() {
  for (const stream_id stream : all_streams)
    WHORL_TRY(append(stream, std::string(epoch_row_prefix) + std::to_string(epoch())));
  WHORL_TRY(apply(*log_));
  check_keys("takes over");
  ++world_.takeovers_;
  key_feed_settings how;
  how.number = ++world_.numbers_;
  how.time = std::make_shared<world_time>(world_.turns_);
  feed_ = std::make_unique<key_feed>(*keys_, how, [this](const std::vector<std::string>& in_sync) {
    return lease_->record(in_sync);
  });
  keys_->watch({[this]() -> status {
                  WHORL_TRY(lease_->check());
                  return feed_->may_change();
                },
                [this](std::span<const key_copy> changes) { return feed_->changed(changes); }});
  acts_ = true;
  return {};
}

void exchange_process::act() {
  while (!stop_ && lease_->holds() && feed_->may_change()) {
    feed_->tick();
    if (world_.turns_.draw.permille(400)) book();
    if (world_.turns_.draw.permille(60)) destroy_one();
    world_.turns_.sleep(look_ms);
  }
}

void exchange_process::book() {
  const std::uint64_t number = ++world_.numbers_;
  const storage::seal_request plain{key_of(number), to_bytes("somebody")};
  const auto sealed = keys_->seal({&plain, 1});
  if (!sealed) return;
  const std::string id = "booking/" + std::to_string(number);
  world_.sealed_[id] = {number, sealed->front()};
  if (append(stream_id::bookings, id)) world_.acknowledged_.insert(number);
}

void exchange_process::destroy_one() {
  const auto& all = world_.acknowledged_;
  if (all.empty()) return;
  const std::uint64_t number =
      *std::next(all.begin(), static_cast<std::ptrdiff_t>(world_.turns_.draw.below(all.size())));
  const key_id key = key_of(number);
  world_.destroying_.insert(number);
  if (keys_->destroy({&key, 1})) world_.destroyed_.insert(number);
}

/// The fence: the tail, then the lease, then the append with that tail as its condition.
status exchange_process::append(stream_id stream, const std::string& message_id) {
  status last;
  for (int i = 0; i < append_tries; ++i) {
    const auto tail = log_->tail(stream);
    WHORL_TRY(lease_->check());
    if (!tail) {
      last = tail.error();
      continue;
    }
    const storage::append_request what{stream, message_id, tail->seq, {}};
    const auto done = log_->append({&what, 1}).front();
    if (done) return {};
    last = done.error();
  }
  return last;
}

}  // namespace whorl::test
