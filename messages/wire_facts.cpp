// The twelve kinds of facts: see messages/schema/fact.capnp and what it imports.
#include <capnp/any.h>

#include "messages/schema/fact.capnp.h"
#include "messages/wire_parts.hpp"

// Functions are static: in an unnamed namespace, lookup by argument would miss them.
namespace whorl::schema {

using namespace wire;

static_assert(enum_to<JurisdictionMode>(jurisdiction_mode::full) == JurisdictionMode::FULL);
static_assert(enum_to<BookingSource>(booking_source::parole) == BookingSource::PAROLE);
static_assert(enum_to<AnswerDecision>(answer_decision::failed) == AnswerDecision::FAILED);
static_assert(enum_to<CaseStep>(case_step::opened) == CaseStep::OPENED);
static_assert(enum_to<CaseStep>(case_step::corrected) == CaseStep::CORRECTED);
static_assert(enum_to<CaseStep>(case_step::counsel_notified) == CaseStep::COUNSEL_NOTIFIED);
static_assert(enum_to<OffenceClass>(offence_class::felony) == OffenceClass::FELONY);
static_assert(enum_to<OffenceDisposition>(offence_disposition::acquitted) ==
              OffenceDisposition::ACQUITTED);

// --- bookings ------------------------------------------------------------------------------------

static void write(BookingAccepted::Builder to, const booking_accepted& from) {
  to.setBooking(from.booking.value);
  to.setOri(text(from.ori));
  to.setTcn(text(from.tcn));
  to.setTot(text(from.tot));
  to.setDai(text(from.dai));
  to.setContent(blob(from.content));
  to.setAcceptedAt(from.accepted_at.ms);
  to.setDeadlineAt(from.deadline_at.ms);
  to.setRetained(from.retained);
  to.setMode(enum_to<JurisdictionMode>(from.mode));
  to.setSource(enum_to<BookingSource>(from.source));
  to.setSubmittedBy(text(from.submitted_by));
  write(to.initCriminalPrints(), from.criminal_prints);
  if (from.immigration_prints) write(to.initImmigrationPrints(), *from.immigration_prints);
  write(to.initWho(), from.who);
}

static void read(BookingAccepted::Reader from, booking_accepted& to) {
  to.booking.value = from.getBooking();
  to.ori = read_text(from.getOri(), "ORI");
  to.tcn = read_text(from.getTcn(), "TCN");
  to.tot = read_text(from.getTot(), "TOT");
  to.dai = read_text(from.getDai(), "DAI");
  to.content = read_digest(from.getContent(), "content");
  to.accepted_at.ms = from.getAcceptedAt();
  to.deadline_at.ms = from.getDeadlineAt();
  to.retained = from.getRetained();
  to.mode = enum_from(from.getMode(), jurisdiction_mode::inactive, jurisdiction_mode::full, "mode");
  to.source =
      enum_from(from.getSource(), booking_source::jail, booking_source::parole, "booking source");
  to.submitted_by = read_text(from.getSubmittedBy(), "submitted by");
  read(from.getCriminalPrints(), to.criminal_prints);
  if (from.hasImmigrationPrints()) {
    read(from.getImmigrationPrints(), to.immigration_prints.emplace());
  }
  read(from.getWho(), to.who);
}

static void write(BookingAnswered::Builder to, const booking_answered& from) {
  to.setBooking(from.booking.value);
  to.setGallery(to_wire(from.gallery));
  to.setDecision(enum_to<AnswerDecision>(from.decision));
  to.setSubject(from.subject.value);
  write_each(to.initCandidates(count(from.candidates, limits::coarse_candidates_max)),
             from.candidates);
  write_each(to.initCoverage(count(from.coverage, limits::partitions_max)), from.coverage);
  to.setTailSeq(from.tail_seq);
  to.setAnsweredAt(from.answered_at.ms);
  to.setDecidedBy(text(from.decided_by));
  to.setReason(text(from.reason));
}

static void read(BookingAnswered::Reader from, booking_answered& to) {
  to.booking.value = from.getBooking();
  to.gallery = from_wire(from.getGallery());
  to.decision =
      enum_from(from.getDecision(), answer_decision::no_hit, answer_decision::failed, "decision");
  to.subject.value = from.getSubject();
  read_each(from.getCandidates(), to.candidates, limits::coarse_candidates_max, "candidates");
  read_each(from.getCoverage(), to.coverage, limits::partitions_max, "coverage");
  to.tail_seq = from.getTailSeq();
  to.answered_at.ms = from.getAnsweredAt();
  to.decided_by = read_text(from.getDecidedBy(), "decided by");
  to.reason = read_text(from.getReason(), "reason");
}

// --- galleries -----------------------------------------------------------------------------------

static void write(SubjectRecord::Builder to, const subject_record& from) {
  to.setSubject(from.subject.value);
  write_each(to.initPrints(count(from.prints, limits::fingers_max)), from.prints);
  write(to.initWho(), from.who);
  INVARIANT(from.document.size() <= limits::record_document_bytes_max);
  if (!from.document.empty()) to.setDocument(blob(from.document));
}

static void read(SubjectRecord::Reader from, subject_record& to) {
  to.subject.value = from.getSubject();
  read_each(from.getPrints(), to.prints, limits::fingers_max, "prints");
  read(from.getWho(), to.who);
  to.document = read_data(from.getDocument(), limits::record_document_bytes_max, "document");
}

static void write(SubjectEnrolled::Builder to, const subject_enrolled& from) {
  to.setSubject(from.subject.value);
  to.setOrigin(from.origin.value);
  to.setAt(from.at.ms);
  to.setBy(text(from.by));
  write(to.initRecord(), from.record);
}

static void read(SubjectEnrolled::Reader from, subject_enrolled& to) {
  to.subject.value = from.getSubject();
  to.origin.value = from.getOrigin();
  to.at.ms = from.getAt();
  to.by = read_text(from.getBy(), "by");
  read(from.getRecord(), to.record);
}

static void write(EncounterAdded::Builder to, const encounter_added& from) {
  to.setSubject(from.subject.value);
  to.setBooking(from.booking.value);
  to.setAt(from.at.ms);
  to.setOri(text(from.ori));
  write(to.initWho(), from.who);
}

static void read(EncounterAdded::Reader from, encounter_added& to) {
  to.subject.value = from.getSubject();
  to.booking.value = from.getBooking();
  to.at.ms = from.getAt();
  to.ori = read_text(from.getOri(), "ORI");
  read(from.getWho(), to.who);
}

/// When, who and why: the same three fields in every correction by a person.
template <class Builder, class Fact>
static void write_signed(Builder to, const Fact& from) {
  to.setAt(from.at.ms);
  to.setBy(text(from.by));
  to.setReason(text(from.reason));
}

template <class Reader, class Fact>
static void read_signed(Reader from, Fact& to) {
  to.at.ms = from.getAt();
  to.by = read_text(from.getBy(), "by");
  to.reason = read_text(from.getReason(), "reason");
}

static void write(SubjectsMerged::Builder to, const subjects_merged& from) {
  to.setKept(from.kept.value);
  to.setMerged(from.merged.value);
  write_signed(to, from);
}

static void read(SubjectsMerged::Reader from, subjects_merged& to) {
  to.kept.value = from.getKept();
  to.merged.value = from.getMerged();
  read_signed(from, to);
}

static void write(SubjectsUnmerged::Builder to, const subjects_unmerged& from) {
  to.setMerged(from.merged.value);
  write_signed(to, from);
}

static void read(SubjectsUnmerged::Reader from, subjects_unmerged& to) {
  to.merged.value = from.getMerged();
  read_signed(from, to);
}

static void write(SubjectDeleted::Builder to, const subject_deleted& from) {
  to.setSubject(from.subject.value);
  write_signed(to, from);
}

static void read(SubjectDeleted::Reader from, subject_deleted& to) {
  to.subject.value = from.getSubject();
  read_signed(from, to);
}

static void write(GalleryImported::Builder to, const gallery_imported& from) {
  to.setPeople(from.people);
  to.setContent(blob(from.content));
  to.setAt(from.at.ms);
  to.setBy(text(from.by));
}

static void read(GalleryImported::Reader from, gallery_imported& to) {
  to.people = from.getPeople();
  to.content = read_digest(from.getContent(), "content");
  to.at.ms = from.getAt();
  to.by = read_text(from.getBy(), "by");
}

// --- cases, outbox, audit ------------------------------------------------------------------------

static void write(Offence::Builder to, const offence& from) {
  to.setCode(text(from.code));
  to.setClass(enum_to<OffenceClass>(from.kind));
  to.setDisposition(enum_to<OffenceDisposition>(from.disposition));
  to.setSentenceDays(from.sentence_days);
  if (!from.count.empty()) to.setCount(text(from.count));
}

static void read(Offence::Reader from, offence& to) {
  to.code = read_text(from.getCode(), "offence code");
  to.kind =
      enum_from(from.getClass(), offence_class::unknown, offence_class::felony, "offence class");
  to.disposition = enum_from(from.getDisposition(), offence_disposition::unknown,
                             offence_disposition::acquitted, "disposition");
  to.sentence_days = from.getSentenceDays();
  to.count = read_text(from.getCount(), "offence count");
}

static void write(CaseEvent::Builder to, const case_event& from) {
  to.setCaseId(from.which.value);
  to.setBooking(from.booking.value);
  to.setSubject(from.subject.value);
  to.setStep(enum_to<CaseStep>(from.step));
  to.setLevel(from.level);
  to.setRuleSet(text(from.rule_set));
  write_signed(to, from);
  // Unset members take no room: a fact of an earlier version stays the same bytes.
  if (!from.code.empty()) to.setCode(text(from.code));
  to.setAboutAt(from.about_at.ms);
  if (from.charge) write(to.initOffence(), *from.charge);
  to.setClockEnds(from.clock_ends.ms);
}

static void read(CaseEvent::Reader from, case_event& to) {
  to.which.value = from.getCaseId();
  to.booking.value = from.getBooking();
  to.subject.value = from.getSubject();
  to.step = enum_from(from.getStep(), case_step::opened, case_step::counsel_notified, "step");
  to.level = from.getLevel();
  to.rule_set = read_text(from.getRuleSet(), "rule set");
  read_signed(from, to);
  to.code = read_text(from.getCode(), "code");
  to.about_at.ms = from.getAboutAt();
  if (from.hasOffence()) read(from.getOffence(), to.charge.emplace());
  to.clock_ends.ms = from.getClockEnds();
}

static void write(MessageQueued::Builder to, const message_queued& from) {
  to.setMessage(text(from.message));
  to.setBooking(from.booking.value);
  to.setRecipient(text(from.recipient));
  to.setKind(text(from.kind));
  to.setAt(from.at.ms);
  write(to.initBody(), from.body);
}

static void read(MessageQueued::Reader from, message_queued& to) {
  to.message = read_text(from.getMessage(), "message");
  to.booking.value = from.getBooking();
  to.recipient = read_text(from.getRecipient(), "recipient");
  to.kind = read_text(from.getKind(), "kind");
  to.at.ms = from.getAt();
  read(from.getBody(), to.body);
}

static void write(MessageDelivered::Builder to, const message_delivered& from) {
  to.setMessage(text(from.message));
  to.setAt(from.at.ms);
  to.setWhere(text(from.where));
}

static void read(MessageDelivered::Reader from, message_delivered& to) {
  to.message = read_text(from.getMessage(), "message");
  to.at.ms = from.getAt();
  to.where = read_text(from.getWhere(), "where");
}

static void write(AuditRow::Builder to, const audit_row& from) {
  to.setAt(from.at.ms);
  to.setPrincipal(text(from.principal));
  to.setRole(text(from.role));
  to.setAction(text(from.action));
  to.setObject(text(from.object));
  to.setPurpose(text(from.purpose));
  to.setDetail(text(from.detail));
}

static void read(AuditRow::Reader from, audit_row& to) {
  to.at.ms = from.getAt();
  to.principal = read_text(from.getPrincipal(), "principal");
  to.role = read_text(from.getRole(), "role");
  to.action = read_text(from.getAction(), "action");
  to.object = read_text(from.getObject(), "object");
  to.purpose = read_text(from.getPurpose(), "purpose");
  to.detail = read_text(from.getDetail(), "detail");
}

// --- the union -----------------------------------------------------------------------------------

namespace {

struct member_writer {
  Fact::Builder to;
  void operator()(const booking_accepted& from) { write(to.initBookingAccepted(), from); }
  void operator()(const booking_answered& from) { write(to.initBookingAnswered(), from); }
  void operator()(const subject_enrolled& from) { write(to.initSubjectEnrolled(), from); }
  void operator()(const encounter_added& from) { write(to.initEncounterAdded(), from); }
  void operator()(const subjects_merged& from) { write(to.initSubjectsMerged(), from); }
  void operator()(const subjects_unmerged& from) { write(to.initSubjectsUnmerged(), from); }
  void operator()(const subject_deleted& from) { write(to.initSubjectDeleted(), from); }
  void operator()(const gallery_imported& from) { write(to.initGalleryImported(), from); }
  void operator()(const case_event& from) { write(to.initCaseEvent(), from); }
  void operator()(const message_queued& from) { write(to.initMessageQueued(), from); }
  void operator()(const message_delivered& from) { write(to.initMessageDelivered(), from); }
  void operator()(const audit_row& from) { write(to.initAuditRow(), from); }
};

}  // namespace

static void write(Fact::Builder to, const fact& from) { std::visit(member_writer{to}, from); }

static void read(Fact::Reader from, fact& to) {
  if (from.which() > Fact::AUDIT_ROW) {
    refuse(errc::unsupported, "kind " + std::to_string(static_cast<int>(from.which())) +
                                  " is newer than this program");
  }
  // Members of a union of pointers share the struct's one pointer.
  const auto pointers = capnp::AnyStruct::Reader(from).getPointerSection();
  if (pointers.size() == 0 || pointers[0].isNull()) refuse(errc::corrupt, "no content");
  switch (from.which()) {
    case Fact::BOOKING_ACCEPTED:
      return read(from.getBookingAccepted(), to.emplace<booking_accepted>());
    case Fact::BOOKING_ANSWERED:
      return read(from.getBookingAnswered(), to.emplace<booking_answered>());
    case Fact::SUBJECT_ENROLLED:
      return read(from.getSubjectEnrolled(), to.emplace<subject_enrolled>());
    case Fact::ENCOUNTER_ADDED:
      return read(from.getEncounterAdded(), to.emplace<encounter_added>());
    case Fact::SUBJECTS_MERGED:
      return read(from.getSubjectsMerged(), to.emplace<subjects_merged>());
    case Fact::SUBJECTS_UNMERGED:
      return read(from.getSubjectsUnmerged(), to.emplace<subjects_unmerged>());
    case Fact::SUBJECT_DELETED:
      return read(from.getSubjectDeleted(), to.emplace<subject_deleted>());
    case Fact::GALLERY_IMPORTED:
      return read(from.getGalleryImported(), to.emplace<gallery_imported>());
    case Fact::CASE_EVENT:
      return read(from.getCaseEvent(), to.emplace<case_event>());
    case Fact::MESSAGE_QUEUED:
      return read(from.getMessageQueued(), to.emplace<message_queued>());
    case Fact::MESSAGE_DELIVERED:
      return read(from.getMessageDelivered(), to.emplace<message_delivered>());
    case Fact::AUDIT_ROW:
      return read(from.getAuditRow(), to.emplace<audit_row>());
  }
}

}  // namespace whorl::schema

namespace whorl::wire {

bytes encode(const fact& what) { return encode_as<schema::Fact>(what); }
result<fact> decode_fact(byte_view data) { return decode_as<schema::Fact, fact>(data, "fact"); }

bytes encode(const subject_record& what) { return encode_as<schema::SubjectRecord>(what); }
result<subject_record> decode_subject_record(byte_view data) {
  return decode_as<schema::SubjectRecord, subject_record>(data, "subject record");
}

}  // namespace whorl::wire
