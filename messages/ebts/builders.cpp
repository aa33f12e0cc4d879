#include "messages/ebts/builders.hpp"

#include <algorithm>

#include "messages/ebts/field_writer.hpp"
#include "messages/ebts/place.hpp"
#include "messages/ebts/transaction_types.hpp"
#include "messages/limits.hpp"

namespace whorl::ebts {
namespace {

using enum char_type;

constexpr std::size_t charges_max = 40;
constexpr std::size_t aliases_max = 10;
constexpr std::size_t messages_max = 11;
constexpr std::size_t message_size_max = 300;

// Nominal resolutions are pixels per millimetre; 00.00 where no Type-4 record follows.
constexpr const char* resolution_500dpi = "19.69";
constexpr const char* resolution_none = "00.00";

struct header_fields {
  std::string tcn;
  std::string tcr;
  std::string ori;
  std::string dai;
  std::string date;
  std::string_view tot;
  std::string_view domain;
  const char* resolution;
};

/// Type-1; ANSI/NIST-ITL 1-2007 is version 0400. CNT is made by the writer.
result<record> make_type1(const header_fields& from) {
  record made = make_record(1, 0);
  field_writer out(made);
  out.put({2, "VER", 4, 4, digits}, "0400");
  out.put_subfields(3, {{{"1", "0"}}});
  out.put({4, "TOT", 3, 4, letters}, std::string(from.tot));
  out.put({5, "DAT", 8, 8, date}, from.date);
  out.put({7, "DAI", 9, 9, letters_digits}, from.dai);
  out.put({8, "ORI", 9, 9, letters_digits}, from.ori);
  out.put({9, "TCN", 10, 40, printable}, from.tcn);
  out.put_optional({10, "TCR", 1, 40, printable}, from.tcr);
  out.put({11, "NSR", 5, 5, printable}, from.resolution);
  out.put({12, "NTR", 5, 5, printable}, from.resolution);
  if (!from.domain.empty())
    out.put_subfields(13, {{{std::string(from.domain), std::string(features_version)}}});
  if (out.failure()) return *out.failure();
  return made;
}

void put_charges(field_writer& out, const std::vector<charge>& charges) {
  if (charges.empty() || charges.size() > charges_max)
    out.fail(47, "ASL", std::to_string(charges.size()) + " charges",
             "1 to " + std::to_string(charges_max));
  std::vector<subfield> made;
  for (const charge& one : charges) {
    if (!one.offense_date.empty()) out.fits({47, "ASL date", 8, 8, date}, one.offense_date);
    if (!one.code.empty()) out.fits({47, "ASL code", 4, 4, digits}, one.code);
    const bool both = !one.code.empty() && !one.literal.empty();
    const std::string literal = one.code + (both ? " " : "") + one.literal;
    out.fits({47, "ASL literal", 1, 300, printable}, literal);
    made.push_back({{one.offense_date, literal}});
  }
  out.put_subfields(47, std::move(made));
}

void put_aliases(field_writer& out, const std::vector<std::string>& aliases) {
  if (aliases.empty()) return;
  if (aliases.size() > aliases_max)
    out.fail(19, "AKA", std::to_string(aliases.size()) + " aliases",
             "at most " + std::to_string(aliases_max));
  std::vector<subfield> made;
  for (const std::string& one : aliases) {
    out.fits({19, "AKA", 3, 30, printable}, one);
    made.push_back({{one}});
  }
  out.put_subfields(19, std::move(made));
}

/// Type-2 of a CAR, fields in the order of their numbers.
result<record> make_type2(const booking_fields& from) {
  record made = make_record(2, 0);
  field_writer out(made);
  out.put({5, "RET", 1, 1, letters}, from.retention);
  out.put_optional({9, "OCA", 1, 20, printable}, from.case_number);
  out.put_optional({14, "FBI", 1, 9, letters_digits}, from.fbi_number);
  out.put_optional({15, "SID", 3, 10, printable}, from.state_id);
  out.put({18, "NAM", 3, 30, printable}, from.name);
  put_aliases(out, from.aliases);
  out.put({20, "POB", 2, 2, letters}, from.place_of_birth);
  out.put_optional({21, "CTZ", 2, 2, letters}, from.citizenship);
  out.put({22, "DOB", 8, 8, date}, from.date_of_birth);
  out.put({24, "SEX", 1, 1, letters}, from.sex);
  out.put({25, "RAC", 1, 1, letters}, from.race);
  out.put({27, "HGT", 3, 3, letters_digits}, from.height);
  out.put({29, "WGT", 3, 3, digits}, from.weight);
  out.put({31, "EYE", 3, 3, letters}, from.eyes);
  out.put({32, "HAI", 3, 3, letters}, from.hair);
  out.put({45, "DOA", 8, 8, date}, from.date_of_arrest);
  put_charges(out, from.charges);
  out.put({73, "CRI", 1, 9, letters_digits}, from.controlling_agency);
  if (out.failure()) return *out.failure();
  return made;
}

result<transaction> make_booking(const booking_fields& booking, std::string_view tot,
                                 std::string_view domain, const char* resolution) {
  transaction made;
  WHORL_ASSIGN(record type1, make_type1({booking.tcn, "", booking.ori, booking.dai, booking.date,
                                         tot, domain, resolution}));
  WHORL_ASSIGN(record type2, make_type2(booking));
  made.records.push_back(std::move(type1));
  made.records.push_back(std::move(type2));
  return made;
}

error bad_count(const char* what, std::size_t found, std::size_t most, std::string_view advice) {
  return make_error(found == 0 ? errc::invalid_input : errc::limit_exceeded,
                    std::string("booking: found ") + std::to_string(found) + " " + what +
                        ", expected 1 to " + std::to_string(most) + "; " + std::string(advice));
}

}  // namespace

record make_record(std::uint8_t type, std::uint16_t idc) {
  record made;
  made.type = type;
  made.fields.push_back(make_field(type, 1, std::string()));
  if (type == 1) return made;
  made.idc = idc;
  made.fields.push_back(make_field(type, 2, (idc < 10 ? "0" : "") + std::to_string(idc)));
  return made;
}

record make_type4(const type4_header& header, bytes image) {
  record made;
  made.type = 4;
  made.kind = record_kind::image;
  made.idc = header.idc;
  made.image = header;
  made.data = std::move(image);
  return made;
}

result<transaction> build_features_booking(const booking_fields& booking,
                                           std::span<const type9_print> prints) {
  if (prints.empty() || prints.size() > limits::fingers_max)
    return bad_count("prints", prints.size(), limits::fingers_max, "give each finger once");
  WHORL_ASSIGN(transaction made,
               make_booking(booking, features_tot, features_domain, resolution_none));
  std::uint16_t idc = 0;
  for (const type9_print& one : prints) {
    if (one.minutiae.size() > limits::minutiae_max)
      return bad_count("minutiae in a print", one.minutiae.size(), limits::minutiae_max,
                       "keep the best ones");
    const bool fits = std::ranges::all_of(one.minutiae, [](const type9_minutia& m) {
      return m.x <= coordinate_max && m.y <= coordinate_max && m.type <= 2 && m.quality <= 100;
    });
    if (!fits || one.quality > 100 || one.view > 15 || one.x_resolution_per_cm == 0 ||
        one.y_resolution_per_cm == 0)
      return make_error(errc::invalid_input,
                        "booking: print " + std::to_string(idc + 1) +
                            " holds a value outside the ranges of minutiae.hpp; correct it");
    made.records.push_back(make_type9(one, ++idc));
  }
  return made;
}

result<transaction> build_car(const booking_fields& booking, std::span<const record> images) {
  if (images.empty() || images.size() > car_images_max)
    return bad_count("images", images.size(), car_images_max,
                     "a CAR carries Type-4 or Type-14 images; minutiae alone go as CARW");
  const bool type4 = std::ranges::any_of(images, [](const record& one) { return one.type == 4; });
  WHORL_ASSIGN(transaction made,
               make_booking(booking, "CAR", "", type4 ? resolution_500dpi : resolution_none));
  std::uint16_t idc = 0;
  for (record one : images) {
    const bool tagged = one.type == 14 && one.kind == record_kind::tagged && one.fields.size() > 2;
    if (!tagged && (one.type != 4 || one.kind != record_kind::image || one.data.empty()))
      return make_error(errc::invalid_input, "booking: record " + std::to_string(idc + 1) +
                                                 " of the images is not a Type-4 or Type-14 image; "
                                                 "give image records only");
    one.idc = ++idc;
    one.image.idc = static_cast<std::uint8_t>(idc);
    if (tagged) one.fields[1] = make_record(14, idc).fields[1];
    made.records.push_back(std::move(one));
  }
  return made;
}

answer_fields answer_to(const transaction& request, std::string tcn, std::string date) {
  answer_fields answer;
  answer.tcn = std::move(tcn);
  answer.date = std::move(date);
  answer.tcr = request.tcn();
  answer.ori = request.dai();
  answer.dai = request.ori();
  answer.name = request.text(2, 18).value_or("");
  answer.controlling_agency = request.text(2, 73).value_or("");
  return answer;
}

result<transaction> build_sre(const answer_fields& answer) {
  if (answer.tcr.empty())
    return make_error(errc::invalid_input,
                      "field 1.010 (TCR): found nothing, expected the TCN that is answered; "
                      "give the request's TCN");
  transaction made;
  WHORL_ASSIGN(record type1, make_type1({answer.tcn, answer.tcr, answer.ori, answer.dai,
                                         answer.date, "SRE", "", resolution_none}));
  record type2 = make_record(2, 0);
  field_writer out(type2);
  out.put_optional({14, "FBI", 1, 9, letters_digits}, answer.fbi_number);
  out.put_optional({15, "SID", 3, 10, printable}, answer.state_id);
  out.put({18, "NAM", 3, 30, printable}, answer.name);
  if (answer.finding != 'I' && answer.finding != 'N')
    out.fail(59, "SRF", shown(std::string(1, answer.finding)), "I or N");
  out.put({59, "SRF", 1, 1, letters}, std::string(1, answer.finding));
  out.put({73, "CRI", 1, 9, letters_digits}, answer.controlling_agency);
  if (out.failure()) return *out.failure();
  made.records.push_back(std::move(type1));
  made.records.push_back(std::move(type2));
  return made;
}

transaction build_errt(const answer_fields& answer, std::span<const std::string> messages) {
  const auto clean = [](std::string text, std::size_t most, const char* otherwise) {
    if (text.size() > most) text.resize(most);
    for (char& c : text)
      if (c < 0x20 || c > 0x7e) c = '?';
    return text.empty() ? std::string(otherwise) : text;
  };
  record type1 = make_record(1, 0);
  const auto put = [](record& into, std::uint16_t number, std::string text) {
    into.fields.push_back(make_field(into.type, number, std::move(text)));
  };
  put(type1, 2, "0400");
  type1.fields.push_back(make_field(1, 3, std::vector<std::string>{"1", "0"}));
  put(type1, 4, "ERRT");
  put(type1, 5, clean(answer.date, 8, "00000000"));
  put(type1, 7, clean(answer.dai, 9, "UNKNOWN00"));
  put(type1, 8, clean(answer.ori, 9, "UNKNOWN00"));
  put(type1, 9, clean(answer.tcn, 40, "UNKNOWN000"));
  if (!answer.tcr.empty()) put(type1, 10, clean(answer.tcr, 40, ""));
  put(type1, 11, resolution_none);
  put(type1, 12, resolution_none);
  record type2 = make_record(2, 0);
  field msg;
  msg.number = 60;
  msg.tag = tag_of(2, 60);
  for (const std::string& one : messages.first(std::min(messages.size(), messages_max)))
    msg.subfields.push_back({{clean(one, message_size_max, "-")}});
  if (messages.empty()) msg.subfields.push_back({{"TRANSACTION REFUSED"}});
  type2.fields.push_back(std::move(msg));
  if (!answer.controlling_agency.empty()) put(type2, 73, clean(answer.controlling_agency, 9, ""));
  transaction made;
  made.records.push_back(std::move(type1));
  made.records.push_back(std::move(type2));
  return made;
}

}  // namespace whorl::ebts
