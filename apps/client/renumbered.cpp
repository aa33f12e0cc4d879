#include "apps/client/renumbered.hpp"

#include <algorithm>
#include <cstdio>

#include "messages/ebts/reader.hpp"
#include "messages/ebts/writer.hpp"

namespace whorl::apps::client {

std::string load_tcn(const std::string& run, std::uint64_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "-%07llu", static_cast<unsigned long long>(number));
  return "LOAD-" + run + text;
}

result<bytes> renumbered(byte_view transaction, const std::string& tcn) {
  WHORL_ASSIGN(ebts::transaction whole, ebts::read_transaction(transaction));
  constexpr std::uint16_t tcn_field = 9;
  auto& fields = whole.records.front().fields;
  const auto found = std::find_if(fields.begin(), fields.end(), [](const ebts::field& f) {
    return f.number == tcn_field && ebts::tag_type(f.tag) == 1;
  });
  if (found == fields.end())
    return make_error(errc::invalid_input, "the transaction has no control number (1.009)");
  found->subfields = {ebts::subfield{{tcn}}};
  return ebts::write_transaction(whole);
}

}  // namespace whorl::apps::client
