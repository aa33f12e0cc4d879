// How the streams of a journal stand with its servers, for whoever examines them. Makes nothing and
// changes nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "messages/facts.hpp"
#include "storage/health.hpp"
#include "storage/jetstream/connection.hpp"

namespace whorl::storage::jetstream {

struct stream_look {
  stream_id stream = stream_id::bookings;
  bool there = false;
  std::int64_t copies = 0;     ///< that its settings ask for
  std::uint64_t last_seq = 0;  ///< of the leader
  struct server {
    std::string name;
    bool is_away = false;            ///< does not answer the leader
    std::uint64_t facts_behind = 0;  ///< as the leader knows
  };
  std::vector<server> others;  ///< that hold it, but the leader
};

/// Of every stream with this prefix. Errors: unavailable (no leader, no server), as
/// connection::open.
result<std::vector<stream_look>> look_at_streams(connection& where, const std::string& prefix);

/// What is to be said of them, where `copies` are configured.
findings judge_streams(const std::vector<stream_look>& all, std::int64_t copies);

}  // namespace whorl::storage::jetstream
