#include "apps/client/arrivals.hpp"

#include <charconv>
#include <cmath>
#include <string>

namespace whorl::apps::client {

result<double> parse_rate(std::string_view text) {
  double count = 0, per_s = 1;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, count);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit == "/m") per_s = 60;
  if (unit == "/h") per_s = 3600;
  const bool known = unit.empty() || unit == "/s" || unit == "/m" || unit == "/h";
  if (failed != std::errc() || !known || !std::isfinite(count) || count <= 0)
    return make_error(errc::invalid_input, "a rate is a number above 0 and /s, /m or /h, as 5/s");
  return count / per_s;
}

arrivals::arrivals(const arrival_plan& plan) : plan_(plan), random_(plan.seed) {}

/// From 53 bits of the generator: the library's distributions differ between libraries.
double arrivals::gap_s() {
  const double below_one = static_cast<double>(random_() >> 11) * 0x1p-53;
  return -std::log1p(-below_one) / plan_.per_second;
}

std::optional<std::int64_t> arrivals::next_us() {
  // Even ones by multiplication: a sum of gaps drifts.
  if (plan_.kind == arrival_kind::poisson)
    at_s_ += gap_s();
  else
    at_s_ = static_cast<double>(count_) / plan_.per_second;
  if (at_s_ >= plan_.seconds || count_ >= arrivals_max) return std::nullopt;
  ++count_;
  return static_cast<std::int64_t>(at_s_ * 1e6);
}

std::uint64_t count_of(const arrival_plan& plan) {
  arrivals all(plan);
  std::uint64_t out = 0;
  while (all.next_us()) ++out;
  return out;
}

}  // namespace whorl::apps::client
