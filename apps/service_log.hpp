// The gateway's log: one JSON object a line (spdlog). It names bookings by their ids, and
// principals; never a person, a print or what a request held. A thread of its own writes it: where
// nobody takes what is written, the oldest lines that wait are lost, and nobody waits. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "actors/cluster/node_event.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

/// A request that was answered or refused.
struct request_note {
  std::string_view route = "-";  ///< pattern of the table; "-" for what is none
  std::string method;            ///< of a known route only
  unsigned status = 0;
  std::string principal;    ///< empty: a stranger's
  std::string booking;      ///< an id that was parsed as one; empty: none
  std::string address;      ///< of the client
  std::int64_t micros = 0;  ///< from the head's last byte
};

class service_log {
 public:
  /// `file` empty: stderr. `level`: debug, info, warning, error or off; requests answered below 400
  /// are info, refused ones warning, failures (5xx) error. One a process. Errors: io, conflict.
  static result<std::unique_ptr<service_log>> open(const std::string& file,
                                                   const std::string& level);
  ~service_log();
  void request(const request_note& note);
  /// Something that is no request; `text` holds nothing of a person or a request.
  void warning(std::string_view event, std::string_view text);
  void info(std::string_view event, std::string_view text);
  /// Of a node or a cluster.
  void event(const actors::node_event& what);
  /// Lines that came faster than they could be written, or that could not be written at all.
  std::uint64_t lines_lost() const;

 private:
  service_log();
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace whorl::apps
