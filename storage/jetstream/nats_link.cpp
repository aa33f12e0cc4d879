#include "storage/jetstream/nats_link.hpp"

namespace whorl::storage::jetstream {
namespace {

errc code_of_status(natsStatus status) {
  switch (status) {
    case NATS_TIMEOUT:
      return errc::timeout;
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
    case NATS_SSL_ERROR:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
      return errc::forbidden;
    case NATS_MAX_PAYLOAD:
      return errc::limit_exceeded;
    case NATS_ADDRESS_MISSING:
    case NATS_INVALID_ARG:
    case NATS_INVALID_SUBJECT:
      return errc::invalid_input;
    case NATS_NOT_FOUND:
      return errc::not_found;
    case NATS_NO_SERVER:
    case NATS_NO_RESPONDERS:
    case NATS_CONNECTION_CLOSED:
    case NATS_CONNECTION_DISCONNECTED:
    case NATS_STALE_CONNECTION:
    case NATS_NOT_YET_CONNECTED:
    case NATS_DRAINING:
    case NATS_IO_ERROR:
    case NATS_INSUFFICIENT_BUFFER:
      return errc::unavailable;
    default:
      return errc::io;
  }
}

errc code_of_jetstream(int code) {
  switch (code) {
    case code_no_message:
    case JSStreamNotFoundErr:
      return errc::not_found;
    case code_name_in_use:
    case code_wrong_last_seq:
      return errc::conflict;
    case JSAccountResourcesExceededErr:
    case JSInsufficientResourcesErr:
    case JSStorageResourcesExceededErr:
    case code_store_failed:
      return errc::storage_full;
    case JSStreamMessageExceedsMaximumErr:
      return errc::limit_exceeded;
    case JSClusterNoPeersErr:
    case JSClusterNotActiveErr:
    case JSClusterNotAssignedErr:
    case JSClusterNotAvailErr:
    case JSClusterNotLeaderErr:
    case JSClusterIncompleteErr:
    case JSStreamOfflineErr:
      return errc::unavailable;
    default:
      return errc::io;
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void ignore_asynchronous(natsConnection*, natsSubscription*, natsStatus, void*) {}

/// Everything but the addresses; the first call that is refused.
natsStatus configure(natsOptions* o, const connection_options& with) {
  natsStatus s = natsOptions_SetTimeout(o, with.timeout_ms);
  const auto then = [&](auto call) {
    if (s == NATS_OK) s = call();
  };
  then([&] { return natsOptions_SetName(o, "whorl"); });
  then([&] { return natsOptions_SetSecure(o, true); });
  then([&] { return natsOptions_LoadCATrustedCertificates(o, with.ca_file.c_str()); });
  then([&] {
    return natsOptions_LoadCertificatesChain(o, with.certificate_file.c_str(),
                                             with.key_file.c_str());
  });
  then([&] {
    return with.credentials_file.empty()
               ? natsOptions_SetUserInfo(o, with.user.c_str(), with.password.c_str())
               : natsOptions_SetUserCredentialsFromFiles(o, with.credentials_file.c_str(), nullptr);
  });
  // Whoever asks waits for the answer: handing over to a thread that sends costs more than it
  // saves.
  then([&] { return natsOptions_SetSendAsap(o, true); });
  then([&] { return natsOptions_SetMaxReconnect(o, with.reconnects_max); });
  then([&] { return natsOptions_SetReconnectWait(o, with.reconnect_wait_ms); });
  then([&] { return natsOptions_SetIgnoreDiscoveredServers(o, true); });
  then([&] { return natsOptions_SetFailRequestsOnDisconnect(o, true); });
  then([&] { return natsOptions_SetPingInterval(o, with.timeout_ms / 2); });
  // Its default writes to standard error.
  then([&] { return natsOptions_SetErrorHandler(o, ignore_asynchronous, nullptr); });
  return s;
}

/// A server that hangs up in the middle goes down, or does not take this client's certificate: with
/// TLS 1.3 it says so too late for libnats. Only what names a certificate is a refusal for sure.
error refused_connection(error said, natsStatus status) {
  bool certain = false;
  for (const char* word : {"certificate", "alert", "hostname mismatch"})
    certain |= said.message.find(word) != std::string::npos;
  if (said.code == errc::timeout || (status == NATS_SSL_ERROR && !certain))
    return make_error(errc::unavailable, std::move(said.message));
  if (said.code == errc::io)
    return make_error(errc::unavailable,
                      said.message + ": the server goes down or does not take our certificate");
  return said;
}

}  // namespace

error nats_failure(const std::string& servers, const std::string& subject, natsStatus status,
                   int code, const std::string& text) {
  std::string said = text;
  if (said.empty()) {
    const char* const last = nats_GetLastError(nullptr);
    said = natsStatus_GetText(status);
    if (last != nullptr && *last != 0 && said != last) said += ": " + std::string(last);
  }
  if (code != 0) said += " (JetStream " + std::to_string(code) + ")";
  return make_error(code != 0 ? code_of_jetstream(code) : code_of_status(status),
                    "NATS at " + servers + ", " + subject + ": " + said);
}

result<std::shared_ptr<link>> link::dial(const connection_options& options) {
  std::shared_ptr<link> made(new link);
  made->servers_ = joined(options.servers);
  made->timeout_ms_ = options.timeout_ms;
  natsOptions* raw = nullptr;
  if (const natsStatus s = natsOptions_Create(&raw); s != NATS_OK)
    return made->failure("options", s);
  const nats_owned<natsOptions> wanted(raw);
  std::vector<const char*> addresses;
  for (const std::string& server : options.servers) addresses.push_back(server.c_str());
  natsStatus s = natsOptions_SetServers(raw, addresses.data(), static_cast<int>(addresses.size()));
  if (s == NATS_OK) s = configure(raw, options);
  if (s != NATS_OK) {
    const error said = made->failure("options", s);
    // A certificate that cannot be read is this machine's trouble, not a refusal.
    return make_error(said.code == errc::forbidden ? errc::io : said.code, said.message);
  }
  natsConnection* connected = nullptr;
  s = natsConnection_Connect(&connected, raw);
  if (s != NATS_OK) return refused_connection(made->failure("connect", s), s);
  made->connection_.reset(connected);
  jsOptions how;
  jsOptions_Init(&how);
  how.Wait = options.timeout_ms;
  jsCtx* js = nullptr;
  s = natsConnection_JetStream(&js, connected, &how);
  if (s != NATS_OK) return made->failure("JetStream", s);
  made->js_.reset(js);
  return made;
}

std::uint64_t link::breaks() const {
  natsStatistics* raw = nullptr;
  if (natsStatistics_Create(&raw) != NATS_OK) return 0;
  const nats_owned<natsStatistics> numbers(raw);
  std::uint64_t again = 0;
  if (natsConnection_GetStats(connection_.get(), raw) == NATS_OK)
    natsStatistics_GetCounts(raw, nullptr, nullptr, nullptr, nullptr, &again);
  return again;
}

}  // namespace whorl::storage::jetstream
