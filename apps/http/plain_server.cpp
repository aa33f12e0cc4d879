#include "apps/http/plain_server.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "apps/http/listening.hpp"

namespace whorl::apps::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t head_bytes_max = 8192;

/// What the connections share; it outlives them, being the server's.
struct plain_state {
  plain_settings settings;
  plain_server::answer_function answer;
  std::size_t open = 0;  ///< used by the server's thread alone
};

/// Reads one request, answers it, and is gone.
class plain_connection : public std::enable_shared_from_this<plain_connection> {
 public:
  plain_connection(tcp::socket socket, plain_state& state)
      : state_(state), stream_(std::move(socket)) {
    ++state_.open;
  }
  ~plain_connection() { --state_.open; }
  plain_connection(const plain_connection&) = delete;
  plain_connection& operator=(const plain_connection&) = delete;

  void run() {
    stream_.expires_after(std::chrono::milliseconds(state_.settings.deadline_ms));
    parser_.header_limit(head_bytes_max);
    parser_.body_limit(0);
    bh::async_read(stream_, buffer_, parser_,
                   [self = shared_from_this()](const error_code& failed, std::size_t) {
                     if (failed == bh::error::end_of_stream || failed == beast::error::timeout)
                       return;
                     self->reply(failed ? refused(400) : self->answer());
                   });
  }

 private:
  static response refused(unsigned status) {
    return {status, "text/plain", status == 405 ? "GET alone\n" : "no HTTP request\n", {}, {}};
  }
  response answer() const {
    if (parser_.get().method() != bh::verb::get) return refused(405);
    const auto target = parser_.get().target();
    return state_.answer(std::string(target.data(), target.size()));
  }
  void reply(const response& what) {
    out_.result(what.status);
    out_.version(11);
    out_.set(bh::field::content_type, what.content_type);
    out_.set(bh::field::cache_control, "no-store");
    out_.keep_alive(false);
    out_.body() = what.body;
    out_.prepare_payload();
    bh::async_write(stream_, out_, [self = shared_from_this()](const error_code&, std::size_t) {
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  plain_state& state_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{head_bytes_max + 4096};
  bh::request_parser<bh::empty_body> parser_;
  bh::response<bh::string_body> out_;
};

class plain_server_impl final : public plain_server {
 public:
  plain_server_impl(const plain_settings& settings, answer_function answer)
      : state_{settings, std::move(answer)} {}
  ~plain_server_impl() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  status open() {
    WHORL_ASSIGN(port_, listen_at(acceptor_, state_.settings.address, state_.settings.port));
    accept();
    thread_ = std::thread([this] { run_handlers(io_); });
    return {};
  }
  std::uint16_t port() const override { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](const error_code& failed, tcp::socket socket) {
      if (!failed && state_.open < state_.settings.connections_max)
        std::make_shared<plain_connection>(std::move(socket), state_)->run();
      if (!failed || failed == asio::error::connection_aborted) return accept();
      // No descriptors left, likely: some must close before the next can come.
      pause_.expires_after(std::chrono::milliseconds(50));
      pause_.async_wait([this](const error_code& e) {
        if (!e) accept();
      });
    });
  }

  plain_state state_;  // before io_, whose connections refer to it
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

result<std::unique_ptr<plain_server>> plain_server::start(const plain_settings& settings,
                                                          answer_function answer) {
  auto out = std::make_unique<plain_server_impl>(settings, std::move(answer));
  WHORL_TRY(out->open());
  return std::unique_ptr<plain_server>(std::move(out));
}

}  // namespace whorl::apps::http
