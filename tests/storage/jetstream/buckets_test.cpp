// Where the nodes of a cluster agree, on real nats-servers: the common contract, on one and on
// three.
#include "storage/jetstream/buckets.hpp"

#include "tests/storage/coordination_contract.hpp"
#include "tests/storage/jetstream/nats_server.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

std::unique_ptr<coordination> open_at(nats_servers& servers, const std::string& name,
                                      int replicas) {
  return must(open_bucket(must(connection::open(servers.options())), name, replicas));
}

struct bucket_factory {
  std::unique_ptr<coordination> make() {
    name = fresh_prefix();
    return again();
  }
  std::unique_ptr<coordination> again() const {
    if (!nats_server_present()) return make_coordination_in_memory();
    return open_at(shared_server(), name, 1);
  }
  std::string name;
};

struct replicated_factory {
  std::unique_ptr<coordination> make() {
    name = fresh_prefix();
    return again();
  }
  std::unique_ptr<coordination> again() const {
    if (!nats_server_present()) return make_coordination_in_memory();
    return open_at(shared_cluster(), name, 3);
  }
  std::string name;
};

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(coordination_contract, bucket_factory, replicated_factory);

TEST_CASE("bucket: values are there for another process, and when the server was killed") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  const std::uint64_t seen = must(open_at(servers, "b", 1)->create("lease", to_bytes("a")));
  servers.kill(0);
  servers.start(0);
  const auto again = open_at(servers, "b", 1);
  CHECK(must(again->get("lease")) == stored_value{to_bytes("a"), seen});
  CHECK(must(again->update("lease", to_bytes("b"), seen)) > seen);
}
