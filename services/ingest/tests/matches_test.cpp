#include "services/ingest/app/matches.hpp"

#include <catch2/catch.hpp>

namespace fairline::ingest {
namespace {

using domain::MatchState;
using sources::FileKind;

constexpr TeamId kA{1};
constexpr TeamId kB{2};
constexpr TeamId kC{3};

Day On(const char* text) { return ParseDay(text).value(); }

KnownMatch Known(std::int64_t id, const char* date, TeamId home, TeamId away,
                 std::optional<Score> score) {
  KnownMatch match;
  match.id = MatchId{id};
  match.season_start = 2025;
  match.date = On(date);
  match.home = home;
  match.away = away;
  match.score = score;
  match.state = score ? MatchState::kFinished : MatchState::kScheduled;
  return match;
}

ReportedMatch Row(const char* date, TeamId home, TeamId away, std::optional<Score> score) {
  return {2025, On(date), std::nullopt, home, away, score, ""};
}

Reconciled Season(const std::vector<KnownMatch>& known, const std::vector<ReportedMatch>& rows) {
  return Reconcile(known, rows, FileKind::kSeason, On("2026-05-01"));
}

TEST_CASE("a match of an unknown day and pairing is added", "[ingest]") {
  const auto result = Season({}, {Row("2026-01-10", kA, kB, Score{1, 0})});
  CHECK(result.added == std::vector<std::size_t>{0});
  CHECK_FALSE(result.known_id[0].has_value());
}

TEST_CASE("what is known already changes nothing", "[ingest]") {
  const auto result = Season({Known(7, "2026-01-10", kA, kB, Score{1, 0})},
                             {Row("2026-01-10", kA, kB, Score{1, 0})});
  CHECK(result.added.empty());
  CHECK(result.changed.empty());
  CHECK(result.known_id[0] == MatchId{7});
}

TEST_CASE("a scheduled match gets its result without a correction", "[ingest]") {
  const auto result = Season({Known(7, "2026-01-10", kA, kB, std::nullopt)},
                             {Row("2026-01-10", kA, kB, Score{1, 0})});
  REQUIRE(result.changed.size() == 1);
  CHECK(result.changed[0].state == MatchState::kFinished);
  CHECK(result.corrections.empty());
}

TEST_CASE("another result is a correction that keeps the former one", "[ingest]") {
  const auto result = Season({Known(7, "2026-01-10", kA, kB, Score{1, 1})},
                             {Row("2026-01-10", kA, kB, Score{0, 2})});
  REQUIRE(result.changed.size() == 1);
  CHECK(result.changed[0].state == MatchState::kCorrected);
  CHECK(result.changed[0].score == Score{0, 2});
  REQUIRE(result.corrections.size() == 1);
  CHECK(result.corrections[0].former == Score{1, 1});
  CHECK(result.corrections[0].former_state == MatchState::kFinished);
}

TEST_CASE("a result once known is not taken away by a row without one", "[ingest]") {
  const auto result = Season({Known(7, "2026-01-10", kA, kB, Score{1, 1})},
                             {Row("2026-01-10", kA, kB, std::nullopt)});
  CHECK(result.changed.empty());
}

TEST_CASE("a match moved by a few days stays the same match", "[ingest]") {
  auto known = Known(7, "2026-01-10", kA, kB, std::nullopt);
  known.kickoff = On("2026-01-10") + std::chrono::hours{15};
  const auto result = Season({known}, {Row("2026-01-13", kA, kB, Score{2, 0})});
  CHECK(result.added.empty());
  REQUIRE(result.changed.size() == 1);
  CHECK(result.changed[0].id == MatchId{7});
  CHECK(result.changed[0].date == On("2026-01-13"));
  CHECK_FALSE(result.changed[0].kickoff.has_value());
}

TEST_CASE("the same pairing weeks later is another match", "[ingest]") {
  const auto result =
      Season({Known(7, "2026-01-10", kA, kB, Score{1, 0})},
             {Row("2026-01-10", kA, kB, Score{1, 0}), Row("2026-03-10", kA, kB, Score{1, 0})});
  CHECK(result.added == std::vector<std::size_t>{1});
}

TEST_CASE("a match that its own row claims is not taken for a moved one", "[ingest]") {
  const auto result =
      Season({Known(7, "2026-01-10", kA, kB, Score{1, 0})},
             {Row("2026-01-12", kA, kB, Score{3, 3}), Row("2026-01-10", kA, kB, Score{1, 0})});
  CHECK(result.added == std::vector<std::size_t>{0});
  CHECK(result.known_id[1] == MatchId{7});
  CHECK(result.corrections.empty());
}

TEST_CASE("the nearest of several candidates moves", "[ingest]") {
  const auto result = Season(
      {Known(7, "2026-01-04", kA, kB, std::nullopt), Known(8, "2026-01-11", kA, kB, std::nullopt)},
      {Row("2026-01-10", kA, kB, Score{1, 0})});
  CHECK(result.known_id[0] == MatchId{8});
}

TEST_CASE("fixtures change no result and move no finished match, but list it", "[ingest]") {
  const std::vector<KnownMatch> known = {Known(7, "2026-01-10", kA, kB, Score{1, 0}),
                                         Known(8, "2026-01-10", kC, kB, Score{1, 0})};
  const auto result = Reconcile(
      known, {Row("2026-01-10", kA, kB, std::nullopt), Row("2026-01-12", kC, kB, std::nullopt)},
      FileKind::kFixtures, std::nullopt);
  CHECK(result.changed.empty());
  CHECK(result.listed_now == std::vector<MatchId>{MatchId{7}});
  CHECK(result.added == std::vector<std::size_t>{1});
}

TEST_CASE("fixtures list a match that was known but never listed", "[ingest]") {
  const auto result =
      Reconcile({Known(7, "2026-02-10", kA, kB, std::nullopt)},
                {Row("2026-02-10", kA, kB, std::nullopt)}, FileKind::kFixtures, std::nullopt);
  CHECK(result.listed_now == std::vector<MatchId>{MatchId{7}});
}

TEST_CASE("a row without a result is postponed once later matches have one", "[ingest]") {
  const auto row = Row("2026-01-10", kA, kB, std::nullopt);
  CHECK(StateOfNew(row, FileKind::kSeason, On("2026-01-11")) == MatchState::kPostponed);
  CHECK(StateOfNew(row, FileKind::kSeason, On("2026-01-09")) == MatchState::kScheduled);
  CHECK(StateOfNew(row, FileKind::kSeason, std::nullopt) == MatchState::kScheduled);
  CHECK(StateOfNew(row, FileKind::kFixtures, On("2026-01-11")) == MatchState::kScheduled);
}

KnownMatch Listed(std::int64_t id, const char* date, TeamId home, TeamId away) {
  KnownMatch match = Known(id, date, home, away, std::nullopt);
  match.listed = true;
  return match;
}

Reconciled Fixtures(const std::vector<KnownMatch>& known, const std::vector<ReportedMatch>& rows) {
  return Reconcile(known, rows, FileKind::kFixtures, std::nullopt);
}

TEST_CASE("a listed match that a newer list leaves out is left out", "[ingest]") {
  const ListedDays days{On("2026-01-09"), On("2026-01-12"), On("2026-01-09")};
  const std::vector<ReportedMatch> rows = {Row("2026-01-10", kA, kB, std::nullopt)};
  const auto left_out = [&](const KnownMatch& match) {
    const std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB), match};
    return LeftOut(known, Fixtures(known, rows), days).size();
  };
  CHECK(left_out(Listed(8, "2026-01-11", kC, kB)) == 1);
  CHECK(left_out(Listed(8, "2026-01-12", kC, kB)) == 1);
  SECTION("not when the list is about other days") {
    CHECK(left_out(Listed(8, "2026-01-13", kC, kB)) == 0);
  }
  SECTION("not when it has begun: lists drop what has") {
    CHECK(left_out(Listed(8, "2026-01-09", kC, kB)) == 0);
  }
  SECTION("not when it has a result, was never listed or is left out already") {
    KnownMatch match = Listed(8, "2026-01-11", kC, kB);
    match.score = Score{1, 0};
    CHECK(left_out(match) == 0);
    match = Listed(8, "2026-01-11", kC, kB);
    match.listed = false;
    CHECK(left_out(match) == 0);
    match = Listed(8, "2026-01-11", kC, kB);
    match.delisted = true;
    CHECK(left_out(match) == 0);
  }
}

TEST_CASE("a match that only moved is not left out", "[ingest]") {
  const std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB)};
  const auto result = Fixtures(known, {Row("2026-01-12", kA, kB, std::nullopt)});
  CHECK(LeftOut(known, result, {On("2026-01-09"), On("2026-01-12"), On("2026-01-09")}).empty());
}

TEST_CASE("a match that was left out is listed again", "[ingest]") {
  std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB),
                                   Listed(8, "2026-01-11", kC, kB)};
  known[0].delisted = true;
  known[1].delisted = true;
  const auto result = Fixtures(known, {Row("2026-01-12", kA, kB, std::nullopt)});
  CHECK(ListedAgain(known, result) == std::vector<MatchId>{MatchId{7}});
}

}  // namespace
}  // namespace fairline::ingest
