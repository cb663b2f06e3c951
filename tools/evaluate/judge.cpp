#include "tools/evaluate/judge.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "libs/features/football/market.hpp"

namespace fairline::evaluate {
namespace {

using features::Line;
using features::Match;
using models::Rows;

constexpr std::uint64_t kBootstrapSeed = 20050806;
const std::vector<std::string> kTopFive = {"E0", "D1", "I1", "SP1", "F1"};
constexpr std::array kReferences = {evaluation::kBaseRateColumn, evaluation::kMarketColumn,
                                    evaluation::kPinnacleColumn, evaluation::kClosingColumn};

class FootballEvaluator {
 public:
  FootballEvaluator(const FootballMatches& football, const models::ForecastColumns& columns,
                    const EvaluateOptions& options)
      : football_(football),
        columns_(columns),
        options_(options),
        rows_(RowsToEvaluate(football, columns.find(evaluation::kMarketColumn)->second,
                             options.first_season, options.last_season, options.competitions)) {
    for (const season_files::Competition& competition : football.competitions) {
      codes_[static_cast<std::int32_t>(competition.id.value)] = competition.code;
    }
  }

  absl::StatusOr<Judgement> Evaluate(const std::vector<GridForecaster>& grids,
                                     const std::vector<std::string>& served);

 private:
  void Describe(Judgement& judgement) const;
  absl::Status AddSlices(Judgement& judgement) const;
  absl::Status AddCalibrationNoise(Judgement& judgement) const;
  absl::Status AddDevig(Judgement& judgement) const;
  absl::Status AddEdges(const std::vector<std::string>& served, Judgement& judgement) const;

  [[nodiscard]] absl::StatusOr<Slice> SliceOf(std::string label, const Rows& rows) const {
    Slice slice{.label = std::move(label),
                .matches = static_cast<std::int64_t>(rows.size()),
                .entries = {}};
    ASSIGN_OR_RETURN(slice.entries,
                     evaluation::MakeScoreboard(football_.table, columns_, rows, kBootstrapSeed));
    return slice;
  }
  template <typename Key, typename KeyOf>
  absl::Status SliceBy(KeyOf&& key_of, std::vector<Slice>& slices) const {
    std::map<Key, Rows> parts;
    for (const std::uint32_t row : rows_) parts[key_of(row)].push_back(row);
    for (const auto& [key, rows] : parts) {
      ASSIGN_OR_RETURN(Slice slice, SliceOf(key, rows));
      slices.push_back(std::move(slice));
    }
    return absl::OkStatus();
  }
  [[nodiscard]] const std::string& CodeOf(std::uint32_t row) const {
    return codes_.find(football_.table.competitions[row])->second;
  }
  template <typename LineOf>
  [[nodiscard]] std::vector<Line> LinesOf(LineOf&& line_of) const {
    std::vector<Line> lines;
    for (const std::uint32_t row : rows_) lines.push_back(line_of(row));
    return lines;
  }

  const FootballMatches& football_;
  const models::ForecastColumns& columns_;
  const EvaluateOptions& options_;
  Rows rows_;
  std::map<std::int32_t, std::string> codes_;
};

void FootballEvaluator::Describe(Judgement& judgement) const {
  judgement.sport = "football";
  judgement.outcomes = {"home", "draw", "away"};
  judgement.first_season = options_.first_season;
  judgement.last_season = options_.last_season;
  judgement.first_day = football_.table.days[rows_.front()];
  judgement.last_day = football_.table.days[rows_.back()];
  judgement.known_matches =
      static_cast<std::int64_t>(models::RowsBefore(football_.table, options_.last_season).size());
  std::set<std::string> codes;
  for (const std::uint32_t row : rows_) codes.insert(CodeOf(row));
  judgement.competitions.assign(codes.begin(), codes.end());
}

absl::Status FootballEvaluator::AddSlices(Judgement& judgement) const {
  ASSIGN_OR_RETURN(Slice all, SliceOf("ALL", rows_));
  judgement.groups.push_back(std::move(all));
  Rows top;
  for (const std::uint32_t row : rows_) {
    if (std::find(kTopFive.begin(), kTopFive.end(), CodeOf(row)) != kTopFive.end()) {
      top.push_back(row);
    }
  }
  if (!top.empty() && top.size() < rows_.size()) {
    ASSIGN_OR_RETURN(Slice five, SliceOf("M5", top));
    judgement.groups.push_back(std::move(five));
  }
  const auto& table = football_.table;
  RETURN_IF_ERROR(SliceBy<std::string>(
      [&](std::uint32_t row) { return SeasonLabel(table.seasons[row]); }, judgement.seasons));
  RETURN_IF_ERROR(SliceBy<std::string>([&](std::uint32_t row) { return CodeOf(row); },
                                       judgement.competition_slices));
  if (!options_.by_month) return absl::OkStatus();
  return SliceBy<std::string>(
      [&](std::uint32_t row) { return FormatDay(table.days[row]).substr(0, 7); }, judgement.months);
}

absl::Status FootballEvaluator::AddCalibrationNoise(Judgement& judgement) const {
  for (const auto& [name, column] : columns_) {
    const Rows own = models::ForecastRows(column, rows_);
    if (own.empty()) continue;
    ASSIGN_OR_RETURN(
        const evaluation::CalibrationNoise noise,
        evaluation::PerfectCalibrationError(models::Select(column, own), kBootstrapSeed));
    judgement.calibration_noise.emplace(name, noise);
  }
  return absl::OkStatus();
}

absl::Status FootballEvaluator::AddDevig(Judgement& judgement) const {
  const auto add = [&](std::string book, const Line Match::*line) -> absl::Status {
    std::vector<Line> lines;
    for (const Match& match : football_.matches) lines.push_back(match.*line);
    ASSIGN_OR_RETURN(DevigBoard board, CompareDevigMethods(std::move(book), football_.table, lines,
                                                           rows_, kBootstrapSeed));
    if (board.matches > 0) judgement.devig.push_back(std::move(board));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(add("average before the match", &Match::average));
  RETURN_IF_ERROR(add("Pinnacle before the match", &Match::pinnacle));
  RETURN_IF_ERROR(add("best before the match", &Match::best));
  RETURN_IF_ERROR(add("average at the close", &Match::average_closing));
  return add("Pinnacle at the close", &Match::pinnacle_closing);
}

absl::Status FootballEvaluator::AddEdges(const std::vector<std::string>& served,
                                         Judgement& judgement) const {
  BettingMatches matches;
  matches.results = models::ResultsOf(football_.table, rows_);
  matches.closing = models::Select(columns_.find(evaluation::kClosingColumn)->second, rows_);
  for (const std::uint32_t row : rows_) {
    matches.days.push_back(football_.table.days[row]);
    matches.pinnacle_closing.push_back(
        features::football::ViewOf(football_.matches[row].pinnacle_closing).has_value());
  }
  const auto of_match = [&](const Line Match::*line) {
    return LinesOf([&](std::uint32_t row) { return football_.matches[row].*line; });
  };
  matches.best = of_match(&Match::best);
  matches.average = of_match(&Match::average);
  const std::vector<std::pair<std::string, std::vector<Line>>> sources = {
      {"best", matches.best},
      {"average", matches.average},
      {"bet365", LinesOf([&](std::uint32_t row) { return football_.prices[row].bet365; })},
      {"pinnacle", of_match(&Match::pinnacle)}};
  for (const auto& [price, lines] : sources) {
    ASSIGN_OR_RETURN(const BetRecord blind, BetBlindly(matches, lines, kBootstrapSeed));
    if (blind.bets == 0) continue;
    judgement.blind.push_back({price, blind});
    for (const std::string& name : served) {
      const auto column = columns_.find(name);
      if (column == columns_.end()) continue;
      ASSIGN_OR_RETURN(EdgeBoard board,
                       EvaluateEdges(name, price, matches, models::Select(column->second, rows_),
                                     lines, kBootstrapSeed));
      if (!board.buckets.empty()) judgement.edges.push_back(std::move(board));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Judgement> FootballEvaluator::Evaluate(const std::vector<GridForecaster>& grids,
                                                      const std::vector<std::string>& served) {
  if (rows_.empty()) {
    return absl::NotFoundError("no match of these seasons and competitions has a market line");
  }
  Judgement judgement;
  Describe(judgement);
  RETURN_IF_ERROR(AddSlices(judgement));
  ASSIGN_OR_RETURN(judgement.figures, evaluation::CompareMetrics(football_.table, columns_, rows_,
                                                                 kReferences, kBootstrapSeed));
  RETURN_IF_ERROR(AddCalibrationNoise(judgement));
  RETURN_IF_ERROR(AddDevig(judgement));
  RETURN_IF_ERROR(AddEdges(served, judgement));
  ASSIGN_OR_RETURN(judgement.goal_markets,
                   EvaluateGoalMarkets(football_, grids, rows_, kBootstrapSeed));
  ASSIGN_OR_RETURN(judgement.suspicions,
                   evaluation::SuspectedLeaks(football_.table, columns_, rows_, kBootstrapSeed));
  return judgement;
}

}  // namespace

absl::StatusOr<Judgement> Evaluate(const FootballMatches& football,
                                   const models::ForecastColumns& columns,
                                   const std::vector<GridForecaster>& grids,
                                   const std::vector<std::string>& served,
                                   const EvaluateOptions& options) {
  for (const std::string& code : options.competitions) {
    const bool known =
        std::any_of(football.competitions.begin(), football.competitions.end(),
                    [&](const season_files::Competition& c) { return c.code == code; });
    if (!known) return absl::NotFoundError("no competition has the code " + code);
  }
  return FootballEvaluator(football, columns, options).Evaluate(grids, served);
}

}  // namespace fairline::evaluate
