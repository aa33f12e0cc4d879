// whorl inspect: what stands in a transaction or template file; never the image bytes.
#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/files.hpp"
#include "apps/table.hpp"
#include "apps/template_folder.hpp"
#include "fingerprint/iso_template.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t value_max = 100;  ///< characters of one field shown

std::string value_of(const ebts::field& f) {
  if (!f.data.empty()) return "(" + with_commas(f.data.size()) + " bytes of image data)";
  std::string text;
  for (std::size_t i = 0; i < f.subfields.size() && text.size() <= value_max; ++i) {
    if (i > 0) text += " | ";
    for (std::size_t j = 0; j < f.subfields[i].items.size() && text.size() <= value_max; ++j)
      text += (j > 0 ? ", " : "") + f.subfields[i].items[j];
  }
  text = printable(text);
  if (text.size() > value_max) text = text.substr(0, value_max) + "...";
  return f.subfields.size() > 1 ? std::to_string(f.subfields.size()) + " entries: " + text : text;
}

json record_json(const ebts::record& r) {
  json out = {{"type", r.type}};
  if (r.idc) out["idc"] = *r.idc;
  if (r.kind == ebts::record_kind::image)
    out["image"] = {{"width", r.image.hll}, {"height", r.image.vll}, {"bytes", r.data.size()}};
  if (r.kind == ebts::record_kind::opaque) out["bytes"] = r.data.size();
  json fields = json::object();
  for (const auto& f : r.fields) fields[printable(f.tag)] = value_of(f);
  if (!fields.empty()) out["fields"] = fields;
  return out;
}

void print_record(const ebts::record& r) {
  std::cout << "Type-" << int(r.type);
  if (r.idc) std::cout << ", IDC " << *r.idc;
  if (r.kind == ebts::record_kind::image)
    std::cout << ": image " << r.image.hll << " x " << r.image.vll << ", finger position "
              << int(r.image.fgp[0]) << ", " << with_commas(r.data.size()) << " bytes";
  if (r.kind == ebts::record_kind::opaque)
    std::cout << ": kept as it came, " << with_commas(r.data.size()) << " bytes";
  std::cout << "\n";
  for (const auto& f : r.fields)
    std::cout << "  " << printable(f.tag) << "  " << value_of(f) << "\n";
}

struct print_line_of {
  int finger, impression, width, height, resolution, quality;
  std::size_t minutiae;
};

void print_prints(const context& ctx, const std::vector<print_line_of>& prints, json& out) {
  table text({"print", "finger", "impression", "size", "pixels/cm", "quality", "minutiae"});
  json all = json::array();
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const auto& p = prints[i];
    text.add({std::to_string(i + 1), std::to_string(p.finger), std::to_string(p.impression),
              std::to_string(p.width) + " x " + std::to_string(p.height),
              std::to_string(p.resolution), p.quality == 0 ? "-" : std::to_string(p.quality),
              std::to_string(p.minutiae)});
    all.push_back({{"finger", p.finger},
                   {"impression", p.impression},
                   {"width", p.width},
                   {"height", p.height},
                   {"pixels_per_cm", p.resolution},
                   {"quality", p.quality},
                   {"minutiae", p.minutiae}});
  }
  out["prints"] = all;
  if (!ctx.as_json && text.size() > 0) text.print(std::cout);
}

result<int> inspect_templates(const context& ctx, const std::string& file, byte_view content) {
  WHORL_ASSIGN(const auto prints, decode_template(content));
  const bool iso = fingerprint::decode_iso(content).has_value();
  json out = {{"file", file}, {"format", iso ? "ISO 19794-2:2005" : "ANSI 378-2004"}};
  std::vector<print_line_of> lines;
  for (const auto& p : prints)
    lines.push_back({p.finger_position, static_cast<int>(p.impression), p.width_px, p.height_px,
                     p.x_resolution_per_cm, p.quality, p.minutiae.size()});
  print_prints(ctx, lines, out);
  if (ctx.as_json) print_document(out);
  return exit_done;
}

result<int> run(const context& ctx, const std::string& file) {
  WHORL_ASSIGN(const bytes content, read_whole(file, limits::transaction_bytes_max));
  constexpr std::byte magic[] = {std::byte{'F'}, std::byte{'M'}, std::byte{'R'}, std::byte{0}};
  if (content.size() >= 4 && std::equal(magic, magic + 4, content.begin()))
    return inspect_templates(ctx, file, content);
  const auto whole = ebts::read_transaction(content);
  if (!whole) return make_error(whole.error().code, file + ": " + whole.error().message);
  json out = {{"file", file},
              {"format", "EBTS"},
              {"tot", std::string(whole->tot())},
              {"ori", std::string(whole->ori())},
              {"tcn", std::string(whole->tcn())}};
  json records = json::array();
  for (const auto& r : whole->records) {
    records.push_back(record_json(r));
    if (!ctx.as_json) print_record(r);
  }
  out["records"] = records;
  std::vector<print_line_of> lines;
  const auto prints = ebts::read_type9(*whole);
  if (prints)
    for (const auto& p : *prints)
      lines.push_back({p.finger_position, p.impression, p.width_px, p.height_px,
                       p.x_resolution_per_cm, p.quality, p.minutiae.size()});
  else
    out["prints_error"] = prints.error().message;
  if (!prints && !ctx.as_json) std::cout << "prints: " << prints.error().message << "\n";
  print_prints(ctx, lines, out);
  if (ctx.as_json) print_document(out);
  return exit_done;
}

}  // namespace

void add_inspect(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("inspect", "what stands in an EBTS, ISO or ANSI template file");
  const auto file = std::make_shared<std::string>();
  sub->add_option("file", *file, "the file")->required();
  sub->footer("Examples:\n  whorl inspect arrest.eft\n  whorl --json inspect 101_1.iso");
  on_run(*sub, ctx, [&ctx, file] { return run(ctx, *file); });
}

}  // namespace whorl::apps
