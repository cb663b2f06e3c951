#include "services/ingest/app/seed.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "libs/csv/named_columns.hpp"
#include "services/ingest/seed/seed_files.hpp"

namespace fairline::ingest {
namespace {

absl::StatusOr<std::vector<CompetitionSeed>> ReadCompetitions() {
  static constexpr std::array<std::string_view, 5> kColumns = {"code", "sport", "name", "country",
                                                               "tier"};
  ASSIGN_OR_RETURN(const auto rows, csv::ReadTable(kCompetitionsCsv, kColumns));
  std::vector<CompetitionSeed> competitions;
  for (const csv::TableRow& row : rows) {
    CompetitionSeed seed{row[0], row[1], row[2], row[3], 0};
    const auto [end, error] =
        std::from_chars(row[4].data(), row[4].data() + row[4].size(), seed.tier);
    if (error != std::errc() || end != row[4].data() + row[4].size() || seed.tier < 1) {
      return InvalidField("tier", fmt::format("'{}' of {} is not a number", row[4], row[0]));
    }
    competitions.push_back(std::move(seed));
  }
  return competitions;
}

absl::StatusOr<std::vector<AliasSeed>> ReadAliases() {
  static constexpr std::array<std::string_view, 5> kColumns = {"sport", "country", "alias", "team",
                                                               "evidence"};
  ASSIGN_OR_RETURN(const auto rows, csv::ReadTable(kTeamAliasesCsv, kColumns));
  std::vector<AliasSeed> aliases;
  for (const csv::TableRow& row : rows) aliases.push_back({row[0], row[1], row[2], row[3]});
  return aliases;
}

std::vector<std::string> Split(const std::string& names) {
  std::vector<std::string> split;
  std::size_t from = 0;
  for (std::size_t bar = names.find('|'); bar != std::string::npos; bar = names.find('|', from)) {
    split.push_back(names.substr(from, bar - from));
    from = bar + 1;
  }
  split.push_back(names.substr(from));
  return split;
}

absl::StatusOr<std::vector<CompetitionNameSeed>> ReadCompetitionNames() {
  static constexpr std::array<std::string_view, 2> kColumns = {"code", "names"};
  ASSIGN_OR_RETURN(const auto rows, csv::ReadTable(kCompetitionNamesCsv, kColumns));
  std::vector<CompetitionNameSeed> names;
  for (const csv::TableRow& row : rows) {
    for (std::string& name : Split(row[1])) names.push_back({row[0], std::move(name)});
  }
  return names;
}

absl::StatusOr<std::vector<TeamNameSeed>> ReadTeamNames() {
  static constexpr std::array<std::string_view, 4> kColumns = {"sport", "country", "team", "names"};
  ASSIGN_OR_RETURN(const auto rows, csv::ReadTable(kTeamNamesCsv, kColumns));
  std::vector<TeamNameSeed> names;
  for (const csv::TableRow& row : rows) {
    for (std::string& name : Split(row[3])) {
      names.push_back({row[0], row[1], row[2], std::move(name)});
    }
  }
  return names;
}

}  // namespace

absl::StatusOr<Seed> ReadSeed() {
  Seed seed;
  ASSIGN_OR_RETURN(seed.competitions, ReadCompetitions());
  ASSIGN_OR_RETURN(seed.competition_names, ReadCompetitionNames());
  ASSIGN_OR_RETURN(seed.bookmakers, sources::ReadBookmakerSeed(kBookmakersCsv));
  ASSIGN_OR_RETURN(seed.aliases, ReadAliases());
  ASSIGN_OR_RETURN(seed.team_names, ReadTeamNames());
  return seed;
}

}  // namespace fairline::ingest
