// Accepting, and stopping; what happens on a connection is connection.cpp's.
#include "apps/http/server.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "apps/http/connection.hpp"
#include "apps/http/listening.hpp"

namespace whorl::apps::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::int64_t close_ms = 2000;

status load(asio::ssl::context& tls, const server_settings& s) {
  error_code failed;
  const auto bad = [&](const std::string& file, const char* what) {
    return make_error(errc::invalid_input, file + ": " + what + ": " + failed.message());
  };
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_compression);
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  // No resumption: a session would outlive what its certificate was then.
  SSL_CTX_set_options(tls.native_handle(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(tls.native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(tls.native_handle(), 0);
  tls.use_certificate_chain_file(s.certificate, failed);
  if (failed) return bad(s.certificate, "no certificate chain (PEM)");
  tls.use_private_key_file(s.key, asio::ssl::context::pem, failed);
  if (failed) return bad(s.key, "not the certificate's key (PEM)");
  tls.load_verify_file(s.authority, failed);
  if (failed) return bad(s.authority, "no certificate authority (PEM)");
  tls.set_verify_mode(asio::ssl::verify_peer, failed);
  return {};
}

class server_impl final : public server {
 public:
  explicit server_impl(std::shared_ptr<shared_state> state)
      : state_(std::move(state)), acceptor_(asio::make_strand(io_)) {}
  ~server_impl() override { stop(0); }

  status open() {
    std::signal(SIGPIPE, SIG_IGN);  // writing to who has gone is that connection's end alone
    WHORL_TRY(load(tls_, state_->settings));
    WHORL_ASSIGN(port_, listen_at(acceptor_, state_->settings.address, state_->settings.port));
    accept();
    const std::size_t count = std::max<std::size_t>(state_->settings.threads, 1);
    running_ = count;
    for (std::size_t i = 0; i < count; ++i)
      threads_.emplace_back([this] {
        run_handlers(io_);
        running_ -= 1;
      });
    return {};
  }

  std::uint16_t port() const override { return port_; }
  std::size_t connections() const override { return state_->connections; }

  void stop(std::int64_t drain_ms) override {
    if (threads_.empty()) return;
    state_->draining = true;
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    each([](connection& c) { c.close_when_idle(); });
    wait_until(drain_ms, [this] { return state_->requests == 0; });
    each([](connection& c) { c.close_now(); });
    // Now nothing is left to run but what closes them; whatever hangs all the same is cut off.
    work_.reset();
    wait_until(close_ms, [this] { return running_ == 0; });
    io_.stop();
    for (std::thread& t : threads_) t.join();
    threads_.clear();
    std::set<std::shared_ptr<connection>> dropped;  // dies after the lock: they take it too
    const std::scoped_lock lock(state_->mutex);
    state_->stopped = true;
    dropped.swap(state_->asked);
  }

 private:
  template <class Done>
  static void wait_until(std::int64_t most_ms, Done done) {
    const auto end = std::chrono::steady_clock::now() + milliseconds(most_ms);
    while (!done() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(milliseconds(5));
  }

  template <class What>
  void each(What what) {
    std::vector<std::shared_ptr<connection>> all;
    {
      const std::scoped_lock lock(state_->mutex);
      for (connection* c : state_->open)
        if (auto held = c->held()) all.push_back(std::move(held));
    }
    for (const auto& c : all) what(*c);
  }

  void accept() {
    acceptor_.async_accept(asio::make_strand(io_),
                           [this](const error_code& failed, tcp::socket socket) {
                             if (failed == asio::error::operation_aborted || !acceptor_.is_open())
                               return;
                             if (!failed) let_in(std::move(socket));
                             if (!failed || failed == asio::error::connection_aborted)
                               return accept();
                             // No descriptors left, likely: some must close before the next can
                             // come.
                             pause_.expires_after(milliseconds(50));
                             pause_.async_wait([this](const error_code& e) {
                               if (!e) accept();
                             });
                           });
  }

  /// Closes it where there is no room.
  void let_in(tcp::socket socket) {
    error_code failed;
    const auto end = socket.remote_endpoint(failed);
    if (failed || state_->connections >= state_->settings.connections_max) return;
    std::string address = end.address().to_string();
    const std::string network = network_of(address);
    const auto made = make_connection(std::move(socket), tls_, std::move(address), state_);
    const auto room = state_->strangers.enter(made, network);
    if (room.out) room.out->close_now();
    if (room.in) made->run(*room.in);
  }

  std::shared_ptr<shared_state> state_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_{acceptor_.get_executor()};
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> running_{0};
};

}  // namespace

result<std::unique_ptr<server>> server::start(const server_settings& settings, server_hooks hooks) {
  auto out =
      std::make_unique<server_impl>(std::make_shared<shared_state>(settings, std::move(hooks)));
  WHORL_TRY(out->open());
  return std::unique_ptr<server>(std::move(out));
}

}  // namespace whorl::apps::http
