#include "sim/cluster/remembered_matching.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fingerprint/matcher.hpp"

namespace whorl::sim {
namespace {

using namespace fingerprint;

std::string_view text_of(byte_view data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// Finds by a text that is not copied.
struct text_hash : std::hash<std::string_view> {
  using is_transparent = void;
};

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
    entry& one = about(stored);
    if (const auto found = known.find(one.number); found != known.end()) return found->second;
    const auto expanded = one.met.try_emplace(met.to_ulong());
    if (expanded.second)
      expanded.first->second = expand(stored, met, parameters::coarse_minutiae_max);
    return known.emplace(one.number, scan.score(expanded.first->second)).first->second;
  }
  person_score precise(const prepared_probe& probe, byte_view stored) const override {
    auto& known = about(probe).precise;
    entry& one = about(stored);
    if (const auto found = known.find(one.number); found != known.end()) return found->second;
    if (one.expanded.empty()) one.expanded = expand(stored);
    return known.emplace(one.number, precise_score(probe, one.expanded)).first->second;
  }

 private:
  struct answers {  ///< by the stored entry's number
    std::unordered_map<std::size_t, std::uint32_t> coarse;
    std::unordered_map<std::size_t, person_score> precise;
  };
  /// Stored. Expanding it is half of the work of its first answers.
  struct entry {
    std::size_t number = 0;
    bytes expanded;                      ///< for precise(), else empty
    std::map<unsigned long, bytes> met;  ///< for coarse(), by the fingers that are met
  };
  entry& about(byte_view stored) const {
    const std::string_view text = text_of(stored);
    if (const auto known = entries_.find(text); known != entries_.end()) return known->second;
    return entries_.emplace(text, entry{entries_.size(), {}, {}}).first->second;
  }
  /// Prepared probes are kept for ever, so that an address stands for one.
  answers& about(const prepared_probe& probe) const { return answers_[&probe]; }

  mutable std::unordered_map<std::string, prepared_probe_ptr> probes_;
  mutable std::unordered_map<const prepared_probe*, answers> answers_;
  mutable std::unordered_map<std::string, entry, text_hash, std::equal_to<>> entries_;
};

}  // namespace

const actors::matching_ptr& remembered_matching() {
  static const actors::matching_ptr one = std::make_shared<const remembering>();
  return one;
}

const actors::matching_ptr& remembered_comparing() {
  static const actors::matching_ptr one = std::make_shared<const remembering>();
  return one;
}

}  // namespace whorl::sim
