#include "services/prediction/app/snapshot.hpp"

#include <utility>

#include "libs/core/sha256.hpp"
#include "libs/domain/devig.hpp"

namespace fairline::prediction {
namespace {

features::Fixture FixtureOf(const ComingMatch& match, const Competition& competition) {
  features::Fixture fixture;
  fixture.id = match.id;
  fixture.competition = match.competition;
  fixture.home = match.home;
  fixture.away = match.away;
  fixture.tier = competition.tier;
  fixture.season = match.season_start;
  fixture.neutral = match.neutral;
  fixture.day = match.match_date;
  fixture.average = match.LineOf("average");
  fixture.best = match.LineOf("best");
  fixture.pinnacle = match.LineOf("pinnacle");
  return fixture;
}

// Rows for one of the bundle's models and where their forecasts belong.
struct Batch {
  std::vector<float> rows;
  std::vector<std::size_t> targets;

  void Add(std::span<const float> row, std::size_t target) {
    rows.insert(rows.end(), row.begin(), row.end());
    targets.push_back(target);
  }
};

void Fill(const models::Forecasts& forecasts, const Batch& batch, bool anchored,
          std::vector<MatchForecast>& out) {
  for (std::size_t i = 0; i < batch.targets.size(); ++i) {
    const std::span<const double> row = forecasts.row(i);
    MatchForecast& forecast = out[batch.targets[i]];
    forecast.probabilities.assign(row.begin(), row.end());
    forecast.anchored = anchored;
  }
}

}  // namespace

absl::StatusOr<std::vector<MatchForecast>> ForecastFixtures(
    const SportModel& model, const std::vector<features::Fixture>& fixtures) {
  const std::size_t outcomes = model.model->outcomes();
  const std::size_t columns = model.replay->catalogue().size();
  std::vector<MatchForecast> out(fixtures.size());
  std::vector<float> row(columns);
  Batch plain;
  Batch anchored;
  models::Forecasts market(outcomes);
  for (std::size_t i = 0; i < fixtures.size(); ++i) {
    model.replay->Emit(fixtures[i], row);
    out[i].features_hash =
        Sha256Hex({reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float)});
    const auto prices = PricesOf(fixtures[i].average, outcomes);
    if (!prices) {
      plain.Add(row, i);
      continue;
    }
    ASSIGN_OR_RETURN(const domain::FairBook fair, domain::Devig(*prices));
    for (std::size_t k = 0; k < outcomes; ++k) {
      out[i].average_odds.push_back((*prices)[k].value());
      out[i].market_probabilities.push_back(fair.probabilities[k].value());
    }
    if (model.model->takes_odds()) {
      market.Append(out[i].market_probabilities);
      anchored.Add(row, i);
    } else {
      plain.Add(row, i);
    }
  }
  if (!plain.targets.empty()) {
    ASSIGN_OR_RETURN(const models::Forecasts forecasts, model.model->NoOdds({plain.rows, columns}));
    Fill(forecasts, plain, false, out);
  }
  if (!anchored.targets.empty()) {
    ASSIGN_OR_RETURN(const models::Forecasts forecasts,
                     model.model->WithOdds({anchored.rows, columns}, market));
    Fill(forecasts, anchored, true, out);
  }
  return out;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Make(
    std::shared_ptr<const Almanac> almanac, SportModels models,
    const domain::StakingPolicy& policy) {
  std::shared_ptr<Snapshot> snapshot(new Snapshot(std::move(almanac), std::move(models), policy));
  const std::vector<ComingMatch>& matches = snapshot->almanac_->coming();
  snapshot->coming_.resize(matches.size());
  for (const auto& [sport, model] : snapshot->models_) {
    std::vector<features::Fixture> fixtures;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < matches.size(); ++i) {
      const Competition& competition = snapshot->almanac_->competition(matches[i].competition);
      if (competition.sport != sport) continue;
      fixtures.push_back(FixtureOf(matches[i], competition));
      positions.push_back(i);
    }
    ASSIGN_OR_RETURN(std::vector<MatchForecast> forecasts, ForecastFixtures(*model, fixtures));
    for (std::size_t k = 0; k < positions.size(); ++k) {
      ASSIGN_OR_RETURN(MatchAdvice advice,
                       AdviseMatch(forecasts[k], matches[positions[k]], policy));
      snapshot->coming_[positions[k]] =
          ComingForecast{model, std::move(forecasts[k]), std::move(advice)};
    }
  }
  std::map<Day, std::vector<MatchAdvice*>> days;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (auto& coming = snapshot->coming_[i]) days[matches[i].match_date].push_back(&coming->advice);
  }
  for (const auto& [day, advice] : days) CapDay(advice, policy);
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

std::shared_ptr<const SportModel> Snapshot::ModelOf(std::string_view sport) const {
  const auto found = models_.find(sport);
  return found == models_.end() ? nullptr : found->second;
}

absl::StatusOr<MatchForecast> Snapshot::ForecastPairing(const SportModel& model,
                                                        const Competition& competition, TeamId home,
                                                        TeamId away, Day day) const {
  features::Fixture fixture;
  fixture.competition = competition.id;
  fixture.home = home;
  fixture.away = away;
  fixture.tier = competition.tier;
  fixture.season = competition.season_start;
  fixture.day = day;
  ASSIGN_OR_RETURN(std::vector<MatchForecast> forecasts, ForecastFixtures(model, {fixture}));
  return std::move(forecasts.front());
}

}  // namespace fairline::prediction
