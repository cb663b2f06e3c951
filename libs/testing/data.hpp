#pragma once
// Where tests find the source tree and the real files.

#include <filesystem>
#include <optional>

namespace fairline::testing {

// The root of the checkout that the test was built from.
[[nodiscard]] std::filesystem::path SourceDir();

// The folder of real data (its football/ and ncaa/): FAIRLINE_TEST_DATA, else ../shared/data beside
// the checkout; nothing when absent, and then a line on standard error says what is not tested.
[[nodiscard]] std::optional<std::filesystem::path> TestDataDir();

}  // namespace fairline::testing
