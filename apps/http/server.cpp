// The one file with Boost.Beast: slow to compile.
#include "apps/http/server.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "apps/http/problem.hpp"
#include "apps/pki/names.hpp"

namespace whorl::apps::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t read_piece = 4096;
constexpr std::int64_t close_ms = 2000;

struct counters {
  std::atomic<std::size_t> connections{0}, requests{0}, body_bytes{0};
  std::atomic<bool> draining{false};
};

class connection;
struct shared_state {
  server_settings settings;
  server_hooks hooks;
  counters count;
  std::mutex mutex;
  std::set<connection*> open;  ///< those alive, to be closed by stop()
  /// Those whose request is with the hooks. They live here and not in the reply, which may outlast
  /// the server.
  std::set<std::shared_ptr<connection>> asked;
  bool stopped = false;
};

/// Part of the bodies that are being received; given back when it dies.
class body_share {
 public:
  explicit body_share(counters& count) : count_(count) {}
  body_share(const body_share&) = delete;
  body_share& operator=(const body_share&) = delete;
  ~body_share() { give_back(); }
  bool take(std::size_t bytes) {
    give_back();
    if (count_.body_bytes.fetch_add(bytes) + bytes > limits::http_body_bytes_waiting_max) {
      count_.body_bytes.fetch_sub(bytes);
      return false;
    }
    bytes_ = bytes;
    return true;
  }
  void give_back() {
    count_.body_bytes.fetch_sub(bytes_);
    bytes_ = 0;
  }

 private:
  counters& count_;
  std::size_t bytes_ = 0;
};

class connection : public std::enable_shared_from_this<connection> {
 public:
  connection(tcp::socket socket, asio::ssl::context& tls, std::shared_ptr<shared_state> state)
      : stream_(std::move(socket), tls), state_(std::move(state)), share_(state_->count) {
    state_->count.connections += 1;
    const std::scoped_lock lock(state_->mutex);
    state_->open.insert(this);
  }
  ~connection() {
    {
      const std::scoped_lock lock(state_->mutex);
      state_->open.erase(this);
    }
    state_->count.connections -= 1;
    if (answering_) state_->count.requests -= 1;
  }

  void run() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->handshake(); });
  }
  /// Idle: closed at once. Answering: the response is the last.
  void close_when_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (!self->answering_) self->close();
    });
  }
  void close_now() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->close(); });
  }

 private:
  void expire(std::int64_t after_ms) {
    beast::get_lowest_layer(stream_).expires_after(milliseconds(after_ms));
  }
  void close() {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  void handshake() {
    if (state_->count.draining) return close();
    error_code ignored;
    const auto end = beast::get_lowest_layer(stream_).socket().remote_endpoint(ignored);
    if (!ignored) peer_.address = end.address().to_string();
    beast::get_lowest_layer(stream_).socket().set_option(tcp::no_delay(true), ignored);
    stream_.set_verify_callback([this](bool holds, asio::ssl::verify_context& context) {
      if (!holds && peer_.fault.empty())
        peer_.fault =
            X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.native_handle()));
      return true;  // refused by the hooks, which can say why and record it
    });
    expire(state_->settings.handshake_ms);
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = shared_from_this()](const error_code& failed) {
                              if (failed) return;
                              self->meet();
                              self->wait();
                            });
  }

  void meet() {
    const X509* const shown = SSL_get0_peer_certificate(stream_.native_handle());
    if (shown == nullptr) return;
    peer_.name = pki::common_name_of(shown);
    peer_.serial = pki::serial_text(X509_get0_serialNumber(shown));
    if (peer_.fault.empty() && (peer_.name.empty() || peer_.serial.empty()))
      peer_.fault = "no single common name, or a serial number that is none of ours";
  }

  /// Idle, until the first byte of a request.
  void wait() {
    if (state_->count.draining) return close();
    if (buffer_.size() > 0) return read_head();
    expire(state_->settings.idle_ms);
    stream_.async_read_some(buffer_.prepare(read_piece),
                            [self = shared_from_this()](const error_code& failed, std::size_t n) {
                              if (failed) return self->close();
                              self->buffer_.commit(n);
                              self->read_head();
                            });
  }

  void read_head() {
    answering_ = true;
    state_->count.requests += 1;
    parser_.emplace();
    parser_->header_limit(limits::http_head_bytes_max);
    parser_->body_limit(limits::transaction_bytes_max);
    expire(state_->settings.request_ms);
    bh::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& failed, std::size_t) {
                            if (failed) return self->refuse_malformed(failed);
                            self->on_head();
                          });
  }

  void on_head() {
    const auto& head = parser_->get();
    keep_ = head.keep_alive();
    whole_ = {};
    whole_.from = peer_;
    whole_.method = std::string(head.method_string());
    whole_.target = std::string(head.target());
    whole_.content_type = std::string(head[bh::field::content_type]);
    const auto length = parser_->content_length();
    const bool body = parser_->chunked() || length.value_or(0) > 0;
    if (parser_->chunked() || (body && !length))
      return refuse(problem(411, "invalid_input", "a body needs a Content-Length"));
    if (head.version() != 11 || head.find(bh::field::host) == head.end())
      return refuse(problem(400, "invalid_input", "HTTP/1.1 with one Host is spoken here"));
    if (auto refusal = state_->hooks.admit(whole_, length.value_or(0)))
      return body ? refuse(*std::move(refusal)) : send(*std::move(refusal));
    if (!body) return handle();
    if (!share_.take(*length))
      return refuse(
          problem(503, "overloaded", "too many bodies are being received: send it again"));
    if (beast::iequals(head[bh::field::expect], "100-continue")) return go_on();
    read_body();
  }

  void go_on() {
    interim_ = std::make_shared<bh::response<bh::empty_body>>(bh::status::continue_, 11);
    bh::async_write(stream_, *interim_,
                    [self = shared_from_this()](const error_code& failed, std::size_t) {
                      if (failed) return self->close();
                      self->read_body();
                    });
  }

  void read_body() {
    bh::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& failed, std::size_t) {
                     if (failed) return self->refuse_malformed(failed);
                     const std::string& text = self->parser_->get().body();
                     const auto* from = reinterpret_cast<const std::byte*>(text.data());
                     self->whole_.body.assign(from, from + text.size());
                     self->handle();
                   });
  }

  void handle() {
    parser_.reset();
    beast::get_lowest_layer(stream_).expires_never();  // the node has its own deadlines
    {
      const std::scoped_lock lock(state_->mutex);
      state_->asked.insert(shared_from_this());
    }
    state_->hooks.handle(std::move(whole_), [state = state_, asked = weak_from_this()](response r) {
      const std::scoped_lock lock(state->mutex);
      const auto self = asked.lock();
      if (state->stopped || self == nullptr) return;
      asio::post(self->stream_.get_executor(),
                 [self, r = std::move(r)]() mutable { self->reply(std::move(r)); });
    });
  }

  void reply(response out) {
    {
      const std::scoped_lock lock(state_->mutex);
      state_->asked.erase(shared_from_this());
    }
    send(std::move(out));
  }

  /// What cannot be read as a request: answered where the sender may still listen.
  void refuse_malformed(const error_code& failed) {
    if (failed == bh::error::end_of_stream || failed == asio::error::operation_aborted ||
        failed == asio::error::eof || failed == asio::ssl::error::stream_truncated ||
        failed == asio::error::connection_reset)
      return close();
    response out;
    if (failed == beast::error::timeout) return close();  // Beast has closed it
    if (failed == bh::error::header_limit || failed == bh::error::buffer_overflow)
      out = problem(
          431, "limit_exceeded",
          "the head has more than " + std::to_string(limits::http_head_bytes_max) + " bytes");
    else if (failed == bh::error::body_limit)
      out = problem(
          413, "limit_exceeded",
          "the body has more than " + std::to_string(limits::transaction_bytes_max) + " bytes");
    else
      out = problem(400, "invalid_input", "not a request of HTTP/1.1: " + failed.message());
    state_->hooks.malformed(out.status);
    refuse(std::move(out));
  }

  /// Answers and ends the connection: what follows in it was not read.
  void refuse(response out) {
    keep_ = false;
    send(std::move(out));
  }

  void send(response out) {
    share_.give_back();
    keep_ = keep_ && !state_->count.draining;
    auto message = std::make_shared<bh::response<bh::string_body>>(
        static_cast<bh::status>(out.status), 11, std::move(out.body));
    message->reason(std::string(phrase_of(out.status)));
    message->set(bh::field::content_type, out.content_type);
    message->set(bh::field::cache_control, "no-store");
    message->set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : out.headers) message->set(name, value);
    message->keep_alive(keep_);
    message->prepare_payload();
    expire(state_->settings.write_ms);
    bh::async_write(stream_, *message,
                    [self = shared_from_this(), message](const error_code& failed, std::size_t) {
                      self->answered(!failed);
                    });
  }

  void answered(bool sent) {
    if (answering_) state_->count.requests -= 1;
    answering_ = false;
    if (!sent) return close();
    if (keep_) return wait();
    expire(state_->settings.write_ms);
    stream_.async_shutdown([self = shared_from_this()](const error_code&) { self->close(); });
  }

  beast::ssl_stream<beast::tcp_stream> stream_;
  std::shared_ptr<shared_state> state_;
  body_share share_;
  beast::flat_buffer buffer_{limits::http_head_bytes_max + read_piece};
  std::optional<bh::request_parser<bh::string_body>> parser_;
  std::shared_ptr<bh::response<bh::empty_body>> interim_;
  peer peer_;
  request whole_;
  bool answering_ = false, keep_ = false;
};

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
  SSL_CTX_set_mode(tls.native_handle(), SSL_MODE_RELEASE_BUFFERS);
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
    WHORL_TRY(load(tls_, state_->settings));
    error_code failed;
    const auto address = asio::ip::make_address(state_->settings.address, failed);
    const std::string name = state_->settings.address + ":" + std::to_string(state_->settings.port);
    if (failed) return make_error(errc::invalid_input, name + ": not a numeric address");
    const tcp::endpoint end(address, state_->settings.port);
    acceptor_.open(end.protocol(), failed);
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor_.bind(end, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return make_error(errc::io, name + ": cannot listen: " + failed.message());
    port_ = acceptor_.local_endpoint().port();
    accept();
    const std::size_t count = std::max<std::size_t>(state_->settings.threads, 1);
    running_ = count;
    for (std::size_t i = 0; i < count; ++i)
      threads_.emplace_back([this] {
        io_.run();
        running_ -= 1;
      });
    return {};
  }

  std::uint16_t port() const override { return port_; }
  std::size_t connections() const override { return state_->count.connections; }

  void stop(std::int64_t drain_ms) override {
    if (threads_.empty()) return;
    state_->count.draining = true;
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    each([](connection& c) { c.close_when_idle(); });
    wait_until(drain_ms, [this] { return state_->count.requests == 0; });
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
        if (auto held = c->weak_from_this().lock()) all.push_back(std::move(held));
    }
    for (const auto& c : all) what(*c);
  }

  void accept() {
    acceptor_.async_accept(
        asio::make_strand(io_), [this](const error_code& failed, tcp::socket socket) {
          if (failed == asio::error::operation_aborted || !acceptor_.is_open()) return;
          const bool room = state_->count.connections < state_->settings.connections_max;
          if (!failed && room) std::make_shared<connection>(std::move(socket), tls_, state_)->run();
          if (!failed || failed == asio::error::connection_aborted) return accept();
          // No descriptors left, likely: some must close before the next can come.
          pause_.expires_after(milliseconds(50));
          pause_.async_wait([this](const error_code& e) {
            if (!e) accept();
          });
        });
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
  auto state = std::make_shared<shared_state>();
  state->settings = settings;
  state->hooks = std::move(hooks);
  auto out = std::make_unique<server_impl>(std::move(state));
  WHORL_TRY(out->open());
  return std::unique_ptr<server>(std::move(out));
}

}  // namespace whorl::apps::http
