#include "tools/evaluate/run.hpp"

#include "tools/evaluate/line_up.hpp"
#include "tools/evaluate/reuse.hpp"
#include "tools/evaluate/trials.hpp"

namespace fairline::evaluate {
namespace {

const std::vector<std::string> kServed = {"no_odds", "past_odds", "with_odds"};

}  // namespace

absl::StatusOr<models::ForecastColumns> ForecastAll(const FootballMatches& football,
                                                    const RunOptions& options,
                                                    const Progress& progress) {
  models::ForecastColumns columns = football.lines;
  for (const DixonColesVariant& variant : kDixonColesVariants) {
    ASSIGN_OR_RETURN(const std::vector<ScoreRates> rates, DixonColesRates(football, variant));
    columns.emplace(variant.column, ResultForecasts(rates));
  }
  ASSIGN_OR_RETURN(const std::vector<Candidate> chosen,
                   Choose(AllCandidates(football), options.models));
  const std::string hash = options.reuse.empty() ? "" : HashOf(football.table);
  std::vector<models::NamedForecaster> forecasters;
  for (const Candidate& candidate : chosen) {
    const bool reuse = !options.reuse.empty() && candidate.needs.empty();
    forecasters.push_back(
        {candidate.name,
         reuse ? Reusing(candidate.forecaster, options.reuse, hash, candidate.description)
               : candidate.forecaster,
         options.judge.first_season - candidate.seasons_ahead});
  }
  RETURN_IF_ERROR(models::WalkForward(football.table, forecasters, options.judge.last_season,
                                      columns, [&](std::string_view forecaster, int season) {
                                        progress(forecaster, season);
                                        return true;
                                      }));
  return columns;
}

absl::StatusOr<Judgement> Evaluate(FootballMatches football, const RunOptions& options,
                                   const Progress& progress) {
  if (options.plant_leak) PlantLeak(football);
  ASSIGN_OR_RETURN(const models::ForecastColumns columns, ForecastAll(football, options, progress));
  std::vector<std::vector<ScoreRates>> rates;
  for (const DixonColesVariant& variant : kDixonColesVariants) {
    ASSIGN_OR_RETURN(rates.emplace_back(), DixonColesRates(football, variant));
  }
  std::vector<GridForecaster> grids;
  for (std::size_t v = 0; v < rates.size(); ++v) {
    grids.push_back({std::string(kDixonColesVariants[v].column), &rates[v], nullptr});
  }
  std::vector<std::string> served;
  for (const std::string& name : options.models.empty() ? kServed : options.models) {
    const auto column = columns.find(name);
    if (column == columns.end()) continue;
    served.push_back(name);
    grids.push_back({name, &rates.back(), &column->second});
  }
  ASSIGN_OR_RETURN(Judgement judgement, Judge(football, columns, grids, served, options.judge));
  judgement.served = served;
  judgement.recipe = "tools/evaluate/line_up.cpp";
  return judgement;
}

}  // namespace fairline::evaluate
