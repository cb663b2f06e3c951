// Measures the replay of all football matches of the season files in memory, on one core:
//   features_bench DATA SEEDS
// prints one line of JSON. Seconds are the processor's, so that other work on the machine does not
// count: "dixon_coles_seconds" of the weekly refits of both variants alone, "other_seconds" of all
// other ratings and features.

#include <ctime>
#include <functional>
#include <unordered_map>

#include <fmt/core.h>

#include "libs/core/program.hpp"
#include "libs/features/football/dixon_coles.hpp"
#include "libs/features/football/poisson_rating.hpp"
#include "libs/features/replay.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline {
namespace {

double SecondsOf(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

struct MatchDay {
  Day day;
  std::vector<features::football::PlayedScore> scores;
};

// What the replay gives to its Dixon-Coles models.
std::vector<MatchDay> MatchDays(const std::vector<features::Match>& matches) {
  std::unordered_map<TeamId, std::uint32_t> clubs;
  std::unordered_map<CompetitionId, std::uint32_t> divisions;
  std::unordered_map<CompetitionId, features::football::ShotConversion> conversions;
  const auto number_of = [](auto& numbers, auto id) {
    return numbers.try_emplace(id, static_cast<std::uint32_t>(numbers.size())).first->second;
  };
  std::vector<MatchDay> days;
  for (const features::Match& match : matches) {
    auto& conversion = conversions[match.competition];
    if (days.empty() || days.back().day != match.day) days.push_back({match.day, {}});
    days.back().scores.push_back(
        {.division = number_of(divisions, match.competition),
         .home = number_of(clubs, match.home),
         .away = number_of(clubs, match.away),
         .home_goals = match.home_score,
         .away_goals = match.away_score,
         .home_shots_worth = conversion.ExpectedGoalsOf(match.home_statistics),
         .away_shots_worth = conversion.ExpectedGoalsOf(match.away_statistics)});
    conversion.Update(match);
  }
  return days;
}

absl::Status Run(const char* data, const char* seeds) {
  ASSIGN_OR_RETURN(const auto read, season_files::ReadSeasonMatches(data, seeds));
  const std::vector<features::Match>& matches = read.matches;
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("football"));
  std::vector<float> rows;
  rows.reserve(matches.size() * replay->catalogue().size());
  absl::Status status;
  const double all_seconds = SecondsOf([&] {
    status = features::RunReplay(*replay, matches, {},
                                 [&](const features::Fixture&, bool, std::span<const float> row) {
                                   rows.insert(rows.end(), row.begin(), row.end());
                                   return absl::OkStatus();
                                 });
  });
  RETURN_IF_ERROR(status);
  const std::vector<MatchDay> days = MatchDays(matches);
  features::football::DixonColes dixon_coles;
  const double dixon_coles_seconds = SecondsOf([&] {
    for (const MatchDay& day : days) dixon_coles.Update(day.day, day.scores);
  });
  fmt::print(
      "{{\"features_seconds\":{:.3f},\"other_seconds\":{:.3f},\"dixon_coles_seconds\":{:.3f},"
      "\"dixon_coles_refits\":{},\"dixon_coles_sweeps\":{},\"dixon_coles_not_converged\":{},"
      "\"matches\":{},\"features\":{},\"state_bytes\":{}}}\n",
      all_seconds, all_seconds - dixon_coles_seconds, dixon_coles_seconds, dixon_coles.refits(),
      dixon_coles.sweeps(), dixon_coles.refits_not_converged(), matches.size(),
      replay->catalogue().size(), replay->Save().size());
  return absl::OkStatus();
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) {
  return fairline::RunProgram("features_bench", argc, argv, [&] {
    if (argc == 3) return fairline::EndWith(fairline::Run(argv[1], argv[2]));
    fairline::Note("usage: features_bench DATA SEEDS\n");
    return fairline::kExitUsage;
  });
}
