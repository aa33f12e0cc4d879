// The journal's six streams as JetStream keeps them: names, settings, and reading. One stream each,
// one subject per message id, of which the server takes one message and no second (discard new per
// subject); sequence = fact seq, since nothing is ever deleted. Owned by the journal; safe from any
// thread. For .cpp files of storage/jetstream/ alone.
#pragma once

#include <optional>

#include "storage/jetstream/journal_jetstream.hpp"
#include "storage/jetstream/nats_link.hpp"
#include "storage/journal.hpp"

namespace whorl::storage::jetstream {

class streams {
 public:
  streams(std::shared_ptr<connection> where, jetstream_options options)
      : where_(std::move(where)), options_(std::move(options)) {}

  connection& where() const { return *where_; }
  bool is_replicated() const { return options_.replicas > 1; }
  status may_append() const { return options_.may_append ? options_.may_append() : status{}; }
  /// Makes what is not there. conflict: a stream of that name has other settings.
  status make() const;
  std::string name_of(stream_id stream) const;
  std::string subject_of(stream_id stream, std::string_view message_id) const;

  /// As the stream's leader has it.
  result<stream_tail> tail(stream_id stream) const;
  result<std::optional<fact_record>> find(stream_id stream, std::string_view message_id) const;
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const;

 private:
  status make_one(stream_id stream) const;
  /// The leader's last message of a subject (">": of all), or nothing.
  result<std::optional<fact_record>> last_of(stream_id stream, const std::string& subject) const;
  result<std::uint64_t> last_seq(stream_id stream) const;
  /// Asks any replica at once for `count` facts from `from`, and the leader for those it has not.
  result<std::vector<fact_record>> read_some(stream_id stream, std::uint64_t from,
                                             std::size_t count) const;
  result<std::optional<fact_record>> read_one(stream_id stream, std::uint64_t seq) const;

  std::shared_ptr<connection> where_;
  jetstream_options options_;
};

}  // namespace whorl::storage::jetstream
