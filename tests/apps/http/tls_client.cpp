#include "tests/apps/http/tls_client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "storage/openssl.hpp"

namespace whorl::test {
namespace {

constexpr timeval patience{10, 0};

struct release_tls {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
};

}  // namespace

plain_client::plain_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
}

plain_client::~plain_client() {
  if (socket_ >= 0) ::close(socket_);
}

void plain_client::say(std::string_view text) {
  CHECK(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) > 0);
}

std::string plain_client::until_closed() {
  std::string said;
  char piece[256];
  ssize_t n = 0;
  while ((n = ::recv(socket_, piece, sizeof piece, 0)) > 0)
    said.append(piece, static_cast<std::size_t>(n));
  CHECK_MESSAGE((n == 0 || errno == ECONNRESET), "the server has not hung up");
  return said;
}

struct tls_client::parts {
  std::unique_ptr<SSL_CTX, release_tls> settings{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, release_tls> stream;
};

tls_client::tls_client(std::uint16_t port, const apps::pki::credentials* who)
    : plain_(port), parts_(std::make_unique<parts>()) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  SSL_CTX* const settings = parts_->settings.get();
  if (who != nullptr) {
    namespace ours = storage::openssl;
    const auto text = ours::reading(who->certificate);
    const ours::owned<X509> shown(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    const auto key = ours::read_private_pem(who->key);
    REQUIRE(SSL_CTX_use_certificate(settings, shown.get()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey(settings, key.get()) == 1);
  }
  parts_->stream.reset(SSL_new(settings));
  SSL_set_fd(parts_->stream.get(), plain_.socket());
  REQUIRE(SSL_connect(parts_->stream.get()) == 1);
}

tls_client::tls_client(tls_client&&) noexcept = default;
tls_client::~tls_client() = default;

bool tls_client::say(std::string_view text) {
  return SSL_write(parts_->stream.get(), text.data(), static_cast<int>(text.size())) > 0;
}

bool tls_client::more() {
  char piece[4096];
  const int n = SSL_read(parts_->stream.get(), piece, sizeof piece);
  if (n > 0) read_.append(piece, static_cast<std::size_t>(n));
  // Of a socket that waits no longer, OpenSSL says that it wants to read on.
  const bool silent = n <= 0 && SSL_get_error(parts_->stream.get(), n) == SSL_ERROR_WANT_READ;
  CHECK_MESSAGE(!silent, "nothing came for ten seconds");
  return n > 0;
}

raw_response tls_client::hear(bool without_body) {
  raw_response out;
  std::size_t end = 0;
  while ((end = read_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return out;
  out.head = read_.substr(0, end + 4);
  read_.erase(0, end + 4);
  REQUIRE(out.head.size() > 12);
  out.status = static_cast<unsigned>(std::stoul(out.head.substr(9, 3)));
  const std::size_t at = out.head.find("Content-Length: ");
  const bool none = without_body || at == std::string::npos;
  const std::size_t size = none ? 0 : std::stoul(out.head.substr(at + 16));
  while (read_.size() < size)
    if (!more()) break;
  out.body = read_.substr(0, size);
  read_.erase(0, out.body.size());
  return out;
}

std::string tls_client::until_closed() {
  while (more()) continue;
  return std::exchange(read_, {});
}

}  // namespace whorl::test
