#include "libs/evaluation/scoreboard.hpp"

#include <optional>

#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluation {
namespace {

using models::ForecastColumns;
using models::ForecastRows;
using models::Forecasts;
using models::MatchTable;
using models::OutcomeIndex;
using models::ResultsOf;
using models::Rows;
using models::Select;
using statistics::BlockBootstrap;
using statistics::Interval;

// The resamples of the matches compared last; most forecasters have the same ones.
class Resamples {
 public:
  Resamples(const MatchTable& matches, std::uint64_t seed) : matches_(matches), seed_(seed) {}

  absl::StatusOr<const BlockBootstrap*> Of(const Rows& rows) {
    if (!bootstrap_ || rows != rows_) {
      std::vector<Day> days;
      for (const std::uint32_t row : rows) days.push_back(matches_.days[row]);
      ASSIGN_OR_RETURN(bootstrap_, BlockBootstrap::Make(days, seed_));
      rows_ = rows;
    }
    return &*bootstrap_;
  }

 private:
  const MatchTable& matches_;
  std::uint64_t seed_;
  Rows rows_;
  std::optional<BlockBootstrap> bootstrap_;
};

Comparison Compare(const MatchTable& matches, const Forecasts& column, const Forecasts& reference,
                   const Rows& rows, const BlockBootstrap& bootstrap) {
  const std::vector<OutcomeIndex> results = ResultsOf(matches, rows);
  const Forecasts mine = Select(column, rows);
  const Forecasts theirs = Select(reference, rows);
  const auto by = [&](Score score) {
    std::vector<double> differences = ScoreEach(score, mine, results);
    const std::vector<double> against = ScoreEach(score, theirs, results);
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] -= against[i];
    const Interval mean = bootstrap.Mean(differences);
    return PairedDifference{.mean = mean.value,
                            .lower = mean.lower,
                            .upper = mean.upper,
                            .matches = static_cast<std::int64_t>(rows.size()),
                            .blocks = static_cast<std::int64_t>(bootstrap.blocks())};
  };
  return {.log_loss = by(Score::kLogLoss), .rps = by(Score::kRankedProbability)};
}

}  // namespace

absl::StatusOr<std::vector<ScoreboardEntry>> MakeScoreboard(const MatchTable& matches,
                                                            const ForecastColumns& columns,
                                                            const Rows& rows, std::uint64_t seed) {
  if (rows.empty()) return InvalidField("rows", "no matches to judge on");
  Resamples resamples(matches, seed);
  std::vector<ScoreboardEntry> scoreboard;
  for (const auto& [name, column] : columns) {
    const Rows own = ForecastRows(column, rows);
    if (own.empty()) continue;
    ScoreboardEntry entry{.forecaster = name, .scores = {}, .against = {}};
    ASSIGN_OR_RETURN(entry.scores, Evaluate(Select(column, own), ResultsOf(matches, own)));
    for (const std::string_view reference :
         {kBaseRateColumn, kMarketColumn, kPinnacleColumn, kClosingColumn}) {
      const auto found = columns.find(reference);
      if (found == columns.end() || reference == name) continue;
      const Rows common = ForecastRows(found->second, own);
      if (common.empty()) continue;
      ASSIGN_OR_RETURN(const BlockBootstrap* const bootstrap, resamples.Of(common));
      entry.against.emplace(reference, Compare(matches, column, found->second, common, *bootstrap));
    }
    scoreboard.push_back(std::move(entry));
  }
  return scoreboard;
}

}  // namespace fairline::evaluation
