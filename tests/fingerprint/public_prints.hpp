// The public prints as the tests read them: FINGER_IMPRESSION.iso of one folder.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/iso_template.hpp"
#include "tests/support.hpp"

namespace whorl::test {

/// By finger, then impression; `finger` as the file has it: "101", "012-3".
inline std::vector<fingerprint::labelled_print> public_prints(const std::filesystem::path& folder) {
  std::vector<fingerprint::labelled_print> out;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    const std::string name = each.path().stem().string();
    const auto split = name.rfind('_');
    if (each.path().extension() != ".iso" || split == std::string::npos) continue;
    const auto prints = fingerprint::decode_iso(read_file(each.path()));
    REQUIRE(prints.has_value());
    out.push_back({name.substr(0, split), std::atoi(name.c_str() + split + 1), prints->front()});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.finger, a.impression) < std::tie(b.finger, b.impression);
  });
  return out;
}

}  // namespace whorl::test
