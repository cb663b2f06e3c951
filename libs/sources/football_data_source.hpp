#pragma once

#include "libs/sources/source.hpp"

namespace fairline::sources {

// The main leagues of football-data.co.uk: a file a season and division since 1993-94, and
// fixtures.csv.
class FootballData final : public Source {
 public:
  [[nodiscard]] std::string_view name() const override { return "football-data"; }
  [[nodiscard]] std::string_view sport() const override { return "football"; }
  [[nodiscard]] std::string_view address() const override {
    return "https://www.football-data.co.uk";
  }
  [[nodiscard]] int revision() const override { return 4; }
  [[nodiscard]] int oldest_season() const override { return 1993; }
  [[nodiscard]] int usual_first_season() const override { return 2005; }
  [[nodiscard]] int SeasonOf(Day day) const override;
  [[nodiscard]] std::vector<PlannedFile> Plan(const Wanted& wanted) const override;
  [[nodiscard]] absl::StatusOr<ParsedFile> Read(
      const PlannedFile& file, std::string_view bytes,
      const std::vector<BookmakerPrefix>& bookmakers) const override;
};

}  // namespace fairline::sources
