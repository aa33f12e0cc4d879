#include "apps/exchange_reader.hpp"

#include "messages/cluster.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

class exchange_reader : settings::toml_reader {
 public:
  using toml_reader::toml_reader;

  result<std::optional<exchange_config>> read(const toml::table& root) {
    const toml::node* n = root.get("exchange");
    if (n == nullptr) return std::optional<exchange_config>{};
    const toml::table* table = n->as_table();
    if (table == nullptr) {
      refuse(*n, "exchange", "expected a table");
      return failure();
    }
    known(*table, "exchange.",
          {"name", "peer", "certificate", "key", "authority", "lease_seconds"});
    exchange_config out;
    out.name = name(*table, "exchange.name");
    out.certificate = text(*table, "certificate", "exchange.certificate");
    out.key = text(*table, "key", "exchange.key");
    out.authority = text(*table, "authority", "exchange.authority");
    number(*table, "lease_seconds", "exchange.lease_seconds", out.lease_seconds, 5, 300);
    if (root.get("journal") == nullptr)
      refuse(*n, "exchange",
             "two exchanges need a journal on JetStream that both reach: add [journal]");
    peers(*table, out);
    if (failed()) return failure();
    return std::optional(std::move(out));
  }

 private:
  std::string name(const toml::table& table, const std::string& key) {
    std::string out = text(table, "name", key);
    if (!failed() && !is_node_name(out))
      refuse(*table.get("name"), key,
             "'" + out + "': expected letters, digits, '-' and '.', 1 to " +
                 std::to_string(limits::node_name_max));
    return out;
  }

  void peers(const toml::table& table, exchange_config& out) {
    const toml::array* list = table.get_as<toml::array>("peer");
    if (list == nullptr || list->empty() || list->size() >= limits::exchanges_max)
      return refuse(table, "exchange.peer",
                    "expected 1 to " + std::to_string(limits::exchanges_max - 1) +
                        " [[exchange.peer]] with name and url");
    for (const toml::node& each : *list) {
      const toml::table* one = each.as_table();
      if (one == nullptr) return refuse(each, "exchange.peer", "expected [[exchange.peer]] tables");
      known(*one, "exchange.peer.", {"name", "url"});
      exchange_config::peer peer{name(*one, "exchange.peer.name"),
                                 text(*one, "url", "exchange.peer.url")};
      if (failed()) return;
      if (!peer.url.starts_with("https://"))
        refuse(*one->get("url"), "exchange.peer.url", "expected https://host:port");
      if (peer.name == out.name)
        refuse(*one->get("name"), "exchange.peer.name", "is this exchange's own name");
      for (const auto& other : out.peers)
        if (other.name == peer.name)
          refuse(*one->get("name"), "exchange.peer.name", "stands there twice");
      out.peers.push_back(std::move(peer));
    }
  }
};

}  // namespace

result<std::optional<exchange_config>> parse_exchange_config(const toml::table& root,
                                                             const std::string& file) {
  return exchange_reader(file).read(root);
}

}  // namespace whorl::apps
