// The two rounds of a search, as query actor and shard actors speak of them (DESIGN "Two rounds").
// Round one: each partition returns its coarse best; the query cuts globally (ties by subject id,
// so that the cut does not depend on the layout). Round two: precise scores of those alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/ids.hpp"

namespace whorl {

/// One finger of a probe: an ISO/IEC 19794-2:2005 record with one view.
struct probe_print {
  std::uint8_t finger_position = 0;  ///< 1..10, 0 unknown
  bytes iso_record;
  friend bool operator==(const probe_print&, const probe_print&) = default;
};

/// What is searched. At most limits::fingers_max prints.
struct probe {
  booking_id booking;
  std::vector<probe_print> prints;
  /// Searched as if every print lay under the other hand's same finger: a second hypothesis.
  bool hands_exchanged = false;
  friend bool operator==(const probe&, const probe&) = default;
};

/// One partition's word that it has looked: up to which fact of its gallery's stream.
struct coverage_entry {
  partition_id partition;
  std::uint32_t map_epoch = 1;    ///< of the partition map the answer was given under
  std::uint64_t applied_seq = 0;  ///< >= the search's tail, else the partition counts as missing
  std::uint64_t people = 0;       ///< records searched
  friend bool operator==(const coverage_entry&, const coverage_entry&) = default;
};

/// A partition that could not answer, and why (shown in status, never to an agency).
struct missing_entry {
  partition_id partition;
  std::string reason;
  friend bool operator==(const missing_entry&, const missing_entry&) = default;
};

struct coarse_candidate {
  subject_id subject;   ///< the record that matched
  subject_id identity;  ///< the identity it belongs to (differs after a merge)
  std::uint32_t score = 0;
  friend bool operator==(const coarse_candidate&, const coarse_candidate&) = default;
};

struct round_one_request {
  search_id search;
  gallery_kind gallery = gallery_kind::criminal;
  std::vector<std::uint32_t> partitions;  ///< indices wanted of this gallery
  std::uint64_t tail_seq = 0;             ///< of the gallery's stream at the search's start
  std::uint64_t after_seq = 0;  ///< only records enrolled after this fact (re-search); 0 = all
  std::uint32_t top_k = 0;
  probe what;
  friend bool operator==(const round_one_request&, const round_one_request&) = default;
};

struct round_one_reply {
  search_id search;
  std::vector<coverage_entry> coverage;
  std::vector<missing_entry> missing;
  std::vector<coarse_candidate> candidates;
  friend bool operator==(const round_one_reply&, const round_one_reply&) = default;
};

struct round_two_request {
  search_id search;
  gallery_kind gallery = gallery_kind::criminal;
  std::vector<coarse_candidate> candidates;  ///< those the global cut kept
  probe what;
  std::uint64_t tail_seq = 0;  ///< as in round one: another replica may be asked
  friend bool operator==(const round_two_request&, const round_two_request&) = default;
};

/// `moved`: the probe's print at `probe` is the record's finger `record`, and counts as that.
/// `repeated`: it shows the record's finger `record`, which counts already by another print.
enum class sequence_kind : std::uint8_t { moved = 1, repeated = 2 };

/// One print that does not stand for the finger whose position it has.
struct sequence_note {
  sequence_kind kind = sequence_kind::moved;
  std::uint8_t probe = 0, record = 0;  ///< finger positions, 1..10
  friend bool operator==(const sequence_note&, const sequence_note&) = default;
};

/// For a person: "fingers 2 and 7 exchanged; finger 4 shows the record's finger 3 as well". Empty
/// when there is nothing.
std::string sequence_words(const std::vector<sequence_note>& notes);

struct scored_candidate {
  subject_id subject;
  subject_id identity;
  std::uint32_t fused = 0;  ///< fingerprint::person_score::fused
  std::uint8_t fingers_compared = 0;
  std::uint32_t reordered = 0;          ///< fingerprint::person_score::reordered
  std::vector<sequence_note> sequence;  ///< fingerprint::person_score::sequence; at most ten
  friend bool operator==(const scored_candidate&, const scored_candidate&) = default;
};

/// What a candidate is ranked and shown by: the better of its two readings.
inline std::uint32_t score_of(const scored_candidate& c) {
  return c.fused > c.reordered ? c.fused : c.reordered;
}

/// A candidate deleted between the rounds is left out; one whose partition does not answer is
/// `missing`.
struct round_two_reply {
  search_id search;
  std::vector<missing_entry> missing;
  std::vector<scored_candidate> candidates;
  friend bool operator==(const round_two_reply&, const round_two_reply&) = default;
};

}  // namespace whorl
