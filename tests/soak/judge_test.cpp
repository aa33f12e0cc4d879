#include "tests/soak/judge.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace whorl::soak;

namespace {

std::vector<sample> flat_run() {
  std::vector<sample> all(24);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].bookings = 100 * i;
    all[i].held.anon_kb = 30000;
    all[i].held.fds = 36;
    all[i].held.threads = 11;
    all[i].held.reader_slots = 12;
  }
  return all;
}

bool complains_of(const verdict& v, const std::string& what) {
  return std::ranges::any_of(v.complaints,
                             [&](const std::string& c) { return c.starts_with(what); });
}

}  // namespace

TEST_CASE("soak judge: a flat run has no complaint") {
  CHECK(judge(flat_run()).complaints.empty());
}

TEST_CASE("soak judge: a file open for a moment is no leak") {
  auto all = flat_run();
  all[9].held.fds = 37;
  all[20].held.fds = 38;
  const verdict v = judge(all);
  CHECK(v.complaints.empty());
  CHECK(v.fds_max == 38);
}

TEST_CASE("soak judge: a descriptor that stays is a leak, and so are many at once") {
  auto all = flat_run();
  for (std::size_t i = 13; i < all.size(); ++i) all[i].held.fds = 37;
  CHECK(complains_of(judge(all), "file descriptors rose from 36 to 37"));
  all = flat_run();
  all[10].held.fds = 39;
  CHECK(complains_of(judge(all), "file descriptors moved"));
}

TEST_CASE("soak judge: what the first quarter holds is warming up") {
  auto all = flat_run();
  all[2].held.fds = 80;
  all[3].held.threads = 40;
  CHECK(judge(all).complaints.empty());
}

TEST_CASE("soak judge: threads, reader slots and own memory that grow are named") {
  auto all = flat_run();
  all.back().held.threads = 12;
  all.back().held.reader_slots = 12 + slots_rise_max + 1;
  CHECK(complains_of(judge(all), "threads moved"));
  CHECK(complains_of(judge(all), "reader slots"));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].held.anon_kb = 30000 + static_cast<std::int64_t>(2000 * i);
  CHECK(complains_of(judge(all), "own memory rose"));
}

TEST_CASE("soak judge: too few samples are refused") {
  CHECK(complains_of(judge(std::vector<sample>(7)), "only 7 samples"));
}
