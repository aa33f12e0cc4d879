// What every server does before and around its connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "messages/result.hpp"

namespace whorl::apps::http {

/// Opens the acceptor at a numeric address; port 0: the system picks one. Returns the port. Errors:
/// invalid_input (not numeric), io (cannot be listened on).
result<std::uint16_t> listen_at(boost::asio::ip::tcp::acceptor& acceptor,
                                const std::string& address, std::uint16_t port);

/// Until it is stopped. Whatever a handler throws (memory that is not there) ends its connection,
/// not the process.
void run_handlers(boost::asio::io_context& io);

}  // namespace whorl::apps::http
