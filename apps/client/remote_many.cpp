#include "apps/client/remote_many.hpp"

#include <map>
#include <vector>

#include "apps/client/transfer.hpp"

namespace whorl::apps::client {
namespace {

/// Connections that are kept open for what comes next.
constexpr long idle_connections_max = 256;

struct multi_release {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

struct job {
  explicit job(const remote_settings& settings) : sending(settings) {}
  transfer sending;
  bytes body;
  remote_many::answered done;
};

class curl_many final : public remote_many {
 public:
  explicit curl_many(remote_settings settings) : settings_(std::move(settings)) {
    start_curl();
    multi_.reset(curl_multi_init());
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, idle_connections_max);
  }
  ~curl_many() override {
    for (const auto& [handle, unused] : jobs_) curl_multi_remove_handle(multi_.get(), handle);
  }

  void get(const std::string& path, long patience_ms, answered done) override {
    auto one = next_job(std::move(done));
    start(std::move(one), path, nullptr, {}, patience_ms);
  }
  void post(const std::string& path, bytes body, const std::string& content_type, long patience_ms,
            answered done) override {
    auto one = next_job(std::move(done));
    one->body = std::move(body);
    const byte_view view(one->body);
    start(std::move(one), path, &view, content_type, patience_ms);
  }

  void work(int wait_ms) override {
    int running = 0, left = 0;
    curl_multi_perform(multi_.get(), &running);
    if (!end_all()) {
      curl_multi_poll(multi_.get(), nullptr, 0, wait_ms, &left);
      curl_multi_perform(multi_.get(), &running);
      end_all();
    }
  }

 private:
  std::unique_ptr<job> next_job(answered done) {
    std::unique_ptr<job> one;
    if (spare_.empty()) {
      one = std::make_unique<job>(settings_);
    } else {
      one = std::move(spare_.back());
      spare_.pop_back();
    }
    one->done = std::move(done);
    return one;
  }

  void start(std::unique_ptr<job> one, const std::string& path, const byte_view* body,
             const std::string& content_type, long patience_ms) {
    status ready = one->sending.prepare(path, body, content_type, patience_ms);
    CURL* const handle = one->sending.handle();
    if (ready && curl_multi_add_handle(multi_.get(), handle) != CURLM_OK)
      ready = make_error(errc::unavailable, "no memory for a request");
    if (!ready) return one->done(ready.error());
    jobs_.emplace(handle, std::move(one));
  }

  /// True when any has ended.
  bool end_all() {
    struct ended {
      std::unique_ptr<job> which;
      CURLcode how;
    };
    std::vector<ended> all;  // first: what is called may start others
    int left = 0;
    while (const CURLMsg* const said = curl_multi_info_read(multi_.get(), &left)) {
      if (said->msg != CURLMSG_DONE) continue;
      const CURLcode how = said->data.result;
      auto found = jobs_.extract(said->easy_handle);
      curl_multi_remove_handle(multi_.get(), found.key());
      all.push_back({std::move(found.mapped()), how});
    }
    for (ended& each : all) {
      const answered done = std::exchange(each.which->done, nullptr);
      auto outcome = each.which->sending.outcome(each.how);
      each.which->body = {};
      spare_.push_back(std::move(each.which));
      done(std::move(outcome));
    }
    return !all.empty();
  }

  remote_settings settings_;
  std::unique_ptr<CURLM, multi_release> multi_;
  std::map<CURL*, std::unique_ptr<job>> jobs_;
  std::vector<std::unique_ptr<job>> spare_;
};

}  // namespace

result<std::unique_ptr<remote_many>> remote_many::make(const remote_settings& settings) {
  WHORL_ASSIGN(remote_settings wanted, checked(settings));
  return std::unique_ptr<remote_many>(std::make_unique<curl_many>(std::move(wanted)));
}

}  // namespace whorl::apps::client
