// The words that scripts are written with: what can be waited for or expected, and what can be
// done. Bookings by their number in the script; nodes are "node-1" and so on.
#pragma once

#include <cstdint>
#include <string>

#include "sim/cluster/script.hpp"

namespace whorl::sim {

// --- people of the scenario, by where they stand at the start
inline constexpr std::size_t criminal = 0, other_criminal = 1, both = 2, other_both = 3,
                             immigrant = 5, other_immigrant = 4, nobody = 6, other_nobody = 7,
                             third_nobody = 8;

// --- what can be waited for or expected
look not_so(look it);
look all_of(std::vector<look> each);
/// Everything else.
look that(std::string words, std::function<bool(const scripted_world&)> holds);

/// Its acceptance is durable; whether or not its client has heard of it.
look accepted(std::size_t booking);
look acknowledged(std::size_t booking);
/// Its client was told so at least once; a tampered copy is told of apart.
look was_refused(std::size_t booking, errc why, bool tampered = false);
look was_told_of_the_original(std::size_t booking);
look answered(std::size_t booking, gallery_kind gallery = gallery_kind::criminal);
look decided(std::size_t booking, gallery_kind gallery, answer_decision decision);
/// As the person that stood in the gallery at the start.
look hit(std::size_t booking, gallery_kind gallery = gallery_kind::criminal);
/// A criminal hit of whom the other enrolled.
look hit_of_enrolled(std::size_t booking, std::size_t enrolled_by);
look no_hit(std::size_t booking, gallery_kind gallery = gallery_kind::criminal);
look enrolments_are(std::size_t count);
/// Messages whose id ends so ("/criminal", "/iaq", "/idr"), queued and delivered.
look messages_are(std::size_t booking, const std::string& ending, std::size_t count);
look cases_are(std::size_t booking, std::size_t count);
/// At any of the nodes.
look round_reached(round_number round);

/// An ordered fault of the journal's disk.
look struck(fault_kind kind, std::uint64_t times);
/// All that shard_throws() ordered there.
look shard_has_thrown(const std::string& where);
look exchange_died(std::uint64_t times);

look settled();
/// Each partition on at least so many nodes.
look searchable_on(std::size_t nodes);
/// Some partition on no node.
look some_partition_is_away();
/// "alive", "suspect", "dead"; "unknown" is one that the exchange does not know of.
look node_is(const std::string& node, const std::string& liveness);
/// The map in force names it for a partition.
look is_placed(const std::string& node);
/// It has said that it has a replica of a partition in this state.
look has_replica(const std::string& node, replica_state state);
/// The exchange says so.
look is_of_other_version(const std::string& node);
look holds_nothing(const std::string& node);
look drained(const std::string& node);
/// The order or deletion of this number, from 0.
look ordered(std::size_t number);
look order_refused(std::size_t number, errc why);
look searched_by_exchange();
look searched_by_nodes_alone();
/// Since a node was lost, failed, or is behind.
look others_were_asked_instead();

// --- what can be done
deed send(std::size_t booking);
deed tamper(std::size_t booking);
deed kill_exchange();
deed kill(const std::string& node);
deed start(const std::string& node);
deed empty_disk(const std::string& node);
/// From its next start its program is one of this protocol (messages/cluster.hpp).
deed set_version(const std::string& node, std::uint32_t protocol);
/// What is on the disk now, of a node or of the projections of the exchange ...
deed set_disk_aside(const std::string& name);
/// ... is what it comes back to. A node stays down until it is started.
deed roll_back(const std::string& name);
/// A bit of a replica changes: in a value while the node runs, anywhere while it is down.
deed rot(const std::string& node);
deed fill_disk(const std::string& node);
deed freeze(const std::string& name);
deed thaw(const std::string& name);
deed block(const std::string& from, const std::string& to);
deed separate(const std::string& one, const std::string& other);
deed reunite(const std::string& one, const std::string& other);
deed clog(const std::string& node, std::int64_t for_ms, std::int64_t delay_ms);
deed begin(fault_kind kind, std::uint32_t per_myriad = 10'000);
deed end(fault_kind kind);
/// At the next fact whose message id ends so: "/accepted", "/record", "/answer" of bookings.
deed refuse_append(const std::string& ending);
deed crash_before_durable(const std::string& ending);
deed crash_after_durable(const std::string& ending);
deed searches_fail(unsigned percent);
deed shard_throws(const std::string& where, int times = 1);
deed set_clock(std::int64_t ahead_ms);
deed set_mode(std::string_view ori, jurisdiction_mode mode);
deed order_drain(const std::string& node);
deed order_undrain(const std::string& node);
/// A partition that the one holds and the other does not.
deed order_move(const std::string& from, const std::string& to);
deed order_forget(const std::string& node);
deed order_rebalance();
deed delete_record(gallery_kind gallery, std::size_t person);

}  // namespace whorl::sim
