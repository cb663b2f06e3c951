#include "services/prediction/app/serving/explanation.hpp"

#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "services/prediction/app/serving/predictor.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

Explanation ExplainArsenal(const char* away, std::size_t max_contributions) {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  const MatchView view = Predictor(world.keeper).PredictMatch("E0", "Arsenal", away).value();
  return Explain(*view.model, view.forecast(), max_contributions).value();
}

}  // namespace

TEST_CASE("contributions are centred and come by how far they move outcomes apart",
          "[prediction][explanation]") {
  const Explanation explanation = ExplainArsenal("Chelsea", 0);
  REQUIRE(explanation.contributions.size() == 3);
  CHECK(explanation.contributions[0].feature.feature->name == "season_stage");
  CHECK(explanation.contributions[0].Reach() == Approx(0.3));
  CHECK(explanation.contributions[1].feature.feature == &MarketLine());
  CHECK(std::isnan(explanation.contributions[1].feature.value));
  CHECK(explanation.contributions[2].feature.feature->name == "elo_difference");
  for (const FeatureContribution& contribution : explanation.contributions) {
    const auto& log_odds = contribution.log_odds;
    CHECK(std::accumulate(log_odds.begin(), log_odds.end(), 0.0) == Approx(0.0).margin(1e-12));
  }
  CHECK(explanation.rest == std::vector<double>(3, 0.0));
  CHECK(explanation.base_rate[0] == Approx(1.0 / 3));
}

TEST_CASE("what is left out is summed, so that nothing is lost", "[prediction][explanation]") {
  const Explanation all = ExplainArsenal("Chelsea", 0);
  const Explanation one = ExplainArsenal("Chelsea", 1);
  REQUIRE(one.contributions.size() == 1);
  CHECK(one.contributions[0].feature.feature->name == "season_stage");
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(one.rest[k] ==
          Approx(all.contributions[1].log_odds[k] + all.contributions[2].log_odds[k]));
  }
}

TEST_CASE("the features shown are those known from the past, with their values",
          "[prediction][explanation]") {
  const Explanation explanation = ExplainArsenal("Chelsea", 0);
  CHECK_FALSE(explanation.features.empty());
  for (const FeatureValue& feature : explanation.features) {
    CHECK(feature.feature->block != features::Block::kMarket);
    CHECK_FALSE(std::isnan(feature.value));
  }
}

TEST_CASE("a forecast without odds is explained without the market", "[prediction][explanation]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  const MatchView view = Predictor(world.keeper).PredictMatch("E0", "Chelsea", "Arsenal").value();
  const Explanation explanation = Explain(*view.model, view.forecast(), 0).value();
  CHECK(explanation.contributions.size() == 2);
}

}  // namespace fairline::prediction
