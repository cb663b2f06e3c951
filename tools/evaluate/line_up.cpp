#include "tools/evaluate/line_up.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "libs/models/forecasters.hpp"
#include "libs/models/log_pool.hpp"
#include "libs/models/scoreboard.hpp"

namespace fairline::evaluate {
namespace {

using features::Block;
using models::BoosterParameters;
using models::Learning;
using models::LogPoolPrior;

// Shots are in the files of the main leagues from 2000, average prices from 2005.
constexpr int kFirstSeasonWithShots = 2000;
constexpr int kFirstSeasonWithPrices = 2005;
constexpr int kSeasonsAhead = 2;  // of the members of a pool, which is fitted on what they said

const std::vector<Block> kNoOdds = {Block::kRating, Block::kGoals, Block::kForm, Block::kTable};
const std::vector<Block> kPastOdds = {Block::kRating, Block::kGoals, Block::kForm, Block::kTable,
                                      Block::kPastOdds};
const std::vector<Block> kWithOdds = {Block::kRating, Block::kGoals,    Block::kForm,
                                      Block::kTable,  Block::kPastOdds, Block::kMarket};
// A regression on fewer columns errs less where one column already says most.
const std::vector<Block> kPastOddsAlone = {Block::kPastOdds};
const std::vector<Block> kLineAndStanding = {Block::kForm, Block::kTable, Block::kPastOdds,
                                             Block::kMarket};

constexpr BoosterParameters kTrees = {.rounds = 220,
                                      .max_depth = 4,
                                      .learning_rate = 0.04,
                                      .min_child_weight = 100,
                                      .l2_regularisation = 10,
                                      .row_sample = 0.7,
                                      .column_sample = 0.3,
                                      .seed = 20050806};
constexpr BoosterParameters kResidualTrees = {.rounds = 140,
                                              .max_depth = 3,
                                              .learning_rate = 0.02,
                                              .min_child_weight = 200,
                                              .l2_regularisation = 50,
                                              .row_sample = 0.7,
                                              .column_sample = 0.2,
                                              .seed = 20050806};

std::string Describe(const Learning& learning) {
  return fmt::format("columns {} from {} anchor '{}'", fmt::join(learning.columns, " "),
                     learning.first_season, learning.anchor);
}

Candidate Trees(std::string name, Learning learning, const BoosterParameters& p) {
  std::string description = fmt::format(
      "trees {} rounds {} depth {} rate {} weight {} lambda {} rows {} columns {} seed {}",
      Describe(learning), p.rounds, p.max_depth, p.learning_rate, p.min_child_weight,
      p.l2_regularisation, p.row_sample, p.column_sample, p.seed);
  return {.name = std::move(name),
          .description = std::move(description),
          .needs = {},
          .seasons_ahead = kSeasonsAhead,
          .forecaster = std::make_shared<models::TreesForecaster>(std::move(learning), p)};
}

Candidate Logistic(std::string name, Learning learning, double ridge) {
  std::string description = fmt::format("logistic {} ridge {}", Describe(learning), ridge);
  return {.name = std::move(name),
          .description = std::move(description),
          .needs = {},
          .seasons_ahead = kSeasonsAhead,
          .forecaster = std::make_shared<models::LogisticForecaster>(
              std::move(learning), models::LogisticParameters{.ridge = ridge})};
}

Candidate Pool(std::string name, std::vector<std::string> members, const LogPoolPrior& prior) {
  std::vector<std::string> needs = members;
  std::erase(needs, kDixonColesColumn);  // given for every match before the walk begins
  std::erase(needs, kShotsDixonColesColumn);
  return {.name = std::move(name),
          .description = fmt::format("pool of {} precision {} {}", fmt::join(members, " "),
                                     prior.weight_precision, prior.bias_precision),
          .needs = std::move(needs),
          .seasons_ahead = 0,
          .forecaster = std::make_shared<models::PoolForecaster>(std::move(members), prior)};
}

}  // namespace

std::vector<Candidate> AllCandidates(const FootballMatches& football) {
  const auto learning = [&](const std::vector<Block>& blocks, int first_season,
                            std::string_view anchor = "") {
    return Learning{ColumnsOf(football.catalogue, blocks), first_season, std::string(anchor)};
  };
  const Learning no_odds = learning(kNoOdds, kFirstSeasonWithShots);
  const Learning past_odds = learning(kPastOdds, kFirstSeasonWithShots);
  const Learning with_odds = learning(kWithOdds, kFirstSeasonWithPrices, models::kMarketColumn);
  const Learning past_odds_alone = learning(kPastOddsAlone, kFirstSeasonWithPrices);
  const Learning line_and_standing =
      learning(kLineAndStanding, kFirstSeasonWithPrices, models::kMarketColumn);
  std::vector<Candidate> all;
  all.push_back({.name = std::string(models::kBaseRateColumn),
                 .description = "base rate of 5 seasons",
                 .needs = {},
                 .seasons_ahead = 0,
                 .forecaster = std::make_shared<models::BaseRateForecaster>()});
  // Ridges chosen on 2012-13 to 2018-19.
  all.push_back(Logistic("logistic.no_odds", no_odds, 1000.0));
  all.push_back(Logistic("logistic.past_odds", past_odds, 1000.0));
  all.push_back(Logistic("ratings.past_odds", past_odds_alone, 200.0));
  all.push_back(Logistic("logistic.with_odds", line_and_standing, 10'000.0));
  all.push_back(Trees("trees.no_odds", no_odds, kTrees));
  all.push_back(Trees("trees.past_odds", past_odds, kTrees));
  all.push_back(Trees("trees.with_odds", with_odds, kResidualTrees));
  const std::string goals(kDixonColesColumn);
  const std::string shots(kShotsDixonColesColumn);
  all.push_back(Pool("goals", {goals, shots}, {}));
  all.push_back(Pool("no_odds", {"trees.no_odds", "logistic.no_odds", shots}, {}));
  all.push_back(
      Pool("past_odds", {"trees.past_odds", "logistic.past_odds", "ratings.past_odds"}, {}));
  // What a few seasons say of these weights is mostly noise: they are held near even.
  all.push_back(Pool("with_odds", {"trees.with_odds", "logistic.with_odds"},
                     {.weight_precision = 2000.0, .bias_precision = 2000.0}));
  return all;
}

absl::StatusOr<std::vector<Candidate>> Choose(std::vector<Candidate> all,
                                              const std::vector<std::string>& names) {
  std::set<std::string> chosen(names.begin(), names.end());
  for (const std::string& name : names) {
    if (std::none_of(all.begin(), all.end(), [&](const Candidate& c) { return c.name == name; })) {
      return absl::NotFoundError("no model is named " + name);
    }
  }
  chosen.insert(std::string(models::kBaseRateColumn));
  for (auto candidate = all.rbegin(); candidate != all.rend(); ++candidate) {
    if (names.empty() || chosen.contains(candidate->name)) {
      chosen.insert(candidate->name);
      chosen.insert(candidate->needs.begin(), candidate->needs.end());
    }
  }
  std::erase_if(all, [&](const Candidate& c) { return !chosen.contains(c.name); });
  return all;
}

}  // namespace fairline::evaluate
