// What actors say to each other: atoms, and the value types their messages carry. Searches travel
// as Cap'n Proto frames (they will cross nodes); the rest stays inside one process and is passed as
// plain values. No actor handle ever sits in a payload.
#pragma once

#include <caf/all.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/cluster/round_counts.hpp"
#include "actors/follower.hpp"
#include "actors/gateway_core.hpp"
#include "actors/node.hpp"
#include "actors/partition_scan.hpp"
#include "messages/facts.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "storage/journal.hpp"
#include "storage/keyring.hpp"

namespace whorl::actors {

// gateway
using submit_atom = caf::atom_constant<caf::atom("submit")>;      // submission -> submit_reply
using finished_atom = caf::atom_constant<caf::atom("finished")>;  // booking_id: its query ended
using resume_atom = caf::atom_constant<caf::atom("resume")>;  // take up bookings a crash left open
using hold_atom = caf::atom_constant<caf::atom("hold")>;  // resume_list, instant: bureau keeps them
using watch_atom = caf::atom_constant<caf::atom("watch")>;    // -> finished_atom for every booking
using load_atom = caf::atom_constant<caf::atom("load")>;      // -> uint64_t bookings in flight
using gauges_atom = caf::atom_constant<caf::atom("gauges")>;  // -> gauge_list: what is bounded
using counts_atom = caf::atom_constant<caf::atom("counts")>;  // -> shard_counts, fan_out_counts
// journal and vault (detached edges)
using append_atom = caf::atom_constant<caf::atom("append")>;  // append_batch -> append_reply
using find_atom = caf::atom_constant<caf::atom("find")>;      // stream, message id -> find_reply
using read_atom = caf::atom_constant<caf::atom("read")>;      // stream, from, max -> read_reply
using tail_atom = caf::atom_constant<caf::atom("tail")>;      // stream -> tail_reply
using listen_atom = caf::atom_constant<caf::atom("listen")>;  // -> advanced_atom for every append
using advanced_atom = caf::atom_constant<caf::atom("advanced")>;  // stream, seq of its tail
using flush_atom = caf::atom_constant<caf::atom("flush")>;
using seal_atom = caf::atom_constant<caf::atom("seal")>;        // seal_batch -> seal_reply
using unseal_atom = caf::atom_constant<caf::atom("unseal")>;    // sealed_payload -> unseal_reply
using destroy_atom = caf::atom_constant<caf::atom("destroy")>;  // key_list -> status_reply
using sign_atom = caf::atom_constant<caf::atom("sign")>;  // stream_tail, instant -> sign_reply
using keep_atom = caf::atom_constant<caf::atom("keep")>;  // stream_tail, instant: keep that head
// search
using round1_atom = caf::atom_constant<caf::atom("round1")>;  // frame -> frame
using round2_atom = caf::atom_constant<caf::atom("round2")>;  // frame -> frame
using own_atom = caf::atom_constant<caf::atom("own")>;  // before a round: of this node's shard
using progress_atom = caf::atom_constant<caf::atom("progress")>;  // search_id -> uint64_t work
using patience_atom = caf::atom_constant<caf::atom("patience")>;  // looks whether it still grows
using scan_atom = caf::atom_constant<caf::atom("scan")>;          // scan_job -> scan_outcome
using step_atom = caf::atom_constant<caf::atom("step")>;          // a replica goes on with its pass
using damaged_atom = caf::atom_constant<caf::atom("damaged")>;    // text: what a replica met
using index_atom = caf::atom_constant<caf::atom("index")>;  // index_request -> index_segment_ptr
using indexed_atom = caf::atom_constant<caf::atom("indexed")>;    // [gallery, index] -> index_size
using replicas_atom = caf::atom_constant<caf::atom("replicas")>;  // who a shard has from now on
using applied_atom = caf::atom_constant<caf::atom("applied")>;  // stream, seq: projections hold it
using retry_atom = caf::atom_constant<caf::atom("retry")>;
using deadline_atom = caf::atom_constant<caf::atom("deadline")>;
// node
using drain_atom =
    caf::atom_constant<caf::atom("drain")>;  // actor: gets ok_atom once nothing is left to do
using cursor_atom =
    caf::atom_constant<caf::atom("cursor")>;  // -> uint64_t facts of bookings notified
using settle_atom = caf::atom_constant<caf::atom("settle")>;
using dispatch_atom = caf::atom_constant<caf::atom("dispatch")>;
using pending_atom =
    caf::atom_constant<caf::atom("pending")>;  // -> uint64_t messages not delivered

/// Bytes of one Cap'n Proto message. Shared, so a local send copies nothing; across processes it is
/// written out whole.
struct packet {
  frame data;
};
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, packet& p) {
  std::vector<char> raw;
  if (Inspector::reads_state && p.data) {
    raw.assign(reinterpret_cast<const char*>(p.data->data()),
               reinterpret_cast<const char*>(p.data->data()) + p.data->size());
  }
  auto load = [&]() -> caf::error {
    auto* begin = reinterpret_cast<const std::byte*>(raw.data());
    p.data = std::make_shared<const bytes>(begin, begin + raw.size());
    return caf::none;
  };
  return f(raw, caf::meta::load_callback(load));
}

inline packet pack(bytes encoded) { return {std::make_shared<const bytes>(std::move(encoded))}; }

/// What is wrong with a request, to whoever sent it.
inline caf::error refuse(const error& e) {
  return caf::make_error(caf::sec::invalid_argument, e.message);
}

using append_batch = std::vector<storage::append_request>;
using append_reply = std::vector<result<storage::append_outcome>>;
using find_reply = result<std::optional<fact_record>>;
using read_reply = result<std::vector<fact_record>>;
using tail_reply = result<storage::stream_tail>;
using seal_batch = std::vector<storage::seal_request>;
using seal_reply = result<std::vector<sealed_payload>>;
using unseal_reply = result<bytes>;
using key_list = std::vector<key_id>;
using sign_reply = result<std::string>;
using status_reply = status;
using submit_reply = result<submitted>;
using gauge_list = std::vector<gauge>;
using resume_list = std::vector<resumed_booking>;
using followed_list = std::vector<followed>;

/// A question with what is called with its answer, for the bridge.
struct bridged_submit {
  submission what;
  std::function<void(submit_reply)> done;
};
struct bridged_append {
  append_batch batch;
  std::function<void(append_reply)> done;
};
using submit_call = std::shared_ptr<bridged_submit>;
using append_call = std::shared_ptr<bridged_append>;
/// Passes both on to the node; what it holds is bounded by its callers (door, HTTP connections).
caf::behavior bridge_actor(caf::event_based_actor* self, caf::actor node);

}  // namespace whorl::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::booking_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::gallery_kind)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::search_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::stream_id)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::sealed_payload)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::gauge_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::shard_counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::fan_out_counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::resume_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::scan_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<whorl::actors::replica_handle>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::append_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::append_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::find_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::read_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::tail_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::seal_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::seal_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::unseal_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::key_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::sign_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::storage::stream_tail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::instant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::status_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::submit_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::scan_job_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::index_segment_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::index_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::index_size)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::followed_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::submit_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::append_call)
