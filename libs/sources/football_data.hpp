#pragma once
// Reader of football-data.co.uk's main-league files: season files (mmz4281/2526/E0.csv) and the
// coming matches (fixtures.csv). The site's key to the columns is notes.txt beside the files; the
// odds columns of any known bookmaker are recognised by their shape, so that one more bookmaker
// is a row of a table, not code.
//
// A file whose header or dates are not this layout is refused as a whole. Otherwise every row that
// can be read is, and what cannot be read is returned as rejected, with line, column and reason:
// a bad date, team name or division rejects the row; a bad score, statistic, time or price rejects
// that cell and what is made of it (a quote whose prices are not all there is no quote).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/sources/parsed_file.hpp"

namespace fairline::sources {

// What a path of the site names.
struct FileIdentity {
  FileKind kind = FileKind::kSeason;
  int season_start = 0;  // kSeason only: 2025 for 2025-26
  std::string division;  // kSeason only: "E0"
};

// From the last parts of a path or URL: ".../2526/E0.csv", ".../fixtures.csv". InvalidArgument for
// any other, with a reason of its own for the extra leagues (new/ARG.csv).
[[nodiscard]] absl::StatusOr<FileIdentity> IdentifyFile(std::string_view path);

// The start year that "9394" or "2526" names. InvalidArgument otherwise.
[[nodiscard]] absl::StatusOr<int> ParseSeasonCode(std::string_view code);
// "2526" of 2025.
[[nodiscard]] std::string SeasonCode(int season_start);
// The start year of the European season that a day falls in: it turns on the first of July.
[[nodiscard]] int SeasonStartOf(Day day);

// Positions of MatchRow's statistics; position k is row k + 1 of the table sports.statistics.
enum class Statistic : std::uint8_t {
  kHalfTimeGoals,
  kShots,
  kShotsOnTarget,
  kCorners,
  kFouls,
  kYellowCards,
  kRedCards,
};
static_assert(static_cast<std::size_t>(Statistic::kRedCards) + 1 == kStatisticCount);

// Thread-safe once made.
class FootballDataReader {
 public:
  // InvalidArgument: an empty or repeated prefix.
  [[nodiscard]] static absl::StatusOr<FootballDataReader> Make(
      std::vector<BookmakerPrefix> prefixes);

  // InvalidArgument when the file as a whole is not of this layout; the message says why. Cost:
  // about 15 ns a cell; memory as large as the result.
  [[nodiscard]] absl::StatusOr<ParsedFile> Parse(std::string_view bytes,
                                                 const FileIdentity& file) const;

  [[nodiscard]] const std::vector<std::string>& bookmaker_codes() const { return codes_; }

 private:
  FootballDataReader() = default;

  std::vector<BookmakerPrefix> prefixes_;
  std::vector<std::uint16_t> prefix_codes_;  // index into codes_, beside prefixes_
  std::vector<std::string> codes_;
};

}  // namespace fairline::sources
