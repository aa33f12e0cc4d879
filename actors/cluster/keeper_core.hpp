// What the keeper of a node's replicas decides, without CAF or files: which replica is copied next,
// which is dropped, and which facts are asked for.
//
//   wanted, not held -> copying -> (all rows) -> following -> (at the tail it was told) -> ready
//   damaged, or other than the exchange's -> dropped -> copied anew
//   not wanted any more -> dropped
//
// One partition is copied at a time, each in its turn, with `pieces_ahead` pieces asked ahead. Of
// each gallery's stream one question is on its way: for replicas that are searched before those
// that catch up, which are passed over once at most. To find damage, a part of one replica is read
// at each tick, of each in turn.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/facts.hpp"

namespace whorl::actors {

namespace keeper_effect {
/// Begin a copy in place of what is there, then ask for its pieces.
struct begin_copy {
  partition_id which;
  std::uint64_t copy = 0;
};
struct ask_rows {
  partition_id which;
  std::uint64_t copy = 0, number = 0;
};
/// The copy is whole: put it in place and open it; on_opened or on_damaged follows.
struct accept {
  partition_id which;
};
/// Close it and remove its files; on_dropped follows.
struct drop {
  partition_id which;
};
/// on_facts or on_facts_failed follows, with its number.
struct ask_facts {
  stream_id stream;
  std::uint64_t question = 0;
  std::uint64_t from_seq = 1;
  std::vector<std::uint32_t> partitions;  ///< those they are for
};
/// Its state, or how far it is, has changed.
struct report {};
}  // namespace keeper_effect

using keeper_effects = std::vector<
    std::variant<keeper_effect::begin_copy, keeper_effect::ask_rows, keeper_effect::accept,
                 keeper_effect::drop, keeper_effect::ask_facts, keeper_effect::report>>;

class keeper_core {
 public:
  static constexpr std::uint64_t pieces_ahead = 2;

  /// `first_copy`: copies are numbered from here; drawn at each start.
  explicit keeper_core(std::uint64_t first_copy) : next_copy_(first_copy) {}

  /// A replica that was found whole at the start.
  void hold(partition_id which, std::uint64_t applied_seq, std::uint64_t people);

  keeper_effects on_wanted(const std::vector<partition_id>& all);
  keeper_effects on_connected();
  void on_disconnected();
  /// The stream has grown, says the exchange.
  keeper_effects on_tail(stream_id stream, std::uint64_t seq);
  /// Whether this piece is the one to be written now; others are late or lost ones' successors.
  bool expects(std::uint64_t copy, std::uint64_t number) const;
  /// Piece `number` is written, or passed over since it is not the expected one.
  keeper_effects on_rows(std::uint64_t copy, std::uint64_t number, bool last);
  /// A piece's question or answer was lost: asked again at the next tick.
  void on_rows_lost(std::uint64_t copy);
  /// It cannot go on, and is begun anew at the next tick.
  void on_copy_failed(std::uint64_t copy);
  keeper_effects on_opened(partition_id which, std::uint64_t applied_seq, std::uint64_t people);
  keeper_effects on_dropped(partition_id which);
  /// It cannot be opened or read, or is not as the exchange has it: to be copied anew.
  keeper_effects on_damaged(partition_id which);
  /// What was asked has come and is applied: `applied` says how far each is now.
  struct applied_replica {
    partition_id which;
    std::uint64_t applied_seq = 0, people = 0;
    bool refused = false;  ///< facts came, and could not be applied
  };
  keeper_effects on_facts(stream_id stream, std::uint64_t question, std::uint64_t tail_seq,
                          const std::vector<applied_replica>& applied);
  /// Asked again at the next tick.
  void on_facts_failed(stream_id stream, std::uint64_t question);
  /// Now and then: asks again for what was lost or refused, and whether the streams have grown,
  /// since word of that may be lost too.
  keeper_effects on_tick();
  /// Before each tick: the replica of which a part is to be read now, so that damage is found;
  /// on_damaged follows where it is.
  std::optional<partition_id> next_to_check();

  std::vector<replica_report> reports() const;
  bool copies() const { return copy_.has_value(); }
  /// Those that are searched.
  bool is_open(partition_id which) const;

 private:
  struct replica {
    replica_state state = replica_state::copying;
    std::uint64_t applied_seq = 0, people = 0;
    bool dropping = false;
  };
  struct copying {
    partition_id which;
    std::uint64_t copy = 0, asked = 0, written = 0;  ///< numbers of pieces, the next ones
    bool lost = false;                               ///< one of those asked
  };
  struct following {
    std::uint64_t tail_seq = 0, question = 0;
    bool asked = false, failed = false;
    bool look = false;         ///< for facts beyond the tail that is known
    bool stuck = false;        ///< what came could not be applied: not before the next tick
    bool passed_over = false;  ///< those that catch up, the last time
  };
  keeper_effects go_on();
  void copy_next(keeper_effects& out);
  void ask_ahead(keeper_effects& out);
  bool take_applied(following& one, bool current, std::uint64_t tail_seq,
                    const std::vector<applied_replica>& applied);
  void follow(stream_id stream, keeper_effects& out);
  std::optional<std::uint64_t> behind(stream_id stream, bool ready) const;

  bool connected_ = false, told_ = false;
  bool resting_ = false;  ///< a copy has failed: none is begun before the next tick
  std::optional<partition_id> last_begun_, last_checked_;
  std::set<partition_id> wanted_;
  std::map<partition_id, replica> replicas_;
  std::optional<copying> copy_;
  std::uint64_t next_copy_;
  std::map<stream_id, following> streams_{{stream_id::criminal, {}}, {stream_id::immigration, {}}};
};

}  // namespace whorl::actors
