#pragma once
// Lists in pages, one rule for all (google.aip.dev/158): a size of 0 is the list's own, one too
// large is cut, a negative one refused. A token is the key of the last item shown, so that a list
// that changes between pages neither repeats nor skips what stays: whole numbers joined by dots, or
// the item's name.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "libs/core/status.hpp"

namespace fairline {

inline constexpr int kMaxPageSize = 500;

struct PageRequest {
  int size = 0;
  std::string token;  // of the page before; empty for the first
};

template <typename Item>
struct Page {
  std::vector<Item> items;
  std::string next_token;  // empty on the last page
};

// InvalidArgument naming `page_size` when it is negative.
[[nodiscard]] inline absl::StatusOr<int> PageSize(int asked, int usual, int most = kMaxPageSize) {
  if (asked < 0) return InvalidField("page_size", "must not be negative");
  return asked == 0 ? usual : std::min(asked, most);
}

[[nodiscard]] inline absl::Status NotAPageToken() {
  return InvalidField("page_token", "is not one that this list gave");
}

template <std::size_t N>
[[nodiscard]] std::string PageToken(const std::array<std::int64_t, N>& key) {
  return fmt::format("{}", fmt::join(key, "."));
}

// None for an empty token; InvalidArgument naming `page_token` for one that PageToken did not make.
template <std::size_t N>
[[nodiscard]] absl::StatusOr<std::optional<std::array<std::int64_t, N>>> ParsePageToken(
    std::string_view token) {
  std::array<std::int64_t, N> key{};
  if (token.empty()) return std::optional<std::array<std::int64_t, N>>();
  const char* next = token.data();
  const char* end = token.data() + token.size();
  for (std::size_t i = 0; i < N; ++i) {
    const auto [stop, error] = std::from_chars(next, end, key[i]);
    const bool last = i + 1 == N;
    if (error != std::errc() || (last ? stop != end : stop == end || *stop != '.')) {
      return NotAPageToken();
    }
    next = last ? stop : stop + 1;
  }
  return std::optional(key);
}

// The same of a key of one number; `first` for an empty token.
[[nodiscard]] inline absl::StatusOr<std::int64_t> ParsePageToken(std::string_view token,
                                                                 std::int64_t first) {
  ASSIGN_OR_RETURN(const auto key, ParsePageToken<1>(token));
  return key ? key->front() : first;
}

// A page of a list that goes from the newest id down.
struct PageOfIds {
  std::int64_t before = 0;  // 0: from the newest
  int size = kMaxPageSize;

  // The same with one item more, which only tells that there is a next page.
  [[nodiscard]] PageOfIds AndOneMore() const { return {before, size + 1}; }
};
[[nodiscard]] inline absl::StatusOr<PageOfIds> ParsePageOfIds(int size, std::string_view token,
                                                              int usual, int most = kMaxPageSize) {
  PageOfIds page;
  ASSIGN_OR_RETURN(page.size, PageSize(size, usual, most));
  ASSIGN_OR_RETURN(page.before, ParsePageToken(token, 0));
  if (page.before < 0 || (page.before == 0 && !token.empty())) return NotAPageToken();
  return page;
}

// `items` were asked for with one more than the page holds, to see whether there is a next one;
// `token_of` makes its token of the last item shown.
template <typename Item, typename TokenOf>
[[nodiscard]] Page<Item> CutPage(std::vector<Item> items, int size, const TokenOf& token_of) {
  Page<Item> page{.items = std::move(items), .next_token = {}};
  if (page.items.size() > static_cast<std::size_t>(size)) {
    page.items.resize(static_cast<std::size_t>(size));
    page.next_token = token_of(page.items.back());
  }
  return page;
}

}  // namespace fairline
