// The real files served over HTTP, as a site serves them, into a real database.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include <catch2/catch.hpp>

#include "libs/sources/football_data.hpp"
#include "libs/testing/data.hpp"
#include "libs/testing/http_server.hpp"
#include "libs/testing/postgres.hpp"
#include "services/ingest/app/name_decision.hpp"
#include "services/ingest/app/seed.hpp"
#include "services/ingest/fetch/http_fetcher.hpp"
#include "services/ingest/tests/ingest_world.hpp"

namespace fairline::ingest {
namespace {

HttpFetcherOptions Options() {
  HttpFetcherOptions options;
  options.user_agent = "fairline-test";
  return options;
}

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Two clubs taken for one would show: both play on most Saturdays.
TEST_CASE("with the aliases no team plays twice on a day", "[ingest][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const Seed seed = ReadSeed().value();
  const auto reader =
      sources::FootballDataReader::Make(sources::PrefixesOf(seed.bookmakers, "football-data"))
          .value();
  std::map<std::string, std::string> country;
  for (const CompetitionSeed& entry : seed.competitions) country[entry.code] = entry.country;
  std::map<std::string, std::string> team_of_alias;
  for (const AliasSeed& entry : seed.aliases) {
    team_of_alias[entry.country + "/" + entry.alias] = entry.country + "/" + entry.team;
  }
  std::set<std::string> names;
  std::set<std::pair<Day, std::string>> played;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(*data / "football/mmz4281")) {
    if (entry.path().extension() != ".csv") continue;
    const auto identity = sources::IdentifyFile(entry.path().string()).value();
    const auto file = reader.Parse(ReadAll(entry.path()), identity).value();
    for (const sources::MatchRow& row : file.rows) {
      for (const sources::NameIndex side : {row.home, row.away}) {
        const std::string name = country.at(identity.division) + "/" + std::string(file.Name(side));
        names.insert(name);
        const auto alias = team_of_alias.find(name);
        const std::string& team = alias == team_of_alias.end() ? name : alias->second;
        INFO(FormatDay(row.date) << " " << team);
        REQUIRE(played.insert({row.date, team}).second);
      }
    }
  }
  // Every alias is needed, and its team exists; only the plain apostrophe is foresight.
  for (const auto& [alias, team] : team_of_alias) {
    INFO(alias);
    if (alias == "England/King's Lynn") continue;
    CHECK(names.contains(alias));
    CHECK(names.contains(team));
  }
}

TEST_CASE("real divisions and fixtures are loaded from a web server", "[ingest][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  IngestWorld world;
  const testing::StaticHttpServer site(*data / "football");
  HttpFetcher fetcher(Options());
  const std::string folder =
      (std::filesystem::temp_directory_path() / "fairline-real-XXXXXX").string();
  std::string lake_folder = folder;
  REQUIRE(mkdtemp(lake_folder.data()) != nullptr);
  const auto lake = lake::Lake::Open("file://" + lake_folder);
  REQUIRE(lake.ok());
  PgSportsStore store(world.database());
  const RealClock real_clock;
  const std::vector<SourceAt> sources = {{sources::AllSources().front(), site.url()}};
  Ingestion ingestion(sources, store, fetcher, **lake, world.clock, real_clock,
                      IngestOptions{4, 2});
  const IngestRequest request{"", {"E0", "SC2", "G1"}, 2021, 2025};
  const auto quiet = [](const Progress&) {};
  const auto never = [] { return false; };

  const auto batch = ingestion.Run(request, quiet, never);
  INFO(batch.status().ToString());
  REQUIRE(batch.ok());
  CHECK(batch->counts.files_failed == 0);
  // SC2 of 2022-23 is missing.
  CHECK(batch->files_fetched == 15);
  CHECK(batch->counts.files_absent == 1);
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE competition_code = 'E0' AND "
                    "season_start = 2023 AND state = 4") == "380");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE state = 1 AND (kickoff_time > "
                    "sports.as_of() OR kickoff_time IS NULL)") ==
        world.Value("SELECT count(*) FROM sports.matches WHERE listed_from IS NOT NULL"));
  CHECK(world.Value("SELECT count(*) FROM sports.quotes q LEFT JOIN sports.matches m USING "
                    "(match_id, match_date) WHERE m.match_id IS NULL") == "0");
  CHECK(world.Value("SELECT count(*) > 50000 FROM sports.v1_quotes") == "t");

  const auto again = ingestion.Run(request, quiet, never);
  REQUIRE(again.ok());
  CHECK(again->counts.files_unchanged == 15);
  CHECK(site.not_modified() == 15);
  CHECK(again->data_version == batch->data_version);

  // As after an upgrade: the same contents, read by another reader.
  world.server().Execute("UPDATE sports.source_files SET reader_version = 'former'");
  const auto upgraded = ingestion.Run(request, quiet, never);
  REQUIRE(upgraded.ok());
  CHECK(upgraded->files_fetched == 15);
  CHECK(upgraded->loaded.matches_updated == 0);
  CHECK(upgraded->loaded.quotes_added == 0);
  const auto took = [](const BatchSummary& one) { return *one.end_time - one.start_time; };
  CHECK(took(*upgraded) < 5 * took(*batch));
  std::filesystem::remove_all(lake_folder);
}

// All real season files, by country and season, with the aliases: what a fresh install reads.
struct RealSeasons {
  struct File {
    std::string division;
    int season = 0;
    std::vector<std::string> names;  // of teams, by aliases
    std::vector<FileFixture> fixtures;
  };
  std::vector<File> files;                                   // by season
  std::map<std::string, std::pair<std::string, int>> place;  // country and tier, by division
  std::map<std::string, TeamId> ids;                         // by "country/name"

  explicit RealSeasons(const std::filesystem::path& folder) {
    const Seed seed = ReadSeed().value();
    const auto reader =
        sources::FootballDataReader::Make(sources::PrefixesOf(seed.bookmakers, "football-data"))
            .value();
    for (const auto& entry : seed.competitions) place[entry.code] = {entry.country, entry.tier};
    std::map<std::string, std::string> team_of;
    for (const auto& entry : seed.aliases) team_of[entry.country + "/" + entry.alias] = entry.team;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".csv") continue;
      const auto identity = sources::IdentifyFile(entry.path().string()).value();
      const auto parsed = reader.Parse(ReadAll(entry.path()), identity).value();
      File file{identity.division, identity.season_start, {}, {}};
      std::map<std::string, std::size_t> position;
      const auto index = [&](sources::NameIndex name) {
        const std::string& country = place.at(file.division).first;
        std::string team(parsed.Name(name));
        const auto alias = team_of.find(country + "/" + team);
        if (alias != team_of.end()) team = alias->second;
        ids.try_emplace(country + "/" + team, TeamId{static_cast<std::int64_t>(ids.size() + 1)});
        const auto [at, added] = position.emplace(team, file.names.size());
        if (added) file.names.push_back(team);
        return at->second;
      };
      for (const sources::MatchRow& row : parsed.rows) {
        const std::size_t home = index(row.home);
        file.fixtures.push_back({row.date, home, index(row.away)});
      }
      files.push_back(std::move(file));
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) {
      return std::tie(a.season, a.division) < std::tie(b.season, b.division);
    });
  }

  [[nodiscard]] TeamId IdOf(const File& file, const std::string& name) const {
    return ids.at(place.at(file.division).first + "/" + name);
  }
  // Of a file whose season is read when only the seasons before it are known; `known_too` are files
  // of the same season that were read before.
  [[nodiscard]] KnownSeasons KnownBefore(const File& file,
                                         const std::set<const File*>& known_too) const {
    KnownSeasons known;
    std::map<TeamId, KnownClub> clubs;
    bool below = false;
    bool above = place.at(file.division).second == 1;
    for (const File& other : files) {
      const bool read = other.season < file.season || known_too.contains(&other);
      if (!read || place.at(other.division).first != place.at(file.division).first) continue;
      const int higher = place.at(other.division).second - place.at(file.division).second;
      if (other.season == file.season - 1) {
        below = below || higher == 1;
        above = above || higher == -1;
      }
      for (const std::string& name : other.names) {
        const TeamId id = IdOf(other, name);
        clubs[id] = {id, name, {}, std::max(clubs[id].last_season, other.season)};
        if (other.division == file.division && other.season >= file.season - 10) {
          known.seasons[other.season].insert(id);
        }
      }
    }
    for (auto& [id, club] : clubs) known.clubs.push_back(std::move(club));
    known.neighbours_known = below && above;
    return known;
  }
};

// The file as it stands so many days after the season's first match.
NamesOfFile FileAfter(const RealSeasons& real, const RealSeasons::File& file,
                      const KnownSeasons& known, std::chrono::days days, bool season_over) {
  NamesOfFile out{file.season, sources::FileKind::kSeason, season_over, {}, {}};
  std::set<TeamId> clubs;
  for (const KnownClub& club : known.clubs) clubs.insert(club.id);
  Day first = Day::max();
  for (const FileFixture& fixture : file.fixtures) first = std::min(first, fixture.date);
  std::map<std::size_t, std::size_t> position;
  const auto index = [&](std::size_t name) {
    const auto [at, added] = position.emplace(name, out.names.size());
    if (added) {
      const TeamId id = real.IdOf(file, file.names[name]);
      out.names.push_back(
          {file.names[name], clubs.contains(id) ? std::optional(id) : std::nullopt});
    }
    return at->second;
  };
  for (const FileFixture& fixture : file.fixtures) {
    if (fixture.date > first + days) continue;
    const std::size_t home = index(fixture.home);
    out.fixtures.push_back({fixture.date, home, index(fixture.away)});
  }
  return out;
}

std::vector<std::string> HeldIn(const RealSeasons& real, const RealSeasons::File& file,
                                std::chrono::days days, bool season_over) {
  const KnownSeasons known = season_over ? KnownSeasons{} : real.KnownBefore(file, {});
  const NamesOfFile names = FileAfter(real, file, known, days, season_over);
  const auto decisions = DecideNames(names, known);
  std::vector<std::string> held;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i].verdict != NameDecision::Verdict::kHeld) continue;
    held.push_back(std::to_string(file.season) + " " + file.division + " " + names.names[i].name);
    UNSCOPED_INFO(held.back() << ": " << decisions[i].reason);
  }
  return held;
}

TEST_CASE("no name in the real files is held when they are loaded as past seasons",
          "[ingest][names][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const RealSeasons real(*data / "football/mmz4281");
  for (const RealSeasons::File& file : real.files) {
    CHECK(HeldIn(real, file, std::chrono::days{400}, true).empty());
  }
}

// Read as the current season, after all seasons before: a division that grows, and a club that
// bought another's place, are asked about; nobody else of 33 years.
TEST_CASE("of 33 real Augusts few true newcomers are held", "[ingest][names][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const RealSeasons real(*data / "football/mmz4281");
  for (const int days : {3, 30, 400}) {
    std::vector<std::string> held;
    std::size_t unknown = 0;
    for (const RealSeasons::File& file : real.files) {
      const KnownSeasons known = real.KnownBefore(file, {});
      for (const NameInFile& name :
           FileAfter(real, file, known, std::chrono::days{days}, false).names) {
        if (!name.team) ++unknown;
      }
      const auto more = HeldIn(real, file, std::chrono::days{days}, false);
      held.insert(held.end(), more.begin(), more.end());
    }
    std::string text;
    for (const std::string& one : held) text += one + "\n";
    INFO(days << " days: " << unknown << " unknown, held:\n" << text);
    CHECK(held.size() <= 25);
    CHECK(std::none_of(held.begin(), held.end(),
                       [](const std::string& one) { return one >= "2021"; }));
  }
}

// FiveThirtyEight's matches of one competition and season, as a list under their names.
struct SpiMatch {
  NamedRow row;
  int home_score = 0;
  int away_score = 0;
};
using SpiSeasons = std::map<std::pair<std::string, int>, std::vector<SpiMatch>>;

SpiSeasons ReadSpi(const std::filesystem::path& path) {
  SpiSeasons seasons;
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
    const Day day = ParseDay(cells.at(1)).value();
    // The season of the pandemic went on into August.
    const bool late = day >= Day(std::chrono::year{2020} / 7 / 1) &&
                      day <= Day(std::chrono::year{2020} / 8 / 5) && cells[0] != "SC0";
    seasons[{cells[0], late ? 2019 : sources::SeasonStartOf(day)}].push_back(
        {{day, cells[2], cells[3]}, std::stoi(cells.at(7)), std::stoi(cells.at(8))});
  }
  return seasons;
}

// Whose matches they are, by results alone: the team that most often played on those days, there,
// with those scores. By name.
std::map<std::string, std::string> ByResults(IngestWorld& world, const std::string& division,
                                             int season, const std::vector<SpiMatch>& matches) {
  std::map<std::tuple<Day, int, int>, std::vector<std::pair<std::string, std::string>>> played;
  const absl::Status read =
      world.database().Transact({.read_only = true}, [&](pqxx::work& transaction) {
        for (const pqxx::row& row : transaction.exec_params(
                 "SELECT m.match_date::text, m.home_score, m.away_score, h.name, a.name "
                 "FROM sports.matches m JOIN sports.competitions c USING (competition_id) "
                 "JOIN sports.teams h ON h.team_id = m.home_team_id "
                 "JOIN sports.teams a ON a.team_id = m.away_team_id "
                 "WHERE c.code = $1 AND m.season_start = $2 AND m.home_score IS NOT NULL",
                 division, season)) {
          played[{ParseDay(row[0].as<std::string>()).value(), row[1].as<int>(), row[2].as<int>()}]
              .emplace_back(row[3].as<std::string>(), row[4].as<std::string>());
        }
        return absl::OkStatus();
      });
  REQUIRE(read.ok());
  std::map<std::string, std::map<std::string, int>> counts;
  for (const SpiMatch& match : matches) {
    for (int shift = -1; shift <= 1; ++shift) {
      const auto same = played.find(
          {match.row.date + std::chrono::days{shift}, match.home_score, match.away_score});
      if (same == played.end()) continue;
      for (const auto& [home, away] : same->second) {
        ++counts[match.row.home][home];
        ++counts[match.row.away][away];
      }
    }
  }
  std::map<std::string, std::string> truth;
  for (const auto& [name, teams] : counts) {
    truth[name] = std::max_element(teams.begin(), teams.end(), [](const auto& a, const auto& b) {
                    return a.second < b.second;
                  })->first;
  }
  return truth;
}

TEST_CASE("every club of another source's list is told right, or held",
          "[ingest][names][integration]") {
  const auto data = testing::TestDataDir();
  if (!data || !std::filesystem::exists(*data / "spi/spi_matches.csv")) return;
  const SpiSeasons seasons = ReadSpi(*data / "spi/spi_matches.csv");
  IngestWorld world;
  std::set<std::string> divisions;
  for (const auto& [key, matches] : seasons) divisions.insert(key.first);
  for (const std::string& division : divisions) {
    for (int season = 2016; season <= 2022; ++season) {
      const std::string name = "mmz4281/" + sources::SeasonCode(season) + "/" + division + ".csv";
      const auto path = *data / "football" / name;
      if (std::filesystem::exists(path)) world.source.Put(name, ReadAll(path));
    }
  }
  // Turkey's namesakes of long ago.
  world.source.Put("mmz4281/0001/T1.csv", ReadAll(*data / "football/mmz4281/0001/T1.csv"));
  world.source.Put("mmz4281/0809/T1.csv", ReadAll(*data / "football/mmz4281/0809/T1.csv"));
  const BatchSummary batch = world.Load({"", {divisions.begin(), divisions.end()}, 2000, 2022});
  CHECK(world.Value("SELECT count(*) FROM sports.held_names") == "0");

  PgSportsStore store(world.database());
  const Reference reference = store.ReadReference().value();
  TeamDirectory directory(store, reference);
  std::map<TeamId, std::string> name_of;
  for (const Team& team : reference.teams) name_of[team.id] = team.name;
  int resolved = 0;
  std::vector<std::string> held;
  for (const auto& [key, matches] : seasons) {
    const auto& [division, season] = key;
    const auto competition =
        std::find_if(reference.competitions.begin(), reference.competitions.end(),
                     [&, code = division](const Competition& one) { return one.code == code; });
    const auto truth = ByResults(world, division, season, matches);
    NamedRows rows{season, sources::FileKind::kFixtures, true, {}};
    for (const SpiMatch& match : matches) rows.rows.push_back(match.row);
    const ResolvedNames names = directory.Resolve(*competition, rows).value();
    for (const auto& [name, team] : names.teams) {
      INFO(division << " " << season << ": " << name);
      REQUIRE(truth.contains(name));
      CHECK(name_of[team.team] == truth.at(name));
      ++resolved;
    }
    for (const auto& [name, index] : names.held_as) {
      INFO(division << " " << season << ": " << name << " is held: " << names.held[index].reason);
      held.push_back(division + " " + std::to_string(season) + " " + name);
      REQUIRE_FALSE(names.held[index].candidates.empty());
      CHECK(names.held[index].candidates.front().name == truth.at(name));
    }
  }
  std::string text;
  for (const std::string& one : held) text += one + "\n";
  INFO(resolved << " told, held:\n" << text);
  CHECK(resolved > 1000);
  CHECK(held.size() <= 5);
}

}  // namespace
}  // namespace fairline::ingest
