// The two rounds of a search: see messages/schema/search.capnp.
#include "messages/wire_parts.hpp"

// Functions are static: in an unnamed namespace, lookup by argument would miss them.
namespace whorl::schema {

using namespace wire;

static void write(MissingEntry::Builder to, const missing_entry& from) {
  to.setGallery(to_wire(from.partition.gallery));
  to.setIndex(from.partition.index);
  to.setReason(text(from.reason));
}

static void read(MissingEntry::Reader from, missing_entry& to) {
  to.partition = {from_wire(from.getGallery()), from.getIndex()};
  to.reason = read_text(from.getReason(), "reason");
}

static void write(CoarseCandidate::Builder to, const coarse_candidate& from) {
  to.setSubject(from.subject.value);
  to.setIdentity(from.identity.value);
  to.setScore(from.score);
}

static void read(CoarseCandidate::Reader from, coarse_candidate& to) {
  to.subject.value = from.getSubject();
  to.identity.value = from.getIdentity();
  to.score = from.getScore();
}

static void write(Probe::Builder to, const probe& from) {
  to.setBooking(from.booking.value);
  write_each(to.initPrints(count(from.prints, limits::fingers_max)), from.prints);
  to.setHandsExchanged(from.hands_exchanged);
}

static void read(Probe::Reader from, probe& to) {
  to.booking.value = from.getBooking();
  read_each(from.getPrints(), to.prints, limits::fingers_max, "prints");
  to.hands_exchanged = from.getHandsExchanged();
}

static void write(RoundOneRequest::Builder to, const round_one_request& from) {
  to.setSearch(from.search.value);
  to.setGallery(to_wire(from.gallery));
  auto partitions = to.initPartitions(count(from.partitions, limits::partitions_max));
  for (unsigned i = 0; i < partitions.size(); ++i) partitions.set(i, from.partitions[i]);
  to.setTailSeq(from.tail_seq);
  to.setAfterSeq(from.after_seq);
  to.setTopK(from.top_k);
  write(to.initWhat(), from.what);
}

static void read(RoundOneRequest::Reader from, round_one_request& to) {
  to.search.value = from.getSearch();
  to.gallery = from_wire(from.getGallery());
  const auto partitions = from.getPartitions();
  at_most(partitions.size(), limits::partitions_max, "partitions");
  to.partitions.clear();
  for (const std::uint32_t index : partitions) to.partitions.push_back(index);
  to.tail_seq = from.getTailSeq();
  to.after_seq = from.getAfterSeq();
  to.top_k = from.getTopK();
  read(from.getWhat(), to.what);
}

static void write(RoundOneReply::Builder to, const round_one_reply& from) {
  to.setSearch(from.search.value);
  write_each(to.initCoverage(count(from.coverage, limits::partitions_max)), from.coverage);
  write_each(to.initMissing(count(from.missing, limits::partitions_max)), from.missing);
  write_each(to.initCandidates(count(from.candidates, limits::coarse_candidates_max)),
             from.candidates);
}

static void read(RoundOneReply::Reader from, round_one_reply& to) {
  to.search.value = from.getSearch();
  read_each(from.getCoverage(), to.coverage, limits::partitions_max, "coverage");
  read_each(from.getMissing(), to.missing, limits::partitions_max, "missing partitions");
  read_each(from.getCandidates(), to.candidates, limits::coarse_candidates_max, "candidates");
}

static void write(RoundTwoRequest::Builder to, const round_two_request& from) {
  to.setSearch(from.search.value);
  to.setGallery(to_wire(from.gallery));
  write_each(to.initCandidates(count(from.candidates, limits::coarse_candidates_max)),
             from.candidates);
  to.setTailSeq(from.tail_seq);
  write(to.initWhat(), from.what);
}

static void read(RoundTwoRequest::Reader from, round_two_request& to) {
  to.search.value = from.getSearch();
  to.gallery = from_wire(from.getGallery());
  read_each(from.getCandidates(), to.candidates, limits::coarse_candidates_max, "candidates");
  to.tail_seq = from.getTailSeq();
  read(from.getWhat(), to.what);
}

static void write(RoundTwoReply::Builder to, const round_two_reply& from) {
  to.setSearch(from.search.value);
  write_each(to.initMissing(count(from.missing, limits::partitions_max)), from.missing);
  write_each(to.initCandidates(count(from.candidates, limits::coarse_candidates_max)),
             from.candidates);
}

static void read(RoundTwoReply::Reader from, round_two_reply& to) {
  to.search.value = from.getSearch();
  read_each(from.getMissing(), to.missing, limits::partitions_max, "missing partitions");
  read_each(from.getCandidates(), to.candidates, limits::coarse_candidates_max, "candidates");
}

}  // namespace whorl::schema

namespace whorl::wire {

bytes encode(const probe& what) { return encode_as<schema::Probe>(what); }
result<probe> decode_probe(byte_view data) {
  return decode_as<schema::Probe, probe>(data, "probe");
}

bytes encode(const round_one_request& what) { return encode_as<schema::RoundOneRequest>(what); }
result<round_one_request> decode_round_one_request(byte_view data) {
  return decode_as<schema::RoundOneRequest, round_one_request>(data, "round one request");
}

bytes encode(const round_one_reply& what) { return encode_as<schema::RoundOneReply>(what); }
result<round_one_reply> decode_round_one_reply(byte_view data) {
  return decode_as<schema::RoundOneReply, round_one_reply>(data, "round one reply");
}

bytes encode(const round_two_request& what) { return encode_as<schema::RoundTwoRequest>(what); }
result<round_two_request> decode_round_two_request(byte_view data) {
  return decode_as<schema::RoundTwoRequest, round_two_request>(data, "round two request");
}

bytes encode(const round_two_reply& what) { return encode_as<schema::RoundTwoReply>(what); }
result<round_two_reply> decode_round_two_reply(byte_view data) {
  return decode_as<schema::RoundTwoReply, round_two_reply>(data, "round two reply");
}

}  // namespace whorl::wire
