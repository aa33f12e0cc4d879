#include "messages/wire_parts.hpp"

namespace whorl::schema {

using namespace wire;

static_assert(enum_to<GalleryKind>(gallery_kind::criminal) == GalleryKind::CRIMINAL);
static_assert(enum_to<GalleryKind>(gallery_kind::immigration) == GalleryKind::IMMIGRATION);
static_assert(enum_to<SequenceKind>(sequence_kind::repeated) == SequenceKind::REPEATED);
static_assert(enum_to<KeyPurpose>(key_purpose::probe_criminal) == KeyPurpose::PROBE_CRIMINAL);
static_assert(enum_to<KeyPurpose>(key_purpose::record_immigration) ==
              KeyPurpose::RECORD_IMMIGRATION);

GalleryKind to_wire(gallery_kind kind) { return enum_to<GalleryKind>(kind); }

gallery_kind from_wire(GalleryKind kind) {
  return enum_from(kind, gallery_kind::criminal, gallery_kind::immigration, "gallery");
}

void write(SealedPayload::Builder to, const sealed_payload& from) {
  to.setOwner(from.key.owner);
  to.setPurpose(enum_to<KeyPurpose>(from.key.purpose));
  to.setCiphertext(blob(from.ciphertext));
  to.setPlainDigest(blob(from.plain_digest));
}

void read(SealedPayload::Reader from, sealed_payload& to) {
  to.plain_digest = read_digest(from.getPlainDigest(), "plain digest of a sealed payload");
  to.key.owner = from.getOwner();
  to.key.purpose = enum_from(from.getPurpose(), key_purpose::probe_criminal,
                             key_purpose::record_immigration, "key purpose");
  to.ciphertext = read_data(from.getCiphertext(), limits::wire_bytes_max, "ciphertext");
}

void write(ProbePrint::Builder to, const probe_print& from) {
  INVARIANT(from.iso_record.size() <= limits::template_bytes_max);
  to.setFingerPosition(from.finger_position);
  to.setIsoRecord(blob(from.iso_record));
}

void read(ProbePrint::Reader from, probe_print& to) {
  to.finger_position = from.getFingerPosition();
  to.iso_record = read_data(from.getIsoRecord(), limits::template_bytes_max, "ISO record");
}

void write(Prints::Builder to, const std::vector<probe_print>& from) {
  write_each(to.initPrints(count(from, limits::fingers_max)), from);
}

void read(Prints::Reader from, std::vector<probe_print>& to) {
  read_each(from.getPrints(), to, limits::fingers_max, "prints");
}

void write(Biographics::Builder to, const biographics& from) {
  to.setName(text(from.name));
  auto aliases = to.initAliases(count(from.aliases, aliases_max));
  for (unsigned i = 0; i < aliases.size(); ++i) aliases.set(i, text(from.aliases[i]));
  to.setBirthDate(text(from.birth_date));
  to.setSex(text(from.sex));
  to.setBirthPlace(text(from.birth_place));
  to.setArrestDate(text(from.arrest_date));
  to.setOffenceCode(text(from.offence_code));
  to.setOffenceText(text(from.offence_text));
  to.setAttention(text(from.attention));
  to.setControllingAgency(text(from.controlling_agency));
}

void read(Biographics::Reader from, biographics& to) {
  to.name = read_text(from.getName(), "name");
  const auto aliases = from.getAliases();
  at_most(aliases.size(), aliases_max, "aliases");
  to.aliases.clear();
  for (const auto alias : aliases) to.aliases.push_back(read_text(alias, "alias"));
  to.birth_date = read_text(from.getBirthDate(), "birth date");
  to.sex = read_text(from.getSex(), "sex");
  to.birth_place = read_text(from.getBirthPlace(), "birth place");
  to.arrest_date = read_text(from.getArrestDate(), "arrest date");
  to.offence_code = read_text(from.getOffenceCode(), "offence code");
  to.offence_text = read_text(from.getOffenceText(), "offence text");
  to.attention = read_text(from.getAttention(), "attention");
  to.controlling_agency = read_text(from.getControllingAgency(), "controlling agency");
}

void write(CoverageEntry::Builder to, const coverage_entry& from) {
  to.setGallery(to_wire(from.partition.gallery));
  to.setIndex(from.partition.index);
  to.setMapEpoch(from.map_epoch);
  to.setAppliedSeq(from.applied_seq);
  to.setPeople(from.people);
}

void read(CoverageEntry::Reader from, coverage_entry& to) {
  to.partition = {from_wire(from.getGallery()), from.getIndex()};
  to.map_epoch = from.getMapEpoch();
  to.applied_seq = from.getAppliedSeq();
  to.people = from.getPeople();
}

static void write(SequenceNote::Builder to, const sequence_note& from) {
  to.setKind(enum_to<SequenceKind>(from.kind));
  to.setProbe(from.probe);
  to.setRecord(from.record);
}

static void read(SequenceNote::Reader from, sequence_note& to) {
  to.kind = enum_from(from.getKind(), sequence_kind::moved, sequence_kind::repeated,
                      "kind of a sequence note");
  to.probe = from.getProbe();
  to.record = from.getRecord();
  at_most(to.probe, limits::fingers_max, "position in a sequence note");
  at_most(to.record, limits::fingers_max, "position in a sequence note");
}

void write(ScoredCandidate::Builder to, const scored_candidate& from) {
  to.setSubject(from.subject.value);
  to.setIdentity(from.identity.value);
  to.setFused(from.fused);
  to.setFingersCompared(from.fingers_compared);
  to.setReordered(from.reordered);
  if (!from.sequence.empty())
    write_each(to.initSequence(count(from.sequence, limits::fingers_max)), from.sequence);
}

void read(ScoredCandidate::Reader from, scored_candidate& to) {
  to.subject.value = from.getSubject();
  to.identity.value = from.getIdentity();
  to.fused = from.getFused();
  to.fingers_compared = from.getFingersCompared();
  to.reordered = from.getReordered();
  read_each(from.getSequence(), to.sequence, limits::fingers_max, "sequence notes");
}

}  // namespace whorl::schema

namespace whorl::wire {

bytes encode(const std::vector<probe_print>& what) { return encode_as<schema::Prints>(what); }
result<std::vector<probe_print>> decode_prints(byte_view data) {
  return decode_as<schema::Prints, std::vector<probe_print>>(data, "prints");
}

bytes encode(const biographics& what) { return encode_as<schema::Biographics>(what); }
result<biographics> decode_biographics(byte_view data) {
  return decode_as<schema::Biographics, biographics>(data, "biographics");
}

}  // namespace whorl::wire
