// The edge actors: they do what blocks (fsync, files) and decide nothing. In a process they are
// detached (a thread each); in simulation the same actors run on the testing scheduler over a
// simulated journal.
#pragma once

#include <caf/all.hpp>

#include <functional>
#include <string>
#include <vector>

#include "actors/time_source.hpp"
#include "storage/store.hpp"

namespace whorl::actors {

/// append / find / read / tail / listen over a journal. Appends that wait in the mailbox together
/// become one group commit, at most limits::journal_batch_max facts.
caf::behavior journal_actor(caf::event_based_actor* self, storage::journal* log);

/// seal / unseal / destroy over the keyring; seals that wait together share one fsync. sign makes a
/// head's text, keep writes it into the store.
caf::behavior vault_actor(caf::event_based_actor* self, storage::keyring* keys,
                          const storage::head_signer* signer);

/// Keeps every projection of the store at the journal's tail and tells `listeners`
/// (applied_atom, stream, seq) after each step. Listens to `journal`.
caf::behavior projector_actor(caf::event_based_actor* self, const storage::journal* log,
                              std::vector<storage::projection*> stores, caf::actor journal,
                              std::vector<caf::actor> listeners);

/// What a dispatcher does with one message; returns where it went.
using deliver_function =
    std::function<result<std::string>(const message_queued& what, const bytes& body)>;

/// Delivers what the outbox holds, at least once, in order, and journals each delivery
/// (promise 9). Woken by (applied_atom, outbox, seq). A message whose key was purged counts as
/// delivered to nowhere.
caf::behavior dispatcher_actor(caf::event_based_actor* self, const storage::outbox_store* outbox,
                               const storage::keyring* keys, caf::actor journal, time_source time,
                               deliver_function deliver);

/// Writes each message as a file `<folder>/<id with / as _>.eft` (or .txt for queries to people):
/// written beside, synced and renamed, so a file is whole or absent and a repeat replaces it with
/// itself.
deliver_function deliver_to_folder(std::string folder);

}  // namespace whorl::actors
