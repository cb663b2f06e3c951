// What single features mean, on matches small enough to compute by hand.

#include <cmath>

#include <catch2/catch.hpp>

#include "libs/features/football/replay.hpp"
#include "libs/features/tests/matches.hpp"

namespace fairline::features::football {
namespace {

const Day kStart{std::chrono::year{2024} / 8 / 10};

Match Played(int day, std::int64_t home, std::int64_t away, int home_score, int away_score) {
  Match match;
  match.id = {day * 100 + home};
  match.competition = {1};
  match.season = 2024;
  match.day = kStart + std::chrono::days{day};
  match.home = {home};
  match.away = {away};
  match.home_score = static_cast<std::int16_t>(home_score);
  match.away_score = static_cast<std::int16_t>(away_score);
  return match;
}

// The features of one coming match after some finished ones.
class After {
 public:
  explicit After(const std::vector<Match>& matches) { RowsOf(*replay_, matches); }

  After& Emit(const Fixture& fixture) {
    row_.resize(replay_->catalogue().size());
    replay_->Emit(fixture, row_);
    return *this;
  }
  float operator[](std::string_view name) const { return ValueOf(*replay_, row_, name); }

 private:
  std::unique_ptr<Replay> replay_ = MakeFootballReplay();
  std::vector<float> row_;
};

TEST_CASE("between two newcomers only the home advantage speaks", "[features][elo]") {
  After start({});
  start.Emit(Played(0, 1, 2, 0, 0));
  CHECK(start["elo_difference"] == 65.0F);
  CHECK(start["elo_home_score"] == Approx(1 / (1 + std::pow(10, -65. / 400))));
  CHECK(start["goals_rating_log_ratio"] == Approx(.3));
  CHECK(std::isnan(start["odds_rating_supremacy"]));
  CHECK(std::isnan(start["home_form_points"]));
  CHECK(std::isnan(start["home_position"]));
  CHECK(std::isnan(start["home_tiers_climbed"]));
  CHECK(std::isnan(start["market_home"]));
  CHECK(start["home_played"] == 0.0F);

  Fixture neutral = Played(0, 1, 2, 0, 0);
  neutral.neutral = true;
  CHECK(start.Emit(neutral)["elo_difference"] == 0.0F);
}

TEST_CASE("a home win by two moves Elo by K times the margin factor times the surprise",
          "[features][elo]") {
  After after({Played(0, 1, 2, 2, 0)});
  const double surprise = 1 - 1 / (1 + std::pow(10, -65. / 400));
  const double step = 14 * 1.6 * std::pow(3, .35) * surprise;
  after.Emit(Played(7, 1, 2, 0, 0));
  CHECK(after["elo_difference"] == Approx(2 * step + 65 + .3 * surprise));
}

TEST_CASE("the Poisson rating follows goals, the shots rating follows shots too",
          "[features][poisson]") {
  const auto shooting = [](float home_on_target) {
    std::vector<Match> matches;
    for (int day = 0; day < 20; ++day) {
      Match match = Played(day * 7, 1, 2, 1, 1);
      match.home_statistics[1] = home_on_target * 3;
      match.home_statistics[2] = home_on_target;
      match.away_statistics[1] = 9;
      match.away_statistics[2] = 3;
      matches.push_back(match);
    }
    After after(matches);
    after.Emit(Played(200, 1, 2, 0, 0));
    return std::pair(after["goals_rating_home_rate"], after["shots_rating_home_rate"]);
  };
  const auto [few_goals, few_shots] = shooting(2);
  const auto [many_goals, many_shots] = shooting(9);
  CHECK(few_goals == many_goals);
  CHECK(many_shots > few_shots + .1F);
}

TEST_CASE("result probabilities of equal rates on neutral ground are symmetric",
          "[features][poisson]") {
  After start({});
  Fixture neutral = Played(0, 1, 2, 0, 0);
  neutral.neutral = true;
  start.Emit(neutral);
  CHECK(2 * start["goals_rating_home_win"] + start["goals_rating_draw"] == Approx(1.0));
  CHECK(start["goals_rating_home_rate"] == Approx(1.3));
}

TEST_CASE("pi-ratings move by the damped error in the goal difference", "[features][pi]") {
  After after({Played(0, 1, 2, 2, 0)});
  const double change = .03 * 3 * std::log10(3.0);
  after.Emit(Played(7, 1, 2, 0, 0));
  CHECK(after["pi_home"] == Approx(change));
  CHECK(after["pi_away"] == Approx(-change));
  CHECK(after["pi_difference"] == Approx(2 * (std::pow(10, change / 3) - 1)));
  CHECK(after.Emit(Played(7, 2, 1, 0, 0))["pi_home"] == Approx(-.35 * change));
  Match second_tier = Played(7, 3, 4, 0, 0);
  second_tier.tier = 2;
  second_tier.competition = {2};
  CHECK(after.Emit(second_tier)["pi_home"] == Approx(-.35));
}

TEST_CASE("performance is seen in goals, shots and corners", "[features][performance]") {
  CHECK(After({}).Emit(Played(0, 1, 2, 0, 0))["performance_supremacy"] == .35F);
  CHECK(After({}).Emit(Played(0, 1, 2, 0, 0))["performance_total"] == 2.6F);
  const auto after_win = [](float home_shots, float home_corners) {
    Match match = Played(0, 1, 2, 1, 0);
    for (Statistics* side : {&match.home_statistics, &match.away_statistics}) {
      (*side)[1] = 9;
      (*side)[2] = 3;
      (*side)[3] = 4;
    }
    match.home_statistics[1] = 3 * home_shots;
    match.home_statistics[2] = home_shots;
    match.home_statistics[3] = home_corners;
    return After({match}).Emit(Played(7, 1, 2, 0, 0))["performance_supremacy"];
  };
  CHECK(after_win(8, 4) > after_win(2, 4) + .1F);
  CHECK(after_win(2, 10) > after_win(2, 4) + .1F);
}

TEST_CASE("between seasons a strength drifts toward its division and moves faster after",
          "[features][performance]") {
  std::vector<Match> matches;
  for (int week = 0; week < 30; ++week) matches.push_back(Played(7 * week, 1, 2, 3, 0));
  const auto win = [](int day, int season) {
    Match match = Played(day, 1, 2, 6, 0);
    match.season = static_cast<std::int16_t>(season);
    return match;
  };
  const auto supremacy = [&](std::vector<Match> all) {
    return After(all).Emit(win(400, 2025))["performance_supremacy"];
  };
  const float before = supremacy(matches);
  std::vector<Match> same_season = matches;
  same_season.push_back(win(330, 2024));
  std::vector<Match> next_season = matches;
  next_season.push_back(win(330, 2025));
  CHECK(supremacy(same_season) > before);
  CHECK(supremacy(next_season) < supremacy(same_season));
}

TEST_CASE("the table of the season so far", "[features][table]") {
  //        P  W D L  F:A  Pts
  //   1    2  2 0 0  5:1   6
  //   3    2  1 0 1  3:3   3
  //   4    2  0 1 1  1:2   1
  //   2    2  0 1 1  2:5   1     (goal difference -3 against -1)
  After after(
      {Played(0, 1, 2, 3, 1), Played(0, 3, 4, 2, 1), Played(7, 1, 3, 2, 1), Played(7, 2, 4, 0, 0)});
  after.Emit(Played(14, 3, 2, 0, 0));
  CHECK(after["home_played"] == 2.0F);
  CHECK(after["home_points_per_game"] == 1.5F);
  CHECK(after["away_points_per_game"] == .5F);
  CHECK(after["home_position"] == Approx(1. / 3));
  CHECK(after["away_position"] == 1.0F);
  CHECK(after["position_difference"] == Approx(-2. / 3));
  CHECK(after["home_points_behind_first"] == 3.0F);
  CHECK(after["home_points_above_third_last"] == 0.0F);
  CHECK(after["away_points_above_third_last"] == -2.0F);
  CHECK(after["away_goal_difference_per_game"] == -1.0F);
  CHECK(std::isnan(after["season_stage"]));
}

TEST_CASE("level sides share their places, whatever their ids", "[features][table]") {
  //        P  W D L  F:A  Pts
  //   1, 4 1  1 0 0  1:0   3
  //   2, 3 1  0 0 1  0:1   0
  After after({Played(0, 1, 2, 1, 0), Played(0, 4, 3, 1, 0)});
  after.Emit(Played(7, 1, 4, 0, 0));
  CHECK(after["home_position"] == Approx(.5 / 3));
  CHECK(after["away_position"] == Approx(.5 / 3));
  after.Emit(Played(7, 2, 3, 0, 0));
  CHECK(after["home_position"] == Approx(2.5 / 3));
  CHECK(after["position_difference"] == 0.0F);
}

TEST_CASE("the stage of a season is measured by the season before", "[features][table]") {
  std::vector<Match> matches = {Played(0, 1, 2, 1, 0), Played(7, 2, 1, 1, 0),
                                Played(14, 1, 2, 1, 0), Played(21, 2, 1, 1, 0)};
  Match next = Played(365, 1, 2, 1, 0);
  next.season = 2025;
  CHECK(After(matches).Emit(next)["season_stage"] == 0.0F);
  CHECK(After(matches).Emit(next)["home_played"] == 0.0F);
  matches.push_back(next);
  Match second = Played(372, 2, 1, 0, 0);
  second.season = 2025;
  CHECK(After(matches).Emit(second)["season_stage"] == .25F);
}

TEST_CASE("a promoted side is known as such all season", "[features][table]") {
  std::vector<Match> matches = {Played(0, 1, 2, 1, 0)};
  matches[0].tier = 2;
  matches[0].competition = {2};
  Match first = Played(365, 3, 1, 0, 0);
  first.season = 2025;
  CHECK(After(matches).Emit(first)["away_tiers_climbed"] == 1.0F);
  CHECK(std::isnan(After(matches).Emit(first)["home_tiers_climbed"]));
  matches.push_back(first);
  Match second = Played(372, 1, 3, 0, 0);
  second.season = 2025;
  CHECK(After(matches).Emit(second)["home_tiers_climbed"] == 1.0F);
}

TEST_CASE("form counts a win for the winner, at home and away", "[features][form]") {
  After after({Played(0, 1, 2, 0, 2), Played(7, 2, 1, 1, 1)});
  after.Emit(Played(14, 1, 2, 0, 0));
  CHECK(after["home_form_points"] == .5F);
  CHECK(after["away_form_points"] == 2.0F);
  CHECK(after["home_form_at_home_points"] == 0.0F);
  CHECK(after["away_form_away_points"] == 3.0F);
  CHECK(after["home_form_goals_for"] == .5F);
  CHECK(after["form_goal_balance_difference"] == -2.0F);
  CHECK(std::isnan(after["home_form_corners_for"]));
}

TEST_CASE("ratings from past odds prefer closing prices and miss where there are none",
          "[features][odds]") {
  Match match = Played(0, 1, 2, 0, 3);
  match.average = {6.0F, 4.0F, 1.5F};
  match.average_closing = {1.5F, 4.0F, 6.0F};
  After after({match, Played(7, 3, 4, 0, 0)});
  CHECK(after.Emit(Played(14, 1, 2, 0, 0))["odds_rating_supremacy"] > .5F);
  CHECK(after["home_market_surprise"] < -.5F);
  CHECK(after["away_market_surprise"] == -after["home_market_surprise"]);
  CHECK(std::isnan(after.Emit(Played(14, 3, 4, 0, 0))["odds_rating_supremacy"]));
}

TEST_CASE("a rating from past odds also moves with the match they were of", "[features][odds]") {
  const auto supremacy = [](int home_score, bool home_shot_more) {
    Match match = Played(0, 1, 2, home_score, 0);
    match.average_closing = {2.5F, 3.3F, 2.9F};
    match.home_statistics[1] = home_shot_more ? 30 : 5;
    match.home_statistics[2] = home_shot_more ? 10 : 2;
    match.away_statistics[1] = 10;
    match.away_statistics[2] = 3;
    return After({match}).Emit(Played(7, 1, 2, 0, 0))["odds_rating_supremacy"];
  };
  CHECK(supremacy(3, true) > supremacy(0, true));
  CHECK(supremacy(0, true) > supremacy(0, false));
}

TEST_CASE("probabilities from past odds are those the odds had", "[features][odds]") {
  std::vector<Match> matches;
  for (int week = 0; week < 60; ++week) {
    Match match = Played(7 * week, 1, 2, 1, 1);
    match.average_closing = {2.0F, 3.6F, 4.0F};
    matches.push_back(match);
  }
  After after(matches);
  Match next = Played(420, 1, 2, 0, 0);
  next.average = {2.0F, 3.6F, 4.0F};
  after.Emit(next);
  CHECK(after["odds_rating_draw"] == Approx(after["market_draw"]).margin(.01));
  CHECK(after["odds_rating_home_win"] == Approx(after["market_home"]).margin(.05));
  CHECK(after["odds_rating_home_to_draw"] ==
        Approx(std::log(after["odds_rating_home_win"] / after["odds_rating_draw"])));
}

TEST_CASE("home advantage lost in one division is expected to be lost in others",
          "[features][odds]") {
  const auto supremacy = [](float home_price, float away_price) {
    std::vector<Match> matches;
    Match other = Played(0, 3, 4, 0, 0);
    other.competition = {2};
    other.average_closing = {2.2F, 3.3F, 3.4F};
    matches.push_back(other);
    for (int week = 1; week < 40; ++week) {
      Match match = Played(7 * week, week % 2 == 0 ? 1 : 2, week % 2 == 0 ? 2 : 1, 0, 0);
      match.average_closing = {home_price, 3.3F, away_price};
      matches.push_back(match);
    }
    Match next = Played(300, 3, 4, 0, 0);
    next.competition = {2};
    return After(matches).Emit(next)["odds_rating_supremacy"];
  };
  CHECK(supremacy(2.0F, 4.0F) > supremacy(2.8F, 2.8F));
}

TEST_CASE("the market features come from the pre-match prices of the match", "[features][market]") {
  Match match = Played(0, 1, 2, 0, 0);
  match.average = {2.0F, 3.5F, 3.8F};
  match.best = {2.1F, 3.6F, 4.0F};
  match.pinnacle = {2.0F, 3.5F, 3.8F};
  After start({});
  start.Emit(match);
  CHECK(start["market_home"] + start["market_draw"] + start["market_away"] == Approx(1.0));
  CHECK(start["market_home"] > start["market_away"]);
  CHECK(start["market_overround"] == Approx(1 / 2. + 1 / 3.5 + 1 / 3.8 - 1).epsilon(1e-5));
  CHECK(start["best_to_average_home"] == Approx(std::log(2.1 / 2.0)).epsilon(1e-5));
  CHECK(start["pinnacle_minus_average_home"] == 0.0F);

  match.pinnacle = {1.9F, 3.5F, 4.2F};
  CHECK(start.Emit(match)["pinnacle_minus_average_home"] > 0.0F);
  match.average[2] = 1.0F;
  CHECK(std::isnan(start.Emit(match)["market_home"]));
}

}  // namespace
}  // namespace fairline::features::football
