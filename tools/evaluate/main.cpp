// fairline-evaluate: how good the forecasts are, out of sample, on the season files of a folder.
// Exit code 0; 1 when something failed; 3 when a model is better than the closing line by its
// whole interval, which is a leak until proven otherwise.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "libs/models/leak_alarm.hpp"
#include "libs/models/scoreboard.hpp"
#include "tools/evaluate/football_matches.hpp"
#include "tools/evaluate/line_up.hpp"
#include "tools/evaluate/report.hpp"
#include "tools/evaluate/reuse.hpp"
#include "tools/evaluate/totals.hpp"

namespace fairline::evaluate {
namespace {

constexpr int kExitLeak = 3;
constexpr std::uint64_t kBootstrapSeed = 20050806;
const std::vector<std::string> kTopFive = {"E0", "D1", "I1", "SP1", "F1"};

struct Options {
  std::string data;
  std::string seeds = FAIRLINE_SOURCE_DIR "/services/ingest/seed";
  int first_season = 2019;
  int last_season = 2024;
  std::vector<std::string> models;
  std::string json;
  std::string reuse;
};

absl::Status Forecast(const FootballMatches& football, const Options& options,
                      models::ForecastColumns& columns) {
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
         options.first_season - candidate.seasons_ahead});
  }
  const auto begin = std::chrono::steady_clock::now();
  return models::WalkForward(
      football.table, forecasters, options.last_season, columns,
      [&](std::string_view forecaster, int season) {
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        fmt::print(stderr, "{:7.1f} s  {} {}\n", seconds.count(), season, forecaster);
        return true;
      });
}

// Adds the scoreboard of some seasons and competitions, when any match of them has a line.
absl::Status AddSection(std::string title, const FootballMatches& football,
                        const models::MatchTable& matches, const models::ForecastColumns& columns,
                        int first, int last, const std::vector<std::string>& codes,
                        std::vector<Section>& sections) {
  const models::Rows rows =
      RowsToJudge(football, columns.find(models::kMarketColumn)->second, first, last, codes);
  if (rows.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto entries, models::MakeScoreboard(matches, columns, rows, kBootstrapSeed));
  sections.push_back({std::move(title), std::move(entries)});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Section>> Judge(const FootballMatches& football, const Options& options,
                                           const models::ForecastColumns& columns,
                                           const TotalsMatches& totals) {
  std::vector<Section> sections;
  const int first = options.first_season;
  const int last = options.last_season;
  const auto results = [&](std::string title, int from, int to,
                           const std::vector<std::string>& codes) {
    return AddSection(std::move(title), football, football.table, columns, from, to, codes,
                      sections);
  };
  const auto over_under = [&](std::string title, const std::vector<std::string>& codes) {
    return AddSection(std::move(title), football, totals.table, totals.columns, first, last, codes,
                      sections);
  };
  RETURN_IF_ERROR(results("ALL", first, last, {}));
  if (sections.empty()) return absl::NotFoundError("no match of these seasons has a market line");
  RETURN_IF_ERROR(results("M5", first, last, kTopFive));
  RETURN_IF_ERROR(over_under("ALL over 2.5 goals", {}));
  RETURN_IF_ERROR(over_under("M5 over 2.5 goals", kTopFive));
  for (int season = first; season <= last; ++season) {
    RETURN_IF_ERROR(results(fmt::format("ALL {}", season), season, season, {}));
    RETURN_IF_ERROR(results(fmt::format("M5 {}", season), season, season, kTopFive));
  }
  return sections;
}

absl::StatusOr<int> Run(const Options& options) {
  ASSIGN_OR_RETURN(const FootballMatches football,
                   ReadFootballMatches(options.data, options.seeds));
  models::ForecastColumns columns = football.lines;
  std::map<std::string_view, std::vector<ScoreRates>> rates;
  for (const DixonColesVariant& variant : kDixonColesVariants) {
    ASSIGN_OR_RETURN(rates[variant.column], DixonColesRates(football, variant));
    columns.emplace(variant.column, ResultForecasts(rates[variant.column]));
  }
  RETURN_IF_ERROR(Forecast(football, options, columns));
  ASSIGN_OR_RETURN(const TotalsMatches totals,
                   ForecastTotals(football, rates, options.first_season, options.last_season));
  ASSIGN_OR_RETURN(const std::vector<Section> sections, Judge(football, options, columns, totals));
  for (const Section& section : sections) fmt::print("{}\n", ToText(section));
  if (!options.json.empty()) {
    std::ofstream out(options.json, std::ios::binary | std::ios::trunc);
    out << ToJson(sections) << '\n';
    out.close();
    if (!out) return absl::UnavailableError("cannot write " + options.json);
  }
  ASSIGN_OR_RETURN(
      const auto suspected,
      models::SuspectedLeaks(football.table, columns,
                             RowsToJudge(football, columns.find(models::kMarketColumn)->second,
                                         options.first_season, options.last_season, {}),
                             kBootstrapSeed));
  if (suspected.empty()) return 0;
  for (const auto& each : suspected) {
    fmt::print(stderr, "leak alarm: {}: {}\n", each.forecaster, each.reason);
  }
  return kExitLeak;
}

}  // namespace
}  // namespace fairline::evaluate

int main(int argc, char** argv) {
  fairline::evaluate::Options options;
  CLI::App app{"Forecasts of football, season by season out of sample, against the market"};
  app.add_option("--data", options.data, "folder in football-data.co.uk's layout")->required();
  app.add_option("--seeds", options.seeds, "competitions, bookmakers and aliases")
      ->capture_default_str();
  app.add_option("--first-test-season", options.first_season, "the year it starts in")
      ->capture_default_str();
  app.add_option("--last-test-season", options.last_season, "the year it starts in")
      ->capture_default_str();
  app.add_option("--models", options.models, "which to judge; default: all")->delimiter(',');
  app.add_option("--json", options.json, "also write every number to this file");
  app.add_option("--reuse", options.reuse,
                 "folder of forecasts kept between runs, for development");
  CLI11_PARSE(app, argc, argv);
  const auto code = fairline::evaluate::Run(options);
  if (code.ok()) return *code;
  fmt::print(stderr, "{}\n", code.status().ToString());
  return 1;
}
