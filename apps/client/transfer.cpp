#include "apps/client/transfer.hpp"

#include <filesystem>

#include "messages/limits.hpp"

namespace whorl::apps::client {
namespace {

constexpr long connect_s = 10;

std::size_t take(char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > limits::http_answer_bytes_max) return 0;  // ends the transfer
  body.append(data, size * count);
  return size * count;
}

status there(const std::string& file, const char* option) {
  if (file.empty())
    return make_error(errc::invalid_input,
                      std::string(option) + ": missing; the gateway asks everybody who it is");
  if (!std::filesystem::exists(file))
    return make_error(errc::not_found, file + ": is not there (" + option + ")");
  return {};
}

}  // namespace

result<remote_settings> checked(const remote_settings& given) {
  remote_settings wanted = given;
  if (!wanted.url.starts_with("https://"))
    return make_error(errc::invalid_input, "--server: '" + wanted.url.substr(0, 80) +
                                               "': https://HOST:PORT is expected");
  while (wanted.url.ends_with('/')) wanted.url.pop_back();
  WHORL_TRY(there(wanted.certificate, "--certificate"));
  WHORL_TRY(there(wanted.key, "--key"));
  WHORL_TRY(there(wanted.authority, "--authority"));
  return wanted;
}

status transfer::prepare(const std::string& path, const byte_view* body,
                         const std::string& content_type, long patience_ms) {
  start_curl();
  if (!handle_) handle_.reset(curl_easy_init());  // kept: its connection is used again
  if (!handle_) return make_error(errc::unavailable, "no memory for a request");
  CURL* const h = handle_.get();
  curl_easy_reset(h);
  answer_ = {};
  why_[0] = '\0';
  headers_.reset(curl_slist_append(nullptr, "Expect:"));
  curl_easy_setopt(h, CURLOPT_URL, (settings_.url + path).c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(h, CURLOPT_SSLCERT, settings_.certificate.c_str());
  curl_easy_setopt(h, CURLOPT_SSLKEY, settings_.key.c_str());
  curl_easy_setopt(h, CURLOPT_CAINFO, settings_.authority.c_str());
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, connect_s);
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, patience_ms);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why_);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer_.body);
  if (body != nullptr) {
    headers_.reset(
        curl_slist_append(headers_.release(), ("Content-Type: " + content_type).c_str()));
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(body->data()));
  }
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

result<remote_answer> transfer::outcome(CURLcode code) {
  if (code != CURLE_OK) return failed(code);
  long status = 0;
  curl_off_t retry = 0;
  const char* type = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle(), CURLINFO_RETRY_AFTER, &retry);
  curl_easy_getinfo(handle(), CURLINFO_CONTENT_TYPE, &type);
  answer_.status = static_cast<unsigned>(status);
  answer_.retry_after_s = retry;
  answer_.content_type = type == nullptr ? "" : type;
  return std::move(answer_);
}

error transfer::failed(CURLcode code) const {
  const std::string why = why_[0] != '\0' ? why_ : curl_easy_strerror(code);
  switch (code) {
    case CURLE_SSL_CERTPROBLEM:
      return make_error(errc::forbidden, settings_.certificate + " and " + settings_.key +
                                             ": cannot be used (" + why +
                                             "): a certificate and the key that belongs to it");
    case CURLE_PEER_FAILED_VERIFICATION:
      return make_error(errc::forbidden, settings_.url + ": its certificate is not one of " +
                                             settings_.authority + " (" + why +
                                             "): is that the gateway's authority, and the name "
                                             "one that the certificate was issued for?");
    case CURLE_SSL_CACERT_BADFILE:
      return make_error(errc::forbidden,
                        settings_.authority + ": holds no authority's certificate (PEM)");
    case CURLE_WRITE_ERROR:
      return make_error(errc::limit_exceeded, settings_.url + ": the answer has more than " +
                                                  std::to_string(limits::http_answer_bytes_max) +
                                                  " bytes");
    default:
      return make_error(errc::unavailable, settings_.url + ": " + why);
  }
}

}  // namespace whorl::apps::client
