#include <algorithm>

#include "actors/cluster/cluster_actors.hpp"
#include "messages/planted_bug.hpp"

namespace whorl::actors {
namespace {

constexpr auto copy_idle = std::chrono::seconds(60);
/// What an answer may hold besides its payloads.
constexpr std::size_t frame_room = 512u << 10;

/// A copy that is being sent; the last pieces are kept, since their answers may be lost.
struct sent_copy {
  partition_id which;
  std::unique_ptr<storage::partition_source> source;
  std::map<std::uint64_t, bytes> pieces;  ///< encoded, by number
  std::uint64_t next = 0;
  bool over = false;
  caf::actor_clock::time_point asked;
};
constexpr std::size_t pieces_kept = 4;

struct feed_state {
  storage::store* store = nullptr;
  std::map<std::uint64_t, sent_copy> copies;
};

/// The record of an enrolment in one of the partitions, opened. An error of the disk is no state:
/// the node would keep the record without its prints.
result<std::optional<opened_payload>> open_for(const storage::store& store,
                                               const facts_request& request,
                                               const fact_record& record) {
  std::optional<opened_payload> out;
  const auto what = wire::decode_fact(record.payload);
  const auto* enrolled = what ? std::get_if<subject_enrolled>(&*what) : nullptr;
  if (enrolled == nullptr) return out;
  const std::uint32_t here = partition_of(enrolled->subject, store.partition_count);
  if (!std::ranges::any_of(request.replicas, [&](const auto& r) { return r.partition == here; }))
    return out;
  out = opened_payload{enrolled->record.key, opened_state::plain, {}};
  auto plain = store.keys->open(enrolled->record);
  if (plain) {
    // A node makes search data of prints; who it is stays here.
    auto enrolled_one = wire::decode_subject_record(*plain);
    if (!enrolled_one) {
      out->state = opened_state::damaged;
      return out;
    }
    enrolled_one->who = {};
    if (planted(planted_bug::record_goes_without_prints)) enrolled_one->prints.clear();
    out->plain = wire::encode(*enrolled_one);
    return out;
  }
  if (plain.error().code != errc::purged && plain.error().code != errc::corrupt)
    return plain.error();
  out->state = plain.error().code == errc::purged ? opened_state::purged : opened_state::damaged;
  return out;
}

/// Whether what a replica has read of itself is not what the partition has after the same fact.
/// What cannot be compared now, or not read here, is not held against it.
bool differs(const storage::gallery_partition& partition, const facts_request::replica& replica) {
  if (!replica.checked) return false;
  const auto view = partition.view();
  if (!view || (*view)->applied_seq() != replica.applied_seq) return false;
  const auto same = (*view)->holds_stretch(*replica.checked, checked_bytes_max);
  return same && !*same;
}

/// Whether a replica stands on bulk loads that the partition does not have, or at the tail on
/// another fact. Short of the tail its projection compares the facts that follow; ahead of it
/// nothing is known: the tail may be an old one.
result<bool> has_parted(storage::store& store, gallery_kind gallery,
                        const storage::stream_tail& tail, const facts_request::replica& replica) {
  const storage::gallery_partition& own = *store.gallery(gallery)[replica.partition];
  WHORL_ASSIGN(const std::uint64_t imports, own.imports());
  return imports != replica.imports || differs(own, replica) ||
         (replica.applied_seq == tail.seq && replica.applied != tail.self);
}

status check_request(const storage::store& store, const facts_request& request) {
  if (request.stream != stream_id::criminal && request.stream != stream_id::immigration)
    return make_error(errc::forbidden, "a node follows the galleries' streams alone");
  for (const auto& replica : request.replicas)
    if (replica.partition >= store.partition_count)
      return make_error(errc::invalid_input,
                        std::to_string(replica.partition) + ": no such partition");
  return {};
}

result<bytes> facts_for(storage::store& store, const facts_request& request) {
  WHORL_TRY(check_request(store, request));
  facts_reply reply;
  WHORL_ASSIGN(const auto tail, store.log->tail(request.stream));
  reply.tail_seq = tail.seq;
  for (const auto& replica : request.replicas) {
    WHORL_ASSIGN(const bool parted, has_parted(store, gallery_of(request.stream), tail, replica));
    if (parted) reply.parted.push_back(replica.partition);
  }
  const auto most =
      std::min<std::size_t>(std::max(request.facts_max, 1u), limits::replicated_facts_max);
  WHORL_ASSIGN(auto facts, store.log->read(request.stream, request.from_seq, most));
  std::size_t size = 0;
  for (fact_record& record : facts) {
    WHORL_ASSIGN(auto opened, open_for(store, request, record));
    const std::size_t more =
        record.payload.size() + record.message_id.size() + (opened ? opened->plain.size() : 0);
    if (more > limits::wire_bytes_max - frame_room)
      return make_error(errc::limit_exceeded, "fact " + std::to_string(record.seq) + " of stream " +
                                                  std::string(to_string(request.stream)) +
                                                  " is too large to be sent to a node");
    if (!reply.facts.empty() && size + more > limits::replicated_bytes_max) break;
    size += more;
    if (opened) reply.opened.push_back(*std::move(opened));
    reply.facts.push_back(std::move(record));
  }
  // Appended since the tail was read.
  if (!reply.facts.empty()) reply.tail_seq = std::max(reply.tail_seq, reply.facts.back().seq);
  return wire::encode(reply);
}

void close_idle(feed_state& state, caf::actor_clock::time_point now) {
  std::erase_if(state.copies,
                [&](const auto& each) { return now - each.second.asked > copy_idle; });
}

/// Those whose last piece was sent make room; in time each is forgotten anyway.
void forget_sent(feed_state& state) {
  if (state.copies.size() < limits::copies_max) return;
  const auto oldest = std::ranges::min_element(state.copies, {}, [](const auto& each) {
    return std::pair(!each.second.over, each.second.asked);
  });
  if (oldest->second.over) state.copies.erase(oldest);
}

result<sent_copy*> copy_for(feed_state& state, const rows_request& request) {
  const auto found = state.copies.find(request.copy);
  if (found != state.copies.end() && found->second.which == request.partition)
    return &found->second;
  if (found != state.copies.end() || request.number != 0)
    return make_error(errc::not_found, "no such copy is being sent: begin anew");
  forget_sent(state);
  if (state.copies.size() >= limits::copies_max)
    return make_error(errc::overloaded, "too many copies are being sent: ask again later");
  if (request.partition.index >= state.store->partition_count)
    return make_error(errc::invalid_input, to_string(request.partition) + ": no such partition");
  const auto& partition = state.store->gallery(request.partition.gallery)[request.partition.index];
  WHORL_ASSIGN(auto source, partition->copy());
  sent_copy& made = state.copies[request.copy];
  made.which = request.partition;
  made.source = std::move(source);
  return &made;
}

result<bytes> rows_for(feed_state& state, const rows_request& request,
                       caf::actor_clock::time_point now) {
  close_idle(state, now);
  WHORL_ASSIGN(sent_copy * copy, copy_for(state, request));
  copy->asked = now;
  if (const auto kept = copy->pieces.find(request.number); kept != copy->pieces.end())
    return kept->second;
  if (copy->over || request.number != copy->next)
    return make_error(errc::not_found,
                      "piece " + std::to_string(request.number) + " of a copy cannot be sent");
  WHORL_ASSIGN(rows_reply piece, copy->source->next());
  piece.copy = request.copy;
  piece.number = copy->next++;
  copy->over = piece.last;
  if (copy->over) copy->source.reset();  // the snapshot is not held longer than needed
  if (copy->pieces.size() >= pieces_kept) copy->pieces.erase(copy->pieces.begin());
  return copy->pieces[piece.number] = wire::encode(piece);
}

}  // namespace

caf::behavior feed_actor(caf::event_based_actor* self, storage::store* store) {
  auto state = std::make_shared<feed_state>();
  state->store = store;
  return {
      [=](facts_atom, const packet& frame) -> caf::result<packet> {
        const auto request = wire::decode_facts_request(*frame.data);
        if (!request) return refuse(request.error());
        auto reply = facts_for(*state->store, *request);
        if (!reply) return refuse(reply.error());
        return pack(*std::move(reply));
      },
      [=](rows_atom, const packet& frame) -> caf::result<packet> {
        const auto request = wire::decode_rows_request(*frame.data);
        if (!request) return refuse(request.error());
        auto reply = rows_for(*state, *request, self->clock().now());
        if (!reply) return refuse(reply.error());
        return pack(*std::move(reply));
      },
      [=](tick_atom) { close_idle(*state, self->clock().now()); },
  };
}

}  // namespace whorl::actors
