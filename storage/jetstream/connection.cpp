#include "storage/jetstream/connection.hpp"

#include "storage/jetstream/nats_link.hpp"

namespace whorl::storage::jetstream {
namespace {

status check_options(const connection_options& o) {
  if (o.servers.empty())
    return make_error(errc::invalid_input, "NATS: name at least one server (tls://host:port)");
  if (o.ca_file.empty() || o.certificate_file.empty() || o.key_file.empty())
    return make_error(errc::invalid_input,
                      "NATS: the servers' CA, a certificate of one's own and its key are needed");
  if (o.credentials_file.empty() && (o.user.empty() || o.password.empty()))
    return make_error(errc::invalid_input,
                      "NATS: a user with password, or a credentials file, is needed");
  return {};
}

}  // namespace

connection::connection(connection_options options) : options_(std::move(options)) {}
connection::~connection() = default;

result<std::shared_ptr<connection>> connection::open(connection_options options) {
  WHORL_TRY(check_options(options));
  std::shared_ptr<connection> made(new connection(std::move(options)));
  WHORL_ASSIGN(made->link_, link::dial(made->options_));
  return made;
}

result<std::shared_ptr<link>> connection::current() {
  const std::lock_guard lock(mutex_);
  if (!link_ || link_->closed()) {
    link_.reset();
    WHORL_ASSIGN(link_, link::dial(options_));
  }
  if (!link_->up()) return link_->failure("connection", NATS_CONNECTION_DISCONNECTED);
  return link_;
}

}  // namespace whorl::storage::jetstream
