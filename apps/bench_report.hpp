// What the benches of whole searches share: the probes' prints, and bounds of small counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/bench_gallery.hpp"
#include "apps/cli.hpp"

namespace whorl::apps {

/// Another capture (impression 9) of the first `fingers` of index, thumb, middle, ring and little
/// finger of both hands. `preset`: rolled, ordinary, poor.
std::vector<fingerprint::print_template> booked(const bench_gallery& gallery, std::uint64_t person,
                                                unsigned fingers, const std::string& preset);

/// People who are in no gallery: numbers past any.
inline constexpr std::uint64_t stranger_first = std::uint64_t{1} << 40;

/// rolled, ordinary, poor.
fingerprint::impression_conditions conditions_of(const std::string& preset);

/// Highest share that so many losses among so many leave possible at 95 %, one-sided (Clopper,
/// Pearson 1934).
double share_at_most(std::size_t lost, std::size_t of);

void add_bench_search(CLI::App& bench, context& ctx);
void add_bench_identify(CLI::App& bench, context& ctx);
void add_bench_booking(CLI::App& bench, context& ctx);
void add_bench_enroll(CLI::App& bench, context& ctx);
void add_bench_notify(CLI::App& bench, context& ctx);

}  // namespace whorl::apps
