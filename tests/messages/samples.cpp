#include "tests/messages/samples.hpp"

namespace whorl::test {
namespace {

constexpr instant noon{1'795'521'600'000};

digest digest_from(unsigned first) {
  digest out{};
  for (unsigned i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(first + i);
  return out;
}

bytes bytes_from(unsigned first, std::size_t size) {
  bytes out(size);
  for (unsigned i = 0; i < size; ++i) out[i] = static_cast<std::byte>(first + 7 * i);
  return out;
}

sealed_payload sealed(key_purpose purpose) {
  const auto seed = static_cast<unsigned>(purpose);
  return {{0xb000 + seed, purpose}, bytes_from(seed, 28 + seed), digest_from(16 * seed)};
}

std::vector<scored_candidate> scored() {
  return {{{0x51}, {0x52}, 4120, 10, 0, {}}, {{0x53}, {0x53}, 977, 4, 0, {}}};
}

std::vector<coverage_entry> coverage() {
  return {{{gallery_kind::criminal, 0}, 3, 812, 256}, {{gallery_kind::criminal, 1}, 3, 811, 255}};
}

std::vector<missing_entry> missing() {
  return {{{gallery_kind::immigration, 7}, "no replica answered in 2000 ms"}};
}

std::vector<coarse_candidate> coarse() {
  return {{{0x61}, {0x62}, 900}, {{0x63}, {0x63}, 901}, {{0x64}, {0x61}, 899}};
}

fact sample_accepted() {
  return booking_accepted{.booking = {0xb00c1},
                          .ori = "WVWHORL00",
                          .tcn = "2026-0001",
                          .tot = "CAR",
                          .dai = "WVIAFIS0Z",
                          .content = digest_from(1),
                          .accepted_at = noon,
                          .deadline_at = {noon.ms + 600'000},
                          .retained = true,
                          .mode = jurisdiction_mode::full,
                          .submitted_by = "agency:WVWHORL00",
                          .criminal_prints = sealed(key_purpose::probe_criminal),
                          .immigration_prints = sealed(key_purpose::probe_immigration),
                          .who = sealed(key_purpose::biographics)};
}

fact sample_answered() {
  return booking_answered{.booking = {0xb00c1},
                          .gallery = gallery_kind::immigration,
                          .decision = answer_decision::hit,
                          .subject = {0x52},
                          .candidates = scored(),
                          .coverage = coverage(),
                          .tail_seq = 810,
                          .answered_at = {noon.ms + 1234},
                          .decided_by = "examiner:kim",
                          .reason = "ridge flow agrees"};
}

}  // namespace

std::vector<named_fact> sample_facts() {
  return {
      {"booking_accepted", sample_accepted()},
      {"booking_answered", sample_answered()},
      {"subject_enrolled",
       subject_enrolled{
           {0x71}, {0xb00c1}, noon, "WVWHORL00", sealed(key_purpose::record_criminal)}},
      {"encounter_added",
       encounter_added{{0x71}, {0xb00c2}, noon, "WVWHORL01", sealed(key_purpose::biographics)}},
      {"subjects_merged", subjects_merged{{0x71}, {0x72}, noon, "examiner:kim", "same person"}},
      {"subjects_unmerged", subjects_unmerged{{0x72}, noon, "examiner:lee", "twins"}},
      {"subject_deleted", subject_deleted{{0x73}, noon, "records:ada", "expunged by court order"}},
      {"gallery_imported", gallery_imported{100'000, digest_from(9), noon, "operator:root"}},
      {"case_event", case_event{{0xc1},
                                {0xb00c1},
                                {0x52},
                                case_step::iaq_queued,
                                2,
                                "2011-03",
                                noon,
                                "rules",
                                "level 2 offence"}},
      {"message_queued",
       message_queued{
           "M-1", {0xb00c1}, "LESC", "IAQ", noon, sealed(key_purpose::record_immigration)}},
      {"message_delivered", message_delivered{"M-1", noon, "outbox/LESC"}},
      {"audit_row",
       audit_row{noon, "kim", "examiner", "review", "B00000000000b00c1", "identification", "hit"}},
  };
}

std::vector<probe_print> sample_prints() {
  return {{1, bytes_from(1, 61)}, {2, bytes_from(2, 62)}, {0, {}}};
}

biographics sample_biographics() {
  return {.name = "DOE,JANE",
          .aliases = {"ROE,JANE", "", "DOE,JANIE"},
          .birth_date = "19800229",
          .sex = "F",
          .birth_place = "WV",
          .arrest_date = "20261122",
          .offence_code = "0399",
          .offence_text = "a literal",
          .attention = "SGT SMITH",
          .controlling_agency = "WVWHORL00"};
}

subject_record sample_record() { return {{0x71}, sample_prints(), sample_biographics()}; }

subject_record sample_record_with_document() {
  return {{0x72}, sample_prints(), sample_biographics(), {std::byte{0x7b}, std::byte{0x7d}}};
}

probe sample_probe() { return {{0xb00c1}, sample_prints(), false}; }

probe sample_exchanged_probe() { return {{0xb00c1}, sample_prints(), true}; }

fact sample_accepted_of_prison() {
  fact what = sample_accepted();
  std::get<booking_accepted>(what).source = booking_source::state_prison;
  return what;
}

fact sample_case_step() {
  case_event step{{0xc1},    {0xb00c1}, {0x52},        case_step::offence_recorded, 1,
                  "2012-12", noon,      "officer:ada", "from the county's docket"};
  step.code = "docket 77";
  step.about_at = {noon.ms + 1};
  step.charge = offence{"1313", offence_class::felony, offence_disposition::convicted, 400};
  return step;
}

fact sample_told_release() {
  case_event step{{0xc1},    {0xb00c1}, {0x52},    case_step::release_notified, 1,
                  "2012-12", noon,      "lea:ada", "the bond is paid"};
  step.about_at = {noon.ms + 1};
  step.clock_ends = {noon.ms + 2};
  return step;
}

fact sample_reordered_answer() {
  booking_answered answer = std::get<booking_answered>(sample_answered());
  answer.decision = answer_decision::review;
  answer.candidates[1].reordered = 1480;
  answer.candidates[1].sequence = {
      {sequence_kind::moved, 2, 7}, {sequence_kind::moved, 7, 2}, {sequence_kind::repeated, 10, 9}};
  return answer;
}

round_one_request sample_round_one_request() {
  return {{0x9}, gallery_kind::immigration, {0, 3, 1023}, 810, 700, 64, sample_probe()};
}

round_one_reply sample_round_one_reply() { return {{0x9}, coverage(), missing(), coarse()}; }

round_two_request sample_round_two_request() {
  return {{0x9}, gallery_kind::criminal, coarse(), sample_probe()};
}

round_two_reply sample_round_two_reply() { return {{0x9}, missing(), scored()}; }

node_report sample_node_report() {
  return {{"node-1.west", "rack-2", 3},
          0x1ca7,
          41,
          true,
          7,
          {{{gallery_kind::criminal, 5}, replica_state::ready, 812, 256},
           {{gallery_kind::immigration, 1023}, replica_state::copying, 0, 0}}};
}

node_report sample_numbered_report() {
  node_report report = sample_node_report();
  report.protocol = 3;
  return report;
}

partition_map sample_partition_map() {
  return {42,
          2,
          2,
          {{{gallery_kind::criminal, 0}, {"a", "b"}},
           {{gallery_kind::criminal, 1}, {"b", "c", "a"}},
           {{gallery_kind::immigration, 0}, {"c"}},
           {{gallery_kind::immigration, 1}, {}}}};
}

facts_request sample_facts_request() {
  return {stream_id::immigration,
          8123,
          512,
          {{3, 8122, 77, digest_from(9)}, {0, 0, 0, {}}, {1023, 9000, 1, digest_from(8)}}};
}

facts_request sample_checked_request() {
  facts_request request = sample_facts_request();
  request.replicas[0].checked = {{1, bytes_from(4, 8)}, {11, {}}, digest_from(7)};
  return request;
}

facts_reply sample_facts_reply() {
  return {
      {{stream_id::criminal, 41, "enrol:B0001", digest_from(1), digest_from(2), bytes_from(3, 21)},
       {stream_id::criminal, 42, "", digest_from(2), digest_from(4), bytes_from(5, 8)}},
      {{{0xb001, key_purpose::record_criminal}, opened_state::plain, bytes_from(6, 11)},
       {{0xb002, key_purpose::record_immigration}, opened_state::purged, {}}},
      77,
      {1, 1023}};
}

rows_request sample_rows_request() { return {{gallery_kind::immigration, 1023}, 0x1ca7, 12}; }

rows_reply sample_rows_reply() {
  return {0x1ca7,
          12,
          8,
          true,
          900,
          digest_from(7),
          {{bytes_from(1, 8), bytes_from(2, 24)}, {bytes_from(3, 16), {}}}};
}

lease_record sample_lease_record() { return {"exchange-a", 0xfeed, 7, 41}; }

succession_record sample_succession_record() { return {7, "exchange-a", {"b.2", "c"}}; }

key_page sample_key_page() {
  return {0xfeed,
          17,
          18,
          {{{0xb001, key_purpose::probe_criminal}, bytes_from(1, 32)},
           {{0xb001, key_purpose::record_immigration}, std::nullopt}},
          true,
          digest_from(9)};
}

}  // namespace whorl::test
