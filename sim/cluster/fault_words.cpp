#include "sim/cluster/fault_words.hpp"

#include <charconv>
#include <optional>
#include <set>

namespace whorl::sim {
namespace {

std::optional<fault_kind> kind_of(std::string_view name) {
  for (std::size_t kind = 0; kind < fault_kinds; ++kind)
    if (to_string(static_cast<fault_kind>(kind)) == name) return static_cast<fault_kind>(kind);
  return std::nullopt;
}

std::string all_kinds() {
  std::string names;
  for (std::size_t kind = 0; kind < fault_kinds; ++kind)
    names += (kind == 0 ? "" : ", ") + std::string(to_string(static_cast<fault_kind>(kind)));
  return names;
}

}  // namespace

std::string to_text(const fault_plan& plan) {
  std::string text;
  for (std::size_t kind = 0; kind < fault_kinds; ++kind)
    if (plan.per_myriad[kind] > 0)
      text += (text.empty() ? "" : ",") + std::string(to_string(static_cast<fault_kind>(kind))) +
              "=" + std::to_string(plan.per_myriad[kind]);
  return text.empty() ? "none" : text;
}

result<fault_plan> parse_faults(std::string_view text) {
  fault_plan plan;
  if (text == "none") return plan;
  std::set<fault_kind> seen;
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view one = text.substr(0, end);
    const std::size_t equals = std::min(one.find('='), one.size());
    const auto kind = kind_of(one.substr(0, equals));
    if (!kind)
      return make_error(errc::invalid_input, "faults: '" + std::string(one.substr(0, equals)) +
                                                 "' is no kind; there are " + all_kinds());
    if (!seen.insert(*kind).second)
      return make_error(errc::invalid_input,
                        "faults: " + std::string(to_string(*kind)) + " stands twice");
    const std::string_view digits = one.substr(std::min(equals + 1, one.size()));
    std::uint32_t rate = 0;
    const auto [after, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), rate);
    if (failed != std::errc{} || after != digits.data() + digits.size() || rate > 10'000)
      return make_error(errc::invalid_input,
                        "faults: " + std::string(to_string(*kind)) +
                            " is to be followed by =, and how often in 10,000, for example " +
                            std::string(to_string(*kind)) + "=100");
    plan.per_myriad[static_cast<std::size_t>(*kind)] = rate;
    if (end == text.size()) return plan;
    text.remove_prefix(end + 1);
  }
}

}  // namespace whorl::sim
