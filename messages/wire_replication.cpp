// How replicas are made and follow: see messages/schema/replication.capnp.
#include "messages/schema/replication.capnp.h"
#include "messages/wire_parts.hpp"

// Functions are static: in an unnamed namespace, lookup by argument would miss them.
namespace whorl::schema {

using namespace wire;

static_assert(enum_to<OpenedState>(opened_state::plain) == OpenedState::PLAIN);
static_assert(enum_to<OpenedState>(opened_state::damaged) == OpenedState::DAMAGED);

static stream_id stream_from(std::uint8_t value) {
  return enum_from(value, stream_id::bookings, stream_id::audit, "stream");
}

static void write(RowPlace::Builder to, const row_place& from) {
  INVARIANT(from.key.size() <= limits::stored_key_max);
  to.setTable(from.table);
  to.setKey(blob(from.key));
}

static void read(RowPlace::Reader from, row_place& to) {
  to.table = from.getTable();
  to.key = read_data(from.getKey(), limits::stored_key_max, "key of a row");
}

static void write(RowStretch::Builder to, const row_stretch& from) {
  write(to.initAfter(), from.after);
  write(to.initTo(), from.to);
  to.setContent(blob(from.content));
}

static void read(RowStretch::Reader from, row_stretch& to) {
  read(from.getAfter(), to.after);
  read(from.getTo(), to.to);
  to.content = read_digest(from.getContent(), "digest of rows");
}

static void write(FollowingReplica::Builder to, const facts_request::replica& from) {
  to.setPartition(from.partition);
  to.setAppliedSeq(from.applied_seq);
  to.setImports(from.imports);
  to.setApplied(blob(from.applied));
  if (from.checked) write(to.initChecked(), *from.checked);
}

static void read(FollowingReplica::Reader from, facts_request::replica& to) {
  to.partition = from.getPartition();
  to.applied_seq = from.getAppliedSeq();
  to.imports = from.getImports();
  to.applied = read_digest(from.getApplied(), "digest of the applied fact");
  to.checked.reset();
  if (from.hasChecked()) read(from.getChecked(), to.checked.emplace());
}

static void write(FactsRequest::Builder to, const facts_request& from) {
  to.setStream(static_cast<std::uint8_t>(from.stream));
  to.setFromSeq(from.from_seq);
  to.setFactsMax(from.facts_max);
  write_each(to.initReplicas(count(from.replicas, limits::partitions_max)), from.replicas);
}

static void read(FactsRequest::Reader from, facts_request& to) {
  to.stream = stream_from(from.getStream());
  to.from_seq = from.getFromSeq();
  to.facts_max = from.getFactsMax();
  read_each(from.getReplicas(), to.replicas, limits::partitions_max, "replicas");
}

static void write(FactRecord::Builder to, const fact_record& from) {
  to.setSeq(from.seq);
  to.setMessageId(text(from.message_id));
  to.setPrevious(blob(from.previous));
  to.setSelf(blob(from.self));
  to.setPayload(blob(from.payload));
}

static void read(FactRecord::Reader from, fact_record& to) {
  to.seq = from.getSeq();
  to.message_id = read_text(from.getMessageId(), "message id");
  to.previous = read_digest(from.getPrevious(), "digest of the fact before");
  to.self = read_digest(from.getSelf(), "digest of a fact");
  to.payload = read_data(from.getPayload(), limits::wire_bytes_max, "fact");
}

static void write(OpenedPayload::Builder to, const opened_payload& from) {
  to.setOwner(from.key.owner);
  to.setPurpose(enum_to<KeyPurpose>(from.key.purpose));
  to.setState(enum_to<OpenedState>(from.state));
  to.setPlain(blob(from.plain));
}

static void read(OpenedPayload::Reader from, opened_payload& to) {
  to.key.owner = from.getOwner();
  to.key.purpose = enum_from(from.getPurpose(), key_purpose::probe_criminal,
                             key_purpose::record_immigration, "key purpose");
  to.state = enum_from(from.getState(), opened_state::plain, opened_state::damaged, "state");
  to.plain = read_data(from.getPlain(), limits::wire_bytes_max, "opened payload");
}

static void write(FactsReply::Builder to, const facts_reply& from) {
  to.setStream(from.facts.empty() ? 1 : static_cast<std::uint8_t>(from.facts.front().stream));
  write_each(to.initFacts(count(from.facts, limits::replicated_facts_max)), from.facts);
  write_each(to.initOpened(count(from.opened, limits::replicated_facts_max)), from.opened);
  to.setTailSeq(from.tail_seq);
  auto parted = to.initParted(count(from.parted, limits::partitions_max));
  for (unsigned i = 0; i < parted.size(); ++i) parted.set(i, from.parted[i]);
}

static void read(FactsReply::Reader from, facts_reply& to) {
  read_each(from.getFacts(), to.facts, limits::replicated_facts_max, "facts");
  for (fact_record& record : to.facts) record.stream = stream_from(from.getStream());
  read_each(from.getOpened(), to.opened, limits::replicated_facts_max, "opened payloads");
  to.tail_seq = from.getTailSeq();
  const auto parted = from.getParted();
  at_most(parted.size(), limits::partitions_max, "parted partitions");
  to.parted.clear();
  for (const std::uint32_t index : parted) to.parted.push_back(index);
}

static void write(RowsRequest::Builder to, const rows_request& from) {
  to.setGallery(to_wire(from.partition.gallery));
  to.setIndex(from.partition.index);
  to.setCopy(from.copy);
  to.setNumber(from.number);
}

static void read(RowsRequest::Reader from, rows_request& to) {
  to.partition = {from_wire(from.getGallery()), from.getIndex()};
  to.copy = from.getCopy();
  to.number = from.getNumber();
}

static void write(StoredRow::Builder to, const stored_row& from) {
  INVARIANT(from.key.size() <= limits::stored_key_max);
  to.setKey(blob(from.key));
  to.setValue(blob(from.value));
}

static void read(StoredRow::Reader from, stored_row& to) {
  to.key = read_data(from.getKey(), limits::stored_key_max, "key of a row");
  to.value = read_data(from.getValue(), limits::wire_bytes_max, "row");
}

static void write(RowsReply::Builder to, const rows_reply& from) {
  to.setCopy(from.copy);
  to.setNumber(from.number);
  to.setTable(from.table);
  to.setLast(from.last);
  to.setRowsSoFar(from.rows_so_far);
  to.setContent(blob(from.content));
  write_each(to.initRows(count(from.rows, limits::copied_rows_max)), from.rows);
}

static void read(RowsReply::Reader from, rows_reply& to) {
  to.copy = from.getCopy();
  to.number = from.getNumber();
  to.table = from.getTable();
  to.last = from.getLast();
  to.rows_so_far = from.getRowsSoFar();
  to.content = read_digest(from.getContent(), "digest of the copied rows");
  read_each(from.getRows(), to.rows, limits::copied_rows_max, "rows");
}

}  // namespace whorl::schema

namespace whorl::wire {

bytes encode(const facts_request& what) { return encode_as<schema::FactsRequest>(what); }
result<facts_request> decode_facts_request(byte_view data) {
  return decode_as<schema::FactsRequest, facts_request>(data, "facts request");
}

bytes encode(const facts_reply& what) { return encode_as<schema::FactsReply>(what); }
result<facts_reply> decode_facts_reply(byte_view data) {
  return decode_as<schema::FactsReply, facts_reply>(data, "facts reply");
}

bytes encode(const rows_request& what) { return encode_as<schema::RowsRequest>(what); }
result<rows_request> decode_rows_request(byte_view data) {
  return decode_as<schema::RowsRequest, rows_request>(data, "rows request");
}

bytes encode(const rows_reply& what) { return encode_as<schema::RowsReply>(what); }
result<rows_reply> decode_rows_reply(byte_view data) {
  return decode_as<schema::RowsReply, rows_reply>(data, "rows reply");
}

}  // namespace whorl::wire
