// What every journal shares: the digest chain and its verification.
#include "storage/journal.hpp"

#include "messages/limits.hpp"
#include "storage/keyring.hpp"
#include "storage/rows.hpp"

namespace whorl::storage {
namespace {

constexpr std::size_t verify_batch = 256;

error broken(stream_id stream, std::uint64_t seq, const char* what) {
  return make_error(errc::corrupt, "journal, stream " + std::string(to_string(stream)) + ", fact " +
                                       std::to_string(seq) + ": " + what +
                                       ": restore the journal from a good copy");
}

}  // namespace

bool is_skipped(const append_request& request, const result<append_outcome>* before) {
  if (!request.with_previous) return false;
  return before == nullptr || !*before || (*before)->kind != append_kind::appended;
}

digest fact_digest(const digest& previous, stream_id stream, std::uint64_t seq,
                   std::string_view message_id, byte_view payload) {
  bytes text;
  text.reserve(previous.size() + 13 + message_id.size() + payload.size());
  text.insert(text.end(), previous.begin(), previous.end());
  text.push_back(static_cast<std::byte>(stream));
  put_little_endian(text, seq, 8);
  put_little_endian(text, message_id.size(), 4);
  for (const char letter : message_id) text.push_back(static_cast<std::byte>(letter));
  text.insert(text.end(), payload.begin(), payload.end());
  return sha256(text);
}

result<std::uint64_t> verify_stream(const journal& log, stream_id stream) {
  stream_tail walked, stored;
  while (true) {
    // The tail first: a fact and its tail are one commit, so facts up to it are there to read.
    WHORL_ASSIGN(stored, log.tail(stream));
    WHORL_ASSIGN(const auto facts, log.read(stream, walked.seq + 1, verify_batch));
    if (facts.empty()) break;
    for (const fact_record& f : facts) {
      if (f.seq != walked.seq + 1) return broken(stream, walked.seq + 1, "is missing");
      if (f.stream != stream) return broken(stream, f.seq, "belongs to another stream");
      if (f.previous != walked.self)
        return broken(stream, f.seq, "does not follow the fact before it");
      if (f.self != fact_digest(f.previous, stream, f.seq, f.message_id, f.payload))
        return broken(stream, f.seq, "content and digest disagree");
      walked = {f.seq, f.self};
    }
  }
  if (stored.seq > walked.seq) return broken(stream, walked.seq + 1, "is missing (cut tail)");
  if (stored != walked) return broken(stream, walked.seq, "disagrees with the stored tail");
  return walked.seq;
}

status check_append(const append_request& request) {
  if (request.message_id.empty())
    return make_error(errc::invalid_input, "append: a fact needs a message id");
  if (request.message_id.size() > limits::text_max)
    return make_error(errc::limit_exceeded, "append: the message id is longer than " +
                                                std::to_string(limits::text_max) + " bytes");
  if (request.payload.size() > limits::wire_bytes_max)
    return make_error(errc::limit_exceeded, "append " + request.message_id +
                                                ": the fact is larger than " +
                                                std::to_string(limits::wire_bytes_max) + " bytes");
  return {};
}

}  // namespace whorl::storage
