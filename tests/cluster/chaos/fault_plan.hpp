// Which faults a run of chaos has, and when: drawn by a seed. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::chaos {

enum class fault_kind {
  node_killed,      ///< kill -9, started again at the end
  node_emptied,     ///< kill -9, started again without its folder
  node_frozen,      ///< SIGSTOP, SIGCONT
  node_full,        ///< no byte is left on its disk
  node_cut_off,     ///< nothing passes between it and the exchange
  node_unheard,     ///< what it sends is lost
  node_deaf,        ///< what is sent to it is lost
  exchange_killed,  ///< kill -9, started again at the end
  server_killed,    ///< a nats-server: kill -9, started again at the end
  server_frozen,    ///< a nats-server: SIGSTOP, SIGCONT
};
inline constexpr fault_kind all_faults[] = {fault_kind::node_killed,   fault_kind::node_emptied,
                                            fault_kind::node_frozen,   fault_kind::node_full,
                                            fault_kind::node_cut_off,  fault_kind::node_unheard,
                                            fault_kind::node_deaf,     fault_kind::exchange_killed,
                                            fault_kind::server_killed, fault_kind::server_frozen};
std::string_view to_string(fault_kind kind);

enum class victim { node, exchange, server };
victim victim_of(fault_kind kind);

struct fault {
  fault_kind kind = fault_kind::node_killed;
  std::size_t target = 0;  ///< which node or server
  std::int64_t begin_ms = 0, end_ms = 0;
  friend bool operator==(const fault&, const fault&) = default;
};

struct plan_settings {
  std::uint64_t seed = 1;
  std::int64_t length_ms = 0;
  std::size_t nodes = 4, servers = 3;
  std::size_t full_node = 0;       ///< the one whose disk can be filled
  std::int64_t quiet_ms = 12'000;  ///< at the begin, for figures without faults
};

/// Every kind once, in a drawn order, then again in another, until the time is over; the last ends
/// in time. One fault in three begins while the one before lasts, where they have other kinds of
/// victims; else there is a pause. At most one nats-server of three is ever gone: without a
/// majority they rightly take nothing.
std::vector<fault> draw_plan(const plan_settings& how, std::span<const fault_kind> kinds);

}  // namespace whorl::chaos
