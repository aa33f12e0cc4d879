// TLS over a socket with no buffers of its own: OpenSSL reads and writes the descriptor, and lets
// its buffers go whenever nothing is in them, so that an idle connection costs little more than its
// session. (Asio's stream keeps two of 17 KB, and the pair of BIOs below it two more.) It has the
// reading and writing of Asio's stream concepts. A write to a connection that is gone raises
// SIGPIPE: the server ignores that signal. Not thread-safe: all of it on one strand.
#pragma once

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace whorl::apps::http {

class tls_stream {
 public:
  using executor_type = boost::asio::ip::tcp::socket::executor_type;
  using error_code = boost::system::error_code;

  tls_stream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls);
  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;
  ~tls_stream();

  executor_type get_executor() { return socket_.get_executor(); }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  /// Null before a handshake, and where none was shown.
  const X509* certificate() const { return SSL_get0_peer_certificate(tls_.get()); }
  /// Why what was shown proves nothing, in OpenSSL's words; empty: it holds, or there is none.
  const std::string& fault() const { return fault_; }

  /// The socket is closed when the time has come, unless another is set before. `owner` is what
  /// this stream is part of: a deadline does not keep it alive.
  void expires_after(std::int64_t ms, const std::weak_ptr<void>& owner);
  void expires_never() { due_.reset(); }
  void close();
  /// Tells the other end that this one has said all, as far as that goes without waiting.
  void finish();

  /// As the server. Handlers, here and below, get (error_code, bytes) and are never called before
  /// the operation has returned. Errors: eof, those of the system, stream_truncated for a
  /// connection that ended without saying so, connection_reset for what is no TLS.
  template <class Token>
  auto async_handshake(Token&& token) {
    return start([this] { return SSL_accept(tls_.get()); }, std::forward<Token>(token));
  }
  /// As much as is there, into the first buffer that is not empty.
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    return start([this, into] { return read_into(into); }, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return start([this, from] { return write_from(from); }, std::forward<Token>(token));
  }
  /// Until there may be something to read, or the other end has gone.
  template <class Token>
  auto async_wait_readable(Token&& token) {
    return start(
        [waited = SSL_has_pending(tls_.get()) == 1]() mutable {
          return std::exchange(waited, true) ? nothing : wait_to_read;
        },
        std::forward<Token>(token));
  }

 private:
  enum class step : std::uint8_t { done, readable, writable };
  struct release {
    void operator()(SSL* p) const { SSL_free(p); }
  };
  /// What an attempt may return beside OpenSSL's results, which are -1 or more.
  static constexpr int nothing = -2, wait_to_read = -3;
  static constexpr std::size_t record_bytes = 16u << 10;  ///< RFC 8446 5.1

  template <class Attempt>
  struct operation {
    tls_stream& stream;
    Attempt attempt;
    bool waited = false, ended = false;
    error_code failed{};
    std::size_t count = 0;

    template <class Self>
    void operator()(Self& self, const error_code& cut = {}) {
      tls_stream& s = stream;  // self takes the operation along
      if (ended) return self.complete(failed, count);
      failed = cut;
      // The descriptor's number may be another connection's by now.
      if (!failed && !s.socket_.is_open()) failed = boost::asio::error::operation_aborted;
      const step next = failed ? step::done : s.judge(s.clean(attempt), failed, count);
      if (next != step::done) {
        waited = true;
        return s.socket_.async_wait(
            next == step::readable ? socket_type::wait_read : socket_type::wait_write,
            std::move(self));
      }
      if (waited) return self.complete(failed, count);
      ended = true;
      boost::asio::post(s.get_executor(), std::move(self));
    }
  };
  template <class Attempt, class Token>
  auto start(Attempt attempt, Token&& token) {
    return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
        operation<Attempt>{*this, std::move(attempt)}, token, socket_);
  }

  /// Errors that other work of this thread has left behind would be taken for this one's.
  template <class Attempt>
  int clean(Attempt& attempt) {
    forget_errors();
    return attempt();
  }
  template <class Buffers>
  int read_into(const Buffers& into) {
    for (auto it = boost::asio::buffer_sequence_begin(into);
         it != boost::asio::buffer_sequence_end(into); ++it)
      if (const boost::asio::mutable_buffer one(*it); one.size() > 0)
        return SSL_read(tls_.get(), one.data(), static_cast<int>(std::min(one.size(), most)));
    return nothing;
  }
  /// Small pieces go together into one record: a head and its body are one segment. What could not
  /// be written is put together again for the next attempt, which OpenSSL allows at another place.
  template <class Buffers>
  int write_from(const Buffers& from) {
    std::array<unsigned char, record_bytes> together;
    const auto end = boost::asio::buffer_sequence_end(from);
    std::size_t size = 0;
    for (auto it = boost::asio::buffer_sequence_begin(from); it != end; ++it) {
      const boost::asio::const_buffer one(*it);
      if (size == 0 && one.size() >= together.size())
        return SSL_write(tls_.get(), one.data(), static_cast<int>(std::min(one.size(), most)));
      const std::size_t piece = std::min(one.size(), together.size() - size);
      std::copy_n(static_cast<const unsigned char*>(one.data()), piece, together.data() + size);
      size += piece;
      if (size == together.size()) break;
    }
    return size == 0 ? nothing : SSL_write(tls_.get(), together.data(), static_cast<int>(size));
  }

  /// What a result of OpenSSL's means: wait, or an end with so many bytes or an error.
  step judge(int result, error_code& failed, std::size_t& count);
  static void forget_errors();
  static int verify(int holds, X509_STORE_CTX* context);
  void watch();

  using socket_type = boost::asio::ip::tcp::socket;
  static constexpr std::size_t most = 1u << 30;  ///< OpenSSL counts in int
  socket_type socket_;
  std::unique_ptr<SSL, release> tls_;
  std::string fault_;
  bool broken_ = false;  ///< OpenSSL must not be asked to end it in good order
  boost::asio::steady_timer timer_{socket_.get_executor()};
  std::optional<std::chrono::steady_clock::time_point> due_, watched_until_;
  std::weak_ptr<void> owner_;
};

}  // namespace whorl::apps::http
