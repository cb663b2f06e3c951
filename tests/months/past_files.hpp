#pragma once
// The real season files, read in the plainest way and apart from the product's own reader: what a
// test holds against the product must not come from it.

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fairline::testing {

using Moment = std::chrono::sys_seconds;  // UTC

// One row of a season file.
struct PastMatch {
  std::string division;
  std::chrono::sys_days day;     // in the file's calendar, London
  std::chrono::minutes time{0};  // of kick-off, on London's clocks
  Moment kickoff;
  std::string home;
  std::string away;
  int home_goals = 0;
  int away_goals = 0;
  std::map<std::string, std::string> cells;  // by header

  [[nodiscard]] std::string name() const { return home + " - " + away; }
  // Nothing when the cell is empty or no number.
  [[nodiscard]] std::optional<double> Number(const std::string& header) const;
  // When a result is known at the earliest.
  [[nodiscard]] Moment over() const { return kickoff + std::chrono::minutes(150); }
};

struct SeasonFile {
  std::vector<std::string> header;
  std::vector<PastMatch> matches;  // in the file's order; rows without a time or score are left out
};

// Throws std::runtime_error when the file cannot be read.
[[nodiscard]] SeasonFile ReadSeasonFile(const std::filesystem::path& path);

// "2025-10-03" and "2025-10-03T09:00:00Z".
[[nodiscard]] std::string DayText(std::chrono::sys_days day);
[[nodiscard]] std::string MomentText(Moment moment);
// The time of day in London, as the files write it: "15:00".
[[nodiscard]] std::string LondonTime(Moment moment);
// A London wall-clock time, summer time included (EU and UK rule since 1996).
[[nodiscard]] Moment FromLondon(std::chrono::sys_days day, std::chrono::minutes time);

}  // namespace fairline::testing
