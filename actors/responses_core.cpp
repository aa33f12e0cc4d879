#include "actors/responses_core.hpp"

#include "messages/ebts/writer.hpp"
#include "storage/audit_head.hpp"

namespace whorl::actors {

bytes text_bytes(std::string_view text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

ebts::answer_fields answer_header(const booking_accepted& accepted, const biographics& who,
                                  gallery_kind gallery, instant now) {
  ebts::answer_fields answer;
  answer.tcn = to_string(accepted.booking) + (gallery == gallery_kind::criminal ? "CRIM" : "IMMI");
  answer.tcr = accepted.tcn;
  answer.ori = accepted.dai;
  answer.dai = accepted.ori;
  answer.date = to_date8(now);
  answer.name = who.name;
  answer.controlling_agency =
      who.controlling_agency.empty() ? accepted.ori : who.controlling_agency;
  return answer;
}

bytes written_with(ebts::transaction whole, const std::string& audit_head) {
  for (ebts::record& one : whole.records)
    if (one.type == 2) one.fields.push_back(ebts::make_field(2, storage::head_field, audit_head));
  return ebts::write_transaction(whole);
}

ebts::transaction ident_data_response(const ebts::answer_fields& answer, std::string_view tot,
                                      const std::string& text) {
  ebts::transaction whole = ebts::build_errt(answer, std::span(&text, 1));
  for (ebts::field& f : whole.records.front().fields)
    if (f.number == 4) f = ebts::make_field(1, 4, std::string(tot));
  return whole;
}

}  // namespace whorl::actors
