#pragma once

#include <string>
#include <string_view>

namespace fairline {

// SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hex digits.
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

}  // namespace fairline
