#pragma once
// Page tokens made of the key of the last item shown, so that a list that changes between pages
// neither repeats nor skips what stays.

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "libs/core/status.hpp"

namespace fairline::prediction {

// size 0 means kDefaultPageSize; a token comes from the page before and is empty for the first.
struct PageRequest {
  std::int32_t size = 0;
  std::string token;
};
inline constexpr std::int32_t kDefaultPageSize = 100;
inline constexpr std::int32_t kMaxPageSize = 500;

// InvalidArgument naming `page_size` when it is negative.
[[nodiscard]] inline absl::StatusOr<std::size_t> PageSize(const PageRequest& page) {
  if (page.size < 0) return InvalidField("page_size", "must not be negative");
  if (page.size == 0) return static_cast<std::size_t>(kDefaultPageSize);
  return static_cast<std::size_t>(page.size < kMaxPageSize ? page.size : kMaxPageSize);
}

template <std::size_t N>
[[nodiscard]] std::string TokenOf(const std::array<std::int64_t, N>& key) {
  return fmt::format("{}", fmt::join(key, "."));
}

// None for an empty token; InvalidArgument naming `page_token` for one that TokenOf did not make.
template <std::size_t N>
[[nodiscard]] absl::StatusOr<std::optional<std::array<std::int64_t, N>>> ParseToken(
    std::string_view token) {
  std::array<std::int64_t, N> parts{};
  if (token.empty()) return std::optional<std::array<std::int64_t, N>>();
  const char* next = token.data();
  const char* end = token.data() + token.size();
  for (std::size_t i = 0; i < N; ++i) {
    const auto [stop, error] = std::from_chars(next, end, parts[i]);
    const bool last = i + 1 == N;
    if (error != std::errc() || (last ? stop != end : stop == end || *stop != '.')) {
      return InvalidField("page_token", "is not one that this list gave");
    }
    next = last ? stop : stop + 1;
  }
  return std::optional(parts);
}

}  // namespace fairline::prediction
