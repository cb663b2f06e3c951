#include "services/prediction/app/serving/snapshot.hpp"

#include <algorithm>
#include <cmath>
#include <set>
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
  explicit Batch(std::size_t outcomes) : market(outcomes) {}

  std::vector<float> rows;
  models::Forecasts market;  // of kWithOdds alone
  std::vector<std::size_t> targets;
};

bool KnowsPastOdds(const features::FeatureCatalogue& catalogue, std::span<const float> row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (catalogue.features()[i].block == features::Block::kPastOdds && !std::isnan(row[i])) {
      return true;
    }
  }
  return false;
}

Information InformationOf(const SportModel& model, const MatchForecast& forecast) {
  if (!forecast.average_odds.empty() && model.model->serves(Information::kWithOdds)) {
    return Information::kWithOdds;
  }
  if (model.model->serves(Information::kPastOdds) &&
      KnowsPastOdds(model.replay->catalogue(), forecast.features)) {
    return Information::kPastOdds;
  }
  return Information::kNoOdds;
}

std::vector<double> RowOf(const models::Forecasts& forecasts, std::size_t index) {
  const std::span<const double> row = forecasts.row(index);
  return {row.begin(), row.end()};
}

// When the price is too old; none for a price without a time or a limit of years.
std::optional<Instant> UsableUntil(const BestOffer& best, double max_age_minutes) {
  constexpr double kYearsInMinutes = 1e7;
  if (!best.seen_at || max_age_minutes > kYearsInMinutes) return std::nullopt;
  return *best.seen_at +
         std::chrono::microseconds(static_cast<std::int64_t>(max_age_minutes * 60e6));
}

void Fill(const Answer& answer, const Batch& batch, Information information, bool anchored,
          std::vector<MatchForecast>& out) {
  for (std::size_t i = 0; i < batch.targets.size(); ++i) {
    MatchForecast& forecast = out[batch.targets[i]];
    forecast.probabilities = RowOf(answer.forecasts, i);
    if (answer.deviations.rows() > 0) forecast.deviations = RowOf(answer.deviations, i);
    for (const MemberForecasts& member : answer.members) {
      forecast.members.push_back({member.name, member.weight, RowOf(member.forecasts, i)});
    }
    forecast.information = information;
    forecast.anchored = anchored;
  }
}

}  // namespace

absl::StatusOr<std::vector<MatchForecast>> ForecastFixtures(
    const SportModel& model, const std::vector<features::Fixture>& fixtures) {
  const std::size_t outcomes = model.model->outcomes();
  const std::size_t columns = model.replay->catalogue().size();
  std::vector<MatchForecast> out(fixtures.size());
  std::map<Information, Batch> batches;
  for (std::size_t i = 0; i < fixtures.size(); ++i) {
    MatchForecast& forecast = out[i];
    forecast.features.resize(columns);
    model.replay->Emit(fixtures[i], forecast.features);
    forecast.features_hash = Sha256Hex({reinterpret_cast<const char*>(forecast.features.data()),
                                        forecast.features.size() * sizeof(float)});
    if (const auto prices = PricesOf(fixtures[i].average, outcomes)) {
      ASSIGN_OR_RETURN(const domain::FairBook fair, domain::Devig(*prices));
      for (std::size_t k = 0; k < outcomes; ++k) {
        forecast.average_odds.push_back((*prices)[k].value());
        forecast.market_probabilities.push_back(fair.probabilities[k].value());
      }
    }
    const Information information = InformationOf(model, forecast);
    Batch& batch = batches.try_emplace(information, outcomes).first->second;
    batch.rows.insert(batch.rows.end(), forecast.features.begin(), forecast.features.end());
    batch.targets.push_back(i);
    if (information == Information::kWithOdds) batch.market.Append(forecast.market_probabilities);
  }
  for (const auto& [information, batch] : batches) {
    const models::Forecasts* market =
        information == Information::kWithOdds ? &batch.market : nullptr;
    ASSIGN_OR_RETURN(const Answer answer,
                     model.model->Forecast(information, {batch.rows, columns}, market));
    Fill(answer, batch, information, model.model->anchored(information), out);
  }
  return out;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Make(
    std::shared_ptr<const SeasonData> season_data, SportModels models, const PolicyVersion& policy,
    Instant now) {
  std::shared_ptr<Snapshot> snapshot(
      new Snapshot(std::move(season_data), std::move(models), policy));
  const std::vector<ComingMatch>& matches = snapshot->season_data_->coming();
  snapshot->coming_.resize(matches.size());
  for (const auto& [sport, model] : snapshot->models_) {
    std::vector<features::Fixture> fixtures;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < matches.size(); ++i) {
      const Competition& competition = snapshot->season_data_->competition(matches[i].competition);
      if (competition.sport != sport) continue;
      fixtures.push_back(FixtureOf(matches[i], competition));
      positions.push_back(i);
    }
    ASSIGN_OR_RETURN(std::vector<MatchForecast> forecasts, ForecastFixtures(*model, fixtures));
    for (std::size_t k = 0; k < positions.size(); ++k) {
      snapshot->coming_[positions[k]] = ComingForecast{model, std::move(forecasts[k]), {}};
    }
  }
  RETURN_IF_ERROR(WithContext(snapshot->Stake(now), "staking"));
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

absl::Status Snapshot::Stake(Instant now) {
  const std::vector<ComingMatch>& matches = season_data_->coming();
  std::set<Day> days;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (coming_[i]) days.insert(matches[i].match_date);
  }
  for (const Day day : days) {
    std::vector<std::size_t> indexes = season_data_->ComingOn(day);
    std::erase_if(indexes, [&](std::size_t i) { return !coming_[i]; });
    std::vector<MatchOfDay> of_day;
    for (const std::size_t i : indexes) of_day.push_back({&coming_[i]->forecast, &matches[i]});
    ASSIGN_OR_RETURN(StakedDay staked, StakeDay(of_day, policy(), now));
    for (std::size_t k = 0; k < indexes.size(); ++k) {
      for (const BestOffer& best : staked.matches[k].offers) {
        if (const auto until = UsableUntil(best, policy().max_price_age_minutes);
            until && *until >= now) {
          advice_holds_until_ = std::min(advice_holds_until_, *until);
        }
      }
      coming_[indexes[k]]->advice = std::move(staked.matches[k]);
    }
    days_.emplace(day, std::move(staked.plan));
  }
  return absl::OkStatus();
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
