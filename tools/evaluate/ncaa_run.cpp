#include "tools/evaluate/ncaa_run.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/models/season_walk.hpp"

namespace fairline::evaluate {
namespace {

using nlohmann::json;

constexpr std::uint64_t kBootstrapSeed = 20050806;

absl::StatusOr<models::Recipe> ReadRecipe(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError("cannot read " + path.string());
  return models::ParseRecipe(std::string(std::istreambuf_iterator<char>(in), {}));
}

absl::StatusOr<NcaaSection> EvaluateOne(const NcaaCompetition& competition,
                                        const models::Recipe& recipe, const NcaaOptions& options) {
  ASSIGN_OR_RETURN(const NcaaGames games, ReadNcaaGamesOf(options.data, competition));
  ASSIGN_OR_RETURN(const NcaaMatches ncaa, MakeNcaaMatches(games));
  std::vector<models::CatalogueColumn> columns;
  for (const features::Feature& feature : ncaa.catalogue) {
    columns.push_back({std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  ASSIGN_OR_RETURN(const auto learners,
                   models::MakeLearners(recipe, columns, options.first_season));
  const models::WalkOptions walk{.last_season = options.last_season,
                                 .threads = options.threads,
                                 .least_matches = recipe.least_training_matches,
                                 .observer = {},
                                 .cache = nullptr,
                                 .code_version = {}};
  models::ForecastColumns forecasts;
  RETURN_IF_ERROR(models::WalkSeasons(ncaa.table, learners, walk, forecasts));
  models::Rows rows;
  for (const std::uint32_t row : ncaa.judged) {
    const int season = ncaa.table.seasons[row];
    if (season >= options.first_season && season <= options.last_season) rows.push_back(row);
  }
  if (rows.empty()) return absl::NotFoundError("no tournament was played in these seasons");
  ASSIGN_OR_RETURN(auto entries,
                   evaluation::MakeScoreboard(ncaa.table, forecasts, rows, kBootstrapSeed));
  ASSIGN_OR_RETURN(auto suspicions,
                   evaluation::SuspectedLeaks(ncaa.table, forecasts, rows, kBootstrapSeed));
  return NcaaSection{std::string(competition.name), std::move(entries), std::move(suspicions)};
}

}  // namespace

absl::StatusOr<std::vector<NcaaSection>> EvaluateNcaa(const NcaaOptions& options) {
  ASSIGN_OR_RETURN(const models::Recipe recipe, ReadRecipe(options.recipe));
  std::vector<NcaaSection> sections;
  for (const NcaaCompetition& competition : {kNcaaMen, kNcaaWomen}) {
    ASSIGN_OR_RETURN(sections.emplace_back(), EvaluateOne(competition, recipe, options));
  }
  return sections;
}

std::string ToText(const NcaaSection& section) {
  std::string text =
      fmt::format("{}\n{:18} {:>6} {:>8} {:>9} {:>9}   {}\n", section.competition, "", "games",
                  "Brier", "log loss", "accuracy", "log loss vs base rate, e-4");
  for (const evaluation::ScoreboardEntry& entry : section.entries) {
    text +=
        fmt::format("{:18} {:6} {:8.4f} {:9.4f} {:9.4f}", entry.forecaster, entry.scores.matches,
                    entry.scores.brier, entry.scores.log_loss, entry.scores.accuracy);
    const auto base = entry.against.find(evaluation::kBaseRateColumn);
    if (base != entry.against.end()) {
      const evaluation::PairedDifference& difference = base->second.log_loss;
      text += fmt::format("   {:+.0f} [{:+.0f}, {:+.0f}]", 1e4 * difference.mean,
                          1e4 * difference.lower, 1e4 * difference.upper);
    }
    text += '\n';
  }
  for (const evaluation::LeakSuspicion& suspicion : section.suspicions) {
    text += fmt::format("leak alarm: {}: {}\n", suspicion.forecaster, suspicion.reason);
  }
  return text;
}

std::string ToJson(const std::vector<NcaaSection>& sections) {
  json out = json::object();
  for (const NcaaSection& section : sections) {
    json& of_competition = out["scores"][section.competition];
    for (const evaluation::ScoreboardEntry& entry : section.entries) {
      of_competition[entry.forecaster] = {{"matches", entry.scores.matches},
                                          {"brier", entry.scores.brier},
                                          {"log_loss", entry.scores.log_loss},
                                          {"accuracy", entry.scores.accuracy},
                                          {"calibration_slope", entry.scores.calibration_slope},
                                          {"ece", entry.scores.ece}};
    }
    json& suspicions = out["leak_suspicions"][section.competition] = json::array();
    for (const evaluation::LeakSuspicion& suspicion : section.suspicions) {
      suspicions.push_back({{"forecaster", suspicion.forecaster}, {"reason", suspicion.reason}});
    }
  }
  return out.dump(2);
}

}  // namespace fairline::evaluate
