// A journal that refuses everything after a moment: whoever asks is told, nobody waits for ever.
#include <doctest/doctest.h>

#include <atomic>

#include "actors/edges.hpp"
#include "actors/local_node.hpp"
#include "actors/protocol.hpp"
#include "tests/actors/node_fixture.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::test;

namespace {

/// Takes one commit, then refuses commits and reads, as LMDB does after a failed meta page.
class dying_journal final : public storage::journal {
 public:
  explicit dying_journal(std::unique_ptr<storage::journal> inner) : inner_(std::move(inner)) {}
  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override {
    if (dead_.exchange(true))
      return std::vector<result<storage::append_outcome>>(batch.size(), refused());
    return inner_->append(batch);
  }
  result<std::vector<fact_record>> read(stream_id s, std::uint64_t from,
                                        std::size_t max) const override {
    if (dead_) return refused();
    return inner_->read(s, from, max);
  }
  result<storage::stream_tail> tail(stream_id s) const override {
    if (dead_) return refused();
    return inner_->tail(s);
  }
  result<std::optional<fact_record>> find(stream_id s, std::string_view id) const override {
    if (dead_) return refused();
    return inner_->find(s, id);
  }

 private:
  static error refused() { return make_error(errc::io, "the disk is broken"); }
  std::unique_ptr<storage::journal> inner_;
  std::atomic<bool> dead_{false};
};

}  // namespace

TEST_CASE("gateway: a copy of a booking under search is told that the journal cannot be read") {
  node_fixture f;
  f.store().log = std::make_unique<dying_journal>(std::move(f.store().log));
  caf::actor_system_config config;
  config.set("logger.verbosity", caf::atom("quiet"));
  caf::actor_system system(config);
  auto node = system.spawn(node_supervisor, &f.store(), f.raw_settings(system));
  const submission booking = f.booking(1, 1);
  caf::scoped_actor self{system};
  const auto submit = [&] {
    submit_reply reply = make_error(errc::unavailable, "no reply");
    self->request(node, std::chrono::seconds(30), submit_atom::value, booking)
        .receive([&](const submit_reply& r) { reply = r; }, [](const caf::error&) {});
    return reply;
  };
  const submit_reply first = submit();
  REQUIRE_MESSAGE(first.has_value(), first.error().message);
  const submit_reply again = submit();
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().code == errc::io);
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}

TEST_CASE("local node: who finds no room is told when nothing moves any more") {
  node_fixture f;
  f.store().log = std::make_unique<dying_journal>(std::move(f.store().log));
  local_node_settings settings;
  settings.outbox_folder = f.answers_folder();
  settings.in_flight_max = 1;
  settings.stall_ms = 400;
  auto node = local_node::start(f.store(), settings);
  REQUIRE(node.has_value());
  // The first is accepted and can never be decided: it keeps the only place.
  REQUIRE((*node)->submit(f.booking(1, 1)).has_value());
  std::vector<std::size_t> told;
  const std::vector<submission> more{f.booking(2, 2), f.booking(3, 3), f.booking(4, 4)};
  (*node)->submit_all(more, [&](std::size_t index, const result<submitted>& reply) {
    told.push_back(index);
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().code == errc::unavailable);
    CHECK(reply.error().message.find("nothing has moved") != std::string::npos);
  });
  CHECK(told == std::vector<std::size_t>{0, 1, 2});
}
