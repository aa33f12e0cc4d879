#include "messages/ebts/first_record.hpp"

#include <string_view>

#include "messages/ebts/reader.hpp"
#include "messages/ebts/tagged_reader.hpp"

namespace whorl::ebts {

result<transaction> read_first_record(byte_view bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  file_context file{text, {}, transaction_items_max};
  WHORL_ASSIGN(tagged_outcome first, read_tagged(file, 0, {}));
  transaction out;
  out.records.push_back(std::move(first.value));
  return out;
}

}  // namespace whorl::ebts
