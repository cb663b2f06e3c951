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

}  // namespace

absl::StatusOr<Seed> ReadSeed() {
  Seed seed;
  ASSIGN_OR_RETURN(seed.competitions, ReadCompetitions());
  ASSIGN_OR_RETURN(seed.bookmakers, sources::ReadBookmakerSeed(kBookmakersCsv));
  ASSIGN_OR_RETURN(seed.aliases, ReadAliases());
  return seed;
}

}  // namespace fairline::ingest
