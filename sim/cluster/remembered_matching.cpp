#include "sim/cluster/remembered_matching.hpp"

#include <string>
#include <unordered_map>

namespace whorl::sim {
namespace {

using namespace fingerprint;

std::string text_of(byte_view data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// Everything a prepared probe depends on.
std::string text_of(const probe& what) {
  std::string key(what.hands_exchanged ? "x" : "-");
  for (const probe_print& print : what.prints) {
    key += static_cast<char>(print.finger_position);
    key += text_of(print.iso_record);
  }
  return key;
}

class remembering final : public actors::matching {
 public:
  result<prepared_probe_ptr> prepare(const probe& what) const override {
    const std::string key = text_of(what);
    if (const auto known = probes_.find(key); known != probes_.end()) return known->second;
    WHORL_ASSIGN(auto made, matching::prepare(what));
    return probes_.emplace(key, std::move(made)).first->second;
  }
  std::uint32_t coarse(const prepared_probe& probe, const coarse_scan& scan, finger_set met,
                       byte_view stored) const override {
    auto& known = about(probe).coarse;
    const std::size_t key = number_of(stored);
    if (const auto found = known.find(key); found != known.end()) return found->second;
    return known.emplace(key, matching::coarse(probe, scan, met, stored)).first->second;
  }
  person_score precise(const prepared_probe& probe, byte_view stored) const override {
    auto& known = about(probe).precise;
    const std::size_t key = number_of(stored);
    if (const auto found = known.find(key); found != known.end()) return found->second;
    return known.emplace(key, matching::precise(probe, stored)).first->second;
  }

 private:
  struct answers {  ///< by the stored entry's number
    std::unordered_map<std::size_t, std::uint32_t> coarse;
    std::unordered_map<std::size_t, person_score> precise;
  };
  std::size_t number_of(byte_view stored) const {
    return numbers_.emplace(text_of(stored), numbers_.size()).first->second;
  }
  /// Prepared probes are kept for ever, so that an address stands for one.
  answers& about(const prepared_probe& probe) const { return answers_[&probe]; }

  mutable std::unordered_map<std::string, prepared_probe_ptr> probes_;
  mutable std::unordered_map<const prepared_probe*, answers> answers_;
  mutable std::unordered_map<std::string, std::size_t> numbers_;  ///< of stored entries
};

}  // namespace

const actors::matching_ptr& remembered_matching() {
  static const actors::matching_ptr one = std::make_shared<const remembering>();
  return one;
}

}  // namespace whorl::sim
