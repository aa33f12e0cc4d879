#include "sim/cluster/checkers.hpp"

#include <map>
#include <set>

#include "sim/cluster/checkers/facts_of_run.hpp"
#include "sim/cluster/scenario.hpp"

namespace whorl::sim {

namespace {

std::map<booking_id, std::size_t> person_by_booking(const run_outcome& run) {
  std::map<booking_id, std::size_t> persons;
  for (const client_record& c : run.clients)
    if (c.acknowledged) persons[c.booking] = shared_scenario().bookings[c.planned].person;
  return persons;
}

std::string all_of(const std::set<booking_id>& bookings) {
  std::string text;
  for (const booking_id each : bookings) text += (text.empty() ? "" : ", ") + to_string(each);
  return text;
}

/// What the criminal gallery made of one who was not in it.
struct newcomer {
  std::set<subject_id> subjects;
  std::set<booking_id> bookings, enrolled_by;
};

}  // namespace

breach check_answers_are_right(const run_outcome& run) {
  const auto persons = person_by_booking(run);
  const auto deleted = deletions_of(run);
  std::map<std::size_t, newcomer> newcomers;  // by person
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings))) {
    const auto found = persons.find(a.booking);
    if (found == persons.end() || !is_final(a)) continue;
    if (run.deadlines_are_short && a.decision == answer_decision::failed) continue;  // promise 6
    const std::size_t person = found->second;
    const bool enrolled = a.gallery == gallery_kind::criminal ? scenario::in_criminal(person)
                                                              : scenario::in_immigration(person);
    const auto gone = deleted.find({a.gallery, scenario::subject_of(person)});
    // A deletion after the search's tail may be seen by it or not.
    const bool either = enrolled && gone != deleted.end() && a.tail_seq < gone->second;
    if (either && a.decision == answer_decision::hit) continue;
    const bool there = enrolled && gone == deleted.end();
    const std::string who = to_string(a.booking) + " (person " + std::to_string(person) + ", " +
                            std::string(to_string(a.gallery)) + ")";
    if (there && (a.decision != answer_decision::hit || a.subject != scenario::subject_of(person)))
      return who + " is in the gallery and was answered " + std::string(to_string(a.decision));
    if (there) continue;
    if (a.gallery == gallery_kind::immigration && a.decision != answer_decision::no_hit)
      return who + " is not in the gallery and was answered " + std::string(to_string(a.decision));
    if (a.gallery == gallery_kind::criminal) {
      newcomer& one = newcomers[person];
      one.subjects.insert(a.subject);
      one.bookings.insert(a.booking);
      if (a.decision == answer_decision::no_hit) one.enrolled_by.insert(a.booking);
    }
  }
  for (const auto& [person, one] : newcomers)
    if (one.subjects.size() != 1 || one.enrolled_by.size() != 1)
      return "person " + std::to_string(person) + " (" + all_of(one.bookings) + ") became " +
             std::to_string(one.subjects.size()) + " subjects by " +
             std::to_string(one.enrolled_by.size()) + " enrolments" +
             (one.enrolled_by.empty() ? "" : ": " + all_of(one.enrolled_by));
  return {};
}

}  // namespace whorl::sim
