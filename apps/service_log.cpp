#include "apps/service_log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace whorl::apps {
namespace {

constexpr std::size_t lines_waiting_max = 4096;
constexpr std::size_t written_at_once = 4096;  // a pipe that takes anything takes so much
constexpr std::size_t buffered = 16u << 10;
constexpr int look_ms = 100, looks_at_the_end = 10;

/// Writes to a descriptor when that can take it, and at the end no longer than a second in vain.
/// Used by the log's thread alone, but for what is atomic.
class descriptor_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  descriptor_sink(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {}
  ~descriptor_sink() override {
    if (owned_) ::close(descriptor_);
  }
  void ends() { ending_ = true; }
  std::uint64_t lost() const { return lost_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& what) override {
    spdlog::memory_buf_t line;
    formatter_->format(what, line);
    text_.append(line.data(), line.size());
    if (text_.size() >= buffered) flush_();
  }
  void flush_() override {
    std::size_t at = 0;
    for (int looks = 0; at < text_.size() && looks < looks_at_the_end && !given_up_;) {
      pollfd one{descriptor_, POLLOUT, 0};
      ssize_t n = -1;
      if (::poll(&one, 1, look_ms) > 0) {
        n = ::write(descriptor_, text_.data() + at, std::min(text_.size() - at, written_at_once));
        // A full disk, a reader that has gone: waiting would not help.
        if (n < 0 && errno != EAGAIN && errno != EINTR) break;
      }
      if (n > 0) at += static_cast<std::size_t>(n);
      looks = n > 0 || !ending_ ? 0 : looks + 1;
    }
    if (at < text_.size() && ending_) given_up_ = true;
    lost_ += static_cast<std::uint64_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(at), text_.end(), '\n'));
    text_.clear();
  }

 private:
  const int descriptor_;
  const bool owned_;
  std::string text_;
  std::atomic<bool> ending_{false};
  std::atomic<std::uint64_t> lost_{0};
  bool given_up_ = false;
};

}  // namespace

struct service_log::parts {
  std::shared_ptr<descriptor_sink> sink;
  std::shared_ptr<spdlog::details::thread_pool> thread;
  std::shared_ptr<spdlog::logger> logger;

  void write(spdlog::level::level_enum level, const nlohmann::ordered_json& what) {
    if (!logger->should_log(level)) return;
    // The object without its opening brace: time and level come first.
    const std::string text =
        what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).substr(1);
    logger->log(level, spdlog::string_view_t(text.data(), text.size()));
  }
};

service_log::service_log() : parts_(std::make_unique<parts>()) {}
service_log::~service_log() {
  if (parts_->logger == nullptr) return;
  spdlog::shutdown();
  parts_->logger->flush();
  parts_->sink->ends();
  parts_->thread.reset();  // which writes what waits
}

result<std::unique_ptr<service_log>> service_log::open(const std::string& file,
                                                       const std::string& level) {
  std::unique_ptr<service_log> out(new service_log);
  parts& all = *out->parts_;
  int descriptor = STDERR_FILENO;
  if (!file.empty()) {
    std::error_code ignored;  // then it cannot be opened either
    const auto folder = std::filesystem::path(file).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640);
    if (descriptor < 0)
      return make_error(errc::io, file + ": cannot be opened as a log: " +
                                      std::generic_category().message(errno));
  }
  try {
    all.sink = std::make_shared<descriptor_sink>(descriptor, !file.empty());
    all.thread = std::make_shared<spdlog::details::thread_pool>(lines_waiting_max, 1);
    auto logger = std::make_shared<spdlog::async_logger>(
        "whorl", all.sink, all.thread, spdlog::async_overflow_policy::overrun_oldest);
    logger->set_pattern(R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)",
                        spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(level));
    // A write for each line costs a third of the requests: what was refused is written at once, the
    // rest within a second.
    logger->flush_on(spdlog::level::warn);
    spdlog::register_logger(logger);
    all.logger = std::move(logger);
    spdlog::flush_every(std::chrono::seconds(1));
  } catch (const spdlog::spdlog_ex& e) {
    return make_error(errc::conflict, std::string("a second log in one process: ") + e.what());
  }
  return out;
}

std::uint64_t service_log::lines_lost() const {
  return parts_->thread->overrun_counter() + parts_->sink->lost();
}

void service_log::warning(std::string_view event, std::string_view text) {
  parts_->write(spdlog::level::warn, {{"event", event}, {"text", text}});
}

void service_log::info(std::string_view event, std::string_view text) {
  parts_->write(spdlog::level::info, {{"event", event}, {"text", text}});
}

void service_log::event(const actors::node_event& what) {
  const auto level = what.level == actors::event_level::warning ? spdlog::level::warn
                     : what.level == actors::event_level::debug ? spdlog::level::debug
                                                                : spdlog::level::info;
  if (!parts_->logger->should_log(level)) return;
  nlohmann::ordered_json line = {{"event", what.what}};
  if (!what.node.empty()) line["node"] = what.node;
  if (what.partition) line["partition"] = to_string(*what.partition);
  if (what.map_epoch) line["map_epoch"] = *what.map_epoch;
  if (what.round) {
    const actors::round_note& round = *what.round;
    line["round"] = round.round;
    line["booking"] = to_string(round.booking);
    line["gallery"] = to_string(round.gallery);
    line["micros"] = round.took_us;
    line["partitions"] = round.partitions;
    line["missing"] = round.partitions_missing();
  }
  if (!what.text.empty()) line["text"] = what.text;
  parts_->write(level, line);
}

void service_log::request(const request_note& note) {
  const auto level = note.status >= 500   ? spdlog::level::err
                     : note.status >= 400 ? spdlog::level::warn
                                          : spdlog::level::info;
  if (!parts_->logger->should_log(level)) return;
  nlohmann::ordered_json line = {{"event", "request"},          {"route", note.route},
                                 {"method", note.method},       {"status", note.status},
                                 {"principal", note.principal}, {"address", note.address},
                                 {"micros", note.micros}};
  if (!note.booking.empty()) line["booking"] = note.booking;
  parts_->write(level, line);
}

}  // namespace whorl::apps
