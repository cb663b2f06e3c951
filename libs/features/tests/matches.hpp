#pragma once
// For tests: made-up leagues, and comparison of feature rows by their bits.

#include <algorithm>
#include <cstring>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "libs/features/replay.hpp"

namespace fairline::features {

// Two tiers of six clubs, double round robin with several matches a day, one club up and one down
// between seasons. Statistics and lines are there or not, at random.
class MadeUpLeague {
 public:
  explicit MadeUpLeague(unsigned seed) : random_(seed) {}

  [[nodiscard]] std::vector<Match> Seasons(int count) {
    std::vector<std::vector<std::int64_t>> tiers = {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}};
    std::vector<Match> matches;
    for (int season = 0; season < count; ++season) {
      for (std::size_t tier = 0; tier < tiers.size(); ++tier) {
        AddSeason(static_cast<std::int16_t>(2000 + season), static_cast<std::int16_t>(tier + 1),
                  tiers[tier], matches);
      }
      std::swap(tiers[0][5], tiers[1][0]);
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const Match& a, const Match& b) { return a.day < b.day; });
    for (std::size_t i = 0; i < matches.size(); ++i) {
      matches[i].id = {static_cast<std::int64_t>(i + 1)};
    }
    return matches;
  }

  // New results, statistics and closing prices; the fixture stays.
  void ChangeOutcome(Match& match) {
    match.home_score = static_cast<std::int16_t>(Draw(6));
    match.away_score = static_cast<std::int16_t>(Draw(5));
    for (Statistics* side : {&match.home_statistics, &match.away_statistics}) {
      *side = kNoStatistics;
      if (Draw(4) == 0) continue;
      for (std::size_t k = 0; k < 7; ++k) {
        if (Draw(10) > 0) (*side)[k] = static_cast<float>(Draw(15));
      }
    }
    match.average_closing = AnyLine();
    match.pinnacle_closing = AnyLine();
    match.bookmaker_mean = AnyLine();
  }

  void ChangePrices(Match& match) {
    match.average = AnyLine();
    match.best = AnyLine();
    match.pinnacle = AnyLine();
  }

  [[nodiscard]] int Draw(int below) { return std::uniform_int_distribution(0, below - 1)(random_); }

 private:
  void AddSeason(std::int16_t season, std::int16_t tier, const std::vector<std::int64_t>& clubs,
                 std::vector<Match>& matches) {
    const Day start{std::chrono::year{season} / std::chrono::August / 10};
    for (const std::int64_t home : clubs) {
      for (const std::int64_t away : clubs) {
        if (home == away) continue;
        Match match;
        match.competition = {tier};
        match.tier = tier;
        match.season = season;
        match.home = {home};
        match.away = {away};
        match.neutral = Draw(20) == 0;
        match.day = start + std::chrono::days{7 * Draw(30)};
        ChangePrices(match);
        ChangeOutcome(match);
        matches.push_back(match);
      }
    }
  }

  Line AnyLine() {
    if (Draw(3) == 0) return kNoLine;
    Line line;
    for (float& price : line) price = 1.0F + static_cast<float>(1 + Draw(60)) / 10.0F;
    if (Draw(10) == 0) line[1] = kMissing;
    return line;
  }

  std::mt19937 random_;
};

struct EmittedRow {
  MatchId match;
  Day day;
  std::vector<float> values;
};

inline std::vector<EmittedRow> RowsOf(Replay& replay, std::span<const Match> finished,
                                      std::span<const Fixture> coming = {}) {
  std::vector<EmittedRow> rows;
  const absl::Status status = RunReplay(
      replay, finished, coming, [&](const Fixture& fixture, bool, std::span<const float> row) {
        rows.push_back({fixture.id, fixture.day, {row.begin(), row.end()}});
        return absl::OkStatus();
      });
  if (!status.ok()) throw std::runtime_error(status.ToString());
  return rows;
}

inline bool SameBits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

inline bool SameBits(const std::vector<EmittedRow>& a, const std::vector<EmittedRow>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const EmittedRow& x, const EmittedRow& y) {
                      return x.match == y.match && SameBits(x.values, y.values);
                    });
}

// The value of a feature by name; throws for a name that is not in the catalogue.
inline float ValueOf(const Replay& replay, std::span<const float> row, std::string_view name) {
  const auto& features = replay.catalogue().features();
  const auto feature = std::find_if(features.begin(), features.end(),
                                    [&](const Feature& f) { return f.name == name; });
  if (feature == features.end()) throw std::out_of_range(std::string(name));
  return row[static_cast<std::size_t>(feature - features.begin())];
}

}  // namespace fairline::features
