#include "apps/audit_answers.hpp"

#include <optional>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

/// The head's text in an answer, or nothing when it has none. A text line beginning "AUDIT " can
/// only be ours: what a booking said stands behind a key of its own and holds no line ends.
result<std::optional<std::string>> head_of(const std::string& file) {
  WHORL_ASSIGN(const bytes content, read_whole(file, limits::transaction_bytes_max));
  if (file.ends_with(".eft")) {
    WHORL_ASSIGN(const auto whole, ebts::read_transaction(content));
    const auto text = whole.text(2, storage::head_field);
    if (!text) return std::optional<std::string>();
    return std::optional<std::string>(*text);
  }
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  std::optional<std::string> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(storage::head_line_key)) continue;
    if (found) return make_error(errc::invalid_input, "two lines begin with AUDIT: changed");
    found = line.substr(storage::head_line_key.size());
  }
  return found;
}

}  // namespace

result<answers_seen> add_answers(const std::string& folder, storage::audit_proof& proof,
                                 const std::function<void(std::size_t, std::size_t)>& on_file) {
  answers_seen seen;
  WHORL_ASSIGN(auto files, expand({folder}));
  std::erase_if(files, [](const std::string& file) {
    return !file.ends_with(".eft") && !file.ends_with(".txt");
  });
  for (const std::string& file : files) {
    on_file(++seen.files, files.size());
    const std::string name = printable(file);
    const auto text = head_of(file);
    if (!text) {
      proof.add_unreadable(name, printable(text.error().message));
      continue;
    }
    if (!*text) {
      ++seen.without;
      continue;
    }
    const auto head = storage::parse_audit_head(**text);
    if (head)
      WHORL_TRY(proof.add(name, *head));
    else
      proof.add_unreadable(name, head.error().message);
  }
  return seen;
}

}  // namespace whorl::apps
