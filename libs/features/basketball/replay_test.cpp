#include "libs/features/basketball/replay.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "libs/features/basketball/margin_rating.hpp"
#include "libs/features/tests/matches.hpp"

namespace fairline::features::basketball {
namespace {

// Seasons of a conference of eight: games at home, away and on neutral ground, several a day, and
// a knock-out tournament of the four seeded.
class MadeUpConference {
 public:
  explicit MadeUpConference(unsigned seed) : random_(seed) {}

  [[nodiscard]] std::vector<Match> Seasons(int count) {
    std::vector<Match> matches;
    for (int season = 0; season < count; ++season) {
      const Day start{std::chrono::year{2000 + season} / std::chrono::November / 5};
      for (int game = 0; game < 60; ++game) {
        matches.push_back(Game(season, start + std::chrono::days{game / 3 * 4}));
      }
      for (int game = 0; game < 3; ++game) {
        Match match = Game(season, start + std::chrono::days{120 + game / 2});
        match.neutral = true;
        match.tournament = true;
        match.home_seed = static_cast<std::int16_t>(1 + Draw(4));
        match.away_seed = static_cast<std::int16_t>(1 + Draw(4));
        matches.push_back(match);
      }
    }
    for (std::size_t i = 0; i < matches.size(); ++i) {
      matches[i].id = {static_cast<std::int64_t>(i + 1)};
    }
    return matches;
  }

  void ChangeOutcome(Match& match) {
    match.home_score = static_cast<std::int16_t>(50 + Draw(50));
    match.away_score = static_cast<std::int16_t>(50 + Draw(50));
    if (match.away_score == match.home_score) ++match.home_score;
  }

  [[nodiscard]] int Draw(int below) { return std::uniform_int_distribution(0, below - 1)(random_); }

 private:
  Match Game(int season, Day day) {
    Match match;
    match.competition = {1};
    match.season = static_cast<std::int16_t>(2000 + season);
    match.home = {1 + Draw(8)};
    match.away = {1 + (match.home.value + Draw(7)) % 8};
    match.neutral = Draw(4) == 0;
    match.day = day;
    ChangeOutcome(match);
    return match;
  }

  std::mt19937 random_;
};

Match Exchanged(Match match) {
  std::swap(match.home, match.away);
  std::swap(match.home_score, match.away_score);
  std::swap(match.home_seed, match.away_seed);
  return match;
}

TEST_CASE("changing any game of basketball on or after a day changes no feature before it or on it",
          "[features][basketball][leak]") {
  CHECK(rc::check([] {
    MadeUpConference conference(*rc::gen::arbitrary<unsigned>());
    const std::vector<Match> matches = conference.Seasons(2);
    const auto cut = static_cast<std::size_t>(conference.Draw(static_cast<int>(matches.size())));
    const Day as_of = matches[cut].day;
    std::vector<Match> other;
    for (Match match : matches) {
      if (match.day > as_of && conference.Draw(5) == 0) continue;
      if (match.day >= as_of) conference.ChangeOutcome(match);
      other.push_back(match);
    }
    const auto before = RowsOf(*MakeBasketballReplay(), matches);
    const auto after = RowsOf(*MakeBasketballReplay(), other);
    for (std::size_t i = 0; i < matches.size() && matches[i].day <= as_of; ++i) {
      RC_ASSERT(before[i].match == after[i].match);
      RC_ASSERT(SameBits(before[i].values, after[i].values));
    }
  }));
}

TEST_CASE("results of basketball reach the features of later days",
          "[features][basketball][leak]") {
  std::vector<Match> matches = MadeUpConference(7).Seasons(1);
  const auto before = RowsOf(*MakeBasketballReplay(), matches);
  matches.front().home_score = 140;
  CHECK_FALSE(SameBits(before, RowsOf(*MakeBasketballReplay(), matches)));
}

TEST_CASE("tournaments move Elo but not the ratings of the regular season",
          "[features][basketball]") {
  std::vector<Match> matches = MadeUpConference(5).Seasons(1);
  const auto replay = MakeBasketballReplay();
  const auto before = RowsOf(*replay, matches);
  Match& semifinal = matches[matches.size() - 3];
  REQUIRE(semifinal.tournament);
  semifinal.home_score = static_cast<std::int16_t>(semifinal.away_score + 30);
  Fixture final = matches.back();
  final.home = semifinal.home;
  final.away = semifinal.away;
  const auto row_of = [&](const std::vector<Match>& played) {
    const auto fresh = MakeBasketballReplay();
    (void)RowsOf(*fresh, std::span(played).first(played.size() - 1));
    std::vector<float> row(fresh->catalogue().size());
    fresh->Emit(final, row);
    return row;
  };
  std::vector<Match> lost = matches;
  lost[lost.size() - 3].home_score = static_cast<std::int16_t>(semifinal.away_score - 30);
  const auto won_row = row_of(matches);
  const auto lost_row = row_of(lost);
  CHECK(ValueOf(*replay, won_row, "elo_difference") > ValueOf(*replay, lost_row, "elo_difference"));
  for (const auto* name : {"expected_margin", "carried_expected_margin", "win_share_difference"}) {
    CHECK(ValueOf(*replay, won_row, name) == ValueOf(*replay, lost_row, name));
  }
}

TEST_CASE("exchanging the sides on neutral ground changes the sign of every feature",
          "[features][basketball]") {
  CHECK(rc::check([] {
    MadeUpConference conference(*rc::gen::arbitrary<unsigned>());
    const std::vector<Match> matches = conference.Seasons(2);
    std::vector<Match> exchanged = matches;
    for (Match& match : exchanged) {
      if (match.neutral) match = Exchanged(match);
    }
    const auto rows = RowsOf(*MakeBasketballReplay(), matches);
    const auto mirrored = RowsOf(*MakeBasketballReplay(), exchanged);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float sign = matches[i].neutral ? -1.0F : 1.0F;
      for (std::size_t f = 0; f < rows[i].values.size(); ++f) {
        const float value = rows[i].values[f];
        const float other = mirrored[i].values[f];
        RC_ASSERT((std::isnan(value) ? std::isnan(other) : other == sign * value));
      }
    }
  }));
}

TEST_CASE("a saved basketball replay goes on as if it had never stopped",
          "[features][basketball]") {
  CHECK(rc::check([] {
    MadeUpConference conference(*rc::gen::arbitrary<unsigned>());
    const std::vector<Match> matches = conference.Seasons(3);
    std::size_t cut = static_cast<std::size_t>(conference.Draw(static_cast<int>(matches.size())));
    while (cut > 0 && matches[cut - 1].day == matches[cut].day) --cut;
    const auto whole = MakeBasketballReplay();
    const auto first = MakeBasketballReplay();
    auto rows = RowsOf(*first, std::span(matches).first(cut));
    const auto second = MakeBasketballReplay();
    RC_ASSERT(second->Load(first->Save()).ok());
    for (EmittedRow& row : RowsOf(*second, std::span(matches).subspan(cut))) {
      rows.push_back(std::move(row));
    }
    RC_ASSERT(SameBits(RowsOf(*whole, matches), rows));
    RC_ASSERT(whole->Save() == second->Save());
  }));
}

TEST_CASE("a damaged basketball state is refused and changes nothing", "[features][basketball]") {
  const auto replay = MakeBasketballReplay();
  (void)RowsOf(*replay, MadeUpConference(3).Seasons(1));
  const std::string state = replay->Save();
  CHECK(replay->Load("").code() == absl::StatusCode::kInvalidArgument);
  CHECK(replay->Load(state.substr(0, state.size() / 2)).code() ==
        absl::StatusCode::kInvalidArgument);
  const auto football = MakeReplay("football");
  REQUIRE(football.ok());
  CHECK(replay->Load((*football)->Save()).code() == absl::StatusCode::kFailedPrecondition);
  CHECK(replay->Save() == state);
}

TEST_CASE("the order of a day's games does not matter", "[features][basketball]") {
  const std::vector<Match> matches = MadeUpConference(13).Seasons(1);
  std::vector<Match> reversed = matches;
  for (auto first = reversed.begin(); first != reversed.end();) {
    const auto last = std::find_if(first, reversed.end(),
                                   [&](const Match& match) { return match.day != first->day; });
    std::reverse(first, last);
    first = last;
  }
  const auto one = MakeBasketballReplay();
  const auto other = MakeBasketballReplay();
  (void)RowsOf(*one, matches);
  (void)RowsOf(*other, reversed);
  CHECK(one->Save() == other->Save());
}

TEST_CASE("margin ratings solve their normal equations", "[features][basketball]") {
  // Two teams, one game on neutral ground won by ten: with ridge 1 each rating is
  // 10 / (2 + 1) in size.
  MarginRatings ratings;
  const MarginParameters parameters{.cap = 25.0, .ridge = 1.0};
  ratings.AddTeam(parameters);
  ratings.AddTeam(parameters);
  ratings.BeginSeason(parameters);
  const std::vector<SeasonGame> games = {{.home = 0, .away = 1, .margin = 10, .neutral = 1}};
  ratings.Solve(parameters, games);
  CHECK(ratings.rating(0) == Approx(10.0 / 3.0));
  CHECK(ratings.rating(1) == Approx(-10.0 / 3.0));

  // A margin beyond the cap counts as the cap.
  const std::vector<SeasonGame> rout = {{.home = 0, .away = 1, .margin = 60, .neutral = 1}};
  ratings.Solve(parameters, rout);
  CHECK(ratings.rating(0) == Approx(25.0 / 3.0));
}

TEST_CASE("margin ratings start a season from what they carry over", "[features][basketball]") {
  const MarginParameters parameters{
      .cap = 25.0, .ridge = 1.0, .carried_over = 0.8, .newcomer = -4.0};
  MarginRatings ratings;
  ratings.AddTeam(parameters);
  ratings.AddTeam(parameters);
  CHECK(ratings.rating(0) == -4.0);
  const std::vector<SeasonGame> games = {{.home = 0, .away = 1, .margin = 12, .neutral = 1}};
  ratings.Solve(parameters, games);
  const double before = ratings.rating(0);
  ratings.BeginSeason(parameters);
  CHECK(ratings.rating(0) == Approx(0.8 * before));
}

}  // namespace
}  // namespace fairline::features::basketball
