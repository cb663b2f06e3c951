#include "services/training/app/jobs/competition_scores.hpp"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "services/training/app/fit/evaluation_json.hpp"

namespace fairline::training {
namespace {

using nlohmann::json;

bool IsShown(const std::string& forecaster, const models::Recipe& recipe) {
  const models::ModelRecipe* const entry = recipe.Find(forecaster);
  return entry == nullptr || !entry->serve.empty() || forecaster == kBaseRate;
}

std::map<std::string, ForecastSet> ByCompetition(const ForecastSet& set, const JobData& data) {
  std::map<std::string, ForecastSet> parts;
  for (std::size_t i = 0; i < set.match_ids.size(); ++i) {
    const std::uint32_t row = data.row_of_match.at(set.match_ids[i]);
    const auto code = data.competition_codes.find(data.matches.competitions[row]);
    if (code == data.competition_codes.end()) continue;
    parts.try_emplace(code->second, set.forecaster, set.forecasts.outcomes())
        .first->second.Append(set.match_ids[i], set.dates[i], set.results[i], set.forecasts.row(i));
  }
  return parts;
}

}  // namespace

absl::StatusOr<std::vector<CompetitionScore>> ScoreByCompetition(
    const std::vector<ForecastSet>& sets, const JobData& data) {
  std::map<std::string, ForecastSet> market;
  for (const ForecastSet& set : sets) {
    if (set.forecaster == kMarket) market = ByCompetition(set, data);
  }
  std::vector<CompetitionScore> scores;
  for (const ForecastSet& set : sets) {
    if (!IsShown(set.forecaster, data.recipe)) continue;
    for (const auto& [competition, part] : ByCompetition(set, data)) {
      ASSIGN_OR_RETURN(const evaluation::Evaluation evaluation,
                       evaluation::Evaluate(part.forecasts, part.results));
      CompetitionScore score{.competition = competition,
                             .model = set.forecaster,
                             .matches = evaluation.matches,
                             .log_loss = evaluation.log_loss,
                             .rps = evaluation.rps,
                             .against_market = std::nullopt};
      const auto line = market.find(competition);
      if (set.forecaster != kMarket && line != market.end()) {
        ASSIGN_OR_RETURN(score.against_market, Compare(part, line->second, data.recipe.seed));
      }
      scores.push_back(std::move(score));
    }
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const auto& a, const auto& b) { return a.competition < b.competition; });
  return scores;
}

std::string CompetitionScoresToJson(const std::vector<CompetitionScore>& scores) {
  json list = json::array();
  for (const CompetitionScore& score : scores) {
    json entry = {{"competition", score.competition},
                  {"model", score.model},
                  {"matches", score.matches},
                  {"log_loss", score.log_loss},
                  {"rps", score.rps}};
    if (score.against_market) {
      entry["against_market"] = json::parse(ComparisonToJson(*score.against_market));
    }
    list.push_back(std::move(entry));
  }
  return json{{"competitions", std::move(list)}}.dump();
}

absl::StatusOr<std::vector<CompetitionScore>> CompetitionScoresFromJson(std::string_view text) {
  std::vector<CompetitionScore> scores;
  try {
    const json value = json::parse(text);
    for (const json& entry : value.at("competitions")) {
      CompetitionScore score{.competition = entry.at("competition").get<std::string>(),
                             .model = entry.at("model").get<std::string>(),
                             .matches = entry.at("matches").get<std::int64_t>(),
                             .log_loss = entry.at("log_loss").get<double>(),
                             .rps = entry.at("rps").get<double>(),
                             .against_market = std::nullopt};
      if (entry.contains("against_market")) {
        ASSIGN_OR_RETURN(score.against_market,
                         ComparisonFromJson(entry.at("against_market").dump()));
      }
      scores.push_back(std::move(score));
    }
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored scores: ") + error.what());
  }
  return scores;
}

}  // namespace fairline::training
