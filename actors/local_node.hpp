// A node inside this process, for programs: starts the actor system and the node over an open
// store, offers blocking calls, and stops in order. Hides CAF from the callers.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/bureau_core.hpp"
#include "actors/casework/case_settings.hpp"
#include "actors/cluster/exchange.hpp"
#include "actors/follower.hpp"
#include "actors/gateway_core.hpp"
#include "actors/identify_core.hpp"
#include "actors/partition_index.hpp"
#include "storage/store.hpp"

namespace whorl::actors {

struct local_node_settings {
  jurisdictions modes;
  std::vector<bureau_rule> bureaus;
  std::shared_ptr<const casework::case_settings> cases;  ///< null: the usual ones
  std::string outbox_folder;  ///< where answers are written; made when absent
  /// In place of files: what becomes of a message, and where it went (measurements).
  std::function<result<std::string>(const message_queued&, const bytes&)> deliver;
  std::size_t threads = 0;   ///< workers of searches; 0: one a core
  std::uint32_t top_k = 64;  ///< candidates scored precisely
  bool use_index = true;     ///< of large partitions; false: every search looks at everybody
  std::int64_t booking_deadline_ms = 24ll * 60 * 60 * 1000;
  std::size_t in_flight_max = 64;
  /// Nodes hold replicas and are searched in place of this process, which is their exchange.
  std::optional<exchange_settings> cluster;
  /// drain() gives up when nothing has moved for so long: a disk that refuses everything.
  std::int64_t stall_ms = 60'000;
};

class local_node {
 public:
  /// `store` must outlive the node. Bookings that a crash left open are taken up at once. Errors:
  /// of use_transport and publish, where there is a cluster.
  static result<std::unique_ptr<local_node>> start(storage::store& store,
                                                   const local_node_settings& settings);
  virtual ~local_node() =
      default;  ///< stops the actors; what is in flight is taken up by the next start

  /// One submission, waiting for acceptance only.
  virtual result<submitted> submit(const submission& what) = 0;
  /// Many, several at a time, in order of the span; waits out `overloaded`. `on_reply(index,
  /// reply)` is called in the calling thread as each is accepted or refused.
  using reply_function = std::function<void(std::size_t index, const result<submitted>& reply)>;
  virtual void submit_all(std::span<const submission> all, const reply_function& on_reply) = 0;
  /// Waits until nothing is in flight, every answer has its notices and every message is delivered.
  /// `on_wait(bookings in flight)` is called now and then meanwhile. Error unavailable: nothing has
  /// moved for stall_ms; what is open stays so and is taken up by the next start.
  virtual status drain(const std::function<void(std::uint64_t)>& on_wait = {}) = 0;
  /// Appends facts of a command (enrolment, merge, review, audit rows) and waits until they are
  /// durable.
  virtual std::vector<result<storage::append_outcome>> append(
      std::vector<storage::append_request> batch) = 0;
  /// As submit and append, without waiting: `done` is called once, on a thread of the node or in
  /// this call, and must not block; not at all when the node stops before.
  virtual void submit_later(submission what, std::function<void(result<submitted>)> done) = 0;
  virtual void append_later(
      std::vector<storage::append_request> batch,
      std::function<void(std::vector<result<storage::append_outcome>>)> done) = 0;
  /// What the node holds that is bounded, with peaks: the door, the gateway, the journal, the vault
  /// and the shard. Empty when the node does not answer.
  virtual std::vector<gauge> gauges() = 0;
  /// Hands all in, at most `together` of them unanswered at a time, and waits for every answer.
  /// `on_done(how many)` is called after each. Error unavailable: no answer for `patience`.
  virtual result<std::vector<followed>> follow(
      std::vector<submission> all, std::size_t together, std::chrono::seconds patience,
      const std::function<void(std::uint64_t)>& on_done = {}) = 0;
  /// What the nodes of the cluster last said. not_found: this is no exchange.
  virtual result<cluster_status> cluster() = 0;
  /// Errors: of membership_core::on_order; not_found: this is no exchange.
  virtual status order(cluster::cluster_order what) = 0;
  /// False: a part that cannot be replaced alone fell, and the node with it; it said why.
  virtual bool running() const = 0;
  /// Where nodes connect to; 0: this is no exchange.
  virtual std::uint16_t cluster_port() const = 0;
  /// How much of a partition the indexes cover, once no further segment is on its way.
  virtual result<index_size> indexed(partition_id which) = 0;
  /// Round one as a search asks it: the best of each partition that holds its facts.
  virtual result<round_one_reply> look(const round_one_request& what) = 0;
  /// Seals payloads; durable keys.
  virtual result<std::vector<sealed_payload>> seal(std::vector<storage::seal_request> batch) = 0;
  /// Destroys keys, durably.
  virtual status destroy(std::vector<key_id> keys) = 0;
  /// Searches a gallery with prints that are no booking's: both rounds over every partition, and
  /// with the hands exchanged where nobody reaches the review threshold. Waits; changes nothing.
  /// Errors: invalid_input (no print that can be searched), unavailable (partitions did not
  /// answer).
  virtual result<identified> identify(gallery_kind gallery, std::vector<probe_print> prints) = 0;
};

}  // namespace whorl::actors
