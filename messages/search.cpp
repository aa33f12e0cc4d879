#include "messages/search.hpp"

#include <algorithm>

namespace whorl {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& each : parts) out += (out.empty() ? "" : "; ") + each;
  return out;
}

}  // namespace

std::string sequence_words(const std::vector<sequence_note>& notes) {
  const auto moved = [&](std::uint8_t probe, std::uint8_t record) {
    return std::any_of(notes.begin(), notes.end(), [&](const sequence_note& n) {
      return n.kind == sequence_kind::moved && n.probe == probe && n.record == record;
    });
  };
  const auto number = [](std::uint8_t position) { return std::to_string(position); };
  std::vector<std::string> parts;
  std::size_t all_moved = 0, to_other_hand = 0;
  for (const sequence_note& n : notes) {
    if (n.kind != sequence_kind::moved) continue;
    ++all_moved;
    to_other_hand += n.record == n.probe + 5 || n.probe == n.record + 5;
  }
  // Three and more in one way are one mistake, not three.
  const bool hands = all_moved == to_other_hand && all_moved >= 3;
  if (hands) parts.push_back("the hands are exchanged");
  for (const sequence_note& n : notes) {
    if (n.kind == sequence_kind::repeated)
      parts.push_back("finger " + number(n.probe) + " shows the record's finger " +
                      number(n.record) + " as well");
    else if (hands || (n.record < n.probe && moved(n.record, n.probe)))
      continue;  // said already
    else if (moved(n.record, n.probe))
      parts.push_back("fingers " + number(n.probe) + " and " + number(n.record) + " exchanged");
    else
      parts.push_back("finger " + number(n.probe) + " is the record's finger " + number(n.record));
  }
  return joined(parts);
}

}  // namespace whorl
