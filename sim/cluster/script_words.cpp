#include "sim/cluster/script_words.hpp"

#include <algorithm>
#include <set>

namespace whorl::sim {
namespace {

std::string named(std::size_t booking) { return "booking " + std::to_string(booking); }

const actors::cluster_status::node* node_of(const scripted_world& w, const std::string& name) {
  if (w.cluster() == nullptr) return nullptr;
  const auto& all = w.cluster()->nodes;
  const auto found =
      std::ranges::find_if(all, [&](const auto& each) { return each.report.place.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool names(const placement& at, const std::string& node) {
  return std::ranges::find(at.nodes, node) != at.nodes.end();
}

std::vector<std::string> message_ids(const scripted_world& w, std::size_t booking,
                                     const std::string& ending) {
  std::vector<std::string> ids;
  for (const auto& m : w.facts<message_queued>(stream_id::outbox))
    if (m.booking == w.id_of(booking) && m.message.ends_with(ending)) ids.push_back(m.message);
  return ids;
}

}  // namespace

look that(std::string words, std::function<bool(const scripted_world&)> holds) {
  return {std::move(words), std::move(holds)};
}

look not_so(look it) {
  return {"not " + it.words, [holds = it.holds](const scripted_world& w) { return !holds(w); }};
}

look all_of(std::vector<look> each) {
  std::string words;
  for (const look& one : each) words += (words.empty() ? "" : ", ") + one.words;
  return {words, [each](const scripted_world& w) {
            return std::ranges::all_of(each, [&](const look& one) { return one.holds(w); });
          }};
}

look accepted(std::size_t booking) {
  return {named(booking) + " is accepted",
          [=](const scripted_world& w) { return w.accepted(booking); }};
}

look acknowledged(std::size_t booking) {
  return {named(booking) + " is acknowledged",
          [=](const scripted_world& w) { return w.client(booking).acknowledged; }};
}

look was_refused(std::size_t booking, errc why, bool tampered) {
  return {named(booking) + " was refused: " + std::string(to_string(why)),
          [=](const scripted_world& w) {
            return std::ranges::any_of(w.client(booking).answers, [&](const client_answer& a) {
              return a.tampered == tampered && a.refused == why;
            });
          }};
}

look was_told_of_the_original(std::size_t booking) {
  return {named(booking) + " was acknowledged as one accepted before",
          [=](const scripted_world& w) {
            return std::ranges::any_of(w.client(booking).answers, &client_answer::duplicate);
          }};
}

look answered(std::size_t booking, gallery_kind gallery) {
  return {named(booking) + " is answered, " + std::string(to_string(gallery)),
          [=](const scripted_world& w) { return w.answer(booking, gallery).has_value(); }};
}

look decided(std::size_t booking, gallery_kind gallery, answer_decision decision) {
  return {named(booking) + " is answered " + std::string(to_string(decision)) + ", " +
              std::string(to_string(gallery)),
          [=](const scripted_world& w) {
            const auto found = w.answer(booking, gallery);
            return found && found->decision == decision;
          }};
}

look hit(std::size_t booking, gallery_kind gallery) {
  return {named(booking) + " is a hit, " + std::string(to_string(gallery)),
          [=](const scripted_world& w) {
            const auto found = w.answer(booking, gallery);
            return found && found->decision == answer_decision::hit &&
                   found->subject == scenario::subject_of(w.person_of(booking));
          }};
}

look hit_of_enrolled(std::size_t booking, std::size_t enrolled_by) {
  return {named(booking) + " is a hit of whom " + named(enrolled_by) + " enrolled",
          [=](const scripted_world& w) {
            const auto found = w.answer(booking, gallery_kind::criminal);
            const auto first = w.answer(enrolled_by, gallery_kind::criminal);
            return found && first && found->decision == answer_decision::hit &&
                   first->decision == answer_decision::no_hit && found->subject == first->subject;
          }};
}

look no_hit(std::size_t booking, gallery_kind gallery) {
  return decided(booking, gallery, answer_decision::no_hit);
}

look enrolments_are(std::size_t count) {
  return {std::to_string(count) + " enrolments", [=](const scripted_world& w) {
            return w.facts<subject_enrolled>(stream_id::criminal).size() == count;
          }};
}

look messages_are(std::size_t booking, const std::string& ending, std::size_t count) {
  return {named(booking) + " has " + std::to_string(count) + " messages " + ending,
          [=](const scripted_world& w) {
            std::size_t delivered = 0;
            const auto ids = message_ids(w, booking, ending);
            for (const auto& m : w.facts<message_delivered>(stream_id::outbox))
              delivered += static_cast<std::size_t>(std::ranges::count(ids, m.message));
            return ids.size() == count && delivered == count;
          }};
}

look cases_are(std::size_t booking, std::size_t count) {
  return {named(booking) + " has opened " + std::to_string(count) + " cases",
          [=](const scripted_world& w) {
            const auto steps = w.facts<case_event>(stream_id::cases);
            return static_cast<std::size_t>(std::ranges::count_if(steps, [&](const auto& e) {
                     return e.booking == w.id_of(booking) && e.step == case_step::opened;
                   })) == count;
          }};
}

look round_reached(round_number round) {
  return {std::string("a node was asked for round ") + (round == round_number::one ? "one" : "two"),
          [=](const scripted_world& w) {
            return std::ranges::any_of(w.node_names(), [&](const std::string& node) {
              return w.rounds_asked(node, round) > 0;
            });
          }};
}

look struck(fault_kind kind, std::uint64_t times) {
  return {std::string(to_string(kind)) + " struck " + std::to_string(times) + " times",
          [=](const scripted_world& w) { return w.struck(kind) == times; }};
}

look shard_has_thrown(const std::string& where) {
  return {"the shard actor of " + where + " has thrown",
          [=](const scripted_world& w) { return w.throws_due(where) == 0; }};
}

look exchange_died(std::uint64_t times) {
  return {"the exchange died " + std::to_string(times) + " times",
          [=](const scripted_world& w) { return w.exchange_deaths() == times; }};
}

look settled() {
  return {"the map is settled", [](const scripted_world& w) {
            return w.cluster() != nullptr && w.cluster()->map.epoch > 0 && w.cluster()->settled;
          }};
}

look searchable_on(std::size_t nodes) {
  return {"each partition can be searched on " + std::to_string(nodes) + " nodes",
          [=](const scripted_world& w) {
            return w.cluster() != nullptr && !w.cluster()->searchable.empty() &&
                   std::ranges::all_of(w.cluster()->searchable,
                                       [&](const auto& each) { return each.second >= nodes; });
          }};
}

look some_partition_is_away() {
  return {"some partition can be searched on no node", [](const scripted_world& w) {
            return w.cluster() != nullptr &&
                   std::ranges::any_of(w.cluster()->searchable,
                                       [](const auto& each) { return each.second == 0; });
          }};
}

look node_is(const std::string& node, const std::string& liveness) {
  return {node + " is " + liveness, [=](const scripted_world& w) {
            if (w.cluster() == nullptr) return false;
            const auto* found = node_of(w, node);
            return (found == nullptr ? "unknown" : found->liveness) == liveness;
          }};
}

look is_placed(const std::string& node) {
  return {node + " is in the map", [=](const scripted_world& w) {
            return w.cluster() != nullptr &&
                   std::ranges::any_of(w.cluster()->map.placements,
                                       [&](const placement& at) { return names(at, node); });
          }};
}

look has_replica(const std::string& node, replica_state state) {
  return {node + " has a replica in state " + std::to_string(static_cast<int>(state)),
          [=](const scripted_world& w) {
            const auto* found = node_of(w, node);
            return found != nullptr &&
                   std::ranges::any_of(found->report.replicas,
                                       [&](const auto& each) { return each.state == state; });
          }};
}

look is_of_other_version(const std::string& node) {
  return {node + " is refused as of another version", [=](const scripted_world& w) {
            return w.cluster() != nullptr &&
                   std::ranges::any_of(w.cluster()->other_versions,
                                       [&](const auto& each) { return each.node == node; });
          }};
}

look holds_nothing(const std::string& node) {
  return {node + " holds nothing", [=](const scripted_world& w) {
            const auto* found = node_of(w, node);
            return found != nullptr && found->report.replicas.empty();
          }};
}

look drained(const std::string& node) {
  return {node + " is drained", [=](const scripted_world& w) {
            const auto* found = node_of(w, node);
            return found != nullptr && found->drained;
          }};
}

look ordered(std::size_t number) {
  return {"order " + std::to_string(number) + " was taken", [=](const scripted_world& w) {
            return w.orders().size() > number && w.orders()[number].said &&
                   w.orders()[number].said->has_value();
          }};
}

look order_refused(std::size_t number, errc why) {
  return {"order " + std::to_string(number) + " was refused: " + std::string(to_string(why)),
          [=](const scripted_world& w) {
            return w.orders().size() > number && w.orders()[number].said &&
                   !*w.orders()[number].said && w.orders()[number].said->error().code == why;
          }};
}

look searched_by_exchange() {
  return {"the exchange has searched a part itself", [](const scripted_world& w) {
            return w.cluster() != nullptr && w.cluster()->rounds.by_exchange > 0;
          }};
}

look others_were_asked_instead() {
  return {"others were asked instead", [](const scripted_world& w) {
            return w.cluster() != nullptr && w.cluster()->rounds.replacements > 0;
          }};
}

look searched_by_nodes_alone() {
  return {"nodes alone have searched", [](const scripted_world& w) {
            return w.cluster() != nullptr && w.cluster()->rounds.by_exchange == 0 &&
                   w.cluster()->rounds.rounds[0].took.rounds() > 0;
          }};
}

}  // namespace whorl::sim
