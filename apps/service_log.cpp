#include "apps/service_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace whorl::apps {

struct service_log::parts {
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
}

result<std::unique_ptr<service_log>> service_log::open(const std::string& file,
                                                       const std::string& level) {
  std::unique_ptr<service_log> out(new service_log);
  try {
    spdlog::sink_ptr sink;
    if (file.empty())
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    out->parts_->logger = std::make_shared<spdlog::logger>("whorl", std::move(sink));
  } catch (const spdlog::spdlog_ex& e) {
    return make_error(errc::io, file + ": cannot be opened as a log: " + e.what());
  }
  spdlog::logger& logger = *out->parts_->logger;
  logger.set_pattern(R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)",
                     spdlog::pattern_time_type::utc);
  logger.set_level(spdlog::level::from_str(level));
  // A write for each line costs a third of the requests: what was refused is on the disk at once,
  // the rest within a second.
  logger.flush_on(spdlog::level::warn);
  spdlog::register_logger(out->parts_->logger);
  spdlog::flush_every(std::chrono::seconds(1));
  return out;
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
