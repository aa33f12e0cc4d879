#include "sim/rollout/random_stream.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using namespace whorl::rollout;

namespace {

struct moments {
  double mean = 0, variance = 0;
};
moments of(int n, const std::function<double(random_stream&)>& draw) {
  random_stream chance(below(7, "moments"));
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double x = draw(chance);
    sum += x;
    squares += x * x;
  }
  return {sum / n, squares / n - sum / n * (sum / n)};
}

}  // namespace

TEST_CASE("random stream: fixed by seed, name and entity, and by nothing else") {
  random_stream a(below(below(1, "match"), 5)), b(below(below(1, "match"), 5));
  random_stream other(below(below(1, "service"), 5)), next(below(below(1, "match"), 6));
  const auto first = a.bits();
  CHECK(first == b.bits());
  CHECK(first != other.bits());
  CHECK(first != next.bits());
}

TEST_CASE("random stream: means and variances are those asked for") {
  constexpr int n = 200'000;
  const moments u = of(n, [](random_stream& s) { return s.uniform(); });
  CHECK(u.mean == doctest::Approx(0.5).epsilon(0.005));
  CHECK(u.variance == doctest::Approx(1.0 / 12).epsilon(0.01));
  const moments e = of(n, [](random_stream& s) { return s.exponential(3); });
  CHECK(e.mean == doctest::Approx(3).epsilon(0.01));
  CHECK(e.variance == doctest::Approx(9).epsilon(0.03));
  const moments l = of(n, [](random_stream& s) { return s.lognormal(10, 0.8); });
  CHECK(l.mean == doctest::Approx(10).epsilon(0.01));
  CHECK(std::sqrt(l.variance) == doctest::Approx(8).epsilon(0.04));
  for (const double mean : {0.3, 11.0, 60.0}) {
    const moments p = of(n, [&](random_stream& s) { return static_cast<double>(s.poisson(mean)); });
    CHECK(p.mean == doctest::Approx(mean).epsilon(0.01));
    CHECK(p.variance == doctest::Approx(mean).epsilon(0.02));
  }
}
