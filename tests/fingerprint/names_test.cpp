#include "fingerprint/names.hpp"

#include <doctest/doctest.h>

#include <set>

#include "fingerprint/names_lists.hpp"
#include "fingerprint/random.hpp"

using namespace whorl::fingerprint;

TEST_CASE("names: a name within EBTS's rules is accepted, others are refused") {
  for (const char* good : {"LI,A", "SMITH,JOHN", "O'BRIEN,ANN", "GARCIA-LOPEZ,MARIA ELENA"}) {
    CHECK_MESSAGE(valid_ebts_name(good), good);
  }
  for (const char* bad :
       {"", "A,", ",A", "SMITH", "SMITH, JOHN", "SMITH,JOHN,JR", "Smith,JOHN", "SMITH--X,JOHN",
        "SMITH,JOHN ", "SM1TH,JOHN", "-SMITH,JOHN", "ABCDEFGHIJKLMNOP,ABCDEFGHIJKLMN"}) {
    CHECK_MESSAGE(!valid_ebts_name(bad), bad);
  }
}

TEST_CASE("names: every synthetic identity is well formed (10,000 seeds)") {
  std::set<std::string> distinct;
  int male = 0;
  int mexico = 0;
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    const identity said = make_identity(seed);
    REQUIRE_MESSAGE(valid_ebts_name(said.name), said.name);
    REQUIRE(said.birth_date.size() == 8);
    REQUIRE(said.birth_date >= "19360101");
    REQUIRE(said.birth_date <= "19921231");
    REQUIRE((said.sex == 'M' || said.sex == 'F'));
    REQUIRE(said.birth_place.size() == 2);
    distinct.insert(said.name);
    male += said.sex == 'M';
    mexico += said.birth_place == "MM";
  }
  CHECK(male > 7300);
  CHECK(male < 7900);
  CHECK(mexico > 1000);
  CHECK(mexico < 1600);
  CHECK(distinct.size() > 5000);  // namesakes exist, as they do, but are not the rule
}

TEST_CASE("names: every day of birth exists in its month") {
  bool leap_day = false;
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    const std::string born = make_identity(seed).birth_date;
    const int month = std::stoi(born.substr(4, 2));
    const int day = std::stoi(born.substr(6, 2));
    REQUIRE((month >= 1 && month <= 12));
    REQUIRE(day >= 1);
    const int year = std::stoi(born.substr(0, 4));
    const int longest[] = {31, year % 4 == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    REQUIRE(day <= longest[month - 1]);
    leap_day = leap_day || (month == 2 && day == 29);
  }
  CHECK(leap_day);
}

TEST_CASE("names: the lists hold a hundred names or more and no name twice") {
  const auto distinct = [](const auto& list) {
    return std::set<std::string_view>(std::begin(list), std::end(list)).size();
  };
  CHECK(distinct(names::last_names) == std::size(names::last_names));
  CHECK(distinct(names::latin_last_names) == std::size(names::latin_last_names));
  CHECK(distinct(names::male_names) == std::size(names::male_names));
  CHECK(distinct(names::female_names) == std::size(names::female_names));
  CHECK(distinct(names::latin_male_names) == std::size(names::latin_male_names));
  CHECK(distinct(names::latin_female_names) == std::size(names::latin_female_names));
  CHECK(std::size(names::last_names) >= 100);
  CHECK(std::size(names::male_names) >= 100);
  CHECK(std::size(names::female_names) >= 100);
}

TEST_CASE("random: a stream is fixed by its seed and path (golden values)") {
  random_stream first(1, {2, 3});
  random_stream again(1, {2, 3});
  random_stream other(1, {3, 2});
  const std::uint64_t drawn = first.next();
  CHECK(drawn == again.next());
  CHECK(drawn != other.next());
  CHECK(mix64(0) == 0xE220A8397B1DCDAFull);  // splitmix64's published first output for seed 0
}

TEST_CASE("random: draws keep their bounds and moments") {
  random_stream random(7);
  std::int64_t sum = 0;
  double squares = 0;
  int yes = 0;
  for (int i = 0; i < 100000; ++i) {
    const std::int64_t normal = random.normal_q16();
    REQUIRE(std::abs(normal) <= 6 * 65536);
    sum += normal;
    squares += static_cast<double>(normal) * static_cast<double>(normal);
    const std::int32_t die = random.between(1, 6);
    REQUIRE((die >= 1 && die <= 6));
    yes += random.chance(65536 / 4);
    REQUIRE(!random.chance(0));
    REQUIRE(random.chance(65536));
  }
  CHECK(std::abs(static_cast<double>(sum) / 100000 / 65536) < 0.02);
  CHECK(squares / 100000 / 65536 / 65536 == doctest::Approx(1.0).epsilon(0.02));
  CHECK(yes == doctest::Approx(25000).epsilon(0.03));
}
