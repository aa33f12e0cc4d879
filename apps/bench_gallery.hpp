// Slabs of synthetic people for `whorl bench`: in memory, or in a file that is mapped and used
// again. Person i is person_of(seed, i), enrolled by impression 0, ten rolled fingers.
//
// The file: 4,096 bytes that begin with the text "whorl-slabs 1\nsynthesis V\nslab V\nseed S\n
// people N\n" and zeros, then the slabs (fingerprint/slab.hpp), 256 people each but the last.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fingerprint/slab.hpp"
#include "fingerprint/synthesis.hpp"

namespace whorl::apps {

class bench_gallery {
 public:
  using progress_at = std::function<void(std::uint64_t people)>;
  /// Makes the people on all cores. `file` empty: in memory. Else the file is made, or used as it
  /// is: errors invalid_input where it holds other people or fewer, corrupt, io.
  static result<bench_gallery> open(const std::string& file, std::uint64_t seed,
                                    std::uint64_t people, const progress_at& at);

  std::uint64_t people() const { return people_; }
  /// Slabs of the first `people` of them; the last one is cut at a whole slab.
  std::vector<byte_view> slabs(std::uint64_t people) const;
  std::vector<fingerprint::print_template> prints(
      std::uint64_t person, std::uint32_t impression,
      const fingerprint::impression_conditions& conditions) const;
  /// fingerprint/stored_entry.hpp
  bytes entry(std::uint64_t person) const;

 private:
  std::uint64_t seed_ = 0, people_ = 0;
  std::shared_ptr<const void> memory_;  ///< what slabs_ point into
  std::vector<byte_view> slabs_;
};

}  // namespace whorl::apps
