#include "fingerprint/iso_template.hpp"

#include "fingerprint/template_record.hpp"

namespace whorl::fingerprint {

result<std::vector<print_template>> decode_iso(byte_view record) {
  return detail::decode_record(record, detail::record_dialect::iso_2005);
}

result<bytes> encode_iso(std::span<const print_template> prints) {
  return detail::encode_record(prints, detail::record_dialect::iso_2005);
}

}  // namespace whorl::fingerprint
