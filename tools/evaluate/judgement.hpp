#pragma once
// Everything that an evaluation found out; what the reports print.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/evaluation/evaluation.hpp"
#include "libs/evaluation/leak_alarm.hpp"
#include "libs/evaluation/metrics.hpp"
#include "libs/evaluation/scoreboard.hpp"
#include "tools/evaluate/devig_methods.hpp"
#include "tools/evaluate/edges.hpp"
#include "tools/evaluate/goal_markets.hpp"

namespace fairline::evaluate {

// A group of judged matches with its scoreboard: "ALL", a season, a competition, a month.
struct Slice {
  std::string label;
  std::int64_t matches = 0;
  std::vector<evaluation::ScoreboardEntry> entries;
};

// What a pool gave to its members when it was fitted for a season.
struct PoolWeights {
  std::string pool;
  int season = 0;
  std::vector<std::pair<std::string, double>> weights;
};

struct BlindBets {
  std::string price;
  BetRecord record;
};

struct Judgement {
  std::string sport;
  std::string recipe;                 // where the models are defined
  std::vector<std::string> outcomes;  // "home", "draw", "away"
  std::vector<std::string> served;    // the forecasters that people are answered with
  std::vector<std::string> competitions;
  int first_season = 0;
  int last_season = 0;
  Day first_day;
  Day last_day;
  std::int64_t known_matches = 0;  // that models could learn from, at the end

  std::vector<Slice> groups;  // all judged matches, and the five great leagues alone
  std::vector<Slice> seasons;
  std::vector<Slice> competition_slices;
  std::vector<Slice> months;
  // Of all judged matches.
  std::vector<evaluation::MetricReport> figures;
  std::map<std::string, evaluation::CalibrationNoise, std::less<>> calibration_noise;

  std::vector<PoolWeights> pool_weights;
  std::vector<LineBoard> goal_markets;
  std::vector<DevigBoard> devig;
  std::vector<EdgeBoard> edges;
  std::vector<BlindBets> blind;
  std::vector<evaluation::LeakSuspicion> suspicions;
};

// The entry of a forecaster, null when the slice has none.
[[nodiscard]] const evaluation::ScoreboardEntry* EntryOf(const Slice& slice, std::string_view name);

// Whether others are compared with it: base_rate, market, pinnacle, closing.
[[nodiscard]] bool IsReference(std::string_view forecaster);

// "2019-20"
[[nodiscard]] std::string SeasonLabel(int season);

}  // namespace fairline::evaluate
