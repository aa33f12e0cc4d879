#include "apps/client/remote.hpp"

#include "apps/client/transfer.hpp"

namespace whorl::apps::client {
namespace {

class curl_remote final : public remote {
 public:
  explicit curl_remote(remote_settings settings)
      : settings_(std::move(settings)), transfer_(settings_) {}

  result<remote_answer> get(const std::string& path) override { return ask(path, nullptr, {}); }
  result<remote_answer> post(const std::string& path, byte_view body,
                             const std::string& content_type) override {
    return ask(path, &body, content_type);
  }

 private:
  result<remote_answer> ask(const std::string& path, const byte_view* body,
                            const std::string& content_type) {
    WHORL_TRY(transfer_.prepare(path, body, content_type, settings_.patience_ms));
    return transfer_.outcome(curl_easy_perform(transfer_.handle()));
  }

  remote_settings settings_;
  transfer transfer_;
};

}  // namespace

result<std::unique_ptr<remote>> remote::make(const remote_settings& settings) {
  WHORL_ASSIGN(remote_settings wanted, checked(settings));
  return std::unique_ptr<remote>(std::make_unique<curl_remote>(std::move(wanted)));
}

std::string escaped(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
    out += plain.find(c) != std::string_view::npos ? std::string(1, c) : std::string(hex);
  }
  return out;
}

}  // namespace whorl::apps::client
