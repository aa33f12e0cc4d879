// The disclosure table, cell by cell: docs/DISCLOSURE.md shows it, this says what it must be.
#include "actors/casework/disclosure.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace whorl;
using namespace whorl::casework;
using actors::role;

namespace {

// Columns: inactive, limited, full, full but cannot receive, full and protected; full, and full and
// protected, of what the agency was told before; full and protected, asked by one who is named.
const disclosure_case columns[] = {{jurisdiction_mode::inactive, true, false},
                                   {jurisdiction_mode::limited, true, false},
                                   {jurisdiction_mode::full, true, false},
                                   {jurisdiction_mode::full, false, false},
                                   {jurisdiction_mode::full, true, true},
                                   {jurisdiction_mode::full, true, false, true},
                                   {jurisdiction_mode::full, true, true, true},
                                   {jurisdiction_mode::full, true, true, false, true}};
using row = std::map<item, const char*>;
const row agency = {{item::criminal_answer, "yyyyyyyy"}, {item::no_match, "..y..y.."},
                    {item::match_exists, "..y..y.."},    {item::status_answer, "..y..y.."},
                    {item::detainer, ".yyy.y.."},        {item::own_case, ".....yy."},
                    {item::case_timeline, "........"},   {item::prints, "........"}};
const row officer_287g = {{item::criminal_answer, "yyyyyyyy"}, {item::no_match, ".yyy.y.."},
                          {item::match_exists, ".yyy.y.."},    {item::status_answer, ".yyy.y.."},
                          {item::detainer, ".yyy.y.."},        {item::own_case, ".yyy.y.."},
                          {item::case_timeline, ".yyy.y.."},   {item::prints, "........"}};
const row all = {{item::criminal_answer, "yyyyyyyy"}, {item::no_match, "yyyyyyyy"},
                 {item::match_exists, "yyyy.y.y"},    {item::status_answer, "yyyy.y.y"},
                 {item::detainer, "yyyy.y.y"},        {item::own_case, "yyyy.y.y"},
                 {item::case_timeline, "yyyy.y.y"},   {item::prints, "yyyyyyyy"}};
const row all_but_prints = [] {
  row out = all;
  out[item::prints] = "........";
  return out;
}();
const std::map<role, row> table = {{role::lea, agency},
                                   {role::sib, agency},
                                   {role::examiner, all},
                                   {role::oversight, all},
                                   {role::operator_, all_but_prints},
                                   {role::analyst, all_but_prints},
                                   {role::field_officer, all_but_prints},
                                   {role::officer_287g, officer_287g}};

}  // namespace

TEST_CASE("disclosure: every role, item and circumstance") {
  for (role r : actors::all_roles)
    for (item what : all_items)
      for (std::size_t i = 0; i < std::size(columns); ++i) {
        CAPTURE(to_string(r));
        CAPTURE(to_string(what));
        CAPTURE(i);
        const disclosure known = may_know(r, what, columns[i]);
        CHECK(known.allowed == (table.at(r).at(what)[i] == 'y'));
        CHECK_FALSE(known.because.empty());
      }
}

TEST_CASE("safeguard: protected records never go to an agency, whatever its mode and flags") {
  for (role r : {role::lea, role::sib, role::officer_287g})
    for (item what : all_items)
      for (auto mode : {jurisdiction_mode::limited, jurisdiction_mode::full})
        for (bool can_receive : {false, true})
          for (bool is_named : {false, true})
            if (what != item::criminal_answer)
              CHECK_FALSE(may_know(r, what, {mode, can_receive, true, false, is_named}).allowed);
}
