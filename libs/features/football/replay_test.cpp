// What must hold of every replay of football, whatever the matches: above all that nothing that
// happens on a day or after it enters the features of that day.

#include "libs/features/football/replay.hpp"

#include <cmath>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "libs/features/tests/matches.hpp"

namespace fairline::features::football {
namespace {

TEST_CASE("changing anything on or after a day changes no feature before it or on it",
          "[features][leak]") {
  CHECK(rc::check([] {
    MadeUpLeague league(*rc::gen::arbitrary<unsigned>());
    const std::vector<Match> matches = league.Seasons(3);
    const auto cut = static_cast<std::size_t>(league.Draw(static_cast<int>(matches.size())));
    const Day as_of = matches[cut].day;

    std::vector<Match> other;
    for (const Match& match : matches) {
      if (match.day < as_of) {
        other.push_back(match);
        continue;
      }
      if (match.day > as_of && league.Draw(5) == 0) continue;
      Match changed = match;
      league.ChangeOutcome(changed);
      if (match.day > as_of) league.ChangePrices(changed);
      other.push_back(changed);
    }

    const auto before = RowsOf(*MakeFootballReplay(), matches);
    const auto after = RowsOf(*MakeFootballReplay(), other);
    for (std::size_t i = 0; i < matches.size() && matches[i].day <= as_of; ++i) {
      RC_ASSERT(before[i].match == after[i].match);
      RC_ASSERT(SameBits(before[i].values, after[i].values));
    }
  }));
}

TEST_CASE("the prices of a match enter only its own market features", "[features][leak]") {
  CHECK(rc::check([] {
    MadeUpLeague league(*rc::gen::arbitrary<unsigned>());
    const std::vector<Match> matches = league.Seasons(2);
    const auto cut = static_cast<std::size_t>(league.Draw(static_cast<int>(matches.size())));
    std::vector<Match> other = matches;
    league.ChangePrices(other[cut]);

    const auto replay = MakeFootballReplay();
    const auto before = RowsOf(*replay, matches);
    const auto after = RowsOf(*MakeFootballReplay(), other);
    const auto& features = replay->catalogue().features();
    for (std::size_t i = 0; i < matches.size() && matches[i].day <= matches[cut].day; ++i) {
      for (std::size_t f = 0; f < features.size(); ++f) {
        if (i == cut && features[f].block == Block::kMarket) continue;
        RC_ASSERT(SameBits(std::span(before[i].values).subspan(f, 1),
                           std::span(after[i].values).subspan(f, 1)));
      }
    }
  }));
}

TEST_CASE("results do reach the features of later days", "[features][leak]") {
  MadeUpLeague league(7);
  std::vector<Match> matches = league.Seasons(1);
  const auto before = RowsOf(*MakeFootballReplay(), matches);
  matches.front().home_score = 9;
  const auto after = RowsOf(*MakeFootballReplay(), matches);
  CHECK_FALSE(SameBits(before, after));
}

TEST_CASE("an awarded match counts for the table and for nothing else", "[features][replay]") {
  MadeUpLeague league(5);
  std::vector<Match> without = league.Seasons(1);
  std::vector<Match> matches = without;
  matches[3].awarded = true;
  matches[3].home_score = 3;
  matches[3].away_score = 0;
  without.erase(without.begin() + 3);
  const auto replay = MakeFootballReplay();
  const auto with_award = RowsOf(*replay, matches);
  const auto never_played = RowsOf(*MakeFootballReplay(), without);
  REQUIRE(with_award.size() == never_played.size());  // it has no features of its own
  const auto& features = replay->catalogue().features();
  bool table_differs = false;
  for (std::size_t i = 0; i < with_award.size(); ++i) {
    REQUIRE(with_award[i].match == never_played[i].match);
    for (std::size_t f = 0; f < features.size(); ++f) {
      const bool same = SameBits(std::span(with_award[i].values).subspan(f, 1),
                                 std::span(never_played[i].values).subspan(f, 1));
      INFO(features[f].name);
      if (features[f].block == Block::kTable) {
        table_differs = table_differs || !same;
      } else {
        CHECK(same);
      }
    }
  }
  CHECK(table_differs);
}

TEST_CASE("a coming match has the features it would have had as a finished one",
          "[features][replay]") {
  MadeUpLeague league(11);
  const std::vector<Match> matches = league.Seasons(2);
  const Day last = matches.back().day;
  std::vector<Match> finished;
  std::vector<Fixture> coming;
  for (const Match& match : matches) {
    if (match.day < last) {
      finished.push_back(match);
    } else {
      coming.push_back(match);
    }
  }
  CHECK(SameBits(RowsOf(*MakeFootballReplay(), matches),
                 RowsOf(*MakeFootballReplay(), finished, coming)));
}

TEST_CASE("a coming match on a day with finished ones does not see their results",
          "[features][leak]") {
  MadeUpLeague league(12);
  std::vector<Match> matches = league.Seasons(1);
  const std::vector<Fixture> coming = {matches.back()};
  matches.pop_back();
  REQUIRE(matches.back().day == coming.front().day);
  const auto before = RowsOf(*MakeFootballReplay(), matches, coming);
  league.ChangeOutcome(matches.back());
  const auto after = RowsOf(*MakeFootballReplay(), matches, coming);
  CHECK(SameBits(before, after));
}

TEST_CASE("the order of the matches within a day does not matter", "[features][replay]") {
  MadeUpLeague league(21);
  std::vector<Match> matches = league.Seasons(2);
  const auto forward = MakeFootballReplay();
  RowsOf(*forward, matches);
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return std::pair(a.day, -a.id.value) < std::pair(b.day, -b.id.value);
  });
  const auto backward = MakeFootballReplay();
  RowsOf(*backward, matches);
  CHECK(forward->Save() == backward->Save());
}

TEST_CASE("a saved replay goes on to the same bits", "[features][state]") {
  CHECK(rc::check([] {
    MadeUpLeague league(*rc::gen::arbitrary<unsigned>());
    const std::vector<Match> matches = league.Seasons(2);
    const auto cut = static_cast<std::size_t>(league.Draw(static_cast<int>(matches.size())));
    const auto split = std::find_if(matches.begin(), matches.end(), [&](const Match& match) {
      return match.day >= matches[cut].day;
    });

    const auto whole = MakeFootballReplay();
    RowsOf(*whole, {matches.begin(), split});
    const auto resumed = MakeFootballReplay();
    const std::string state = whole->Save();
    RC_ASSERT(resumed->Load(state).ok());
    RC_ASSERT(resumed->Save() == state);
    RC_ASSERT(
        SameBits(RowsOf(*whole, {split, matches.end()}), RowsOf(*resumed, {split, matches.end()})));
    RC_ASSERT(resumed->Save() == whole->Save());
  }));
}

TEST_CASE("a damaged or foreign state is refused and leaves the replay as it was",
          "[features][state]") {
  MadeUpLeague league(31);
  const auto replay = MakeFootballReplay();
  RowsOf(*replay, league.Seasons(1));
  const std::string state = replay->Save();
  for (std::size_t size = 0; size < state.size(); size += 1 + size / 7) {
    CHECK_FALSE(replay->Load(std::string_view(state).substr(0, size)).ok());
  }
  CHECK_FALSE(replay->Load(state + "x").ok());

  std::string huge_count = state;
  huge_count.replace(24, 8, 8, '\xff');
  CHECK_FALSE(replay->Load(huge_count).ok());

  std::string other_catalogue = state;
  other_catalogue[8] = other_catalogue[8] == '0' ? '1' : '0';
  CHECK(replay->Load(other_catalogue).code() == absl::StatusCode::kFailedPrecondition);
  CHECK(replay->Save() == state);
}

TEST_CASE("features are never infinite", "[features][replay]") {
  CHECK(rc::check([] {
    MadeUpLeague league(*rc::gen::arbitrary<unsigned>());
    for (const EmittedRow& row : RowsOf(*MakeFootballReplay(), league.Seasons(2))) {
      for (const float value : row.values) RC_ASSERT(!std::isinf(value));
    }
  }));
}

}  // namespace
}  // namespace fairline::features::football
