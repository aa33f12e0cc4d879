// What is left of a run of chaos: the journal's facts, and what the replicas hold.
#include <doctest/doctest.h>

#include "messages/wire.hpp"
#include "storage/jetstream/connection.hpp"
#include "storage/jetstream/journal_jetstream.hpp"
#include "storage/opened_payloads.hpp"
#include "storage/replica_folder.hpp"
#include "storage/store.hpp"
#include "tests/cluster/chaos/chaos_world.hpp"

namespace whorl::chaos {
namespace {

namespace js = storage::jetstream;

std::unique_ptr<storage::journal> open_journal(const test::nats_servers& servers,
                                               const std::string& prefix, int replicas) {
  auto connection = js::connection::open(servers.options());
  REQUIRE_MESSAGE(connection.has_value(), connection.error().message);
  js::jetstream_options streams;
  streams.prefix = prefix;
  streams.replicas = replicas;
  auto log = js::open_jetstream_journal(*std::move(connection), streams);
  REQUIRE_MESSAGE(log.has_value(), log.error().message);
  return *std::move(log);
}

template <class Take>
void each_fact(const storage::journal& log, stream_id stream, Take take) {
  for (std::uint64_t seq = 1;;) {
    const auto facts = log.read(stream, seq, 500);
    REQUIRE_MESSAGE(facts.has_value(), facts.error().message);
    if (facts->empty()) return;
    for (const auto& record : *facts) {
      auto what = wire::decode_fact(record.payload);
      REQUIRE_MESSAGE(what.has_value(), what.error().message);
      take(*std::move(what));
    }
    seq = facts->back().seq + 1;
  }
}

digest content_of(storage::gallery_partition& partition) {
  const auto view = partition.view();
  REQUIRE_MESSAGE(view.has_value(), view.error().message);
  const auto content = (*view)->content_digest();
  REQUIRE_MESSAGE(content.has_value(), content.error().message);
  return *content;
}

}  // namespace

journal_facts chaos_world::read_journal() const {
  return read_facts(servers_, prefix_, server_count, partition_count);
}

journal_facts read_facts(const test::nats_servers& servers, const std::string& prefix, int replicas,
                         std::uint32_t partitions) {
  journal_facts out;
  out.partition_count = partitions;
  const auto log = open_journal(servers, prefix, replicas);
  each_fact(*log, stream_id::bookings, [&out](fact what) {
    if (auto* a = std::get_if<booking_accepted>(&what)) out.accepted[a->booking] = std::move(*a);
    if (auto* a = std::get_if<booking_answered>(&what)) out.answers.push_back(std::move(*a));
  });
  each_fact(*log, stream_id::criminal, [&out](fact what) {
    if (auto* e = std::get_if<subject_enrolled>(&what)) out.enrolled.push_back(std::move(*e));
  });
  each_fact(*log, stream_id::outbox, [&out](fact what) {
    if (auto* m = std::get_if<message_queued>(&what)) ++out.queued[m->message];
  });
  return out;
}

std::vector<std::string> chaos_world::compare_digests(std::size_t& compared) const {
  std::vector<std::string> out;
  const auto own = storage::open_store(store(), {}, open_journal(servers_, prefix_, server_count));
  REQUIRE_MESSAGE(own.has_value(), own.error().message);
  std::map<partition_id, digest> wanted;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (std::uint32_t i = 0; i < partition_count; ++i)
      wanted[{gallery, i}] = content_of(*(*own)->gallery(gallery)[i]);
  storage::opened_payloads keys;
  for (const node& one : nodes_) {
    const auto kept = storage::replica_folder::open(one.folder, partition_count, {});
    REQUIRE_MESSAGE(kept.has_value(), kept.error().message);
    for (const partition_id which : (*kept)->held()) {
      const auto replica = (*kept)->open_replica(which, keys);
      const std::string name = one.name + "'s " + to_string(which);
      if (!replica)
        out.push_back(name + ": " + replica.error().message);
      else if (content_of(**replica) != wanted[which])
        out.push_back(name + " differs from the exchange's");
      ++compared;
    }
  }
  return out;
}

}  // namespace whorl::chaos
