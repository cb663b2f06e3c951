#pragma once
// The CSV files beside this header, compiled in by CMake.

#include <string_view>

namespace fairline::ingest {

extern const std::string_view kCompetitionsCsv;
extern const std::string_view kCompetitionNamesCsv;
extern const std::string_view kBookmakersCsv;
extern const std::string_view kTeamAliasesCsv;
extern const std::string_view kTeamNamesCsv;

}  // namespace fairline::ingest
