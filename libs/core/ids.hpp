#pragma once
// Strong integer ids: a MatchId cannot be passed where a TeamId is meant.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace fairline {

template <typename Tag>
struct Id {
  std::int64_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
};

using CompetitionId = Id<struct CompetitionTag>;
using TeamId = Id<struct TeamTag>;
using MatchId = Id<struct MatchTag>;
using BookmakerId = Id<struct BookmakerTag>;
using UserId = Id<struct UserTag>;

}  // namespace fairline

template <typename Tag>
struct std::hash<fairline::Id<Tag>> {
  std::size_t operator()(const fairline::Id<Tag>& id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
