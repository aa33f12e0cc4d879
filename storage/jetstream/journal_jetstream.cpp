#include "storage/jetstream/journal_jetstream.hpp"

#include <algorithm>

#include "messages/limits.hpp"
#include "storage/jetstream/append_batch.hpp"

namespace whorl::storage::jetstream {
namespace {

class jetstream_journal final : public journal {
 public:
  explicit jetstream_journal(streams all) : streams_(std::move(all)) {}

  std::vector<result<append_outcome>> append(std::span<const append_request> batch) override {
    if (batch.size() > limits::journal_batch_max)
      return {batch.size(),
              make_error(errc::limit_exceeded, "append: more than " +
                                                   std::to_string(limits::journal_batch_max) +
                                                   " facts in one batch: split it")};
    const std::lock_guard lock(appending_);
    return append_batch(streams_, channel_, batch).run();
  }
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override {
    return streams_.read(stream, from_seq, max_records);
  }
  result<stream_tail> tail(stream_id stream) const override { return streams_.tail(stream); }
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override {
    return streams_.find(stream, message_id);
  }

 private:
  const streams streams_;
  std::mutex appending_;
  std::optional<questions> channel_;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace

result<std::unique_ptr<journal>> open_jetstream_journal(std::shared_ptr<connection> where,
                                                        jetstream_options options) {
  if (!is_name(options.prefix))
    return make_error(errc::invalid_input, "journal: '" + options.prefix +
                                               "' cannot be a prefix of streams: letters, digits, "
                                               "'-' and '_', at most 64");
  WHORL_ASSIGN(const auto now, where->current());
  const auto payload_max = natsConnection_GetMaxPayload(now->connection());
  if (payload_max < static_cast<std::int64_t>(server_payload_bytes_min))
    return make_error(errc::limit_exceeded, "NATS: the server's max_payload is " +
                                                std::to_string(payload_max) + " bytes: set it to " +
                                                std::to_string(server_payload_bytes_min));
  streams all(std::move(where), std::move(options));
  WHORL_TRY(all.make());
  return std::unique_ptr<journal>(std::make_unique<jetstream_journal>(std::move(all)));
}

}  // namespace whorl::storage::jetstream
