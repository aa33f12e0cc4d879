#include "apps/http/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <new>

namespace whorl::apps::http {

namespace asio = boost::asio;

tls_stream::tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& tls)
    : socket_(std::move(socket)), tls_(SSL_new(tls.native_handle())) {
  if (tls_ == nullptr) throw std::bad_alloc();
  error_code ignored;  // a socket that is gone already fails at the handshake
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (SSL_set_fd(tls_.get(), socket_.native_handle()) != 1) throw std::bad_alloc();
  SSL_set_mode(tls_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_set_read_ahead(tls_.get(), 1);  // a record by one call of the system's instead of two
  SSL_set_app_data(tls_.get(), this);
  SSL_set_verify(tls_.get(), SSL_get_verify_mode(tls_.get()), verify);
}

tls_stream::~tls_stream() = default;

/// Whatever is shown is let in; the fault says why it proves nothing.
int tls_stream::verify(int holds, X509_STORE_CTX* context) {
  const auto* const tls = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const self = static_cast<tls_stream*>(SSL_get_app_data(tls));
  if (holds != 1 && self->fault_.empty())
    self->fault_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  return 1;
}

void tls_stream::forget_errors() { ERR_clear_error(); }

tls_stream::step tls_stream::judge(int result, error_code& failed, std::size_t& count) {
  const int number = errno;
  if (result == wait_to_read) return step::readable;
  if (result == nothing) return step::done;
  if (result > 0) {
    count = static_cast<std::size_t>(result);
    return step::done;
  }
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return step::readable;
    case SSL_ERROR_WANT_WRITE:
      return step::writable;
    case SSL_ERROR_ZERO_RETURN:
      failed = asio::error::eof;
      return step::done;
    case SSL_ERROR_SYSCALL:
      failed = number != 0 ? error_code(number, boost::system::system_category())
                           : error_code(asio::ssl::error::stream_truncated);
      break;
    default:
      failed = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING
                   ? error_code(asio::ssl::error::stream_truncated)
                   : error_code(asio::error::connection_reset);
  }
  broken_ = true;
  return step::done;
}

void tls_stream::expires_after(std::int64_t ms, const std::weak_ptr<void>& owner) {
  owner_ = owner;
  due_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  // A timer that goes off before that looks again: setting one for each request would cost more.
  if (!watched_until_ || *watched_until_ > *due_) watch();
}

void tls_stream::watch() {
  watched_until_ = due_;
  timer_.expires_at(*due_);
  timer_.async_wait([this, owner = owner_](const error_code& cut) {
    const auto held = owner.lock();
    if (cut || held == nullptr) return;
    watched_until_.reset();
    if (!due_ || !socket_.is_open()) return;
    if (*due_ > std::chrono::steady_clock::now()) return watch();
    close();
  });
}

void tls_stream::close() {
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel(ignored);
}

void tls_stream::finish() {
  if (!socket_.is_open()) return;
  if (!broken_ && SSL_is_init_finished(tls_.get()) == 1) {
    forget_errors();
    SSL_shutdown(tls_.get());
  }
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace whorl::apps::http
