// One run: bookings arrive, matches become cases, cases move along the production lifecycle by the
// production rules, people and places that are few make them wait. Single-threaded; everything it
// knows is in it, so that runs stand side by side.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "actors/casework/disclosure.hpp"
#include "sim/rollout/arrivals.hpp"
#include "sim/rollout/event_queue.hpp"
#include "sim/rollout/lifecycle_table.hpp"
#include "sim/rollout/output.hpp"
#include "sim/rollout/purposes.hpp"
#include "sim/rollout/random_stream.hpp"
#include "sim/rollout/resource.hpp"
#include "sim/rollout/rule_table.hpp"
#include "sim/rollout/sim_case.hpp"
#include "sim/rollout/strategy.hpp"

namespace whorl::rollout {

/// The step that says so.
move status_move(found_status s);
/// An older status asks for an interview, or to be looked up again (casework::circumstances).
bool is_stale(std::int64_t status_ms, std::int64_t now_ms);

class simulation {
 public:
  struct setup {
    const scenario* what = nullptr;
    const casework::case_settings* rules = nullptr;
    activation_plan plan;
    std::uint64_t seed = 1;
    std::size_t traces = 0;                        ///< so many first cases are traced
    std::function<void(std::int32_t day)> on_day;  ///< progress; may be empty
  };
  explicit simulation(setup from);
  run_output run();

 private:
  // simulation.cpp: what happens when
  void handle(const sim_event& e);
  void handle_nation(const sim_event& e);
  void arrive(const booking& b);
  void begin_day();
  void end_month();
  void count_unanswered();
  void count_unfinished();
  void change_shift();
  void gate();
  double expected_work_ms(std::size_t place) const;
  // simulation_answer.cpp: from the match to the officer's decision
  void open_case(const booking& b);
  void draw_person(sim_case& c, const booking& b);
  void draw_custody(std::uint32_t slot);
  void on_searched(std::uint32_t slot);
  void on_answered(std::uint32_t slot);
  void on_examined(std::uint32_t slot);
  void on_decided(std::uint32_t slot);
  void on_interviewed(std::uint32_t slot);
  void record_answer(sim_case& c);
  void count_responses(const sim_case& c);
  void decide(std::uint32_t slot);
  void issue_detainer(std::uint32_t slot);
  // simulation_custody.cpp: from the release to the removal
  void on_disposed(std::uint32_t slot);
  void on_release(std::uint32_t slot);
  void release_under_detainer(std::uint32_t slot);
  void on_clock_end(std::uint32_t slot);
  void on_pickup(std::uint32_t slot);
  void on_claim(std::uint32_t slot);
  void on_claim_decided(std::uint32_t slot);
  void on_hearing(std::uint32_t slot);
  void on_travel(std::uint32_t slot);
  void refresh(std::uint32_t slot);
  void on_leave(std::uint32_t slot);
  void at_large(std::uint32_t slot);
  void on_locate(std::uint32_t slot);
  void come_back(const sim_case& c, double days, bool removed);
  void wait_for_bed(std::uint32_t slot);
  void count_removed(const sim_case& c);
  // simulation_cases.cpp: cases, steps, resources
  std::uint32_t new_slot();
  void leave(std::uint32_t slot);
  void leave_slot_if_over(std::uint32_t slot);
  /// Takes the step when the table and its guards allow it; false (and counted) otherwise.
  bool take(std::uint32_t slot, move m);
  bool may(const sim_case& c, move m);
  std::uint64_t guards_passed(const sim_case& c) const;
  void apply(sim_case& c, move m);
  void trace(const sim_case& c, move m, bool refused = false);
  void look_up_rules(sim_case& c);
  void finish(std::uint32_t slot);
  void ask(resource_id what, std::uint32_t slot);
  void start(resource_id what, std::uint32_t slot, std::int64_t since_ms);
  std::uint8_t queue_level(const sim_case& c) const;
  std::int64_t deadline(resource_id what, const sim_case& c) const;
  bool still_wants(resource_id what, const sim_case& c) const;
  void serve(resource_id what);
  void give_back(resource_id what);
  /// Not where it would come after the end: nobody would see it.
  void after(double ms, event_kind kind, std::uint32_t slot);
  void count(metric m, std::uint32_t place);
  /// Of now, since the first.
  std::size_t month();
  void took(length what, std::int64_t since_ms);
  void took_so_far(length what, std::int64_t since_ms);

  random_stream stream(const sim_case& c, purpose what) const {
    return random_stream(below(c.key, static_cast<std::uint64_t>(what)));
  }
  const constants& values() const { return what_.values; }
  resource& of(resource_id id) { return resources_[static_cast<std::size_t>(id)]; }

  const scenario& what_;
  std::span<const county> places_;
  activation_plan plan_;
  setup from_;
  arrivals arrivals_;
  rule_table rules_;
  lifecycle_table table_;
  event_queue<sim_event> events_;
  std::vector<resource> resources_;
  std::vector<sim_case> cases_;
  std::vector<std::uint32_t> free_;
  std::vector<booking> back_;  ///< people who will be booked again; by event slot
  std::vector<std::uint32_t> free_back_;
  std::vector<booking> today_;
  std::size_t next_today_ = 0;
  std::vector<double> match_chance_;  ///< by county
  std::vector<std::uint8_t> can_receive_;
  std::vector<std::uint8_t> code_level_;  ///< by offence: as the exchange orders before a status
  std::vector<double> offence_until_;     ///< cumulated weights of the matched
  durations answers_since_;               ///< the last look of the gate
  double expected_work_ms_ = 0;  ///< of analysts a day, in the counties that the gate let in
  std::int64_t now_ms_ = 0;
  std::size_t month_ = 0;
  std::int64_t next_month_ms_ = 0;
  std::uint64_t key_ = 0;
  run_output out_;
};

}  // namespace whorl::rollout
