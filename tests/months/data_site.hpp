#pragma once
// The data site as it looked at a moment of the past: season files that end there, and a list of
// the coming matches with their prices and without anything that came later. Made of the real
// files, with some things that do happen to matches put in.

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/months/past_files.hpp"

namespace fairline::testing {

// A match of the list of coming matches.
struct Listing {
  PastMatch match;            // as it was played in the end
  std::chrono::sys_days day;  // as it is announced
  Moment kickoff;
  bool early = false;  // at prices that will be gone a week later
};

// Until `known` it is announced for `announced`, at the time of day at which it was played later.
struct Moved {
  std::string division, home, away;
  std::chrono::sys_days announced;
  Moment known;
};

// Announced for `announced` from `listed` until `gone`, and played months later.
struct Postponed {
  std::string division, home, away;
  std::chrono::sys_days announced;
  Moment listed;
  Moment gone;
};

// Published as `home_goals` - `away_goals` until `corrected`.
struct Misreported {
  std::string division, home, away;
  int home_goals = 0;
  int away_goals = 0;
  Moment corrected;
};

struct Incidents {
  std::vector<Moved> moved;
  std::vector<Postponed> postponed;
  std::vector<Misreported> misreported;
};

struct SiteContents {
  int first_season = 0;
  int season = 0;  // the one that is being played
  // Divisions whose file of the season ends at the moment.
  std::vector<std::string> growing;
  // Divisions whose file goes to its end: for who looks back on the past with the files of today.
  std::vector<std::string> whole;
  std::chrono::days listed_ahead{10};
  Incidents incidents;
};

class DataSite {
 public:
  // `football`: the real files. `folder` is made.
  DataSite(const std::filesystem::path& football, std::filesystem::path folder,
           SiteContents contents);

  // Writes the files as of `moment`.
  void StandAt(Moment moment) const;
  // What fixtures.csv lists then.
  [[nodiscard]] std::vector<Listing> ListedAt(Moment moment) const;
  // The match as the files have it at `moment`: with the result that is published then.
  [[nodiscard]] PastMatch PublishedAt(const PastMatch& match, Moment moment) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::vector<std::string> divisions() const;
  [[nodiscard]] int first_season() const { return contents_.first_season; }
  // Home wins, draws and away wins of a division in the seasons before.
  [[nodiscard]] const std::array<int, 3>& FormerResults(const std::string& division) const {
    return former_results_.at(division);
  }

 private:
  void WriteSeason(const std::string& division, const SeasonFile& file, Moment moment) const;
  void WriteFixtures(Moment moment) const;
  [[nodiscard]] std::filesystem::path SeasonPath(int season, const std::string& division) const;

  std::filesystem::path folder_;
  SiteContents contents_;
  std::map<std::string, SeasonFile> files_;  // of the season, by division
  std::map<std::string, std::array<int, 3>> former_results_;
};

}  // namespace fairline::testing
