#include "storage/jetstream/streams.hpp"

#include <algorithm>

#include "storage/jetstream/fact_frame.hpp"
#include "storage/jetstream/questions.hpp"
#include "storage/rows.hpp"

namespace whorl::storage::jetstream {
namespace {

// Messages asked for at once: few at first, since nobody knows how large they are.
constexpr std::size_t window_min = 4, window_max = 64;

std::string hex(const digest& of) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const std::byte b : of) {
    out += digits[std::to_integer<unsigned>(b) >> 4];
    out += digits[std::to_integer<unsigned>(b) & 15];
  }
  return out;
}

error missing(stream_id stream, std::uint64_t seq) {
  return make_error(errc::corrupt, "journal, stream " + std::string(to_string(stream)) + ", fact " +
                                       std::to_string(seq) +
                                       ": is missing: restore the stream from a good copy");
}

std::string header_of(natsMsg* message, const char* name) {
  const char* value = nullptr;
  return natsMsgHeader_Get(message, name, &value) == NATS_OK ? value : "";
}

}  // namespace

std::string streams::name_of(stream_id stream) const {
  return options_.prefix + "_" + std::string(to_string(stream));
}

std::string streams::subject_of(stream_id stream, std::string_view message_id) const {
  return options_.prefix + "." + std::string(to_string(stream)) + "." + hex(key_of(message_id));
}

status streams::make() const {
  for (const stream_id stream : all_streams) WHORL_TRY(make_one(stream));
  return {};
}

status streams::make_one(stream_id stream) const {
  const std::string name = name_of(stream);
  const std::string subjects = options_.prefix + "." + std::string(to_string(stream)) + ".*";
  const char* const subject = subjects.c_str();
  jsStreamConfig wanted;
  jsStreamConfig_Init(&wanted);
  wanted.Name = name.c_str();
  wanted.Subjects = const_cast<const char**>(&subject);
  wanted.SubjectsLen = 1;
  wanted.Storage = js_FileStorage;
  wanted.Replicas = options_.replicas;
  wanted.Discard = js_DiscardNew;
  wanted.DiscardNewPerSubject = true;
  wanted.MaxMsgsPerSubject = 1;
  wanted.Duplicates = std::int64_t{options_.duplicate_window_ms} * 1'000'000;
  wanted.DenyDelete = true;
  wanted.DenyPurge = true;
  wanted.AllowDirect = true;
  return patiently(*where_, [&](link& now) -> status {
    jsStreamInfo* raw = nullptr;
    jsErrCode code{};
    const natsStatus s = js_AddStream(&raw, now.js(), &wanted, nullptr, &code);
    const nats_owned<jsStreamInfo> made(raw);
    return s == NATS_OK ? status{} : now.failure("stream " + name, s, code);
  });
}

result<std::optional<fact_record>> streams::last_of(stream_id stream,
                                                    const std::string& subject) const {
  using answer = result<std::optional<fact_record>>;
  const std::string name = name_of(stream);
  return patiently(*where_, [&](link& now) -> answer {
    natsMsg* raw = nullptr;
    jsErrCode code{};
    const natsStatus s =
        js_GetLastMsg(&raw, now.js(), name.c_str(), subject.c_str(), nullptr, &code);
    const nats_owned<natsMsg> message(raw);
    if (code == code_no_message) return std::optional<fact_record>{};
    if (s != NATS_OK) return now.failure("stream " + name + ", " + subject, s, code);
    WHORL_ASSIGN(fact_record f, decode_frame(stream, natsMsg_GetSequence(raw), body_of(raw)));
    return std::optional<fact_record>(std::move(f));
  });
}

result<std::uint64_t> streams::last_seq(stream_id stream) const {
  const std::string name = name_of(stream);
  return patiently(*where_, [&](link& now) -> result<std::uint64_t> {
    jsStreamInfo* raw = nullptr;
    jsErrCode code{};
    const natsStatus s = js_GetStreamInfo(&raw, now.js(), name.c_str(), nullptr, &code);
    const nats_owned<jsStreamInfo> info(raw);
    if (s != NATS_OK) return now.failure("stream " + name, s, code);
    return std::uint64_t{info->State.LastSeq};
  });
}

result<stream_tail> streams::tail(stream_id stream) const {
  WHORL_ASSIGN(const auto last, last_of(stream, ">"));
  if (last) return stream_tail{last->seq, last->self};
  // A stream that counts facts and has none lost them all.
  WHORL_ASSIGN(const std::uint64_t seq, last_seq(stream));
  if (seq == 0) return stream_tail{};
  WHORL_ASSIGN(const auto again, last_of(stream, ">"));  // appended between the two questions
  if (!again) return missing(stream, seq);
  return stream_tail{again->seq, again->self};
}

result<std::optional<fact_record>> streams::find(stream_id stream,
                                                 std::string_view message_id) const {
  // The leader's word: another replica may not have yet what was acknowledged.
  WHORL_ASSIGN(auto found, last_of(stream, subject_of(stream, message_id)));
  if (found && found->message_id != message_id)
    return make_error(errc::corrupt, "journal, stream " + std::string(to_string(stream)) +
                                         ", fact " + std::to_string(found->seq) +
                                         ": stands under another message id");
  return found;
}

result<std::optional<fact_record>> streams::read_one(stream_id stream, std::uint64_t seq) const {
  using answer = result<std::optional<fact_record>>;
  const std::string name = name_of(stream);
  return patiently(*where_, [&](link& now) -> answer {
    natsMsg* raw = nullptr;
    jsErrCode code{};
    const natsStatus s = js_GetMsg(&raw, now.js(), name.c_str(), seq, nullptr, &code);
    const nats_owned<natsMsg> message(raw);
    if (code == code_no_message) return std::optional<fact_record>{};
    if (s != NATS_OK) return now.failure("stream " + name, s, code);
    WHORL_ASSIGN(fact_record f, decode_frame(stream, seq, body_of(raw)));
    return std::optional<fact_record>(std::move(f));
  });
}

result<std::vector<fact_record>> streams::read_some(stream_id stream, std::uint64_t from,
                                                    std::size_t count) const {
  std::vector<question> wanted(count);
  for (std::size_t i = 0; i < count; ++i) {
    wanted[i].subject = "$JS.API.DIRECT.GET." + name_of(stream);
    const std::string text = "{\"seq\":" + std::to_string(from + i) + "}";
    wanted[i].body.assign(view_of(text).begin(), view_of(text).end());
  }
  answers got(count);
  if (const auto now = where_->current()) {
    WHORL_ASSIGN(questions all, questions::over(*now));
    got = all.ask(wanted);
  }
  std::vector<fact_record> facts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t seq = from + i;
    if (got[i] && header_of(got[i].get(), "Nats-Sequence") == std::to_string(seq)) {
      WHORL_ASSIGN(fact_record f, decode_frame(stream, seq, body_of(got[i].get())));
      facts.push_back(std::move(f));
      continue;
    }
    WHORL_ASSIGN(auto one, read_one(stream, seq));
    if (!one) return missing(stream, seq);
    facts.push_back(*std::move(one));
  }
  return facts;
}

result<std::vector<fact_record>> streams::read(stream_id stream, std::uint64_t from_seq,
                                               std::size_t max_records) const {
  std::vector<fact_record> found;
  WHORL_ASSIGN(const std::uint64_t last, last_seq(stream));
  std::uint64_t next = std::max<std::uint64_t>(from_seq, 1);
  std::size_t window = window_min, payload_bytes = 0;
  while (next <= last && found.size() < max_records && payload_bytes < journal_read_bytes_max) {
    const std::size_t count =
        std::min({window, static_cast<std::size_t>(last - next + 1), max_records - found.size()});
    WHORL_ASSIGN(auto some, read_some(stream, next, count));
    std::size_t largest = 1;
    for (fact_record& f : some) {
      if (payload_bytes >= journal_read_bytes_max) return found;
      payload_bytes += f.payload.size();
      largest = std::max(largest, f.payload.size());
      found.push_back(std::move(f));
    }
    next += count;
    // As many as would fit if all were as large as the largest just seen.
    window = std::clamp(std::min(2 * window, journal_read_bytes_max / largest), std::size_t{1},
                        window_max);
  }
  return found;
}

}  // namespace whorl::storage::jetstream
