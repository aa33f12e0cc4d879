#include "fingerprint/ansi_template.hpp"

#include "fingerprint/template_record.hpp"

namespace whorl::fingerprint {

result<std::vector<print_template>> decode_ansi(byte_view record) {
  return detail::decode_record(record, detail::record_dialect::ansi_2004);
}

result<bytes> encode_ansi(std::span<const print_template> prints) {
  return detail::encode_record(prints, detail::record_dialect::ansi_2004);
}

}  // namespace whorl::fingerprint
