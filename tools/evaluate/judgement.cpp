#include "tools/evaluate/judgement.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace fairline::evaluate {

const evaluation::ScoreboardEntry* EntryOf(const Slice& slice, std::string_view name) {
  const auto found = std::find_if(
      slice.entries.begin(), slice.entries.end(),
      [&](const evaluation::ScoreboardEntry& entry) { return entry.forecaster == name; });
  return found == slice.entries.end() ? nullptr : &*found;
}

bool IsReference(std::string_view forecaster) {
  constexpr std::array kReferences = {evaluation::kBaseRateColumn, evaluation::kMarketColumn,
                                      evaluation::kPinnacleColumn, evaluation::kClosingColumn};
  return std::find(kReferences.begin(), kReferences.end(), forecaster) != kReferences.end();
}

std::string SeasonLabel(int season) { return fmt::format("{}-{:02}", season, (season + 1) % 100); }

}  // namespace fairline::evaluate
