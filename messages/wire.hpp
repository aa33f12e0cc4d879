// wire: the only place that reads or writes Cap'n Proto. Every read is bounded (limits::wire_*),
// checks alignment and size, and turns every exception of kj into an error value: errc::corrupt for
// bytes that are no message of the kind, errc::unsupported for an unknown union member,
// errc::limit_exceeded beyond the limits. Nothing else of the project includes <capnp/...>.
// encode() INVARIANTs the same limits that decode refuses (below, and limits::fingers_max,
// partitions_max, coarse_candidates_max, template_bytes_max, wire_bytes_max; of a cluster
// is_node_name, replicas_max, placed_nodes_max): a fact that nobody could read again must never
// reach the journal, so whoever takes texts and lists from outside checks them first.
// Encoded form: one standard Cap'n Proto stream-framed message, schemas in messages/schema/.
#pragma once

#include "messages/bytes.hpp"
#include "messages/cluster.hpp"
#include "messages/exchanges.hpp"
#include "messages/facts.hpp"
#include "messages/limits.hpp"
#include "messages/replication.hpp"
#include "messages/result.hpp"
#include "messages/search.hpp"

namespace whorl::wire {

/// Longest text of any field, bytes: far above limits::text_max, for literals out of transactions.
inline constexpr std::size_t text_bytes_max = 64u << 10;
/// Aliases of one person; a transaction's field cannot hold more.
inline constexpr std::size_t aliases_max = limits::field_subfields_max;

bytes encode(const fact& what);
result<fact> decode_fact(byte_view data);

bytes encode(const probe& what);
result<probe> decode_probe(byte_view data);
bytes encode(const std::vector<probe_print>& what);
result<std::vector<probe_print>> decode_prints(byte_view data);
bytes encode(const biographics& what);
result<biographics> decode_biographics(byte_view data);
bytes encode(const subject_record& what);
result<subject_record> decode_subject_record(byte_view data);

bytes encode(const round_one_request& what);
result<round_one_request> decode_round_one_request(byte_view data);
bytes encode(const round_one_reply& what);
result<round_one_reply> decode_round_one_reply(byte_view data);
bytes encode(const round_two_request& what);
result<round_two_request> decode_round_two_request(byte_view data);
bytes encode(const round_two_reply& what);
result<round_two_reply> decode_round_two_reply(byte_view data);

bytes encode(const node_report& what);
result<node_report> decode_node_report(byte_view data);
bytes encode(const partition_map& what);
result<partition_map> decode_partition_map(byte_view data);

bytes encode(const facts_request& what);
result<facts_request> decode_facts_request(byte_view data);
bytes encode(const facts_reply& what);
result<facts_reply> decode_facts_reply(byte_view data);
bytes encode(const rows_request& what);
result<rows_request> decode_rows_request(byte_view data);
bytes encode(const rows_reply& what);
result<rows_reply> decode_rows_reply(byte_view data);

bytes encode(const lease_record& what);
result<lease_record> decode_lease_record(byte_view data);
bytes encode(const succession_record& what);
result<succession_record> decode_succession_record(byte_view data);
bytes encode(const key_page& what);
result<key_page> decode_key_page(byte_view data);

}  // namespace whorl::wire
