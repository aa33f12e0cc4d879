// Random values of every type that wire encodes, for rapidcheck properties of any test program:
// *rc::gen::arbitrary<whorl::fact>() and so on. Always within what wire::encode accepts.
#pragma once

#include <rapidcheck.h>

#include <optional>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/exchanges.hpp"
#include "messages/facts.hpp"
#include "messages/limits.hpp"
#include "messages/replication.hpp"
#include "messages/search.hpp"

namespace whorl::test {

/// Any enumerator of an enum without gaps.
template <class Enum>
rc::Gen<Enum> enum_between(Enum first, Enum last) {
  return rc::gen::map(rc::gen::inRange(static_cast<int>(first), static_cast<int>(last) + 1),
                      [](int raw) { return static_cast<Enum>(raw); });
}

/// A fact of one given kind.
template <class Kind>
rc::Gen<fact> fact_of() {
  return rc::gen::map(rc::gen::arbitrary<Kind>(), [](Kind kind) { return fact(std::move(kind)); });
}

/// A partition that can be: its index below the limit.
inline rc::Gen<partition_id> any_partition() {
  return rc::gen::build<partition_id>(
      rc::gen::set(&partition_id::gallery,
                   enum_between(gallery_kind::criminal, gallery_kind::immigration)),
      rc::gen::set(&partition_id::index,
                   rc::gen::inRange<std::uint32_t>(0, limits::partitions_max)));
}

/// The name of a node or zone, of any length that is allowed.
inline rc::Gen<std::string> any_node_name() {
  return rc::gen::mapcat(
      rc::gen::inRange<std::size_t>(1, limits::node_name_max + 1), [](std::size_t size) {
        return rc::gen::container<std::string>(
            size, rc::gen::elementOf(std::string("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-.")));
      });
}

}  // namespace whorl::test

namespace rc {

#define WHORL_ARBITRARY(type, ...)                                                       \
  template <>                                                                            \
  struct Arbitrary<whorl::type> {                                                        \
    using self = whorl::type;                                                            \
    static Gen<whorl::type> arbitrary() { return gen::build<whorl::type>(__VA_ARGS__); } \
  }
#define WHORL_ARBITRARY_ENUM(type, first, last)                                \
  template <>                                                                  \
  struct Arbitrary<whorl::type> {                                              \
    static Gen<whorl::type> arbitrary() {                                      \
      return whorl::test::enum_between(whorl::type::first, whorl::type::last); \
    }                                                                          \
  }

template <>
struct Arbitrary<std::byte> {
  static Gen<std::byte> arbitrary() {
    return gen::map(gen::arbitrary<std::uint8_t>(),
                    [](std::uint8_t raw) { return std::byte{raw}; });
  }
};

template <class Value>
struct Arbitrary<std::optional<Value>> {
  static Gen<std::optional<Value>> arbitrary() {
    return gen::oneOf(gen::just(std::optional<Value>()),
                      gen::map(gen::arbitrary<Value>(),
                               [](Value value) { return std::optional<Value>(std::move(value)); }));
  }
};

template <class Tag>
struct Arbitrary<whorl::strong_id<Tag>> {
  static Gen<whorl::strong_id<Tag>> arbitrary() {
    return gen::map(gen::arbitrary<std::uint64_t>(),
                    [](std::uint64_t value) { return whorl::strong_id<Tag>{value}; });
  }
};

WHORL_ARBITRARY_ENUM(gallery_kind, criminal, immigration);
WHORL_ARBITRARY_ENUM(key_purpose, probe_criminal, record_immigration);
WHORL_ARBITRARY_ENUM(jurisdiction_mode, inactive, full);
WHORL_ARBITRARY_ENUM(booking_source, jail, parole);
WHORL_ARBITRARY_ENUM(answer_decision, no_hit, failed);
WHORL_ARBITRARY_ENUM(case_step, opened, counsel_notified);
WHORL_ARBITRARY_ENUM(offence_class, unknown, felony);
WHORL_ARBITRARY_ENUM(offence_disposition, unknown, acquitted);

WHORL_ARBITRARY(instant, gen::set(&self::ms));
WHORL_ARBITRARY(partition_id, gen::set(&self::gallery), gen::set(&self::index));
WHORL_ARBITRARY(key_id, gen::set(&self::owner), gen::set(&self::purpose));
WHORL_ARBITRARY(sealed_payload, gen::set(&self::key), gen::set(&self::ciphertext),
                gen::set(&self::plain_digest));
WHORL_ARBITRARY(probe_print, gen::set(&self::finger_position, gen::inRange<std::uint8_t>(0, 11)),
                gen::set(&self::iso_record));

template <>
struct Arbitrary<std::vector<whorl::probe_print>> {
  static Gen<std::vector<whorl::probe_print>> arbitrary() {
    return gen::mapcat(gen::inRange<std::size_t>(0, whorl::limits::fingers_max + 1),
                       [](std::size_t fingers) {
                         return gen::container<std::vector<whorl::probe_print>>(
                             fingers, gen::arbitrary<whorl::probe_print>());
                       });
  }
};

WHORL_ARBITRARY(biographics, gen::set(&self::name), gen::set(&self::aliases),
                gen::set(&self::birth_date), gen::set(&self::sex), gen::set(&self::birth_place),
                gen::set(&self::arrest_date), gen::set(&self::offence_code),
                gen::set(&self::offence_text), gen::set(&self::attention),
                gen::set(&self::controlling_agency));
WHORL_ARBITRARY(subject_record, gen::set(&self::subject), gen::set(&self::prints),
                gen::set(&self::who), gen::set(&self::document));

// --- search
// ---------------------------------------------------------------------------------------

WHORL_ARBITRARY(probe, gen::set(&self::booking), gen::set(&self::prints),
                gen::set(&self::hands_exchanged));
WHORL_ARBITRARY(coverage_entry, gen::set(&self::partition), gen::set(&self::map_epoch),
                gen::set(&self::applied_seq), gen::set(&self::people));
WHORL_ARBITRARY(missing_entry, gen::set(&self::partition), gen::set(&self::reason));
WHORL_ARBITRARY(coarse_candidate, gen::set(&self::subject), gen::set(&self::identity),
                gen::set(&self::score));
WHORL_ARBITRARY_ENUM(sequence_kind, moved, repeated);
WHORL_ARBITRARY(sequence_note, gen::set(&self::kind),
                gen::set(&self::probe, gen::inRange<std::uint8_t>(1, 11)),
                gen::set(&self::record, gen::inRange<std::uint8_t>(1, 11)));

template <>
struct Arbitrary<std::vector<whorl::sequence_note>> {
  static Gen<std::vector<whorl::sequence_note>> arbitrary() {
    return gen::mapcat(gen::inRange<std::size_t>(0, whorl::limits::fingers_max + 1),
                       [](std::size_t notes) {
                         return gen::container<std::vector<whorl::sequence_note>>(
                             notes, gen::arbitrary<whorl::sequence_note>());
                       });
  }
};
WHORL_ARBITRARY(scored_candidate, gen::set(&self::subject), gen::set(&self::identity),
                gen::set(&self::fused), gen::set(&self::fingers_compared),
                gen::set(&self::reordered), gen::set(&self::sequence));
WHORL_ARBITRARY(round_one_request, gen::set(&self::search), gen::set(&self::gallery),
                gen::set(&self::partitions), gen::set(&self::tail_seq), gen::set(&self::after_seq),
                gen::set(&self::top_k), gen::set(&self::what));
WHORL_ARBITRARY(round_one_reply, gen::set(&self::search), gen::set(&self::coverage),
                gen::set(&self::missing), gen::set(&self::candidates));
WHORL_ARBITRARY(round_two_request, gen::set(&self::search), gen::set(&self::gallery),
                gen::set(&self::tail_seq), gen::set(&self::candidates), gen::set(&self::what));
WHORL_ARBITRARY(round_two_reply, gen::set(&self::search), gen::set(&self::missing),
                gen::set(&self::candidates));

// --- cluster
// -------------------------------------------------------------------------------------

WHORL_ARBITRARY_ENUM(replica_state, copying, failed);
WHORL_ARBITRARY(node_place, gen::set(&self::name, whorl::test::any_node_name()),
                gen::set(&self::zone,
                         gen::oneOf(gen::just(std::string()), whorl::test::any_node_name())),
                gen::set(&self::weight));
WHORL_ARBITRARY(replica_report, gen::set(&self::partition, whorl::test::any_partition()),
                gen::set(&self::state), gen::set(&self::applied_seq), gen::set(&self::people));
WHORL_ARBITRARY(node_report, gen::set(&self::place), gen::set(&self::incarnation),
                gen::set(&self::map_epoch), gen::set(&self::draining),
                gen::set(&self::rounds_in_hand), gen::set(&self::replicas),
                gen::set(&self::protocol));

template <>
struct Arbitrary<whorl::placement> {
  using self = whorl::placement;
  static Gen<self> arbitrary() {
    return gen::build<self>(
        gen::set(&self::partition, whorl::test::any_partition()),
        gen::set(&self::nodes,
                 gen::mapcat(gen::inRange<std::size_t>(0, whorl::limits::placed_nodes_max + 1),
                             [](std::size_t nodes) {
                               return gen::container<std::vector<std::string>>(
                                   nodes, whorl::test::any_node_name());
                             })));
  }
};
WHORL_ARBITRARY(partition_map, gen::set(&self::epoch),
                gen::set(&self::partition_count,
                         gen::inRange<std::uint32_t>(0, whorl::limits::partitions_max + 1)),
                gen::set(&self::replicas,
                         gen::inRange<std::uint32_t>(0, whorl::limits::replicas_max + 1)),
                gen::set(&self::placements));

// --- facts
// ----------------------------------------------------------------------------------------

WHORL_ARBITRARY(booking_accepted, gen::set(&self::booking), gen::set(&self::ori),
                gen::set(&self::tcn), gen::set(&self::tot), gen::set(&self::dai),
                gen::set(&self::content), gen::set(&self::accepted_at),
                gen::set(&self::deadline_at), gen::set(&self::retained), gen::set(&self::mode),
                gen::set(&self::source), gen::set(&self::submitted_by),
                gen::set(&self::criminal_prints), gen::set(&self::immigration_prints),
                gen::set(&self::who));
WHORL_ARBITRARY(booking_answered, gen::set(&self::booking), gen::set(&self::gallery),
                gen::set(&self::decision), gen::set(&self::subject), gen::set(&self::candidates),
                gen::set(&self::coverage), gen::set(&self::tail_seq), gen::set(&self::answered_at),
                gen::set(&self::decided_by), gen::set(&self::reason));
WHORL_ARBITRARY(subject_enrolled, gen::set(&self::subject), gen::set(&self::origin),
                gen::set(&self::at), gen::set(&self::by), gen::set(&self::record));
WHORL_ARBITRARY(encounter_added, gen::set(&self::subject), gen::set(&self::booking),
                gen::set(&self::at), gen::set(&self::ori), gen::set(&self::who));
WHORL_ARBITRARY(subjects_merged, gen::set(&self::kept), gen::set(&self::merged),
                gen::set(&self::at), gen::set(&self::by), gen::set(&self::reason));
WHORL_ARBITRARY(subjects_unmerged, gen::set(&self::merged), gen::set(&self::at),
                gen::set(&self::by), gen::set(&self::reason));
WHORL_ARBITRARY(subject_deleted, gen::set(&self::subject), gen::set(&self::at), gen::set(&self::by),
                gen::set(&self::reason));
WHORL_ARBITRARY(gallery_imported, gen::set(&self::people), gen::set(&self::content),
                gen::set(&self::at), gen::set(&self::by));
WHORL_ARBITRARY(offence, gen::set(&self::code), gen::set(&self::kind), gen::set(&self::disposition),
                gen::set(&self::sentence_days), gen::set(&self::count));
WHORL_ARBITRARY(case_event, gen::set(&self::which), gen::set(&self::booking),
                gen::set(&self::subject), gen::set(&self::step), gen::set(&self::level),
                gen::set(&self::rule_set), gen::set(&self::at), gen::set(&self::by),
                gen::set(&self::reason), gen::set(&self::code), gen::set(&self::about_at),
                gen::set(&self::charge));
WHORL_ARBITRARY(message_queued, gen::set(&self::message), gen::set(&self::booking),
                gen::set(&self::recipient), gen::set(&self::kind), gen::set(&self::at),
                gen::set(&self::body));
WHORL_ARBITRARY(message_delivered, gen::set(&self::message), gen::set(&self::at),
                gen::set(&self::where));
WHORL_ARBITRARY(audit_row, gen::set(&self::at), gen::set(&self::principal), gen::set(&self::role),
                gen::set(&self::action), gen::set(&self::object), gen::set(&self::purpose),
                gen::set(&self::detail));

template <class... Kinds>
struct Arbitrary<std::variant<Kinds...>> {
  static Gen<std::variant<Kinds...>> arbitrary() {
    return gen::oneOf(whorl::test::fact_of<Kinds>()...);
  }
};

// --- replication
// ----------------------------------------------------------------------------------------

WHORL_ARBITRARY_ENUM(stream_id, bookings, audit);
WHORL_ARBITRARY_ENUM(opened_state, plain, damaged);
WHORL_ARBITRARY(fact_record, gen::set(&self::seq), gen::set(&self::message_id),
                gen::set(&self::previous), gen::set(&self::self), gen::set(&self::payload));
WHORL_ARBITRARY(opened_payload, gen::set(&self::key), gen::set(&self::state),
                gen::set(&self::plain));
WHORL_ARBITRARY(row_place, gen::set(&self::table), gen::set(&self::key));
WHORL_ARBITRARY(row_stretch, gen::set(&self::after), gen::set(&self::to), gen::set(&self::content));
WHORL_ARBITRARY(facts_request::replica, gen::set(&self::partition), gen::set(&self::applied_seq),
                gen::set(&self::imports), gen::set(&self::applied), gen::set(&self::checked));
WHORL_ARBITRARY(facts_request, gen::set(&self::stream), gen::set(&self::from_seq),
                gen::set(&self::facts_max), gen::set(&self::replicas));
WHORL_ARBITRARY(rows_request, gen::set(&self::partition), gen::set(&self::copy),
                gen::set(&self::number));
WHORL_ARBITRARY(stored_row, gen::set(&self::key), gen::set(&self::value));
WHORL_ARBITRARY(rows_reply, gen::set(&self::copy), gen::set(&self::number), gen::set(&self::table),
                gen::set(&self::last), gen::set(&self::rows_so_far), gen::set(&self::content),
                gen::set(&self::rows));

/// All of its facts are of one stream.
template <>
struct Arbitrary<whorl::facts_reply> {
  using self = whorl::facts_reply;
  static Gen<self> arbitrary() {
    return gen::map(gen::pair(gen::arbitrary<whorl::stream_id>(),
                              gen::build<self>(gen::set(&self::facts), gen::set(&self::opened),
                                               gen::set(&self::tail_seq))),
                    [](std::pair<whorl::stream_id, self> drawn) {
                      for (whorl::fact_record& each : drawn.second.facts) each.stream = drawn.first;
                      return drawn.second;
                    });
  }
};

// --- exchanges
// -------------------------------------------------------------------------------------------

WHORL_ARBITRARY(
    key_copy, gen::set(&self::key),
    gen::set(&self::secret,
             gen::oneOf(gen::just(std::optional<whorl::bytes>()),
                        gen::map(gen::container<whorl::bytes>(32, gen::arbitrary<std::byte>()),
                                 [](whorl::bytes raw) { return std::optional(std::move(raw)); }))));
WHORL_ARBITRARY(key_page, gen::set(&self::feed), gen::set(&self::next), gen::set(&self::last),
                gen::set(&self::keys), gen::set(&self::whole), gen::set(&self::lineage));

#undef WHORL_ARBITRARY
#undef WHORL_ARBITRARY_ENUM

}  // namespace rc
