#include "fingerprint/sketch_index.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>

#include "fingerprint/matcher.hpp"
#include "fingerprint/simd_targets.hpp"
#include "fingerprint/synthesis.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

std::vector<byte_view> views_of(const std::vector<bytes>& blocks) {
  return {blocks.begin(), blocks.end()};
}

std::vector<bytes> slabs_of(const std::vector<bytes>& rows) {
  std::vector<bytes> slabs;
  const std::vector<byte_view> views = views_of(rows);
  for (std::size_t i = 0; i < views.size(); i += slab_people)
    slabs.push_back(build_slab(
        std::span(views).subspan(i, std::min<std::size_t>(slab_people, views.size() - i))));
  return slabs;
}

bytes row_of_prints(const std::vector<print_template>& prints) {
  return build_sketch_row(*build_search_entry(prints));
}

std::vector<print_template> enrolled(std::uint64_t person) {
  return make_impressions(make_person(person), 0);
}
std::vector<print_template> booked(std::uint64_t person) {
  return make_impressions(make_person(person), 9, impression_conditions::ordinary());
}

/// Synthetic people; every fifth has few fingers.
std::vector<bytes> sample_rows(std::uint64_t first, unsigned people) {
  std::vector<bytes> rows;
  for (unsigned i = 0; i < people; ++i) {
    auto prints = enrolled(first + i);
    if (i % 5 == 4) prints.resize(1 + i % 9);
    rows.push_back(row_of_prints(prints));
  }
  return rows;
}

std::vector<positioned_sketch> probe_of(const std::vector<print_template>& prints) {
  return make_probe_sketches(*build_search_entry(prints));
}

std::vector<std::uint32_t> best_of(const std::vector<positioned_sketch>& probe,
                                   const sketch_index& index, std::size_t keep) {
  vote_scratch scratch;
  std::vector<std::uint32_t> best;
  vote(make_index_probe(probe), index, scratch, keep, best);
  return best;
}

/// Votes counted the slow way, from what the buckets list.
std::map<std::uint32_t, unsigned> votes_by_counting(const index_probe& probe,
                                                    const sketch_index& index) {
  std::set<std::size_t> buckets;
  for (const std::uint32_t hash : probe.hashes) buckets.insert(index.bucket_of(hash));
  std::map<std::uint32_t, unsigned> votes;
  for (const std::size_t bucket : buckets) {
    const auto list = index.listed(bucket);
    for (const std::uint16_t person : list)
      votes[person] += index_weight(list.size(), index.people());
  }
  std::erase_if(votes, [](const auto& each) { return each.second == 0; });
  return votes;
}

std::vector<std::uint32_t> best_by_sorting(const std::map<std::uint32_t, unsigned>& votes,
                                           std::size_t keep) {
  std::vector<std::pair<int, std::uint32_t>> order;
  for (const auto& [person, count] : votes) order.emplace_back(-static_cast<int>(count), person);
  std::sort(order.begin(), order.end());
  order.resize(std::min(keep, order.size()));
  std::vector<std::uint32_t> best;
  for (const auto& [count, person] : order) best.push_back(person);
  std::sort(best.begin(), best.end());
  return best;
}

}  // namespace

TEST_CASE("sketch_index: who has a key is listed under it, once, in order") {
  const auto rows = sample_rows(1, 300);
  const auto slabs = slabs_of(rows);
  const auto index = sketch_index::build(views_of(slabs));
  REQUIRE(index.people() == 512);
  std::size_t listed = 0;
  for (std::size_t b = 0; b <= index.bucket_of(0xFFFFFFFF); ++b) {
    const auto list = index.listed(b);
    CHECK(std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end());
    for (const std::uint16_t person : list) CHECK(person < 300);
    listed += list.size();
  }
  CHECK(listed > 300 * 10);
  // A person asks as a probe for the keys that it is listed under: directions differ by the guess.
  unsigned asked = 0, found = 0;
  for (unsigned i = 0; i < 300; i += 7) {
    if (i % 5 == 4) continue;
    const index_probe probe = make_index_probe(probe_of(enrolled(1 + i)));
    std::set<std::size_t> buckets;
    for (const std::uint32_t hash : probe.hashes) buckets.insert(index.bucket_of(hash));
    for (std::size_t b = 0; b <= index.bucket_of(0xFFFFFFFF); ++b)
      if (std::ranges::binary_search(index.listed(b), static_cast<std::uint16_t>(i))) {
        ++asked;
        found += buckets.contains(b) ? 1 : 0;
      }
  }
  CHECK(found > asked * 9 / 10);
}

TEST_CASE("vote: equals counting and sorting, whoever is kept") {
  const auto rows = sample_rows(400, 700);
  const auto slabs = slabs_of(rows);
  const auto index = sketch_index::build(views_of(slabs));
  for (unsigned person = 0; person < 700; person += 101) {
    auto prints = booked(400 + person);
    if (person % 2 == 1) prints.resize(2);
    const auto probe = probe_of(prints);
    const auto votes = votes_by_counting(make_index_probe(probe), index);
    for (const std::size_t keep : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{60},
                                   std::size_t{699}, std::size_t{5000}})
      CHECK(best_of(probe, index, keep) == best_by_sorting(votes, keep));
  }
}

TEST_CASE("vote: votes past what is told apart at first are told apart all the same") {
  // Whole people as probes: each has thousands of votes, and five of them are the same.
  std::vector<bytes> rows = sample_rows(2000, 40);
  const auto twin = enrolled(7777);
  for (unsigned i = 0; i < 5; ++i) rows.push_back(row_of_prints(twin));
  const auto slabs = slabs_of(rows);
  const auto index = sketch_index::build(views_of(slabs));
  const auto probe = probe_of(twin);
  const auto votes = votes_by_counting(make_index_probe(probe), index);
  CHECK(votes.at(40) > 1023);
  CHECK(votes.at(40) < 65'536);
  CHECK(best_of(probe, index, 3) == std::vector<std::uint32_t>{40, 41, 42});
  CHECK(best_of(probe, index, 5) == std::vector<std::uint32_t>{40, 41, 42, 43, 44});
}

TEST_CASE("sketch_index: the same whatever the instruction set and scratch, and read unchanged") {
  const auto rows = sample_rows(3000, 260);
  const auto slabs = slabs_of(rows);
  const auto probe = probe_of(booked(3100));
  const auto expected = best_of(probe, sketch_index::build(views_of(slabs)), 20);
  CHECK(std::ranges::binary_search(expected, 100u));
  for (const std::string& target : simd_targets()) {
    const only_simd_target only(target);
    const auto index = sketch_index::build(views_of(slabs));
    vote_scratch scratch;
    std::vector<std::uint32_t> best(7, 1u);
    for (int again = 0; again < 3; ++again) {
      vote(make_index_probe(probe), index, scratch, 20, best);
      CHECK(best == expected);
    }
  }
}

TEST_CASE("sketch_index: a person's number does not depend on how full a slab is") {
  const auto rows = sample_rows(4000, 30);
  std::vector<bytes> slabs;
  for (std::size_t i = 0; i < 3; ++i)
    slabs.push_back(
        build_slab(views_of({rows.begin() + static_cast<std::ptrdiff_t>(10 * i),
                             rows.begin() + static_cast<std::ptrdiff_t>(10 * i + 10)})));
  const auto index = sketch_index::build(views_of(slabs));
  CHECK(best_of(probe_of(enrolled(4000 + 21)), index, 1) ==
        std::vector<std::uint32_t>{2 * slab_people + 1});
}

TEST_CASE("sketch_index: erased people, nobody at all, people without a sketch") {
  const auto rows = sample_rows(5000, 20);
  auto slabs = slabs_of(rows);
  const auto probe = probe_of(enrolled(5007));
  CHECK(std::ranges::binary_search(best_of(probe, sketch_index::build(views_of(slabs)), 1), 7u));
  erase_from_slab(slabs[0], 7);
  const auto index = sketch_index::build(views_of(slabs));
  CHECK(!std::ranges::binary_search(best_of(probe, index, 20), 7u));
  const auto nobody = sketch_index::build({});
  CHECK(nobody.people() == 0);
  CHECK(best_of(probe, nobody, 10).empty());
  CHECK(best_of(probe, sketch_index{}, 10).empty());
  const std::vector<bytes> blank(3, bytes(sketch_row_bytes));
  CHECK(best_of(probe, sketch_index::build(views_of(slabs_of(blank))), 10).empty());
  CHECK(best_of({}, index, 10).empty());
}

TEST_CASE("vote: bounded where everybody is the same") {
  const bytes row = row_of_prints(enrolled(6000));
  const bytes slab = build_slab(std::vector<byte_view>(slab_people, row));
  const auto index = sketch_index::build(std::vector<byte_view>(index_slabs_max, slab));
  REQUIRE(index.people() == index_people_max);
  const auto probe = probe_of(enrolled(6000));
  // Everybody's keys say nothing; a stranger's meet nobody.
  CHECK(best_of(probe, index, 1000).empty());
  CHECK(best_of(probe_of(enrolled(6001)), index, 1000).size() <= 1000);
}

TEST_CASE("vote: of what is listed no more is read than allowed, the rarest first") {
  // Groups of a sixteenth of all share their prints: long lists that still say something.
  std::vector<bytes> rows;
  for (unsigned i = 0; i < 4 * slab_people; ++i)
    rows.push_back(row_of_prints(enrolled(6100 + i % 16)));
  const auto slabs = slabs_of(rows);
  const auto index = sketch_index::build(views_of(slabs));
  const auto prints = enrolled(6103);
  const auto hashes = make_index_probe(probe_of(prints));
  CHECK(hashes.hashes.size() <= index_lookups_max);
  std::size_t names = 0;
  for (const std::uint32_t hash : hashes.hashes)
    names += index.listed(index.bucket_of(hash)).size();
  REQUIRE(names > index_votes_person * index.people());
  const auto best = best_of(probe_of(prints), index, 64);
  REQUIRE(best.size() == 64);
  for (const std::uint32_t person : best) CHECK(person % 16 == 3);
}

TEST_CASE("index_suits: ten fingers of a person, not two") {
  const auto prints = enrolled(7000);
  CHECK(index_suits(make_index_probe(probe_of(prints))));
  CHECK(!index_suits(make_index_probe(probe_of({prints[1], prints[6]}))));
  CHECK(!index_suits(make_index_probe({})));
  CHECK(index_keep({}, 100) == 512);
  CHECK(index_keep({}, index_people_max) == 3276);
  CHECK(index_keep({std::vector<std::uint32_t>(800)}, index_people_max) == 1310);
}

TEST_CASE("index_weight: falls with the length of the list, 0 for what nearly everybody has") {
  for (const std::size_t people : {std::size_t{256}, std::size_t{65'536}}) {
    CHECK(index_weight(people, people) == 0);
    CHECK(index_weight(people / 12, people) == 2);
    CHECK(index_weight(1, people) >= 10);
    CHECK(index_weight(1, people) <= 38);
    for (std::size_t length = 1; length < people; ++length)
      CHECK(index_weight(length, people) >= index_weight(length + 1, people));
  }
}

TEST_CASE("sketch_index: synthetic mates are among the best in a hundred") {
  constexpr std::uint64_t first_seed = 9'500'000;
  constexpr std::size_t people = 2048, probes = 64;
  std::vector<bytes> rows;
  for (std::size_t i = 0; i < people; ++i) rows.push_back(row_of_prints(enrolled(first_seed + i)));
  const auto slabs = slabs_of(rows);
  const auto index = sketch_index::build(views_of(slabs));
  CHECK(index.bytes() <= people * 1100);  // of few people: the buckets' begins weigh more
  std::size_t lost_ten = 0, lost_two = 0;
  for (std::size_t q = 0; q < probes; ++q) {
    const std::size_t mate = q * people / probes;
    auto prints =
        make_impressions(make_person(first_seed + mate), 9, impression_conditions::ordinary());
    const auto ten = best_of(probe_of(prints), index, people / 100);
    lost_ten += std::ranges::binary_search(ten, mate) ? 0 : 1;
    const auto two = best_of(probe_of({prints[1], prints[6]}), index, people / 10);
    lost_two += std::ranges::binary_search(two, mate) ? 0 : 1;
  }
  CHECK(lost_ten == 0);
  CHECK(lost_two <= probes / 4);
}
