#pragma once
// How good the forecasts of the NCAA's tournaments are, men's and women's, each tournament
// forecast by models that saw only those before it.

#include <filesystem>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/evaluation/leak_alarm.hpp"
#include "libs/evaluation/scoreboard.hpp"
#include "tools/evaluate/ncaa_matches.hpp"

namespace fairline::evaluate {

struct NcaaOptions {
  std::filesystem::path data;    // Kaggle's files
  std::filesystem::path recipe;  // of the sport "basketball"
  int first_season = 2013;       // the year it starts in: the tournament of 2014
  int last_season = 2022;
  int threads = 1;
};

struct NcaaSection {
  std::string competition;
  std::vector<evaluation::ScoreboardEntry> entries;
  std::vector<evaluation::LeakSuspicion> suspicions;
};

[[nodiscard]] absl::StatusOr<std::vector<NcaaSection>> EvaluateNcaa(const NcaaOptions& options);

// A table for a terminal: matches, Brier score ((1 - p)^2), log loss, accuracy, and how much the
// log loss is below the base rate's; below it, what looks like a leak.
[[nodiscard]] std::string ToText(const NcaaSection& section);
[[nodiscard]] std::string ToJson(const std::vector<NcaaSection>& sections);

}  // namespace fairline::evaluate
