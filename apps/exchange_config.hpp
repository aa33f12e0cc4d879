// [exchange] of whorl.toml: that this store's `whorl serve` is one of several exchanges of the same
// journal, of which one acts at a time (docs/decisions/0026).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace whorl::apps {

struct exchange_config {
  struct peer {
    std::string name;  ///< of its certificate
    std::string url;   ///< https://host:port of its gateway
  };
  std::string name;
  std::vector<peer> peers;
  std::string certificate, key, authority;  ///< PEM files: who it is to its peers
  std::int64_t lease_seconds = 20;
};

}  // namespace whorl::apps
