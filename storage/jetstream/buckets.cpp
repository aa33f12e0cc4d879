#include "storage/jetstream/buckets.hpp"

#include <algorithm>

#include "messages/limits.hpp"
#include "storage/jetstream/nats_link.hpp"

namespace whorl::storage::jetstream {
namespace {

// Changes lost to other keys' writers, one after the other.
constexpr int contended_rounds_max = 64;

class bucket final : public coordination {
 public:
  bucket(std::shared_ptr<connection> where, const std::string& name)
      : where_(std::move(where)), stream_("KV_" + name), subjects_("$KV." + name + ".") {}

  status make(int replicas) const;
  result<std::optional<stored_value>> get(std::string_view key) const override;
  result<std::uint64_t> create(std::string_view key, byte_view value) override {
    return change(key, value, 0);
  }
  result<std::uint64_t> update(std::string_view key, byte_view value, std::uint64_t seen) override {
    if (seen == 0) return moved_on(key, 0, 0);
    return change(key, value, seen);
  }

 private:
  result<std::uint64_t> change(std::string_view key, byte_view value, std::uint64_t seen);
  result<std::uint64_t> last_revision() const;
  result<std::optional<std::uint64_t>> put(const std::string& subject, byte_view value,
                                           std::uint64_t last);
  std::string subject_of(std::string_view key) const { return subjects_ + std::string(key); }

  std::shared_ptr<connection> where_;
  std::string stream_, subjects_;
};

status bucket::make(int replicas) const {
  const std::string subjects = subjects_ + ">";
  const char* const subject = subjects.c_str();
  jsStreamConfig wanted;
  jsStreamConfig_Init(&wanted);
  wanted.Name = stream_.c_str();
  wanted.Subjects = const_cast<const char**>(&subject);
  wanted.SubjectsLen = 1;
  wanted.Storage = js_FileStorage;
  wanted.Replicas = replicas;
  wanted.Discard = js_DiscardNew;
  wanted.MaxMsgsPerSubject = 1;
  wanted.AllowRollup = true;
  wanted.DenyDelete = true;
  return patiently(*where_, [&](link& now) -> status {
    jsStreamInfo* raw = nullptr;
    jsErrCode code{};
    const natsStatus s = js_AddStream(&raw, now.js(), &wanted, nullptr, &code);
    const nats_owned<jsStreamInfo> made(raw);
    return s == NATS_OK ? status{} : now.failure("bucket " + stream_, s, code);
  });
}

/// The leader's word: another replica may be behind.
result<std::optional<stored_value>> bucket::get(std::string_view key) const {
  using answer = result<std::optional<stored_value>>;
  WHORL_TRY(check_key(key));
  const std::string subject = subject_of(key);
  return patiently(*where_, [&](link& now) -> answer {
    natsMsg* raw = nullptr;
    jsErrCode code{};
    const natsStatus s =
        js_GetLastMsg(&raw, now.js(), stream_.c_str(), subject.c_str(), nullptr, &code);
    const nats_owned<natsMsg> message(raw);
    if (code == code_no_message) return std::optional<stored_value>{};
    if (s != NATS_OK) return now.failure(subject, s, code);
    const auto* data = reinterpret_cast<const std::byte*>(natsMsg_GetData(raw));
    return std::optional<stored_value>(
        stored_value{bytes(data, data + natsMsg_GetDataLength(raw)), natsMsg_GetSequence(raw)});
  });
}

result<std::uint64_t> bucket::last_revision() const {
  return patiently(*where_, [&](link& now) -> result<std::uint64_t> {
    jsStreamInfo* raw = nullptr;
    jsErrCode code{};
    const natsStatus s = js_GetStreamInfo(&raw, now.js(), stream_.c_str(), nullptr, &code);
    const nats_owned<jsStreamInfo> info(raw);
    if (s != NATS_OK) return now.failure("bucket " + stream_, s, code);
    return std::uint64_t{info->State.LastSeq};
  });
}

/// Compares the whole bucket's revision: replicated servers of version 2.9 compare a key's own
/// before they agree on the order of changes, and let two writers win (decision 0022). Whoever lost
/// to a change of another key tries again.
result<std::uint64_t> bucket::change(std::string_view key, byte_view value, std::uint64_t seen) {
  WHORL_TRY(check_key(key));
  WHORL_TRY(check_value(value));
  for (int round = 0; round < contended_rounds_max; ++round) {
    WHORL_ASSIGN(const std::uint64_t last, last_revision());
    WHORL_ASSIGN(const auto there, get(key));  // after it: unchanged since, if the bucket is
    const std::uint64_t revision = there ? there->revision : 0;
    if (revision != seen) return moved_on(key, seen, revision);
    WHORL_ASSIGN(const auto stored, put(subject_of(key), value, last));
    if (stored) return *stored;
  }
  return make_error(errc::unavailable,
                    "bucket: " + std::string(key) + ": other writers were always faster");
}

/// Nothing: the bucket is not at `last` any more.
result<std::optional<std::uint64_t>> bucket::put(const std::string& subject, byte_view value,
                                                 std::uint64_t last) {
  WHORL_ASSIGN(const auto now, where_->current());
  natsMsg* message = nullptr;
  natsStatus s =
      natsMsg_Create(&message, subject.c_str(), nullptr,
                     reinterpret_cast<const char*>(value.data()), static_cast<int>(value.size()));
  if (s != NATS_OK) return now->failure(subject, s);
  const nats_owned<natsMsg> owner(message);
  s = natsMsgHeader_Set(message, "Nats-Expected-Last-Sequence", std::to_string(last).c_str());
  if (s != NATS_OK) return now->failure(subject, s);
  jsPubOptions how;
  jsPubOptions_Init(&how);
  how.ExpectStream = stream_.c_str();
  jsPubAck* raw = nullptr;
  jsErrCode code{};
  s = js_PublishMsg(&raw, now->js(), message, &how, &code);
  const nats_owned<jsPubAck> ack(raw);
  if (s == NATS_OK) return std::optional<std::uint64_t>(ack->Sequence);
  if (code == code_wrong_last_seq) return std::optional<std::uint64_t>{};
  const error said = now->failure(subject, s, code);
  return make_error(said.code == errc::timeout ? errc::unavailable : said.code, said.message);
}

}  // namespace

result<std::unique_ptr<coordination>> open_bucket(std::shared_ptr<connection> where,
                                                  const std::string& name, int replicas) {
  WHORL_TRY(check_key(name));
  if (name.size() > 64 || name.find_first_of("./=") != std::string::npos)
    return make_error(errc::invalid_input, "bucket: '" + name + "' cannot be its name");
  auto made = std::make_unique<bucket>(std::move(where), name);
  WHORL_TRY(made->make(replicas));
  return std::unique_ptr<coordination>(std::move(made));
}

}  // namespace whorl::storage::jetstream
