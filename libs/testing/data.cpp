#include "libs/testing/data.hpp"

#include <cstdio>
#include <cstdlib>

namespace fairline::testing {

std::filesystem::path SourceDir() { return FAIRLINE_SOURCE_DIR; }

std::optional<std::filesystem::path> TestDataDir() {
  std::filesystem::path folder = SourceDir() / ".." / "shared" / "data";
  if (const char* set = std::getenv("FAIRLINE_TEST_DATA")) folder = set;
  if (std::filesystem::exists(folder / "football")) return std::filesystem::canonical(folder);
  std::fprintf(stderr, "SKIPPED: no real data at %s (set FAIRLINE_TEST_DATA)\n", folder.c_str());
  return std::nullopt;
}

}  // namespace fairline::testing
