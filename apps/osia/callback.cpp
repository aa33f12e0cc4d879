#include "apps/osia/callback.hpp"

#include <algorithm>
#include <memory>

#include "apps/client/curl.hpp"
#include "apps/client/remote.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  return text;
}

/// A blank as %20, which every reader takes for one; libcurl's own encoding makes it a plus.
bool append(CURLU* url, const std::string& name, const std::string& value) {
  const std::string pair = name + "=" + client::escaped(value);
  return curl_url_set(url, CURLUPART_QUERY, pair.c_str(), CURLU_APPENDQUERY) == CURLUE_OK;
}

/// What the client says is not read.
std::size_t pass_over(char*, std::size_t size, std::size_t count, void*) { return size * count; }

error refused(const std::string& why) {
  return make_error(errc::invalid_input, "callback: " + why);
}

}  // namespace

result<std::string> callback_url(const std::string& callback, const std::vector<std::string>& hosts,
                                 const std::string& transaction, const std::string& task) {
  if (callback.size() > limits::osia_callback_bytes_max)
    return refused("more than " + std::to_string(limits::osia_callback_bytes_max) + " bytes");
  const client::curl_url_object url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, callback.c_str(), 0) != CURLUE_OK)
    return refused("not a URL");
  const std::string scheme = part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return refused("http or https is expected");
  if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty())
    return refused("no user or password may stand in it");
  const std::string host = part(url.get(), CURLUPART_HOST);
  const std::string with_port = host + ":" + part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (std::none_of(hosts.begin(), hosts.end(),
                   [&](const std::string& h) { return h == host || h == with_port; }))
    return refused("'" + with_port.substr(0, 80) +
                   "' is no host that this exchange may call (osia.callback_hosts)");
  if (!append(url.get(), "transactionId", transaction) || !append(url.get(), "taskId", task))
    return refused("not a URL");
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  return part(url.get(), CURLUPART_URL);
}

status deliver(const delivery& what) {
  client::start_curl();
  const client::curl_handle handle(curl_easy_init());
  if (!handle) return make_error(errc::unavailable, "no memory for a callback");
  client::curl_list headers(
      curl_slist_append(nullptr, ("Content-Type: " + what.content_type).c_str()));
  headers.reset(curl_slist_append(headers.release(), "Expect:"));
  char why[CURL_ERROR_SIZE] = {};
  CURL* const h = handle.get();
  curl_easy_setopt(h, CURLOPT_URL, what.url.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_PROXY, "");
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, limits::osia_delivery_ms);
  curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(what.body.size()));
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, what.body.data());
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &pass_over);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why);
  const CURLcode done = curl_easy_perform(h);
  if (done != CURLE_OK)
    return make_error(errc::unavailable,
                      *why != 0 ? std::string(why) : std::string(curl_easy_strerror(done)));
  long status_code = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status_code);
  if (status_code < 200 || status_code > 299)
    return make_error(errc::unavailable, "answered with " + std::to_string(status_code));
  return {};
}

}  // namespace whorl::apps::osia
