#include "sim/rollout/simulation.hpp"

#include <algorithm>

#include "actors/casework/rule_file.hpp"
#include "sim/rollout/calendar.hpp"

namespace whorl::rollout {
namespace {

/// The next moment at or after `at_ms` on which a shift begins (0, 8, 16 o'clock at UTC-5).
std::int64_t next_shift(std::int64_t at_ms) {
  const std::int64_t phase = (at_ms - 5 * hour_ms) % (8 * hour_ms);
  return phase == 0 ? at_ms : at_ms + 8 * hour_ms - phase;
}

}  // namespace

simulation::simulation(setup from)
    : what_(*from.what),
      places_(counties()),
      plan_(std::move(from.plan)),
      from_(std::move(from)),
      arrivals_(what_, places_, from_.seed),
      rules_(*from_.rules, what_, places_) {
  const constants& v = values();
  key_ = below(from_.seed, "cases");
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const double share = places_[i].noncitizen_share;
    match_chance_.push_back(
        std::min(1.0, share * v.noncitizen_match + (1 - share) * v.citizen_match));
    can_receive_.push_back(
        random_stream(below(below(from_.seed, "receives"), i)).chance(v.can_receive));
  }
  double sum = 0;
  for (const offence_kind& kind : what_.offences)
    offence_until_.push_back(sum += kind.share * (kind.grave ? v.grave_weight : 1.0));
  for (double& until : offence_until_) until /= sum;
  for (const offence_kind& kind : what_.offences)
    code_level_.push_back(casework::level_by_code(kind.code));
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto id = static_cast<resource_id>(i);
    resources_.emplace_back(std::string(to_string(id)), 0, begin_of(what_.from));
  }
  out_.seed = from_.seed;
  out_.from = what_.from;
  out_.to = what_.to;
  out_.first_month = month_of(what_.from);
  out_.months = month_of(what_.to - 1) - out_.first_month + 1;
  out_.warm_months = std::min(month_of(what_.statistics_from) - out_.first_month, out_.months - 1);
  const auto months = static_cast<std::size_t>(out_.months);
  out_.by_day.assign(metric_count,
                     std::vector<std::uint32_t>(static_cast<std::size_t>(what_.to - what_.from)));
  out_.by_place.assign(place_metric_count, std::vector<std::uint32_t>(months * places_.size()));
  next_month_ms_ = begin_of(month_begin(out_.first_month + 1));
  out_.answers.resize(months);
  out_.lengths.assign(length_count, std::vector<durations>(months));
  out_.analysts_work_ms.resize(months);
  out_.resources.assign(resource_count, std::vector<resource_month>(months));
}

run_output simulation::run() {
  const std::int64_t end_ms = begin_of(what_.to);
  now_ms_ = begin_of(what_.from);
  change_shift();
  if (what_.strategy == strategy_kind::capacity_gated) gate();
  begin_day();
  events_.put(next_shift(now_ms_ + 1), {0, 0, event_kind::shift});
  events_.put(begin_of(month_begin(out_.first_month + 1)), {0, 0, event_kind::month_end});
  while (true) {
    const std::int64_t next_ms = events_.first().at_ms;  // there is always a next day
    if (next_today_ < today_.size() && today_[next_today_].at_ms <= next_ms) {
      const booking& b = today_[next_today_++];
      now_ms_ = b.at_ms;
      arrive(b);
      continue;
    }
    if (next_ms >= end_ms) break;
    const auto e = events_.take();
    now_ms_ = e.at_ms;
    ++out_.events;
    handle(e.what);
  }
  now_ms_ = end_ms;
  count_unanswered();
  count_unfinished();
  end_month();
  out_.activated = plan_.day;
  return std::move(out_);
}

void simulation::begin_day() {
  const std::int32_t day = day_of(now_ms_);
  rules_.set_day(day);
  arrivals_.of_day(day, plan_.day, today_);
  next_today_ = 0;
  events_.put(begin_of(day + 1), {0, 0, event_kind::new_day});
  if (from_.on_day) from_.on_day(day);
}

void simulation::end_month() {
  const auto month = static_cast<std::size_t>(month_of(day_of(now_ms_ - 1)) - out_.first_month);
  for (std::size_t i = 0; i < resource_count; ++i) {
    resource& r = resources_[i];
    out_.resources[i][month] = {r.busy_over_time().mean(now_ms_),
                                r.waiting_over_time().mean(now_ms_), r.busy_over_time().peak(),
                                r.waiting_over_time().peak(), static_cast<double>(r.servers())};
    r.restart_statistics(now_ms_);
  }
}

/// Who waits still has waited at least so long: in the last month's times, and counted.
void simulation::count_unanswered() {
  for (const sim_case& c : cases_) {
    if (c.left || c.status_ms != 0) continue;
    ++out_.unanswered;
    out_.answers.back().add(now_ms_ - c.booked_ms);
  }
}

/// The same of lines and of custody.
void simulation::count_unfinished() {
  for (const sim_case& c : cases_)
    if (!c.left && c.arrested_ms != 0) took_so_far(length::custody, c.arrested_ms);
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto id = static_cast<resource_id>(i);
    while (const auto one = of(id).next_left(now_ms_))
      if (still_wants(id, cases_[one->who])) took_so_far(wait_for(id), one->since_ms);
  }
}

void simulation::took_so_far(length what, std::int64_t since_ms) {
  const auto i = static_cast<std::size_t>(what);
  ++out_.unfinished[i];
  out_.lengths[i].back().add(now_ms_ - since_ms);
}

void simulation::took(length what, std::int64_t since_ms) {
  out_.lengths[static_cast<std::size_t>(what)][month()].add(now_ms_ - since_ms);
}

std::size_t simulation::month() {
  while (now_ms_ >= next_month_ms_)
    next_month_ms_ = begin_of(month_begin(out_.first_month + static_cast<int>(++month_) + 1));
  return month_;
}

void simulation::change_shift() {
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto id = static_cast<resource_id>(i);
    of(id).set_servers(servers_at(what_, id, now_ms_));
    serve(id);
  }
}

double simulation::expected_work_ms(std::size_t place) const {
  return arrivals_.mean_a_day(place, day_of(now_ms_)) * match_chance_[place] *
         values().analyst_minutes * minute_ms;
}

/// Capacity-gated: the next counties only while most are answered in time, and only those for whose
/// matches there are analysts: a county that was let in is not shut out again.
void simulation::gate() {
  const constants& v = values();
  const bool holds = answers_since_.quantile_ms(v.gate_share) <= v.gate_minutes * minute_ms;
  answers_since_ = durations();
  events_.put(now_ms_ + static_cast<std::int64_t>(v.gate_days) * day_ms, {0, 0, event_kind::gate});
  if (!holds) return;
  double room_ms = -expected_work_ms_;
  for (int shift = 0; shift < 3; ++shift)
    room_ms += v.gate_load * 8.0 * hour_ms *
               static_cast<double>(
                   servers_at(what_, resource_id::analysts, now_ms_ + shift * 8 * hour_ms));
  auto may_come = static_cast<std::int64_t>(v.gate_counties);
  for (const std::uint32_t place : plan_.order) {
    if (may_come == 0) return;
    const double work_ms = expected_work_ms(place);
    if (plan_.day[place] != never || work_ms > room_ms) continue;
    plan_.day[place] = day_of(now_ms_);
    room_ms -= work_ms;
    expected_work_ms_ += work_ms;
    --may_come;
  }
}

void simulation::arrive(const booking& b) {
  ++out_.events;
  count(metric::submissions, b.place);
  const auto for_match = below(b.key, static_cast<std::uint64_t>(purpose::match));
  if (b.known || random_stream(for_match).chance(match_chance_[b.place])) open_case(b);
}

void simulation::count(metric m, std::uint32_t place) {
  ++out_.by_day[static_cast<std::size_t>(m)]
               [static_cast<std::size_t>(day_of(now_ms_) - what_.from)];
  const auto kept = std::find(std::begin(place_metrics), std::end(place_metrics), m);
  if (kept == std::end(place_metrics)) return;
  ++out_.by_place[static_cast<std::size_t>(kept - std::begin(place_metrics))]
                 [month() * places_.size() + place];
}

void simulation::handle_nation(const sim_event& e) {
  switch (e.kind) {
    case event_kind::new_day:
      return begin_day();
    case event_kind::shift:
      events_.put(now_ms_ + 8 * hour_ms, {0, 0, event_kind::shift});
      return change_shift();
    case event_kind::month_end:
      events_.put(begin_of(month_begin(month_of(day_of(now_ms_)) + 1)),
                  {0, 0, event_kind::month_end});
      return end_month();
    case event_kind::gate:
      return gate();
    case event_kind::slot_free:
      return give_back(static_cast<resource_id>(e.slot));
    default: {  // somebody is booked again
      booking b = back_[e.slot];
      free_back_.push_back(e.slot);
      if (plan_.day[b.place] > day_of(now_ms_)) return;
      b.at_ms = now_ms_;
      count(b.came_back ? metric::came_back : metric::rearrested, b.place);
      return arrive(b);
    }
  }
}

void simulation::handle(const sim_event& e) {
  if (e.kind <= event_kind::slot_free || e.kind == event_kind::back) return handle_nation(e);
  // The analyst's, examiner's and officer's time ends whatever has become of the case.
  if (e.kind == event_kind::answered) give_back(resource_id::analysts);
  if (e.kind == event_kind::examined) give_back(resource_id::examiners);
  if (e.kind == event_kind::decided) give_back(resource_id::officers);
  if (cases_[e.slot].serial != e.serial) return;
  using handler = void (simulation::*)(std::uint32_t);
  static constexpr handler handlers[] = {
      &simulation::on_searched,  &simulation::on_examined,    &simulation::on_answered,
      &simulation::on_decided,   &simulation::on_interviewed, &simulation::on_disposed,
      &simulation::on_release,   &simulation::on_claim,       &simulation::on_claim_decided,
      &simulation::on_clock_end, &simulation::on_pickup,      &simulation::on_hearing,
      &simulation::on_travel,    &simulation::on_leave,       &simulation::on_locate};
  static_assert(std::size(handlers) == static_cast<std::size_t>(event_kind::back) -
                                           static_cast<std::size_t>(event_kind::searched));
  const auto which =
      static_cast<std::size_t>(e.kind) - static_cast<std::size_t>(event_kind::searched);
  (this->*handlers[which])(e.slot);
}

}  // namespace whorl::rollout
