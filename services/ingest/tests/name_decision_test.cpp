#include "services/ingest/app/name_decision.hpp"

#include <catch2/catch.hpp>

namespace fairline::ingest {
namespace {

using Verdict = NameDecision::Verdict;

Day On(const char* day) { return ParseDay(day).value(); }

// A division of six, all of whom played in 2024; ids are positions in this list, from 1.
const std::vector<std::string> kClubs = {"Arsenal",       "Chelsea", "Leeds",
                                         "Nott'm Forest", "Everton", "Fulham"};

KnownSeasons LastSeason() {
  KnownSeasons known;
  for (std::size_t k = 0; k < kClubs.size(); ++k) {
    const TeamId id{static_cast<std::int64_t>(k + 1)};
    known.clubs.push_back({id, kClubs[k], {}, 2024});
    known.seasons[2024].insert(id);
  }
  return known;
}

// Names by their clubs' ids; 0 is not known.
NamesOfFile File(const std::vector<std::pair<std::string, int>>& names,
                 std::vector<FileFixture> fixtures) {
  NamesOfFile file{2025, sources::FileKind::kSeason, false, {}, std::move(fixtures)};
  for (const auto& [name, id] : names) {
    file.names.push_back({name, id == 0 ? std::nullopt : std::optional(TeamId{id})});
  }
  return file;
}

TEST_CASE("the first file of a competition defines its teams", "[ingest][names]") {
  const NamesOfFile file = File({{"Amstel", 0}, {"Breda Oost", 0}, {"Cúlem", 0}},
                                {{On("2025-09-13"), 0, 1}, {On("2025-09-27"), 1, 2}});
  const auto decisions = DecideNames(file, {});
  for (const NameDecision& decision : decisions) CHECK(decision.verdict == Verdict::kNew);
  CHECK(decisions[0].reason.empty());
  // Two weeks after the others it is worth a look.
  CHECK(decisions[2].reason.find("first seen on 2025-09-27") != std::string::npos);
}

TEST_CASE("a newcomer of August that fills a free place is taken in", "[ingest][names]") {
  const NamesOfFile file =
      File({{"Arsenal", 1},
            {"Chelsea", 2},
            {"Leeds", 3},
            {"Everton", 5},
            {"Fulham", 6},
            {"East Kilbride", 0}},
           {{On("2025-08-02"), 0, 1}, {On("2025-08-02"), 2, 3}, {On("2025-08-09"), 4, 5}});
  KnownSeasons known = LastSeason();
  known.clubs[3].name = "Nottingham";
  const auto decisions = DecideNames(file, known);
  CHECK(decisions[5].verdict == Verdict::kNew);
  CHECK_FALSE(decisions[5].reason.empty());
  // In November the same name is held.
  NamesOfFile late = file;
  late.fixtures.back().date = On("2025-11-08");
  const auto held = DecideNames(late, known);
  CHECK(held[5].verdict == Verdict::kHeld);
  CHECK(held[5].reason == "first seen 98 days after the season's first match");
}

TEST_CASE("a name like that of a team that has not played is held", "[ingest][names]") {
  const NamesOfFile file =
      File({{"Arsenal", 1}, {"Chelsea", 2}, {"Nottingham Forest", 0}, {"Leeds", 3}},
           {{On("2025-08-02"), 0, 1}, {On("2025-08-02"), 2, 3}});
  const auto decisions = DecideNames(file, LastSeason());
  REQUIRE(decisions[2].verdict == Verdict::kHeld);
  REQUIRE_FALSE(decisions[2].candidates.empty());
  CHECK(decisions[2].candidates.front().team == TeamId{4});
}

TEST_CASE("a division does not grow by a name", "[ingest][names]") {
  const NamesOfFile file = File({{"Arsenal", 1},
                                 {"Chelsea", 2},
                                 {"Leeds", 3},
                                 {"Nott'm Forest", 4},
                                 {"Everton", 5},
                                 {"Fulham", 6},
                                 {"Quite Another", 0}},
                                {{On("2025-08-02"), 0, 1},
                                 {On("2025-08-02"), 2, 3},
                                 {On("2025-08-02"), 4, 5},
                                 {On("2025-08-09"), 6, 0}});
  const auto decisions = DecideNames(file, LastSeason());
  CHECK(decisions[6].verdict == Verdict::kHeld);
  CHECK(decisions[6].reason == "the division has had 6 teams at most and would have 7");
}

TEST_CASE("a name for which a team of the season goes missing is held, with its evidence",
          "[ingest][names]") {
  KnownSeasons known = LastSeason();
  known.fixtures = {{On("2025-08-02"), {1}, {2}}, {On("2025-08-09"), {4}, {3}}};
  known.seasons[2025] = {{1}, {2}, {3}, {4}};
  const NamesOfFile file =
      File({{"Arsenal", 1}, {"Chelsea", 2}, {"Leeds", 3}, {"N Forest", 0}},
           {{On("2025-08-02"), 0, 1}, {On("2025-08-09"), 3, 2}, {On("2025-08-16"), 0, 2}});
  const auto decisions = DecideNames(file, known);
  REQUIRE(decisions[3].verdict == Verdict::kHeld);
  CHECK(decisions[3].reason == "Nott'm Forest, who plays in that season, is not in the file");
  REQUIRE_FALSE(decisions[3].candidates.empty());
  const NameCandidate& first = decisions[3].candidates.front();
  CHECK(first.team == TeamId{4});
  CHECK(first.same_fixtures == 1);
  CHECK(first.evidence.front() ==
        "has the same fixture in another list: 2025-08-09 at home against Leeds");
}

TEST_CASE("in a list a known fixture under another name is held", "[ingest][names]") {
  KnownSeasons known = LastSeason();
  known.fixtures = {{On("2025-08-09"), {4}, {3}}};
  NamesOfFile list = File({{"Leeds", 3}, {"Foresters", 0}}, {{On("2025-08-09"), 1, 0}});
  list.kind = sources::FileKind::kFixtures;
  const auto decisions = DecideNames(list, known);
  REQUIRE(decisions[1].verdict == Verdict::kHeld);
  CHECK(decisions[1].candidates.front().team == TeamId{4});
  CHECK(decisions[1].candidates.front().same_fixtures == 1);
}

TEST_CASE("in a whole past season only a name with few matches is held", "[ingest][names]") {
  std::vector<FileFixture> fixtures;
  for (int round = 0; round < 12; ++round) {
    fixtures.push_back({On("2020-08-01") + std::chrono::days(7 * round), 0, 1});
  }
  fixtures.push_back({On("2021-02-01"), 0, 2});
  NamesOfFile file = File({{"Arsenal", 0}, {"Chelsea", 0}, {"Chelsee", 0}}, fixtures);
  file.season_over = true;
  const auto decisions = DecideNames(file, {});
  CHECK(decisions[0].verdict == Verdict::kNew);
  CHECK(decisions[0].reason.empty());
  CHECK(decisions[1].verdict == Verdict::kNew);
  CHECK(decisions[2].verdict == Verdict::kHeld);
  CHECK(decisions[2].reason == "has 1 matches where the others have 12");
}

TEST_CASE("a known team that a whole season did not have is held", "[ingest][names]") {
  KnownSeasons known = LastSeason();
  known.clubs.push_back({{7}, "Erzurumspor", {}, 2001});
  known.seasons[2025] = known.seasons[2024];
  known.fixtures = {{On("2025-08-02"), {1}, {2}},
                    {On("2025-08-02"), {3}, {4}},
                    {On("2025-08-02"), {5}, {6}},
                    {On("2025-08-09"), {1}, {6}}};
  NamesOfFile list = File({{"Arsenal", 1}, {"Erzurumspor", 7}}, {{On("2025-11-09"), 0, 1}});
  list.kind = sources::FileKind::kFixtures;
  CHECK(DecideNames(list, known)[1].verdict == Verdict::kHeld);
  CHECK(DecideNames(list, known)[0].verdict == Verdict::kKnown);
}

TEST_CASE("where the divisions around are known, who is new is known from them",
          "[ingest][names]") {
  const NamesOfFile file = File({{"Arsenal", 1}, {"Quite Another", 0}}, {{On("2025-08-02"), 0, 1}});
  KnownSeasons known = LastSeason();
  CHECK(DecideNames(file, known)[1].verdict == Verdict::kNew);
  known.neighbours_known = true;
  CHECK(DecideNames(file, known)[1].verdict == Verdict::kHeld);
}

}  // namespace
}  // namespace fairline::ingest
