#include "actors/search_actors.hpp"

#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

struct replica_state {
  const storage::gallery_partition* partition = nullptr;
  std::uint64_t applied = 0;
  struct parked_job {
    scan_job_ptr job;
    caf::typed_response_promise<scan_outcome> promise;
  };
  std::vector<parked_job> parked;  ///< for the facts they must cover; limits::scans_parked_max
};

scan_outcome unwanted(const storage::gallery_partition& partition) {
  scan_outcome outcome;
  outcome.missing.push_back({partition.id(), "the search was given up"});
  return outcome;
}

scan_outcome run(const replica_state& state, const scan_job& job) {
  return wanted(job) ? run_job(*state.partition, state.applied, job) : unwanted(*state.partition);
}

/// Those that nobody waits for make room first.
void drop_unwanted(replica_state& state) {
  std::erase_if(state.parked, [&](replica_state::parked_job& p) {
    if (wanted(*p.job)) return false;
    p.promise.deliver(unwanted(*state.partition));
    return true;
  });
}

void run_parked(replica_state& state) {
  auto waiting = std::exchange(state.parked, {});
  for (auto& p : waiting) {
    if (p.job->tail_seq <= state.applied)
      p.promise.deliver(run(state, *p.job));
    else
      state.parked.push_back(std::move(p));
  }
}

}  // namespace

caf::behavior replica_actor(caf::event_based_actor* self,
                            const storage::gallery_partition* partition,
                            std::uint64_t applied_seq) {
  auto state = std::make_shared<replica_state>();
  state->partition = partition;
  state->applied = applied_seq;
  return {
      [=](scan_atom, const scan_job_ptr& job) -> caf::result<scan_outcome> {
        auto promise = self->make_response_promise<scan_outcome>();
        if (job->tail_seq <= state->applied) {
          promise.deliver(run(*state, *job));
          return promise;
        }
        if (state->parked.size() >= limits::scans_parked_max) drop_unwanted(*state);
        if (state->parked.size() < limits::scans_parked_max) {
          state->parked.push_back({job, promise});
        } else {
          scan_outcome refused;
          refused.missing.push_back({partition->id(), "too many searches wait for this partition"});
          promise.deliver(std::move(refused));
        }
        return promise;
      },
      [=](applied_atom, stream_id stream, std::uint64_t seq) {
        if (stream != partition->follows() || seq <= state->applied) return;
        state->applied = seq;
        run_parked(*state);
      },
  };
}

}  // namespace whorl::actors
