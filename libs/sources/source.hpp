#pragma once
// A place that data comes from: what it is called, which files it has, how they are read. It knows
// names and layouts and does no I/O; services/ingest fetches, archives and stores.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/sources/parsed_file.hpp"

namespace fairline::sources {

struct Wanted {
  std::vector<std::string> competitions;  // codes, ascending
  int first_season = 0;                   // start years, inclusive
  int last_season = 0;
};

struct PlannedFile {
  std::string name;  // path below the source's address, and below the source's folder in the lake
  FileKind kind = FileKind::kSeason;
  // Code of the only one that it is about; empty when its rows may be of any competition, of which
  // those that are not wanted are passed over.
  std::string competition;
  bool expected = false;  // the source should have it at any time
  int season_start = 0;   // kSeason: the season that it holds; 0 when that is not known
};

// Immutable.
class Source {
 public:
  virtual ~Source() = default;

  // "football-data": names its folder in the lake, its rows in the database and its setting
  // FAIRLINE_FOOTBALL_DATA_URL. Lower-case letters, digits and hyphens.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string_view sport() const = 0;
  // Where it is published; mirrors have the same layout.
  [[nodiscard]] virtual std::string_view address() const = 0;
  // Grows whenever the same bytes shall be read differently than before.
  [[nodiscard]] virtual int revision() const = 0;

  // Start years: of the oldest season that there is, of the first that is loaded unless another is
  // asked for, and of the season that a day falls in.
  [[nodiscard]] virtual int oldest_season() const = 0;
  [[nodiscard]] virtual int usual_first_season() const = 0;
  [[nodiscard]] virtual int SeasonOf(Day day) const = 0;

  // The files that may hold what is wanted, oldest first; some may not exist.
  [[nodiscard]] virtual std::vector<PlannedFile> Plan(const Wanted& wanted) const = 0;

  // InvalidArgument when the file as a whole is not what it should be; the message says why. Quotes
  // of bookmakers that `bookmakers` does not name are left out.
  [[nodiscard]] virtual absl::StatusOr<ParsedFile> Read(
      const PlannedFile& file, std::string_view bytes,
      const std::vector<BookmakerPrefix>& bookmakers) const = 0;
};

// Every source, in the order in which they are loaded.
[[nodiscard]] std::span<const Source* const> AllSources();

}  // namespace fairline::sources
