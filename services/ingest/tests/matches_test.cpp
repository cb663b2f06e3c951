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
  return Reconcile(known, rows, {FileKind::kSeason, On("2026-05-01"), On("2026-01-13")});
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

TEST_CASE("a score that became blank is of an abandoned match", "[ingest]") {
  const auto result = Season({Known(7, "2026-01-10", kA, kB, Score{1, 1})},
                             {Row("2026-01-10", kA, kB, std::nullopt)});
  REQUIRE(result.changed.size() == 1);
  CHECK(result.changed[0].state == MatchState::kAbandoned);
  CHECK_FALSE(result.changed[0].score.has_value());
  REQUIRE(result.corrections.size() == 1);
  CHECK(result.corrections[0].kind == CorrectionKind::kScoreTakenAway);
  CHECK(result.corrections[0].former == Score{1, 1});
}

// A season file read at `as_of`.
Reconciled SeasonAt(const char* as_of, const std::vector<KnownMatch>& known,
                    const std::vector<ReportedMatch>& rows) {
  return Reconcile(known, rows, {FileKind::kSeason, On("2026-05-01"), ParseInstant(as_of).value()});
}

TEST_CASE("a score that changes after three days was awarded", "[ingest]") {
  KnownMatch played = Known(7, "2026-01-10", kA, kB, Score{1, 1});
  played.kickoff = ParseInstant("2026-01-10T15:00:00Z").value();
  const auto after = [&](const char* as_of, const KnownMatch& known, std::optional<Score> score) {
    const auto result = SeasonAt(as_of, {known}, {Row("2026-01-10", kA, kB, score)});
    return result.changed.empty() ? known : result.changed[0];
  };
  const KnownMatch corrected = after("2026-01-13T15:00:00Z", played, Score{0, 3});
  CHECK(corrected.state == MatchState::kCorrected);
  CHECK_FALSE(corrected.played.has_value());
  const KnownMatch awarded = after("2026-01-13T15:00:01Z", played, Score{0, 3});
  CHECK(awarded.state == MatchState::kAwarded);
  CHECK(awarded.score == Score{0, 3});
  CHECK(awarded.played == Score{1, 1});
  SECTION("without a time, three days count from the end of the match's day") {
    played.kickoff.reset();
    CHECK(after("2026-01-14T00:00:00Z", played, Score{0, 3}).state == MatchState::kCorrected);
    CHECK(after("2026-01-14T00:00:01Z", played, Score{0, 3}).state == MatchState::kAwarded);
  }
  SECTION("awarded otherwise, the score that was played stays") {
    const KnownMatch again = after("2026-02-13T15:00:00Z", awarded, Score{0, 0});
    CHECK(again.state == MatchState::kAwarded);
    CHECK(again.played == Score{1, 1});
  }
  SECTION("given back, it is what was played") {
    const KnownMatch back = after("2026-02-13T15:00:00Z", awarded, Score{1, 1});
    CHECK(back.state == MatchState::kFinished);
    CHECK(back.score == Score{1, 1});
    CHECK_FALSE(back.played.has_value());
  }
  SECTION("a first score is never too late") {
    const KnownMatch late =
        after("2026-04-01T00:00:00Z", Known(7, "2026-01-10", kA, kB, std::nullopt), Score{1, 0});
    CHECK(late.state == MatchState::kFinished);
  }
  SECTION("an abandoned match that is awarded later was not played") {
    const KnownMatch gone = after("2026-01-12T00:00:00Z", played, std::nullopt);
    const KnownMatch later = after("2026-02-12T00:00:00Z", gone, Score{0, 3});
    CHECK(later.state == MatchState::kAwarded);
    CHECK_FALSE(later.played.has_value());
  }
}

KnownMatch OnLine(int line, KnownMatch match) {
  match.line = line;
  return match;
}

UnreadRow Unread(std::optional<Day> date, TeamId home, TeamId away) {
  return {date, {{home}, false}, {{away}, false}};
}

TEST_CASE("a match that its season file no longer has is taken back", "[ingest]") {
  const std::vector<KnownMatch> known = {OnLine(2, Known(7, "2026-01-10", kA, kB, Score{2, 0})),
                                         OnLine(3, Known(8, "2026-01-27", kA, kB, Score{1, 1}))};
  const auto result = Season(known, {Row("2026-01-27", kA, kB, Score{1, 1})});
  CHECK(result.taken_back == std::vector<MatchId>{MatchId{7}});
  CHECK(result.doubt.empty());
  REQUIRE(result.changed.size() == 1);
  CHECK(result.changed[0].taken_back);
  REQUIRE(result.corrections.size() == 1);
  CHECK(result.corrections[0].kind == CorrectionKind::kTakenBack);
  CHECK(result.corrections[0].former == Score{2, 0});
  SECTION("once") {
    std::vector<KnownMatch> after = known;
    after[0].taken_back = true;
    CHECK(Season(after, {Row("2026-01-27", kA, kB, Score{1, 1})}).taken_back.empty());
  }
  SECTION("and is there again when its row is") {
    std::vector<KnownMatch> after = known;
    after[0].taken_back = true;
    const auto again = Season(
        after, {Row("2026-01-10", kA, kB, Score{2, 0}), Row("2026-01-27", kA, kB, Score{1, 1})});
    REQUIRE(again.changed.size() == 1);
    CHECK(again.changed[0].id == MatchId{7});
    CHECK_FALSE(again.changed[0].taken_back);
    REQUIRE(again.corrections.size() == 1);
    CHECK(again.corrections[0].kind == CorrectionKind::kThereAgain);
  }
  SECTION("not when its row is there and cannot be read") {
    const auto unread = Reconcile(
        known, {Row("2026-01-27", kA, kB, Score{1, 1})},
        {FileKind::kSeason, On("2026-05-01"), On("2026-02-01"), {Unread(std::nullopt, kA, kB)}});
    CHECK(unread.taken_back.empty());
  }
  SECTION("not when a row of its day may be it") {
    const UnreadSide unknown{{}, true};
    const auto taken_back = [&](const UnreadRow& row) {
      return Reconcile(known, {Row("2026-01-27", kA, kB, Score{1, 1})},
                       {FileKind::kSeason, On("2026-05-01"), On("2026-02-01"), {row}})
          .taken_back.size();
    };
    CHECK(taken_back({On("2026-01-10"), {{kA}, false}, unknown}) == 0);
    CHECK(taken_back({On("2026-01-10"), unknown, {{kB}, false}}) == 0);
    CHECK(taken_back({On("2026-01-10"), unknown, unknown}) == 0);
    CHECK(taken_back({On("2026-01-11"), unknown, {{kB}, false}}) == 1);
    CHECK(taken_back({std::nullopt, unknown, {{kB}, false}}) == 1);
    CHECK(taken_back({On("2026-01-10"), unknown, {{kC}, false}}) == 1);
  }
  SECTION("not when another file had it, or a list") {
    std::vector<KnownMatch> others = known;
    others[0].line.reset();
    CHECK(Season(others, {Row("2026-01-27", kA, kB, Score{1, 1})}).taken_back.empty());
  }
}

TEST_CASE("home and away the other way round is another match", "[ingest]") {
  const auto result = Season({OnLine(2, Known(7, "2026-01-10", kA, kB, Score{2, 0}))},
                             {Row("2026-01-10", kB, kA, Score{0, 2})});
  CHECK(result.added == std::vector<std::size_t>{0});
  CHECK(result.taken_back == std::vector<MatchId>{MatchId{7}});
  CHECK(result.doubt.empty());
}

TEST_CASE("a file that is only the beginning of what it was is doubted", "[ingest]") {
  const std::vector<KnownMatch> known = {OnLine(2, Known(7, "2026-01-10", kA, kB, Score{2, 0})),
                                         OnLine(3, Known(8, "2026-01-10", kC, kB, Score{1, 1})),
                                         OnLine(4, Known(9, "2026-01-17", kA, kC, Score{1, 1}))};
  const auto rows = [&](std::initializer_list<std::size_t> kept) {
    std::vector<ReportedMatch> all;
    for (const std::size_t k : kept) {
      all.push_back(
          {2025, known[k].date, std::nullopt, known[k].home, known[k].away, known[k].score, ""});
    }
    return all;
  };
  CHECK(Season(known, rows({0, 1})).doubt ==
        "it is only the beginning of what it was: 1 rows after line 3 are gone");
  CHECK_FALSE(Season(known, rows({0})).doubt.empty());
  CHECK(Season(known, rows({0, 1, 2})).doubt.empty());
  SECTION("not when rows after the gone ones are there") {
    CHECK(Season(known, rows({0, 2})).doubt.empty());
    CHECK(Season(known, rows({1})).doubt.empty() == false);
    CHECK(Season(known, rows({2})).doubt.empty());
  }
  SECTION("not when something is new") {
    auto changed = rows({0, 1});
    changed.push_back(Row("2026-01-17", kC, kA, Score{1, 1}));
    CHECK(Season(known, changed).doubt.empty());
  }
  SECTION("another score is no other row") {
    auto changed = rows({0, 1});
    changed[0].score = Score{3, 0};
    CHECK_FALSE(Season(known, changed).doubt.empty());
  }
}

TEST_CASE("a file whose last row cannot be read is whole", "[ingest]") {
  const std::vector<KnownMatch> known = {OnLine(2, Known(7, "2026-01-10", kA, kB, Score{2, 0})),
                                         OnLine(3, Known(8, "2026-01-17", kC, kB, Score{1, 1}))};
  const auto result = Reconcile(
      known, {Row("2026-01-10", kA, kB, Score{2, 0})},
      {FileKind::kSeason, On("2026-05-01"), On("2026-02-01"), {Unread(std::nullopt, kC, kB)}});
  CHECK(result.doubt.empty());
  CHECK(result.taken_back.empty());
}

TEST_CASE("a score that cannot be read is not one that is gone", "[ingest]") {
  const std::vector<KnownMatch> known = {OnLine(2, Known(7, "2026-01-10", kA, kB, Score{2, 0}))};
  ReportedMatch row = Row("2026-01-10", kA, kB, std::nullopt);
  row.score_unread = true;
  const auto result = Season(known, {row});
  CHECK(result.changed.empty());
  CHECK(result.corrections.empty());
}

TEST_CASE("a file that lost most of its results is doubted", "[ingest]") {
  const std::vector<KnownMatch> known = {OnLine(2, Known(7, "2026-01-10", kA, kB, Score{2, 0})),
                                         OnLine(3, Known(8, "2026-01-11", kC, kB, Score{1, 1})),
                                         OnLine(4, Known(9, "2026-01-17", kA, kC, Score{1, 1}))};
  std::vector<ReportedMatch> rows;
  for (const KnownMatch& match : known) {
    rows.push_back({2025, match.date, std::nullopt, match.home, match.away, std::nullopt, ""});
  }
  CHECK(Season(known, rows).doubt == "3 of its 3 results are gone");
  rows[0].score = Score{2, 0};
  CHECK(Season(known, rows).doubt.empty());
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
      {FileKind::kFixtures, std::nullopt, On("2026-01-09")});
  CHECK(result.changed.empty());
  CHECK(result.listed_now == std::vector<MatchId>{MatchId{7}});
  CHECK(result.added == std::vector<std::size_t>{1});
}

TEST_CASE("fixtures list a match that was known but never listed", "[ingest]") {
  const auto result = Reconcile({Known(7, "2026-02-10", kA, kB, std::nullopt)},
                                {Row("2026-02-10", kA, kB, std::nullopt)},
                                {FileKind::kFixtures, std::nullopt, On("2026-01-09")});
  CHECK(result.listed_now == std::vector<MatchId>{MatchId{7}});
}

TEST_CASE("a row without a result is postponed once later matches have one", "[ingest]") {
  const auto row = Row("2026-01-10", kA, kB, std::nullopt);
  const auto state = [&](FileKind kind, std::optional<Day> last_played) {
    return StateOfNew(row, {kind, last_played, On("2026-01-12")});
  };
  CHECK(state(FileKind::kSeason, On("2026-01-11")) == MatchState::kPostponed);
  CHECK(state(FileKind::kSeason, On("2026-01-09")) == MatchState::kScheduled);
  CHECK(state(FileKind::kSeason, std::nullopt) == MatchState::kScheduled);
  CHECK(state(FileKind::kFixtures, On("2026-01-11")) == MatchState::kScheduled);
}

KnownMatch Listed(std::int64_t id, const char* date, TeamId home, TeamId away) {
  KnownMatch match = Known(id, date, home, away, std::nullopt);
  match.listed = true;
  return match;
}

Reconciled Fixtures(const std::vector<KnownMatch>& known, const std::vector<ReportedMatch>& rows) {
  return Reconcile(known, rows, {FileKind::kFixtures, std::nullopt, On("2026-01-09")});
}

TEST_CASE("a listed match that a newer list leaves out is left out", "[ingest]") {
  const ListedDays days{On("2026-01-09"), On("2026-01-12"), On("2026-01-09")};
  const std::vector<ReportedMatch> rows = {Row("2026-01-10", kA, kB, std::nullopt)};
  const auto left_out = [&](const KnownMatch& match) {
    const std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB), match};
    return FindUnlisted(known, Fixtures(known, rows), days, {}).left_out.size();
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

TEST_CASE("a match that a row of the list may be is not left out", "[ingest]") {
  const ListedDays days{On("2026-01-09"), On("2026-01-12"), On("2026-01-09")};
  const std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB),
                                         Listed(8, "2026-01-11", kC, kB)};
  const auto unlisted = [&](const std::vector<ReportedMatch>& rows, const UnreadRow& row) {
    return FindUnlisted(known, Fixtures(known, rows), days, {row});
  };
  const std::vector<ReportedMatch> other = {Row("2026-01-10", kA, kB, std::nullopt)};
  const UnreadSide unknown{{}, true};
  CHECK(unlisted(other, Unread(std::nullopt, kC, kB)).left_out.empty());
  CHECK(unlisted(other, {On("2026-01-11"), unknown, {{kB}, false}}).left_out.empty());
  CHECK(unlisted(other, {On("2026-01-12"), unknown, {{kB}, false}}).left_out.size() == 1);
  // The competition is in the list all the same.
  const Unlisted alone = unlisted({}, Unread(std::nullopt, kC, kB));
  CHECK(alone.left_out == std::vector<MatchId>{MatchId{7}});
  CHECK(alone.not_offered.empty());
}

TEST_CASE("a match that only moved is not left out", "[ingest]") {
  const std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB)};
  const auto result = Fixtures(known, {Row("2026-01-12", kA, kB, std::nullopt)});
  const ListedDays days{On("2026-01-09"), On("2026-01-12"), On("2026-01-09")};
  CHECK(FindUnlisted(known, result, days, {}).left_out.empty());
}

TEST_CASE("a match that was left out is listed again", "[ingest]") {
  std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB),
                                   Listed(8, "2026-01-11", kC, kB)};
  known[0].delisted = true;
  known[1].delisted = true;
  const auto result = Fixtures(known, {Row("2026-01-12", kA, kB, std::nullopt)});
  const ListedDays days{On("2026-01-09"), On("2026-01-12"), On("2026-01-09")};
  CHECK(FindUnlisted(known, result, days, {}).again == std::vector<MatchId>{MatchId{7}});
}

TEST_CASE("a competition missing whole from a list is not offered on its days", "[ingest]") {
  const ListedDays days{On("2026-01-09"), On("2026-01-12"), On("2026-01-09")};
  std::vector<KnownMatch> known = {Listed(7, "2026-01-10", kA, kB),
                                   Listed(8, "2026-01-13", kC, kB)};
  const Unlisted unlisted = FindUnlisted(known, Fixtures(known, {}), days, {});
  CHECK(unlisted.left_out.empty());
  CHECK(unlisted.not_offered == std::vector<MatchId>{MatchId{7}});
  known[0].not_offered = true;
  CHECK(FindUnlisted(known, Fixtures(known, {}), days, {}).not_offered.empty());
  const auto again = Fixtures(known, {Row("2026-01-10", kA, kB, std::nullopt)});
  CHECK(FindUnlisted(known, again, days, {}).again == std::vector<MatchId>{MatchId{7}});
}

}  // namespace
}  // namespace fairline::ingest
