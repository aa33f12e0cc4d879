// What the exchanges of one store tell each other: see messages/schema/exchanges.capnp.
#include "messages/cluster.hpp"
#include "messages/schema/exchanges.capnp.h"
#include "messages/wire_parts.hpp"

// Functions are static: in an unnamed namespace, lookup by argument would miss them.
namespace whorl::schema {

using namespace wire;

static std::string read_exchange(capnp::Text::Reader from) {
  at_most(from.size(), limits::node_name_max, "name of an exchange");
  std::string name = read_text(from, "name of an exchange");
  if (!is_node_name(name))
    refuse(errc::corrupt, "name of an exchange: only letters, digits, '-' and '.', at least one");
  return name;
}

static void write(LeaseRecord::Builder to, const lease_record& from) {
  INVARIANT(from.holder.empty() || is_node_name(from.holder));
  to.setHolder(text(from.holder));
  to.setIncarnation(from.incarnation);
  to.setEpoch(from.epoch);
  to.setCount(from.count);
}

static void read(LeaseRecord::Reader from, lease_record& to) {
  to.holder.clear();
  if (from.getHolder().size() > 0) to.holder = read_exchange(from.getHolder());
  to.incarnation = from.getIncarnation();
  to.epoch = from.getEpoch();
  to.count = from.getCount();
}

static void write(SuccessionRecord::Builder to, const succession_record& from) {
  INVARIANT(is_node_name(from.holder));
  to.setEpoch(from.epoch);
  to.setHolder(text(from.holder));
  auto names = to.initInSync(count(from.in_sync, limits::exchanges_max));
  for (unsigned i = 0; i < names.size(); ++i) {
    INVARIANT(is_node_name(from.in_sync[i]));
    names.set(i, text(from.in_sync[i]));
  }
}

static void read(SuccessionRecord::Reader from, succession_record& to) {
  to.epoch = from.getEpoch();
  to.holder = read_exchange(from.getHolder());
  at_most(from.getInSync().size(), limits::exchanges_max, "exchanges in sync");
  to.in_sync.clear();
  for (const auto name : from.getInSync()) to.in_sync.push_back(read_exchange(name));
}

static void write(KeyCopy::Builder to, const key_copy& from) {
  INVARIANT(!from.secret || from.secret->size() == limits::key_bytes);
  to.setOwner(from.key.owner);
  to.setPurpose(enum_to<KeyPurpose>(from.key.purpose));
  to.setLive(from.secret.has_value());
  if (from.secret) to.setSecret(blob(*from.secret));
}

static void read(KeyCopy::Reader from, key_copy& to) {
  to.key.owner = from.getOwner();
  to.key.purpose = enum_from(from.getPurpose(), key_purpose::probe_criminal,
                             key_purpose::record_immigration, "key purpose");
  to.secret.reset();
  if (from.getLive()) to.secret = read_data(from.getSecret(), limits::key_bytes, "key");
  if ((to.secret ? to.secret->size() : from.getSecret().size()) !=
      (to.secret ? limits::key_bytes : 0))
    refuse(errc::corrupt, "key: a live one has " + std::to_string(limits::key_bytes) +
                              " bytes, a destroyed one none");
}

static void write(KeyPage::Builder to, const key_page& from) {
  to.setFeed(from.feed);
  to.setNext(from.next);
  to.setLast(from.last);
  write_each(to.initKeys(count(from.keys, limits::key_page_keys_max)), from.keys);
  to.setWhole(from.whole);
  to.setLineage(blob(from.lineage));
}

static void read(KeyPage::Reader from, key_page& to) {
  to.feed = from.getFeed();
  to.next = from.getNext();
  to.last = from.getLast();
  read_each(from.getKeys(), to.keys, limits::key_page_keys_max, "keys");
  to.whole = from.getWhole();
  to.lineage = read_digest(from.getLineage(), "lineage");
}

}  // namespace whorl::schema

namespace whorl::wire {

bytes encode(const lease_record& what) { return encode_as<schema::LeaseRecord>(what); }
result<lease_record> decode_lease_record(byte_view data) {
  return decode_as<schema::LeaseRecord, lease_record>(data, "lease");
}

bytes encode(const succession_record& what) { return encode_as<schema::SuccessionRecord>(what); }
result<succession_record> decode_succession_record(byte_view data) {
  return decode_as<schema::SuccessionRecord, succession_record>(data, "succession");
}

bytes encode(const key_page& what) { return encode_as<schema::KeyPage>(what); }
result<key_page> decode_key_page(byte_view data) {
  return decode_as<schema::KeyPage, key_page>(data, "page of keys");
}

}  // namespace whorl::wire
