// Ownership of libcurl's objects, for the files that call it.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace whorl::apps::client {

struct curl_release {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using curl_handle = std::unique_ptr<CURL, curl_release>;
using curl_list = std::unique_ptr<curl_slist, curl_release>;
using curl_url_object = std::unique_ptr<CURLU, curl_release>;

/// Before the first call, once a process; thread-safe.
inline void start_curl() {
  struct library {
    library() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  };
  static const library once;
}

}  // namespace whorl::apps::client
