#include "sim/cluster/start_store.hpp"

#include <cstdlib>
#include <filesystem>

#include "sim/cluster/scenario.hpp"
#include "sim/cluster/world_state.hpp"

namespace whorl::sim {

namespace fs = std::filesystem;

fs::path folder_for_runs() {
  constexpr std::uintmax_t room_of_runs = 1u << 30;  // what a few at a time take at most
  const fs::path memory = "/dev/shm";
  std::error_code failed;
  const auto room = fs::space(memory, failed);
  const bool fits = !failed && room.available >= room_of_runs;
  return fits && std::getenv("TMPDIR") == nullptr ? memory : fs::temp_directory_path();
}

status make_start_store(const std::string& folder) {
  WHORL_TRY(storage::create_store(folder, partitions));
  storage::partition_options options;
  options.map_bytes = room_bytes;
  options.durable = false;
  WHORL_ASSIGN(const auto opened, storage::open_store(folder, options));
  return enrol_start_people(*opened);
}

result<run_outcome> run_seed(const run_options& options, const std::string& start_store,
                             const std::string& work) {
  const fs::path folder = fs::path(work) / ("seed-" + std::to_string(options.seed));
  std::error_code failed;
  fs::remove_all(folder, failed);
  fs::create_directories(folder, failed);
  if (!failed) fs::copy(start_store, folder / "store", fs::copy_options::recursive, failed);
  if (failed) return make_error(errc::io, folder.string() + ": " + failed.message());
  run_outcome out = run_world(options, folder.string());
  fs::remove_all(folder, failed);
  return out;
}

}  // namespace whorl::sim
