// Measures serving with models of the production recipe's sizes over a feature catalogue of the
// real one's, on 191 fictional fixtures quoted by ten bookmakers.
//   prediction_bench
// prints {"snapshot_ms":..,"predict_coming_us":..,"predict_pairing_us":..,"markets_us":..,
// "list_advice_ms":..}
// medians: building a snapshot, one PredictMatch of a coming match and of any other pairing, all
// markets of one match, one ListAdvice of all matches; each with its conversion to proto.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "libs/core/clock.hpp"
#include "libs/core/program.hpp"
#include "libs/features/replay.hpp"
#include "libs/models/bundle.hpp"
#include "libs/telemetry/log.hpp"
#include "services/prediction/app/forecast/bundle_model.hpp"
#include "services/prediction/app/serving/predictor.hpp"
#include "services/prediction/rpc/conversion.hpp"
#include "services/prediction/rpc/detail_conversion.hpp"

namespace fairline::prediction {
namespace {

constexpr std::size_t kFixtures = 191;
constexpr std::size_t kTrainingRows = 20'000;
const Instant kNow = ParseInstant("2026-01-30T09:00:00Z").value();

// The line-up of the production recipe in its sizes, fitted on noise, with no regard to how little
// that explains: trees of full depth, regressions on every column with their bootstrap refits.
constexpr char kRecipe[] = R"({"format": 2, "name": "bench", "sport": "football", "seed": 1,
  "outcomes": ["home", "draw", "away"], "seasons_ahead": 1, "least_training_matches": 1,
  "least_held_out_matches": 1, "models": [
  {"name": "trees", "kind": "trees", "blocks": ["all"],
   "parameters": {"rounds": 220, "max_depth": 4, "min_child_weight": 20}},
  {"name": "logistic", "kind": "logistic", "blocks": ["all"], "parameters": {"ridge": 200}},
  {"name": "residual.trees", "kind": "trees", "blocks": ["all"], "anchor": "market",
   "parameters": {"rounds": 140, "max_depth": 3, "min_child_weight": 20}},
  {"name": "residual", "kind": "logistic", "blocks": ["all"], "anchor": "market",
   "parameters": {"ridge": 20000}},
  {"name": "no_odds", "kind": "pool", "members": ["trees", "logistic"], "serve": "no_odds"},
  {"name": "with_odds", "kind": "pool", "members": ["residual.trees", "residual"],
   "serve": "with_odds"}]})";

models::MatchTable Noise(std::size_t columns) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> normal;
  models::MatchTable matches;
  matches.feature_count = columns;
  matches.features.resize(kTrainingRows * columns);
  for (float& value : matches.features) value = normal(random);
  for (std::size_t i = 0; i < kTrainingRows; ++i) {
    const auto season = static_cast<int>(2 * i / kTrainingRows);
    matches.days.push_back(Day(std::chrono::days(18'000 + i / 50)));
    matches.seasons.push_back(2019 + season);
    matches.competitions.push_back(1);
    matches.results.push_back(static_cast<models::OutcomeIndex>(random() % 3));
  }
  return matches;
}

absl::StatusOr<std::shared_ptr<const ForecastModel>> FitNoise(std::size_t columns) {
  ASSIGN_OR_RETURN(const models::Recipe recipe, models::ParseRecipe(kRecipe));
  const models::MatchTable matches = Noise(columns);
  std::vector<models::CatalogueColumn> catalogue;
  for (std::size_t i = 0; i < columns; ++i) catalogue.push_back({fmt::format("f{}", i), "all"});
  models::ForecastColumns lines;
  lines.emplace(models::kMarketLine, models::Forecasts(matches.size(), 3));
  for (double& p : lines.begin()->second.values()) p = 1.0 / 3.0;
  // Without a season walked, the pools weigh their members as their priors do.
  ASSIGN_OR_RETURN(const auto learners, models::MakeLearners(recipe, catalogue, 2022));
  ASSIGN_OR_RETURN(
      const auto fitted,
      models::WalkSeasonsAndFit(matches, learners, {.last_season = 2000, .threads = 2}, lines));
  models::Manifest manifest;
  manifest.catalogue_size = columns;
  ASSIGN_OR_RETURN(const models::BundleFiles files,
                   models::PackBundle(std::move(manifest), recipe, fitted));
  ASSIGN_OR_RETURN(auto bundle, models::Bundle::Load(files.sha256, models::ReaderOf(files)));
  return std::make_shared<const BundleModel>(std::move(bundle));
}

SeasonDataRows FictionalFixtures() {
  SeasonDataRows rows;
  rows.as_of = kNow;
  rows.competitions.push_back({{1}, "X0", "football", "Fictional League", "Nowhere", 1, 2025});
  std::mt19937_64 random(2);
  std::uniform_real_distribution<float> noise(0.95F, 1.05F);
  for (std::int64_t i = 0; i < 2 * static_cast<std::int64_t>(kFixtures); ++i) {
    rows.teams.push_back({{i}, "football", "Nowhere", fmt::format("Team {}", i)});
  }
  for (std::size_t i = 0; i < kFixtures; ++i) {
    const auto home = static_cast<std::int64_t>(2 * i);
    ComingMatch match;
    match.id = {home + 1};
    match.competition = {1};
    match.season_start = 2025;
    match.match_date = ParseDay("2026-01-31").value();
    match.kickoff = kNow + std::chrono::hours(30);
    match.home = {home};
    match.away = {home + 1};
    match.books.push_back(
        {"average", "Average", BookKind::kAggregate, {2.1F, 3.4F, 3.6F}, kNow, kNow});
    for (int book = 0; book < 10; ++book) {
      match.books.push_back({fmt::format("book{}", book),
                             "Book",
                             BookKind::kBookmaker,
                             {2.1F * noise(random), 3.4F * noise(random), 3.6F * noise(random)},
                             kNow,
                             kNow});
    }
    rows.coming.push_back(std::move(match));
  }
  return rows;
}

// Answers with what it was given; the bench measures what lies above it.
class Given final : public ModelRegistry, public ModelLoader, public SportsData {
 public:
  Given() : replay_(features::MakeReplay("football").value()) {
    model_ = FitNoise(replay_->catalogue().size()).value();
  }
  absl::StatusOr<std::optional<ProductionVersion>> Production(std::string_view) override {
    return ProductionVersion{.model = "football",
                             .version = 1,
                             .bundle_sha256 = {},
                             .bundle_path = {},
                             .catalogue_hash = replay_->catalogue().hash()};
  }
  absl::StatusOr<std::shared_ptr<const ForecastModel>> Load(const ProductionVersion&) override {
    return model_;
  }
  absl::StatusOr<DataVersion> ReadDataVersion() override { return DataVersion{++looks_, 0}; }
  absl::StatusOr<SeasonDataRows> Read(Instant) override { return FictionalFixtures(); }
  absl::StatusOr<std::optional<StateStamp>> LatestState(const std::string&, Instant) override {
    return StateStamp{kNow, 0};
  }
  absl::StatusOr<SavedState> ReadState(const std::string&, Instant) override {
    return SavedState{{kNow, 0}, replay_->Save()};
  }

 private:
  std::unique_ptr<features::Replay> replay_;
  std::shared_ptr<const ForecastModel> model_;
  std::int64_t looks_ = 0;
};

class NoPolicyChanges final : public PolicyStore {
 public:
  absl::StatusOr<std::optional<PolicyVersion>> Latest() override {
    return std::optional<PolicyVersion>();
  }
  absl::StatusOr<PolicyVersion> Add(const PolicyChange&,
                                    std::chrono::system_clock::time_point) override {
    return absl::UnimplementedError("the benchmark changes no policy");
  }
};

double MedianMicroseconds(int repetitions, const std::function<void()>& action) {
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    action();
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - begin;
    times.push_back(taken.count());
  }
  std::nth_element(times.begin(), times.begin() + repetitions / 2, times.end());
  return times[static_cast<std::size_t>(repetitions / 2)];
}

absl::Status Run() {
  Given given;
  const AsOfClock as_of(kNow);
  const RealClock real_time;
  NoPolicyChanges unchanged;
  const StakingPolicies policies(unchanged, {});
  SnapshotKeeper keeper({given, given, given, as_of, real_time}, features::ReplaySports(),
                        policies);
  const Predictor predictor(keeper);
  const Account account{{100'000}, staking::RiskLevel::kMedium};

  const auto predict = [&](const char* home, const char* away, bool advised) {
    const MatchView view = predictor.PredictMatch("X0", home, away).value();
    v1::PredictMatchResponse response;
    ToProto(view, *response.mutable_forecast());
    if (advised) ToProto(view, StakeMatch(view, account).value(), *response.mutable_advice());
  };
  absl::Status status;
  const double snapshot = MedianMicroseconds(21, [&] { status.Update(keeper.Refresh()); });
  RETURN_IF_ERROR(status);
  const double coming = MedianMicroseconds(2'001, [&] { predict("Team 10", "Team 11", true); });
  const double pairing = MedianMicroseconds(2'001, [&] { predict("Team 11", "Team 10", false); });
  const double markets = MedianMicroseconds(501, [&] {
    const MatchView view = predictor.PredictMatch("X0", "Team 10", "Team 11").value();
    v1::Markets response;
    ToProto(PriceMarkets(view.forecast(), view.match, *view.model->goal_rates, {}).value(), true,
            response);
  });
  const double list = MedianMicroseconds(101, [&] {
    v1::ListAdviceResponse response;
    const AdvicePage advice = predictor.ListAdvice("", false, account, {kMaxPageSize, ""}).value();
    for (std::size_t i = 0; i < advice.page.matches.size(); ++i) {
      ToProto(advice.page.matches[i], advice.staked[i], *response.add_advice());
    }
    if (response.advice_size() != static_cast<int>(kFixtures)) {
      status.Update(absl::InternalError("not every fixture has advice"));
    }
  });
  RETURN_IF_ERROR(status);
  fmt::print(
      "{{\"snapshot_ms\":{:.1f},\"predict_coming_us\":{:.1f},\"predict_pairing_us\":{:.1f},"
      "\"markets_us\":{:.1f},\"list_advice_ms\":{:.2f}}}\n",
      snapshot / 1e3, coming, pairing, markets, list / 1e3);
  return absl::OkStatus();
}

}  // namespace
}  // namespace fairline::prediction

int main(int argc, char** argv) {
  return fairline::RunProgram("prediction_bench", argc, argv, [] {
    // Refreshes are logged; here only trouble is.
    if (!fairline::telemetry::InitLogging("prediction_bench", "error")) {
      return fairline::kExitFailed;
    }
    return fairline::EndWith(fairline::prediction::Run());
  });
}
