#include "actors/protocol.hpp"
#include "actors/search_actors.hpp"

namespace whorl::actors {

caf::behavior indexer_actor(caf::event_based_actor*) {
  return {[](index_atom, const index_request& wanted) -> caf::result<index_segment_ptr> {
    auto segment = build_segment(*wanted.partition, wanted.from);
    if (!segment) return caf::make_error(caf::sec::runtime_error, segment.error().message);
    return *std::move(segment);
  }};
}

}  // namespace whorl::actors
