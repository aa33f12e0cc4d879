#include "tests/cluster/chaos/verdict.hpp"

#include <algorithm>
#include <set>

namespace whorl::chaos {
namespace {

using apps::client::arrival_record;
using apps::client::fate;

constexpr std::size_t complaints_max = 10;  // of each kind

bool is_final(const booking_answered& answer) { return answer.decision != answer_decision::review; }

class judging {
 public:
  judging(const journal_facts& journal, const std::map<booking_id, booked_person>& acknowledged)
      : journal_(journal), acknowledged_(acknowledged) {}

  broken_promises judge() {
    out_.accepted = journal_.accepted.size();
    for (const booking_answered& one : journal_.answers) {
      const auto which = std::pair(one.booking, one.gallery);
      ++(is_final(one) ? finals_ : reviews_)[which];
      if (one.decision == answer_decision::no_hit) look_at_coverage(one);
      if (one.decision == answer_decision::failed)
        complain(out_.failed_answers, one.booking, "ended in an error answer");
    }
    for (const auto& [booking, what] : journal_.accepted) look_at_answers(booking, what);
    for (const auto& [booking, who] : acknowledged_)
      if (!journal_.accepted.contains(booking))
        complain(out_.lost, booking, "was acknowledged and is not in the journal");
    for (const auto& [message, times] : journal_.queued)
      if (times != 1) {
        ++out_.messages_twice;
        say(out_.messages_twice, "message " + message + " stands there more than once");
      }
    look_at_people();
    return std::move(out_);
  }

 private:
  void say(std::uint64_t count, std::string what) {
    if (count <= complaints_max) out_.complaints.push_back(std::move(what));
  }
  void complain(std::uint64_t& count, booking_id booking, const std::string& what) {
    ++count;
    say(count, to_string(booking) + " " + what);
  }

  void look_at_coverage(const booking_answered& answer) {
    std::set<std::uint32_t> covered;
    for (const coverage_entry& each : answer.coverage)
      if (each.partition.gallery == answer.gallery && each.applied_seq >= answer.tail_seq)
        covered.insert(each.partition.index);
    if (covered.size() != journal_.partition_count)
      complain(out_.no_hit_without_coverage, answer.booking,
               "has a no hit over " + std::to_string(covered.size()) + " partitions");
  }

  void look_at_answers(booking_id booking, const booking_accepted& what) {
    out_.unacknowledged += !acknowledged_.contains(booking);
    for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration}) {
      const bool due =
          gallery == gallery_kind::criminal || what.mode != jurisdiction_mode::inactive;
      const auto which = std::pair(booking, gallery);
      const auto final = finals_.find(which);
      const int times = final == finals_.end() ? 0 : final->second;
      const std::string name(to_string(gallery));
      if (times > (due ? 1 : 0))
        complain(out_.answered_twice, booking,
                 "has " + std::to_string(times) + " " + name + " answers");
      if (times > 0 || !due) continue;
      if (reviews_.contains(which))
        ++out_.in_review;
      else
        complain(out_.unanswered, booking, "has no " + name + " answer");
    }
  }

  void look_at_people() {
    std::map<booking_id, subject_id> enrolled_by;
    for (const subject_enrolled& one : journal_.enrolled)
      if (one.origin.value != 0) enrolled_by.emplace(one.origin, one.subject);
    std::map<std::size_t, std::set<subject_id>> ids;
    for (const auto& [booking, who] : acknowledged_)
      if (const auto made = enrolled_by.find(booking); made != enrolled_by.end())
        ids[who.person].insert(made->second);
    for (const auto& [person, subjects] : ids)
      if (subjects.size() > 1) {
        ++out_.enrolled_twice;
        say(out_.enrolled_twice, "person " + std::to_string(person) + " was enrolled under " +
                                     std::to_string(subjects.size()) + " ids");
      }
    for (const booking_answered& one : journal_.answers) {
      const auto booked = acknowledged_.find(one.booking);
      if (one.gallery != gallery_kind::criminal || booked == acknowledged_.end()) continue;
      if (booked->second.known_as && one.subject != *booked->second.known_as)
        complain(out_.missed_known, one.booking,
                 "is of " + to_string(*booked->second.known_as) + " and was answered " +
                     std::string(to_string(one.decision)) + " " + to_string(one.subject));
    }
  }

  const journal_facts& journal_;
  const std::map<booking_id, booked_person>& acknowledged_;
  broken_promises out_;
  std::map<std::pair<booking_id, gallery_kind>, int> finals_, reviews_;
};

/// Any of its time, not its begin alone: one that was due before waits for what comes.
bool is_near(const fault& one, const arrival_record& booking, std::int64_t end_us) {
  return booking.due_us / 1000 < one.end_ms + aftermath_ms &&
         booking.answered_us.value_or(end_us) / 1000 >= one.begin_ms;
}

}  // namespace

broken_promises judge(const journal_facts& journal,
                      const std::map<booking_id, booked_person>& acknowledged) {
  return judging(journal, acknowledged).judge();
}

std::vector<latency_beside> latencies(const std::vector<arrival_record>& all,
                                      const std::vector<fault>& happened, std::int64_t end_us) {
  std::map<std::string, std::vector<arrival_record>> parts;
  for (const arrival_record& one : all) {
    std::set<std::string_view> near;
    for (const fault& each : happened)
      if (is_near(each, one, end_us)) near.insert(to_string(each.kind));
    parts["all"].push_back(one);
    parts[near.empty() ? "no fault" : "any fault"].push_back(one);
    if (near.size() == 1) parts[std::string(*near.begin())].push_back(one);
  }
  std::vector<std::string> names = {"all", "no fault", "any fault"};
  for (const fault_kind kind : all_faults) names.emplace_back(to_string(kind));
  std::vector<latency_beside> out;
  for (const std::string& name : names) {
    const auto found = parts.find(name);
    if (found == parts.end()) continue;
    out.push_back(
        {name, found->second.size(), apps::client::summarize(found->second, 0, end_us).answers});
  }
  return out;
}

stall_figures worst_stall(const std::vector<arrival_record>& all) {
  // From when something was due, or the last answer came, to the next answer.
  std::vector<std::pair<std::int64_t, std::int64_t>> waits;  // due, answered
  for (const arrival_record& one : all)
    if (one.answered_us) waits.emplace_back(one.due_us, *one.answered_us);
  std::vector<std::int64_t> answers;
  for (const auto& [due, answered] : waits) answers.push_back(answered);
  std::sort(answers.begin(), answers.end());
  stall_figures out;
  for (const auto& [due, answered] : waits) {
    const auto next = std::upper_bound(answers.begin(), answers.end(), due);
    std::int64_t from = due;
    for (auto at = next; at != answers.end() && *at <= answered; ++at) {
      if ((*at - from) / 1000 > out.worst_ms) out = {(*at - from) / 1000, from / 1000};
      from = *at;
    }
  }
  return out;
}

}  // namespace whorl::chaos
