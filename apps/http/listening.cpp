#include "apps/http/listening.hpp"

#include <exception>

namespace whorl::apps::http {

namespace asio = boost::asio;

result<std::uint16_t> listen_at(asio::ip::tcp::acceptor& acceptor, const std::string& address,
                                std::uint16_t port) {
  boost::system::error_code failed;
  const auto numeric = asio::ip::make_address(address, failed);
  const std::string name = address + ":" + std::to_string(port);
  if (failed) return make_error(errc::invalid_input, name + ": not a numeric address");
  const asio::ip::tcp::endpoint end(numeric, port);
  acceptor.open(end.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(end, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return make_error(errc::io, name + ": cannot listen: " + failed.message());
  return acceptor.local_endpoint().port();
}

void run_handlers(asio::io_context& io) {
  for (;;) try {
      io.run();
      return;
    } catch (const std::exception&) {
      continue;
    }
}

}  // namespace whorl::apps::http
