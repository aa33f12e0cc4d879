#include "storage/jetstream/stream_look.hpp"

#include <algorithm>

#include "storage/jetstream/nats_link.hpp"

namespace whorl::storage::jetstream {
namespace {

constexpr int code_no_stream = 10059;
constexpr const char* check_name = "journal servers";

result<stream_look> look_at(connection& where, const std::string& prefix, stream_id stream) {
  const std::string name = prefix + "_" + std::string(to_string(stream));
  return patiently(where, [&](link& now) -> result<stream_look> {
    jsStreamInfo* raw = nullptr;
    jsErrCode code{};
    const natsStatus s = js_GetStreamInfo(&raw, now.js(), name.c_str(), nullptr, &code);
    const nats_owned<jsStreamInfo> info(raw);
    stream_look out;
    out.stream = stream;
    if (code == code_no_stream) return out;
    if (s != NATS_OK) return now.failure("stream " + name, s, code);
    out.there = true;
    out.copies = info->Config->Replicas;
    out.last_seq = info->State.LastSeq;
    if (info->Cluster == nullptr) return out;
    for (int i = 0; i < info->Cluster->ReplicasLen; ++i) {
      const jsPeerInfo& peer = *info->Cluster->Replicas[i];
      out.others.push_back(
          {peer.Name == nullptr ? "?" : peer.Name, peer.Offline || !peer.Current, peer.Lag});
    }
    return out;
  });
}

void judge(const stream_look& one, std::int64_t copies, findings& all) {
  const std::string name = "stream " + std::string(to_string(one.stream));
  if (!one.there) {
    all.push_back({check_name, health::wrong, name + " is not there",
                   "`whorl serve` makes the streams of a new store; else restore it from a good "
                   "copy, and start nothing before"});
    return;
  }
  if (one.copies != copies)
    all.push_back({check_name, health::wrong,
                   name + " is kept in " + std::to_string(one.copies) + " copies, configured are " +
                       std::to_string(copies),
                   "correct replicas in [journal] of whorl.toml, or the stream's setting"});
  for (const auto& server : one.others) {
    if (server.is_away)
      all.push_back({check_name, health::wrong,
                     name + ": server " + server.name + " does not keep up or is away",
                     "start it again: with one more away nothing can be booked"});
    else if (server.facts_behind > 0)
      all.push_back({check_name, health::remark,
                     name + ": server " + server.name + " is " +
                         std::to_string(server.facts_behind) + " facts behind",
                     "if it stays so: look at that server's disk and network"});
  }
}

}  // namespace

result<std::vector<stream_look>> look_at_streams(connection& where, const std::string& prefix) {
  std::vector<stream_look> all;
  for (const stream_id stream : all_streams) {
    WHORL_ASSIGN(stream_look one, look_at(where, prefix, stream));
    all.push_back(std::move(one));
  }
  return all;
}

findings judge_streams(const std::vector<stream_look>& all, std::int64_t copies) {
  findings out;
  for (const stream_look& one : all) judge(one, copies, out);
  if (!out.empty()) return out;
  std::uint64_t facts = 0;
  for (const stream_look& one : all) facts += one.last_seq;
  return {{check_name, health::well,
           std::to_string(all.size()) + " streams with " + std::to_string(facts) + " facts, in " +
               std::to_string(copies) + (copies == 1 ? " copy" : " copies, all of them up to date"),
           ""}};
}

}  // namespace whorl::storage::jetstream
