#include "sim/cluster/seed_workers.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "sim/cluster/checkers.hpp"
#include "sim/cluster/start_store.hpp"

namespace whorl::sim {

/// As it comes from a worker, a line each; before it, {"begun": seed}.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(seed_report, seed, promise, what, fell, repeated, differs,
                                   digest, steps, messages, restarts, virtual_ms, fired)
using nlohmann::json;

namespace {

std::string line_of(const json& what) {
  return what.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

void say(int out, const std::string& line) {
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t some = ::write(out, line.data() + written, line.size() - written);
    if (some <= 0) ::_exit(1);  // nobody listens any more
    written += static_cast<std::size_t>(some);
  }
}

/// The child's whole life: every `work.jobs`th seed.
[[noreturn]] void work_on(const seed_work& work, std::uint64_t index, const std::string& folder,
                          int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  for (std::uint64_t i = index; i < work.count && (!work.go_on || work.go_on()); i += work.jobs) {
    const std::uint64_t seed = work.first + i;
    say(out, line_of({{"begun", seed}}));
    auto report = run_one_seed(work, seed, folder);
    if (!report) {
      seed_report failed;
      failed.seed = seed;
      failed.fell = true;
      failed.what = report.error().message;
      report = failed;
    }
    say(out, line_of(*report));
  }
  ::_exit(0);
}

struct worker {
  pid_t process = -1;
  int in = -1;
  std::string text;  ///< not yet a whole line
  std::optional<std::uint64_t> at;
};

result<worker> start_worker(const seed_work& work, std::uint64_t index, const std::string& folder) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return make_error(errc::unavailable, "no pipe can be made for a simulation's process");
  worker made;
  made.process = ::fork();
  if (made.process == 0) work_on(work, index, folder, ends[1]);
  ::close(ends[1]);
  made.in = ends[0];
  if (made.process < 0) {
    ::close(ends[0]);
    return make_error(errc::unavailable, "no process can be started for a simulation");
  }
  return made;
}

/// Every whole line of what has come. False: to be stopped.
bool take_lines(worker& from, const std::function<bool(const seed_report&)>& on_report) {
  std::size_t end = 0;
  while ((end = from.text.find('\n')) != std::string::npos) {
    const json line = json::parse(from.text.substr(0, end), nullptr, false);
    from.text.erase(0, end + 1);
    if (line.is_discarded()) continue;
    if (line.contains("begun")) {
      from.at = line["begun"].get<std::uint64_t>();
      continue;
    }
    from.at.reset();
    if (!on_report(line.get<seed_report>())) return false;
  }
  return true;
}

/// The process has closed its end. False: to be stopped.
bool end_worker(worker& which, const std::function<bool(const seed_report&)>& on_report) {
  int ended = 0;
  ::close(which.in);
  ::waitpid(which.process, &ended, 0);
  which.process = -1;
  if (!which.at) return true;
  seed_report fallen;
  fallen.seed = *which.at;
  fallen.fell = true;
  fallen.what = WIFSIGNALED(ended) ? "its process died of signal " + std::to_string(WTERMSIG(ended))
                                   : "its process ended";
  return on_report(fallen);
}

}  // namespace

std::size_t nodes_of(std::uint64_t seed) { return seed % 5 == 0 ? 0 : 1 + seed % 5; }

bool is_chosen(std::uint64_t seed, std::uint64_t every) {
  if (every == 0) return false;
  const std::uint64_t at = seed - 1;  // from the first
  return at % every == at / every % every;
}

result<seed_report> run_one_seed(const seed_work& work, std::uint64_t seed,
                                 const std::string& folder) {
  run_options options = work.options;
  options.seed = seed;
  options.nodes = work.nodes.value_or(nodes_of(seed));
  options.replays = work.options.replays && is_chosen(seed, work.replay_every);
  WHORL_ASSIGN(const run_outcome run, run_seed(options, folder + "/start", folder));
  seed_report report;
  report.seed = seed;
  if (const auto found = first_breach(run)) {
    report.promise = found->promise;
    report.what = found->what;
  }
  report.digest = run.trace;
  report.steps = run.steps;
  report.messages = run.messages;
  report.restarts = run.exchange_restarts + run.node_restarts;
  report.virtual_ms = run.virtual_ms;
  report.fired = run.fired;
  if (!is_chosen(seed, work.repeat_every)) return report;
  options.tell = {};
  options.replays = false;  // its trace alone is looked at
  WHORL_ASSIGN(const run_outcome again, run_seed(options, folder + "/start", folder));
  report.repeated = true;
  report.differs = again.trace != run.trace || again.steps != run.steps;
  return report;
}

status run_seeds(const seed_work& work, const std::string& folder,
                 const std::function<bool(const seed_report&)>& on_report) {
  std::vector<worker> workers;
  status failed;
  for (std::uint64_t i = 0; i < std::min(work.jobs, work.count); ++i) {
    auto made = start_worker(work, i, folder);
    if (made)
      workers.push_back(*std::move(made));
    else
      failed = made.error();
  }
  bool go_on = failed.has_value();
  while (go_on && !workers.empty()) {
    std::vector<pollfd> all;
    for (const worker& each : workers) all.push_back({each.in, POLLIN, 0});
    if (::poll(all.data(), all.size(), -1) < 0) continue;
    for (std::size_t i = workers.size(); i-- > 0 && go_on;) {
      if (all[i].revents == 0) continue;
      char some[4096];
      const ssize_t read = ::read(workers[i].in, some, sizeof some);
      if (read > 0) {
        workers[i].text.append(some, static_cast<std::size_t>(read));
        go_on = take_lines(workers[i], on_report);
        continue;
      }
      go_on = end_worker(workers[i], on_report);
      workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  for (worker& each : workers) {
    ::kill(each.process, SIGKILL);
    ::waitpid(each.process, nullptr, 0);
    ::close(each.in);
  }
  return failed;
}

}  // namespace whorl::sim
