#pragma once
// Ratings in points by ridge regression on margins of victory (Massey 1997, with a penalty): over
// the games of one regular season
//
//   sum of (margin - home_court - (r_home - r_away))^2 + ridge * sum of (r - prior)^2
//
// with margins capped and no home court on neutral ground. It is solved anew after every day by
// conjugate gradients that start from the day before.

#include <cstdint>
#include <span>
#include <vector>

namespace fairline::features::basketball {

struct SeasonGame {
  std::uint32_t home = 0;  // positions among the teams
  std::uint32_t away = 0;
  std::int16_t margin = 0;
  std::uint8_t neutral = 0;

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(home);
    archive(away);
    archive(margin);
    archive(neutral);
  }
};

struct MarginParameters {
  double cap = 25.0;          // points
  double ridge = 1.0;         // in games
  double carried_over = 0.0;  // share of a rating that is the prior of the next season
  double newcomer = 0.0;      // prior of a team not seen before, points
};

class MarginRatings {
 public:
  // Makes what was learned the prior of a new season.
  void BeginSeason(const MarginParameters& parameters);
  // A team not seen before; it takes the next position.
  void AddTeam(const MarginParameters& parameters);
  // `games` are those of the season so far, any number of them new.
  void Solve(const MarginParameters& parameters, std::span<const SeasonGame> games);

  // Points above an average team.
  [[nodiscard]] double rating(std::size_t team) const { return prior_[team] + above_prior_[team]; }
  [[nodiscard]] double home_court() const { return home_court_; }
  [[nodiscard]] std::size_t size() const { return prior_.size(); }
  // For a state that was read back: whether it rates so many teams.
  [[nodiscard]] bool IsOf(std::size_t teams) const {
    return prior_.size() == teams && above_prior_.size() == teams;
  }

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(prior_);
    archive(above_prior_);
    archive(home_court_);
    archive(home_court_prior_);
  }

 private:
  std::vector<double> prior_;
  std::vector<double> above_prior_;
  double home_court_ = 3.5;  // points
  double home_court_prior_ = 3.5;
};

}  // namespace fairline::features::basketball
