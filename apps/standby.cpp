#include "apps/standby.hpp"

#include <time.h>

#include <iostream>
#include <random>

#include "apps/exchanges/held_back_journal.hpp"
#include "apps/exchanges/key_follower.hpp"
#include "apps/exchanges/succession.hpp"
#include "apps/http/problem.hpp"
#include "apps/session.hpp"
#include "apps/store_journal.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

/// Of a question for keys: the one that holds them may stand still.
constexpr long key_patience_ms = 5000;
/// Between two looks at who holds the lease, and for a signal.
constexpr std::int64_t look_ms = 100;
constexpr std::int64_t retry_after_s = 2;

/// Goes on while the machine sleeps, so that a lease ends meanwhile.
instant boot_now() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return {now.tv_sec * 1000 + now.tv_nsec / 1'000'000};
}

cluster::lease_settings lease_of(const exchange_config& from) {
  cluster::lease_settings out;
  out.lease_ms = from.lease_seconds * 1000;
  out.margin_ms = out.lease_ms / 10;
  out.request_ms = 2000;
  return out;
}

bool told_to_stop(const sigset_t& stops, std::int64_t for_ms) {
  const timespec wait{for_ms / 1000, for_ms % 1000 * 1'000'000};
  return sigtimedwait(&stops, nullptr, &wait) > 0;
}

/// Of one that stands by: it lives, and is not ready.
http::response answer_standing_by(const std::string& target, const std::string& standing) {
  http::response out;
  if (target == "/health/live") {
    out.body = R"({"status":"pass"})";
    return out;
  }
  out = http::problem(503, "unavailable", "this exchange stands by: " + standing);
  out.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return out;
}

http::server_hooks hooks_standing_by(std::function<std::string()> standing) {
  return {[](const http::peer&) { return false; },
          [standing](const http::request& head, std::uint64_t) -> http::admission {
            if (head.target == "/health/live") return {};
            return {answer_standing_by(head.target, standing())};
          },
          [standing](const http::request& whole, const http::reply_function& reply) {
            reply(answer_standing_by(whole.target, standing()));
          },
          [](unsigned) {}};
}

/// The store of a standby: open, behind the journal, and without anybody who appends.
class standing_store {
 public:
  static result<std::unique_ptr<standing_store>> open(const context& ctx, const config& settings) {
    std::unique_ptr<standing_store> out(new standing_store);
    WHORL_ASSIGN(auto remote, open_remote_journal(*settings.journal));
    auto held_back = std::make_unique<exchanges::held_back_journal>(std::move(remote));
    out->journal_ = held_back.get();
    WHORL_ASSIGN(out->store_, storage::open_store(ctx.store, {}, std::move(held_back), false));
    return out;
  }
  storage::store& store() { return *store_; }
  result<bool> has_facts() const { return exchanges::has_facts_with_keys(journal_->all()); }
  /// Applies what it has the keys for, in two halves: facts up to the tails of now, once every key
  /// of now is here.
  status follow(exchanges::key_follower& keys) {
    if (!marked_) {
      WHORL_ASSIGN(tails_, journal_->tails_now());
      marked_ = keys.mark();
    }
    if (!keys.wait_level(*marked_, 0)) return {};
    marked_.reset();
    journal_->release(tails_);
    return storage::catch_up_all(*store_);
  }

 private:
  standing_store() = default;
  exchanges::held_back_journal* journal_ = nullptr;  ///< the store's
  std::array<std::uint64_t, 6> tails_{};
  std::optional<std::uint64_t> marked_;  ///< when tails_ were read
  std::unique_ptr<storage::store> store_;
};

bool has_no_key(const storage::own_keyring& keys) {
  const auto some = keys.copy(std::nullopt, 1);
  return !some || some->empty();
}

exchanges::lease_keeper_settings keeper_settings(const config& settings,
                                                 const storage::own_keyring& keys, bool has_facts) {
  std::random_device source;
  exchanges::lease_keeper_settings out;
  out.name = settings.exchange->name;
  out.incarnation = std::uint64_t{source()} << 32 | source();
  out.lease = lease_of(*settings.exchange);
  out.is_empty = [&keys] { return has_no_key(keys); };
  out.has_facts = has_facts;
  out.clock = boot_now;
  return out;
}

exchanges::key_follower_settings follower_settings(const config& settings, const digest& lineage,
                                                   const std::shared_ptr<service_log>& log) {
  exchanges::key_follower_settings out;
  for (const auto& peer : settings.exchange->peers)
    out.peers.push_back({peer.url, settings.exchange->certificate, settings.exchange->key,
                         settings.exchange->authority, key_patience_ms});
  out.lineage = lineage;
  out.on_change = [log](const std::string& standing) {
    log->event({.what = "keys", .text = standing});
  };
  return out;
}

void say_standing_by(const context& ctx, const std::string& name, std::uint16_t port) {
  if (ctx.as_json)
    print_line({{"event", "standing_by"}, {"exchange", name}, {"port", port}});
  else
    std::cout << name << " stands by (SIGTERM or Ctrl-C ends it)" << std::endl;
}

}  // namespace

result<std::unique_ptr<exchanges::lease_keeper>> await_lease(
    const context& ctx, const config& settings, const http::server_settings& gateway,
    const std::shared_ptr<service_log>& log, const sigset_t& stops) {
  WHORL_ASSIGN(const auto bucket, open_agreement(*settings.journal));
  WHORL_ASSIGN(const auto open, standing_store::open(ctx, settings));
  WHORL_ASSIGN(const bool has_facts, open->has_facts());
  WHORL_ASSIGN(const digest lineage, storage::lineage_of(open->store()));
  auto lease = std::make_unique<exchanges::lease_keeper>(
      bucket, keeper_settings(settings, *open->store().keys, has_facts));
  // Whoever gets it at once, as the only one there is, does not say that it stands by.
  if (lease->wait_held(2 * lease_of(*settings.exchange).poll_ms)) return lease;

  exchanges::key_follower keys(*open->store().keys, follower_settings(settings, lineage, log));
  const auto standing = [&lease, &keys] { return lease->standing() + "; " + keys.standing(); };
  WHORL_ASSIGN(const auto server, http::server::start(gateway, hooks_standing_by(standing)));
  say_standing_by(ctx, settings.exchange->name, server->port());
  while (!lease->wait_held(0)) {
    if (told_to_stop(stops, look_ms)) return std::unique_ptr<exchanges::lease_keeper>();
    const status followed = open->follow(keys);
    if (!followed && followed.error().code != errc::unavailable) return followed.error();
    if (!followed) log->warning("standby", followed.error().message);
  }
  server->stop(0);
  log->event({.what = "lease", .text = lease->standing()});
  return lease;
}

std::vector<storage::append_request> rows_of_new_holder(const std::string& name,
                                                        std::uint64_t epoch, instant now) {
  std::vector<storage::append_request> out;
  audit_row row;
  row.at = now;
  row.principal = name;
  row.role = "exchange";
  row.action = "lease taken";
  row.object = "exchange";
  row.purpose = "facts are appended here from now on";
  row.detail = "epoch " + std::to_string(epoch);
  for (const stream_id stream : all_streams)
    out.push_back({stream, std::string(exchanges::epoch_row_prefix) + std::to_string(epoch),
                   std::nullopt, wire::encode(fact(row))});
  return out;
}

}  // namespace whorl::apps
