#include "tools/evaluate/trials.hpp"

#include <map>
#include <numeric>
#include <random>
#include <utility>

namespace fairline::evaluate {
namespace {

using features::Match;

// Fisher and Yates; the standard shuffle is not the same everywhere.
std::vector<std::size_t> Shuffled(std::vector<std::size_t> positions, std::mt19937_64& random) {
  for (std::size_t left = positions.size(); left > 1; --left) {
    std::swap(positions[left - 1], positions[random() % left]);
  }
  return positions;
}

void TakeResult(Match& match, const Match& from) {
  match.home_score = from.home_score;
  match.away_score = from.away_score;
  match.home_statistics = from.home_statistics;
  match.away_statistics = from.away_statistics;
}

void TakeOdds(Match& match, const Match& from) {
  match.average = from.average;
  match.best = from.best;
  match.pinnacle = from.pinnacle;
  match.average_closing = from.average_closing;
  match.pinnacle_closing = from.pinnacle_closing;
  match.bookmaker_mean = from.bookmaker_mean;
}

}  // namespace

void PlantLeak(FootballMatches& football) {
  football.catalogue.push_back({.name = "planted_leak",
                                .meaning = "Who won: a leak, planted to be noticed",
                                .unit = "1 home, 0 draw, -1 away",
                                .source = "the result of the match itself",
                                .block = features::Block::kRating});
  models::MatchTable& table = football.table;
  std::vector<float> wider;
  wider.reserve(table.features.size() + table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto row = table.all_features().row(i);
    wider.insert(wider.end(), row.begin(), row.end());
    wider.push_back(1.0F - static_cast<float>(table.results[i]));
  }
  table.features = std::move(wider);
  ++table.feature_count;
}

void ShuffleResults(season_files::SeasonMatches& read, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<std::pair<std::int64_t, int>, std::vector<std::size_t>> seasons;
  for (std::size_t i = 0; i < read.matches.size(); ++i) {
    seasons[{read.matches[i].competition.value, read.matches[i].season}].push_back(i);
  }
  const std::vector<Match> before = read.matches;
  for (const auto& [season, positions] : seasons) {
    const std::vector<std::size_t> dealt = Shuffled(positions, random);
    for (std::size_t k = 0; k < positions.size(); ++k) {
      TakeResult(read.matches[positions[k]], before[dealt[k]]);
    }
  }
}

void ShuffleFuture(season_files::SeasonMatches& read, Day from, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::size_t first = 0;  // in order of days
  while (first < read.matches.size() && read.matches[first].day < from) ++first;
  std::vector<std::size_t> positions(read.matches.size() - first);
  std::iota(positions.begin(), positions.end(), first);
  const std::vector<Match> matches = read.matches;
  const std::vector<season_files::MatchPrices> prices = read.prices;
  const std::vector<std::size_t> dealt = Shuffled(positions, random);
  for (std::size_t k = 0; k < positions.size(); ++k) {
    TakeResult(read.matches[positions[k]], matches[dealt[k]]);
    TakeOdds(read.matches[positions[k]], matches[dealt[k]]);
    read.prices[positions[k]] = prices[dealt[k]];
  }
}

}  // namespace fairline::evaluate
