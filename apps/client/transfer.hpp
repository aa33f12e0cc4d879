// One request of libcurl's, from its options to what its end means: for the files that send them,
// one after the other (remote) or many at a time (remote_many).
#pragma once

#include <string>

#include "apps/client/curl.hpp"
#include "apps/client/remote.hpp"

namespace whorl::apps::client {

/// The same with what a command line was given: no slash at the URL's end. Errors: invalid_input,
/// not_found, each with the option's name.
result<remote_settings> checked(const remote_settings& given);

class transfer {
 public:
  /// Must outlive it.
  explicit transfer(const remote_settings& settings) : settings_(settings) {}
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;

  /// Ready to run; of a handle that was used before the connection is used again. `body` must live
  /// until the end; null: GET. Errors: unavailable.
  status prepare(const std::string& path, const byte_view* body, const std::string& content_type,
                 long patience_ms);
  CURL* handle() const { return handle_.get(); }
  /// Once it has ended so.
  result<remote_answer> outcome(CURLcode code);

 private:
  error failed(CURLcode code) const;

  const remote_settings& settings_;
  curl_handle handle_;
  curl_list headers_;
  remote_answer answer_;
  char why_[CURL_ERROR_SIZE] = {};
};

}  // namespace whorl::apps::client
