// Where answers of asynchronous calls go: only hosts that the configuration names, by http or
// https, without redirects, bounded in time. libcurl, which reads the URL when it is judged and
// again when it is called: one reading, so that no other host can hide in it.
#pragma once

#include <string>
#include <vector>

#include "apps/osia/tasks.hpp"
#include "messages/result.hpp"

namespace whorl::apps::osia {

/// The URL to call: `callback` with transactionId and taskId in its query. `hosts`: "host" or
/// "host:port". Errors (invalid_input) name the parameter: no URL, another scheme, credentials in
/// it, a host that is not allowed.
result<std::string> callback_url(const std::string& callback, const std::vector<std::string>& hosts,
                                 const std::string& transaction, const std::string& task);

/// Sends it. Any status of 200 to 299 counts as delivered; blocks for limits::osia_delivery_ms at
/// most. Errors: unavailable, with what was wrong.
status deliver(const delivery& what);

}  // namespace whorl::apps::osia
