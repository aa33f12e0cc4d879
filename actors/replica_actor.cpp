#include "actors/search_actors.hpp"

#include <optional>

#include "actors/protocol.hpp"
#include "messages/planted_bug.hpp"

namespace whorl::actors {
namespace {

struct replica_state {
  struct waiting_job {
    scan_job_ptr job;
    caf::typed_response_promise<scan_outcome> promise;
  };
  partition_ptr partition;
  std::uint64_t applied = 0;
  std::vector<waiting_job> parked;  ///< for the facts they must cover ...
  std::vector<waiting_job> ready;   ///< ... and for the next pass; both limits::scans_parked_max
  struct running {
    std::optional<partition_scan> scan;
    std::vector<waiting_job> jobs;
  };
  running pass;              ///< over everybody, shared by the jobs that began together
  running short_pass;        ///< of jobs that read a few people's entries: does not wait for `pass`
  bool turn_coming = false;  ///< step_atom is on its way
  caf::actor indexer;        ///< null: never an index
  caf::actor owner;          ///< null: nobody is told of damage
  index_segments segments;
  bool index_coming = false;
  std::uint64_t index_asked = 0;  ///< `applied` when the indexer was asked last
  std::vector<caf::typed_response_promise<index_size>> index_awaited;
};

scan_outcome unwanted(const storage::gallery_partition& partition, std::string reason) {
  scan_outcome outcome;
  outcome.missing.push_back({partition.id(), std::move(reason)});
  return outcome;
}

/// Those that nobody waits for make room first.
void drop_unwanted(replica_state& state, std::vector<replica_state::waiting_job>& jobs) {
  std::erase_if(jobs, [&](replica_state::waiting_job& each) {
    if (wanted(*each.job)) return false;
    each.promise.deliver(unwanted(*state.partition, "the search was given up"));
    return true;
  });
}

/// Reads the entries of a few people, in a moment; with a view of its own, so that who was deleted
/// since the pass began is not found.
bool is_short(const replica_state::waiting_job& each) {
  return each.job->round == 2 || each.job->after_seq != 0;
}

/// The jobs of one kind that are ready begin together.
void begin(replica_state& state, bool short_ones, replica_state::running& out) {
  const auto kind_end =
      std::stable_partition(state.ready.begin(), state.ready.end(),
                            [&](const auto& each) { return is_short(each) == short_ones; });
  const auto count =
      std::min(kind_end - state.ready.begin(), static_cast<std::ptrdiff_t>(limits::scan_batch_max));
  if (count == 0) return;
  const auto end = state.ready.begin() + count;
  out.jobs.assign(std::move_iterator(state.ready.begin()), std::move_iterator(end));
  state.ready.erase(state.ready.begin(), end);
  std::vector<scan_job_ptr> jobs;
  for (const auto& each : out.jobs) jobs.push_back(each.job);
  out.scan.emplace(*state.partition, state.applied, std::move(jobs), state.segments);
}

/// One turn of work. What is left waits for its next turn behind the mailbox.
void take_turn(caf::event_based_actor* self, replica_state& state) {
  if (!state.short_pass.scan) begin(state, true, state.short_pass);
  if (!state.short_pass.scan && !state.pass.scan) begin(state, false, state.pass);
  replica_state::running& now = state.short_pass.scan ? state.short_pass : state.pass;
  if (!now.scan) return;
  // All who wait get on by this turn: those of the other pass, and those for the next.
  for (const auto* waiting : {&state.pass.jobs, &state.short_pass.jobs, &state.ready})
    for (const auto& each : *waiting) note_turn(*each.job);
  now.scan->step(limits::scan_turn_sketches, [&](std::size_t job, scan_outcome outcome) {
    now.jobs[job].promise.deliver(std::move(outcome));
  });
  if (const status& whole = now.scan->damaged(); !whole && state.owner)
    self->send(state.owner, damaged_atom::value, whole.error().message);
  if (now.scan->over()) {
    now.scan.reset();
    now.jobs.clear();
  }
  state.turn_coming = state.pass.scan || state.short_pass.scan || !state.ready.empty();
  if (state.turn_coming) self->send(self, step_atom::value);
}

/// Facts after which the indexer is asked again whether there are people enough.
constexpr std::uint64_t index_every = 4096;
/// A segment takes a second and waits for those of other partitions.
constexpr auto index_patience = std::chrono::minutes(60);

/// To whoever waits until no further segment is on its way.
void tell_index(replica_state& state) {
  if (state.index_coming) return;
  for (auto& each : std::exchange(state.index_awaited, {})) each.deliver(size_of(state.segments));
}

void ask_for_index(caf::event_based_actor* self, const std::shared_ptr<replica_state>& state) {
  if (!state->indexer || state->index_coming) return;
  state->index_coming = true;
  state->index_asked = state->applied;
  self->request(state->indexer, index_patience, index_atom::value,
                index_request{state->partition, slab_after(state->segments)})
      .then(
          [=](const index_segment_ptr& segment) {
            state->index_coming = false;
            if (!segment) return tell_index(*state);
            state->segments.push_back(segment);
            ask_for_index(self, state);
          },
          [=](const caf::error&) {  // everybody is scanned
            state->index_coming = false;
            tell_index(*state);
          });
}

/// False: there is no room.
bool enter(replica_state& state, replica_state::waiting_job next) {
  const bool there =
      next.job->tail_seq <= state.applied || planted(planted_bug::behind_is_good_enough);
  auto& jobs = there ? state.ready : state.parked;
  if (jobs.size() >= limits::scans_parked_max) drop_unwanted(state, jobs);
  if (jobs.size() >= limits::scans_parked_max) {
    next.promise.deliver(unwanted(*state.partition, "too many searches wait for this partition"));
    return false;
  }
  jobs.push_back(std::move(next));
  return true;
}

}  // namespace

caf::behavior replica_actor(caf::event_based_actor* self, partition_ptr partition,
                            std::uint64_t applied_seq, caf::actor indexer, caf::actor owner) {
  auto state = std::make_shared<replica_state>();
  state->partition = std::move(partition);
  state->applied = applied_seq;
  state->indexer = std::move(indexer);
  state->owner = std::move(owner);
  ask_for_index(self, state);
  const auto begin_turn = [=] {
    if (!state->turn_coming) take_turn(self, *state);
  };
  return {
      [=](scan_atom, const scan_job_ptr& job) -> caf::result<scan_outcome> {
        auto promise = self->make_response_promise<scan_outcome>();
        if (enter(*state, {job, promise})) begin_turn();
        return promise;
      },
      [=](step_atom) { take_turn(self, *state); },
      [=](indexed_atom) -> caf::result<index_size> {
        state->index_awaited.push_back(self->make_response_promise<index_size>());
        auto promise = state->index_awaited.back();
        tell_index(*state);
        return promise;
      },
      [=](applied_atom, stream_id stream, std::uint64_t seq) {
        if (stream != state->partition->follows() || seq <= state->applied) return;
        state->applied = seq;
        for (auto& each : std::exchange(state->parked, {})) {
          note_turn(*each.job);
          enter(*state, std::move(each));
        }
        begin_turn();
        if (seq - state->index_asked >= index_every) ask_for_index(self, state);
      },
  };
}

}  // namespace whorl::actors
