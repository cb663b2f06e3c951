#pragma once
// The score grid that a match's markets are priced by, from the expected goals in its feature row.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/score_grid.hpp"
#include "libs/features/catalogue.hpp"

namespace fairline::prediction {

struct BasedGrid {
  domain::ScoreGrid grid;
  std::string_view basis;  // which ratings gave it, in words
};

// Where the expected goals stand in the rows of one sport. Immutable.
class GoalRates {
 public:
  // Finds the columns by name; a sport without goals has none.
  explicit GoalRates(const features::FeatureCatalogue& catalogue);

  // By the best rates that `row` knows: Dixon-Coles fitted to goals and to what shots were worth
  // pooled (the geometric mean of two Poisson rates is the logarithmic pool of the counts with
  // equal weights), either alone, then the online Poisson ratings. FailedPrecondition when the row
  // has none.
  [[nodiscard]] absl::StatusOr<BasedGrid> Grid(std::span<const float> row) const;

 private:
  // Columns of one pair of rates; `correlation` is absent for independent counts.
  struct Source {
    std::size_t home = 0;
    std::size_t away = 0;
    std::optional<std::size_t> correlation;
    std::string_view basis;
  };

  std::optional<Source> goals_;
  std::optional<Source> shots_;
  std::vector<Source> online_;  // the better first
};

}  // namespace fairline::prediction
