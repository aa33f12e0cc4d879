// A population file of any bytes: read to its end or to the first error, never a crash, and never a
// person that the file's digest does not cover.
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>

#include "apps/population.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  auto in =
      std::make_unique<std::istringstream>(std::string(reinterpret_cast<const char*>(data), size));
  auto reader = apps::population_reader::open(std::move(in), size, "people");
  if (!reader) return 0;
  while (true) {
    const auto one = reader->next();
    if (!one || !*one) return 0;
  }
}
