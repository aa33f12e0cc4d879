#include "apps/booking_json.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "actors/probe_core.hpp"
#include "apps/osia/biometrics.hpp"
#include "messages/ebts/builders.hpp"
#include "messages/ebts/writer.hpp"

namespace whorl::apps {
namespace {

using nlohmann::json;

/// Who a booking is sent to, where the document does not say.
constexpr const char* usual_destination = "WHORLX000";

struct text_member {
  const char* name;
  std::string ebts::booking_fields::*place;
  bool needed = true;
};

constexpr std::array<text_member, 20> texts = {{
    {"tcn", &ebts::booking_fields::tcn},
    {"ori", &ebts::booking_fields::ori},
    {"date", &ebts::booking_fields::date},
    {"name", &ebts::booking_fields::name},
    {"place_of_birth", &ebts::booking_fields::place_of_birth},
    {"date_of_birth", &ebts::booking_fields::date_of_birth},
    {"sex", &ebts::booking_fields::sex},
    {"race", &ebts::booking_fields::race},
    {"height", &ebts::booking_fields::height},
    {"weight", &ebts::booking_fields::weight},
    {"eyes", &ebts::booking_fields::eyes},
    {"hair", &ebts::booking_fields::hair},
    {"date_of_arrest", &ebts::booking_fields::date_of_arrest},
    {"controlling_agency", &ebts::booking_fields::controlling_agency},
    {"dai", &ebts::booking_fields::dai, false},
    {"retention", &ebts::booking_fields::retention, false},
    {"citizenship", &ebts::booking_fields::citizenship, false},
    {"case_number", &ebts::booking_fields::case_number, false},
    {"state_id", &ebts::booking_fields::state_id, false},
    {"fbi_number", &ebts::booking_fields::fbi_number, false},
}};

result<ebts::booking_fields> read_fields(const json& whole) {
  std::vector<osia::member> known = {{"charges", 'a'}, {"aliases", 'a'}, {"prints", 'a'}};
  for (const text_member& each : texts) known.push_back({each.name, 's'});
  WHORL_TRY(osia::check_members(whole, "booking", known));
  ebts::booking_fields out;
  out.dai = usual_destination;
  for (const text_member& each : texts) {
    if (whole.contains(each.name))
      out.*each.place = whole[each.name].get<std::string>();
    else if (each.needed)
      return make_error(errc::invalid_input, std::string("booking.") + each.name + ": is missing");
  }
  for (const json& alias : whole.value("aliases", json::array())) {
    if (!alias.is_string())
      return make_error(errc::invalid_input, "booking.aliases: expected texts");
    out.aliases.push_back(alias.get<std::string>());
  }
  const json charges = whole.value("charges", json::array());
  for (std::size_t i = 0; i < charges.size(); ++i) {
    const std::string at = "booking.charges[" + std::to_string(i) + "]";
    WHORL_TRY(osia::check_members(charges[i], at, {{"date"}, {"code"}, {"literal"}}));
    out.charges.push_back({charges[i].value("date", ""), charges[i].value("code", ""),
                           charges[i].value("literal", "")});
  }
  return out;
}

}  // namespace

result<bytes> booking_of_json(std::string_view text) {
  const json whole = json::parse(text, nullptr, false);
  if (whole.is_discarded()) return make_error(errc::invalid_input, "the body is not JSON");
  WHORL_ASSIGN(const ebts::booking_fields fields, read_fields(whole));
  if (!whole.contains("prints"))
    return make_error(errc::invalid_input, "booking.prints: is missing");
  WHORL_ASSIGN(const auto read, osia::read_biometrics(whole["prints"], "booking.prints"));
  WHORL_ASSIGN(const auto templates, osia::templates_of(read.prints));
  std::vector<ebts::type9_print> prints;
  for (const auto& print : templates) prints.push_back(actors::to_type9(print));
  WHORL_ASSIGN(const ebts::transaction transaction, ebts::build_features_booking(fields, prints));
  return ebts::write_transaction(transaction);
}

}  // namespace whorl::apps
