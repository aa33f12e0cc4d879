// What the nodes of a cluster agree on (storage/coordination.hpp), in a bucket of JetStream: laid
// out as NATS' own key-value buckets are, so that its tools can look at it. Membership, lease and
// partition map of one cluster share one.
#pragma once

#include <memory>
#include <string>

#include "storage/coordination.hpp"
#include "storage/jetstream/connection.hpp"

namespace whorl::storage::jetstream {

/// Opens the bucket, making it when absent. Errors: invalid_input (a name is letters, digits, '-'
/// and '_', at most 64), conflict (one of that name has other settings), as connection::open.
result<std::unique_ptr<coordination>> open_bucket(std::shared_ptr<connection> where,
                                                  const std::string& name, int replicas);

}  // namespace whorl::storage::jetstream
