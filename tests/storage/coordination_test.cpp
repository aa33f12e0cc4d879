// Where the nodes of a cluster agree, in memory: the common contract.
#include "storage/coordination.hpp"

#include "coordination_contract.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

/// Hands every call on to one place, so that several hold it.
class door final : public storage::coordination {
 public:
  explicit door(std::shared_ptr<storage::coordination> place) : place_(std::move(place)) {}
  result<std::optional<storage::stored_value>> get(std::string_view key) const override {
    return place_->get(key);
  }
  result<std::uint64_t> create(std::string_view key, byte_view value) override {
    return place_->create(key, value);
  }
  result<std::uint64_t> update(std::string_view key, byte_view value, std::uint64_t seen) override {
    return place_->update(key, value, seen);
  }

 private:
  std::shared_ptr<storage::coordination> place_;
};

struct memory_factory {
  std::unique_ptr<storage::coordination> make() {
    last = storage::make_coordination_in_memory();
    return again();
  }
  std::unique_ptr<storage::coordination> again() { return std::make_unique<door>(last); }
  std::shared_ptr<storage::coordination> last;
};

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(coordination_contract, memory_factory);
