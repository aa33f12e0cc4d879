#include "sim/cluster/checkers.hpp"

#include <map>
#include <set>

#include "actors/casework/lifecycle.hpp"
#include "actors/query_core.hpp"
#include "messages/wire.hpp"
#include "sim/cluster/scenario.hpp"

namespace whorl::sim {
namespace {

constexpr std::size_t everything = 1u << 20;
constexpr std::size_t partitions = 2;

struct numbered {
  std::uint64_t seq;
  fact what;
};

std::vector<numbered> facts_of(const run_outcome& run, stream_id stream) {
  std::vector<numbered> facts;
  auto records = run.journal->read(stream, 1, everything);
  if (!records) return facts;
  for (const fact_record& r : *records)
    if (auto decoded = wire::decode_fact(r.payload); decoded) facts.push_back({r.seq, *decoded});
  return facts;
}

template <class T>
std::vector<T> only(const std::vector<numbered>& facts) {
  std::vector<T> found;
  for (const numbered& f : facts)
    if (const T* t = std::get_if<T>(&f.what)) found.push_back(*t);
  return found;
}

bool is_final(const booking_answered& a) { return a.decision != answer_decision::review; }

std::map<booking_id, std::size_t> person_by_booking(const run_outcome& run) {
  std::map<booking_id, std::size_t> persons;
  for (const client_record& c : run.clients)
    if (c.acknowledged) persons[c.booking] = shared_scenario().bookings[c.planned].person;
  return persons;
}

}  // namespace

breach check_every_booking_answered_once(const run_outcome& run) {
  const auto facts = facts_of(run, stream_id::bookings);
  std::map<std::pair<booking_id, gallery_kind>, int> finals;
  for (const auto& a : only<booking_answered>(facts))
    if (is_final(a)) ++finals[{a.booking, a.gallery}];
  std::set<booking_id> accepted;
  for (const auto& a : only<booking_accepted>(facts)) accepted.insert(a.booking);
  for (const client_record& c : run.clients) {
    if (!c.acknowledged) continue;
    if (!accepted.contains(c.booking))
      return to_string(c.booking) + " was acknowledged and is lost";
  }
  for (booking_id b : accepted) {
    const int criminal = finals[{b, gallery_kind::criminal}];
    const int immigration = finals[{b, gallery_kind::immigration}];
    if (criminal != 1)
      return to_string(b) + " has " + std::to_string(criminal) + " criminal answers";
    if (immigration > 1)
      return to_string(b) + " has " + std::to_string(immigration) + " immigration answers";
  }
  return {};
}

breach check_no_hit_over_full_coverage(const run_outcome& run) {
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings))) {
    if (a.decision != answer_decision::no_hit) continue;
    std::set<std::uint32_t> covered;
    for (const coverage_entry& c : a.coverage)
      if (c.partition.gallery == a.gallery && c.applied_seq >= a.tail_seq)
        covered.insert(c.partition.index);
    if (covered.size() != partitions)
      return to_string(a.booking) + " got a no hit over " + std::to_string(covered.size()) +
             " partitions";
  }
  return {};
}

breach check_answers_are_right(const run_outcome& run) {
  const auto persons = person_by_booking(run);
  std::map<std::size_t, std::set<subject_id>> subjects;  // criminal subjects told, by person
  std::map<std::size_t, int> enrolments;                 // criminal no hits, by person
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings))) {
    const auto found = persons.find(a.booking);
    if (found == persons.end() || !is_final(a)) continue;
    const std::size_t person = found->second;
    const bool there = a.gallery == gallery_kind::criminal ? scenario::in_criminal(person)
                                                           : scenario::in_immigration(person);
    const std::string who = to_string(a.booking) + " (person " + std::to_string(person) + ", " +
                            std::string(to_string(a.gallery)) + ")";
    if (there && (a.decision != answer_decision::hit || a.subject != scenario::subject_of(person)))
      return who + " is in the gallery and was answered " + std::string(to_string(a.decision));
    if (there) continue;
    if (a.gallery == gallery_kind::immigration && a.decision != answer_decision::no_hit)
      return who + " is not in the gallery and was answered " + std::string(to_string(a.decision));
    if (a.gallery == gallery_kind::criminal) {
      subjects[person].insert(a.subject);
      if (a.decision == answer_decision::no_hit) ++enrolments[person];
    }
  }
  for (const auto& [person, told] : subjects)
    if (told.size() != 1 || enrolments[person] != 1)
      return "person " + std::to_string(person) + " became " + std::to_string(told.size()) +
             " subjects by " + std::to_string(enrolments[person]) + " enrolments";
  return {};
}

breach check_one_booking_one_record(const run_outcome& run) {
  std::map<std::pair<std::string, std::string>, int> acceptances;
  for (const auto& a : only<booking_accepted>(facts_of(run, stream_id::bookings)))
    if (++acceptances[{a.ori, a.tcn}] > 1) return a.ori + "/" + a.tcn + " was accepted twice";
  std::map<booking_id, int> records;
  for (const auto& e : only<subject_enrolled>(facts_of(run, stream_id::criminal)))
    ++records[e.origin];
  for (const auto& e : only<encounter_added>(facts_of(run, stream_id::criminal)))
    ++records[e.booking];
  for (const auto& [booking, count] : records)
    if (count != 1)
      return to_string(booking) + " left " + std::to_string(count) +
             " records in the criminal gallery";
  for (const client_record& c : run.clients)
    if (c.wrong_acknowledgements > 0)
      return to_string(c.booking) + " was acknowledged as something else";
  return {};
}

breach check_inactive_stays_out(const run_outcome& run) {
  const auto facts = facts_of(run, stream_id::bookings);
  std::set<booking_id> inactive;
  for (const auto& a : only<booking_accepted>(facts)) {
    if (a.mode == jurisdiction_mode::inactive) inactive.insert(a.booking);
    if (a.mode == jurisdiction_mode::inactive && a.immigration_prints)
      return to_string(a.booking) + " is inactive and carries prints for the immigration search";
  }
  for (const auto& a : only<booking_answered>(facts))
    if (a.gallery == gallery_kind::immigration && inactive.contains(a.booking))
      return to_string(a.booking) + " is inactive and has an immigration answer";
  return {};
}

breach check_answers_are_sent_once(const run_outcome& run) {
  std::map<std::string, int> queued;
  const auto outbox = facts_of(run, stream_id::outbox);
  for (const auto& m : only<message_queued>(outbox)) ++queued[m.message];
  for (const auto& [message, count] : queued)
    if (count != 1) return message + " was queued " + std::to_string(count) + " times";
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings)))
    if (a.gallery == gallery_kind::criminal && is_final(a) &&
        !queued.contains(to_string(a.booking) + "/criminal"))
      return to_string(a.booking) + " was answered and nothing was sent";
  std::set<std::string> delivered;
  for (const auto& m : only<message_delivered>(outbox)) delivered.insert(m.message);
  for (const auto& [message, count] : queued)
    if (!delivered.contains(message)) return message + " was never delivered";
  return {};
}

breach check_cases_move_along_the_lifecycle(const run_outcome& run) {
  std::map<case_id, std::vector<case_event>> cases;
  for (const auto& e : only<case_event>(facts_of(run, stream_id::cases))) {
    if (e.by.empty() || e.at.ms == 0 || e.rule_set.empty())
      return to_string(e.which) + " has a step without who, when or rules";
    cases[e.which].push_back(e);
  }
  for (const auto& [which, events] : cases)
    if (casework::fold(events).steps != events.size())
      return to_string(which) + " has a step that its state does not allow";
  return {};
}

breach check_all(const run_outcome& run) {
  struct named {
    const char* promise;
    breach (*check)(const run_outcome&);
  };
  constexpr named all[] = {{"promise 1: ", check_every_booking_answered_once},
                           {"promise 2: ", check_no_hit_over_full_coverage},
                           {"promise 3: ", check_answers_are_right},
                           {"promise 4: ", check_one_booking_one_record},
                           {"promise 5: ", check_inactive_stays_out},
                           {"promise 9: ", check_answers_are_sent_once},
                           {"promise 10: ", check_cases_move_along_the_lifecycle}};
  if (!run.at_rest) return "promise 12: the run did not come to rest";
  for (const named& n : all)
    if (breach b = n.check(run); b) return n.promise + *b;
  return {};
}

}  // namespace whorl::sim
