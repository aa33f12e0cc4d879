// whorl bench: what its commands share.
#include <array>
#include <cmath>

#include "apps/bench_report.hpp"

namespace whorl::apps {

using namespace fingerprint;

namespace {

constexpr std::uint32_t probe_impression = 9;

}  // namespace

impression_conditions conditions_of(const std::string& preset) {
  if (preset == "ordinary") return impression_conditions::ordinary();
  if (preset == "poor") return impression_conditions::poor();
  return {};
}

std::vector<print_template> booked(const bench_gallery& gallery, std::uint64_t person,
                                   unsigned fingers, const std::string& preset) {
  constexpr std::array<std::uint8_t, 10> order = {2, 7, 3, 8, 1, 6, 4, 9, 5, 10};
  const auto all = gallery.prints(person, probe_impression, conditions_of(preset));
  std::vector<print_template> chosen;
  for (unsigned i = 0; i < fingers; ++i) chosen.push_back(all[order[i] - 1u]);
  return chosen;
}

double share_at_most(std::size_t lost, std::size_t of) {
  if (lost >= of) return 1;
  const auto n = static_cast<double>(of);
  const auto at_most_lost = [&](double p) {
    double sum = 0;
    for (double k = 0; k <= static_cast<double>(lost); ++k)
      sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                      k * std::log(p) + (n - k) * std::log1p(-p));
    return sum;
  };
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (at_most_lost(middle) > 0.05 ? low : high) = middle;
  }
  return high;
}

void add_bench(CLI::App& app, context& ctx) {
  auto* bench = app.add_subcommand("bench", "measures this machine on synthetic people");
  bench->require_subcommand(1);
  add_bench_search(*bench, ctx);
  add_bench_identify(*bench, ctx);
  add_bench_booking(*bench, ctx);
  add_bench_enroll(*bench, ctx);
  add_bench_notify(*bench, ctx);
}

}  // namespace whorl::apps
