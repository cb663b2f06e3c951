#include "libs/sources/football_data_source.hpp"

#include <fmt/format.h>

#include "libs/sources/football_data.hpp"

namespace fairline::sources {

int FootballData::SeasonOf(Day day) const { return SeasonStartOf(day); }

std::vector<PlannedFile> FootballData::Plan(const Wanted& wanted) const {
  std::vector<PlannedFile> files;
  for (int season = wanted.first_season; season <= wanted.last_season; ++season) {
    for (const std::string& code : wanted.competitions) {
      files.push_back({.name = fmt::format("mmz4281/{}/{}.csv", SeasonCode(season), code),
                       .kind = FileKind::kSeason,
                       .competition = code,
                       .season_start = season});
    }
  }
  files.push_back(
      {.name = "fixtures.csv", .kind = FileKind::kFixtures, .competition = "", .expected = true});
  return files;
}

absl::StatusOr<ParsedFile> FootballData::Read(
    const PlannedFile& file, std::string_view bytes,
    const std::vector<BookmakerPrefix>& bookmakers) const {
  ASSIGN_OR_RETURN(const FileIdentity identity, IdentifyFile(file.name));
  ASSIGN_OR_RETURN(const FootballDataReader reader, FootballDataReader::Make(bookmakers));
  return reader.Parse(bytes, identity);
}

}  // namespace fairline::sources
