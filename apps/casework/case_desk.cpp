#include "apps/casework/case_desk.hpp"

#include <algorithm>
#include <limits>

#include "actors/casework/clocks.hpp"
#include "actors/casework/disclosure.hpp"
#include "apps/casework/await_applied.hpp"
#include "apps/casework/case_batch.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

using casework::case_view;

bool is_booking_role(actors::role r) { return r == actors::role::lea || r == actors::role::sib; }

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

status check_texts(const wanted_step& what) {
  const std::size_t longest = std::max(what.reason.size(), what.code.size());
  if (longest > limits::text_max)
    return make_error(errc::limit_exceeded, "reason and code have at most " +
                                                std::to_string(limits::text_max) + " bytes");
  if (what.charge &&
      (what.charge->code.size() > 16 || what.charge->count.size() > limits::offence_count_max))
    return make_error(errc::invalid_input,
                      "an offence's code has four digits (NCIC), its count at most " +
                          std::to_string(limits::offence_count_max) + " bytes");
  if (what.request.size() > limits::step_request_max ||
      !std::all_of(what.request.begin(), what.request.end(), is_plain))
    return make_error(errc::invalid_input, "request: at most " +
                                               std::to_string(limits::step_request_max) +
                                               " letters, digits, '-', '_' and '.'");
  return {};
}

bool knows(const actors::principal& who, const std::string& ori, jurisdiction_mode mode,
           const case_view& view, bool was_told) {
  if (ori.substr(0, actors::ori_length(who.acts_as)) != who.ori) return false;
  return casework::may_know(
             who.acts_as, casework::item::own_case,
             {mode, true, casework::is_protected(view), was_told, who.protected_records})
      .allowed;
}

/// Of the audit row of a step that its client may send again.
std::string request_id(case_id which, const std::string& by, const std::string& request) {
  return "case/" + to_string(which) + "/by/" + by + "/" + request;
}

}  // namespace

result<standing_case> read_case(storage::store& store, case_id which) {
  WHORL_ASSIGN(auto row, store.cases->get(which));
  return with_booking(store, std::move(row));
}

bool may_know_case(const actors::principal& who, const standing_case& one) {
  return knows(who, one.accepted.ori, one.accepted.mode, one.view,
               one.agency_was_told || one.agency_has_detainer);
}

result<std::vector<standing_case>> known_cases(storage::store& store, const actors::principal& who,
                                               std::size_t limit) {
  // Whoever may know of all is not made to wait for all.
  const bool sees_all = actors::ori_length(who.acts_as) == 0;
  WHORL_ASSIGN(auto rows,
               store.cases->list(sees_all ? limit : std::numeric_limits<std::size_t>::max()));
  std::vector<standing_case> out;
  for (auto& row : rows) {
    if (out.size() == limit) break;
    WHORL_ASSIGN(auto one, with_booking(store, std::move(row)));
    if (may_know_case(who, one)) out.push_back(std::move(one));
  }
  return out;
}

case_desk::case_desk(storage::store& store, case_board& board, actors::local_node& node,
                     const casework::case_settings& settings, std::function<instant()> now,
                     may_receive_function may_receive)
    : store_(store),
      board_(board),
      node_(node),
      settings_(settings),
      now_(std::move(now)),
      may_receive_(std::move(may_receive)) {}

/// A booking side that was told of nothing is answered without a look at the cases: whether there
/// is one takes no longer and no shorter.
result<standing_case> case_desk::find_for(const actors::principal& who, case_id which) const {
  const error none = make_error(errc::not_found, "no case " + to_string(which));
  if (is_booking_role(who.acts_as)) {
    WHORL_ASSIGN(const auto sent, store_.outbox->of_booking({which.value}));
    const bool told = std::any_of(sent.begin(), sent.end(), [](const auto& m) {
      return m.queued.kind == "IDR" || m.queued.kind == "DET";
    });
    if (!told) return none;
  }
  auto found = read_case(store_, which);
  if (!found) return found.error().code == errc::not_found ? none : found.error();
  if (!may_know_case(who, *found)) return none;
  return found;
}

/// The same step asked for again, as after a lost answer: the case as it stands, if it was taken.
result<std::optional<standing_case>> case_desk::taken_before(const actors::principal& who,
                                                             const standing_case& from,
                                                             const wanted_step& what) const {
  if (what.request.empty()) return std::optional<standing_case>();
  WHORL_ASSIGN(
      const auto row,
      store_.log->find(stream_id::audit, request_id(from.row.which, who.name, what.request)));
  if (!row) return std::optional<standing_case>();
  WHORL_ASSIGN(const fact stored, wire::decode_fact(row->payload));
  const auto* const was = std::get_if<audit_row>(&stored);
  if (was == nullptr || was->action != "step " + std::string(to_string(what.step)))
    return make_error(errc::conflict,
                      "request '" + what.request + "' was another step: " +
                          (was == nullptr ? std::string("a damaged row") : was->action));
  return std::optional<standing_case>(from);
}

taken_step case_desk::take(const actors::principal& who, case_id which, const wanted_step& what) {
  const std::scoped_lock lock(store_.case_steps);
  result<standing_case> outcome = [&]() -> result<standing_case> {
    WHORL_TRY(check_texts(what));
    WHORL_ASSIGN(const auto from, find_for(who, which));
    WHORL_ASSIGN(auto before, taken_before(who, from, what));
    if (before) return *std::move(before);
    return take_as(&who, from, what);
  }();
  if (outcome) return {std::move(outcome), {}};
  const errc code = outcome.error().code;
  std::string why;
  if (code == errc::forbidden || code == errc::conflict || code == errc::not_found ||
      code == errc::limit_exceeded)
    why = "step " + std::string(to_string(what.step)) + ": " +
          (code == errc::not_found ? std::string("no case that this principal knows of")
                                   : outcome.error().message);
  // What stands in the way is the federal side's knowledge of the person.
  if (is_booking_role(who.acts_as) && (code == errc::forbidden || code == errc::conflict))
    outcome = make_error(code, std::string(to_string(what.step)) + " is not possible now");
  return {std::move(outcome), std::move(why)};
}

result<std::optional<instant>> case_desk::clock_end(const standing_case& from) const {
  return casework::detainer_end(from.view, casework::zone_of(settings_, from.accepted.ori));
}

result<standing_case> case_desk::take_as(const actors::principal* who, const standing_case& from,
                                         const wanted_step& what) {
  const instant now = now_();
  case_event step =
      event_of(from, what, who != nullptr ? who->name : std::string(itself), now, settings_);
  casework::circumstances when;
  when.now = now;
  if (who != nullptr) when.role = who->acts_as;
  when.rules = casework::rule_case(settings_, from.accepted.ori, now, from.view).follows.detainer;
  when.stale_after_days = settings_.stale_after_days;
  when.source = from.accepted.source;
  WHORL_ASSIGN(when.clock_end, clock_end(from));
  // Where it cannot be told, it counts as taken.
  status looked;
  when.is_taken = [&](const casework::held_resource& r) {
    const auto taken = board_.is_held(r, step.which);
    if (!taken) looked = taken.error();
    return !taken || *taken;
  };
  const status allowed = casework::check(from.view, step, when);
  WHORL_TRY(looked);
  WHORL_TRY(allowed);
  if (step.step == case_step::handed_over && may_receive_)
    WHORL_TRY(may_receive_(step.code, casework::is_protected(from.view)));
  // The end goes with the step: no later change of the configuration moves it.
  if (step.step == case_step::release_notified) {
    WHORL_ASSIGN(step.clock_ends,
                 casework::add_business_hours(step.about_at, casework::detainer_hours,
                                              casework::zone_of(settings_, from.accepted.ori)));
  }
  case_view after = from.view;
  casework::apply(after, step);
  WHORL_ASSIGN(auto batch, sealed_notices(store_, node_, settings_, from, after, step));
  const std::string id = step_id(step.which, after.steps);
  const audit_row row{
      now,
      step.by,
      who != nullptr ? std::string(actors::to_string(who->acts_as)) : std::string("clock"),
      "step " + std::string(to_string(step.step)),
      to_string(step.which),
      "case work",
      step.code + (step.code.empty() || step.reason.empty() ? "" : ": ") + step.reason};
  batch.insert(batch.begin(), {stream_id::cases, id, std::nullopt, wire::encode(fact(step))});
  const bool can_repeat = who != nullptr && !what.request.empty();
  batch.push_back(following_audit(
      row, can_repeat ? request_id(step.which, who->name, what.request) : "case/" + id));
  WHORL_TRY(append(std::move(batch), step.which));
  return read_case(store_, step.which);
}

status case_desk::append(std::vector<storage::append_request> batch, case_id which) {
  const auto outcomes = node_.append(std::move(batch));
  for (const auto& outcome : outcomes)
    if (!outcome) return outcome.error();
  if (outcomes.front()->kind == storage::append_kind::duplicate)
    return make_error(errc::conflict, "somebody else took a step of " + to_string(which) +
                                          " at the same moment: look at it again");
  // Whoever reads the case next sees the step.
  for (storage::projection* each : {static_cast<storage::projection*>(store_.cases.get()),
                                    static_cast<storage::projection*>(store_.outbox.get())})
    WHORL_TRY(await_applied(*store_.log, *each, apply_patience,
                            "the step is durable, but not yet shown"));
  return {};
}

/// Those whose release was told, of the open ones: the others' clocks do not run.
result<std::vector<case_id>> case_desk::running_clocks() {
  std::vector<case_id> out;
  WHORL_TRY(board_.each_open([&](case_id which, const open_case& one) -> status {
    if (one.view.state == casework::case_state::detainer && one.view.release_at)
      out.push_back(which);
    return {};
  }));
  return out;
}

result<expiries> case_desk::end_overdue_detainers() {
  const std::scoped_lock lock(store_.case_steps);
  WHORL_ASSIGN(const auto all, running_clocks());
  expiries out;
  for (const case_id which : all) {
    WHORL_ASSIGN(const auto one, read_case(store_, which));
    const auto end = clock_end(one);
    if (end && (!*end || **end > now_())) continue;
    // One case that cannot be ended must not keep the others waiting.
    const auto done = end ? take_as(nullptr, one, {case_step::detainer_expired, {}, {}, {}, {}, {}})
                          : end.error();
    if (done) {
      ++out.ended;
    } else if (++out.failed == 1) {
      out.first_error = to_string(which) + ": " + done.error().message;
    }
  }
  return out;
}

result<overdue_answers> case_desk::record_overdue_answers() {
  const std::scoped_lock lock(store_.case_steps);
  const instant now = now_();
  WHORL_ASSIGN(const auto all, board_.overdue_answers(now));
  overdue_answers out{all.size(), 0};
  std::vector<storage::append_request> rows;
  for (const case_id which : all) {
    if (said_overdue_.contains(which)) continue;
    const std::string id = "case/" + to_string(which) + "/answer-overdue";
    WHORL_ASSIGN(const auto said, store_.log->find(stream_id::audit, id));
    if (said) said_overdue_.insert(which);
    if (said) continue;
    WHORL_ASSIGN(const auto one, read_case(store_, which));
    if (!casework::is_answer_overdue(one.view, now)) continue;  // it has come since
    said_overdue_.insert(which);
    const std::uint8_t level = casework::queue_level(one.view);
    const audit_row row{now,
                        std::string(itself),
                        "clock",
                        "answer overdue",
                        to_string(which),
                        "case work",
                        "the operations centre's answer was due " +
                            to_string(one.view.opened.about_at) + ", level " +
                            (level == 0 ? std::string("none") : std::to_string(level))};
    rows.push_back({stream_id::audit, id, std::nullopt, wire::encode(fact(row))});
    if (rows.size() == limits::journal_batch_max) break;  // the rest at the next look
  }
  out.said = rows.size();
  if (rows.empty()) return out;
  for (const auto& outcome : node_.append(std::move(rows)))
    if (!outcome) {
      said_overdue_.clear();  // which of them, the journal knows
      return outcome.error();
    }
  return out;
}

/// From memory: no case is read. Whoever books works no queue, so that what an agency was told is
/// not asked.
result<std::vector<queued_case>> queue_of(case_board& board,
                                          const casework::case_settings& settings,
                                          const actors::principal& who, casework::queue_kind kind,
                                          instant now) {
  std::vector<queued_case> out;
  WHORL_TRY(board.each_open([&](case_id which, const open_case& one) -> status {
    if (!knows(who, one.ori, one.mode, one.view, false)) return {};
    const auto queues = casework::queues_of(one.view);
    if (std::find(queues.begin(), queues.end(), kind) == queues.end()) return {};
    queued_case next;
    next.item.which = which;
    next.item.ori = one.ori;
    next.item.level = casework::queue_level(one.view);
    next.item.assignee = one.view.assignee;
    next.item.waits_since = casework::waits_since(one.view, kind);
    if (kind == casework::queue_kind::operations_centre || kind == casework::queue_kind::examiners)
      next.item.deadline = one.view.opened.about_at;
    WHORL_ASSIGN(const auto end,
                 casework::detainer_end(one.view, casework::zone_of(settings, one.ori)));
    if (end) next.item.deadline = *end;
    next.view = one.view;
    out.push_back(std::move(next));
    return {};
  }));
  std::sort(out.begin(), out.end(), [now](const auto& a, const auto& b) {
    return casework::goes_before(a.item, b.item, now);
  });
  return out;
}

}  // namespace whorl::apps
