#include "tools/fairline/stray_matches.hpp"

#include <fmt/format.h>

#include "tools/fairline/table.hpp"

namespace fairline::cli {

using nlohmann::json;

absl::Status TakeBackStrayMatches(Context& context, const StrayMatchesOptions& options) {
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Post("/v1/ingest/matches:repair", {{"dry_run", options.dry_run}}));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json matches = answer.value("matches", json::array());
  if (matches.empty()) {
    fmt::print("There are none: a season file or a whole list has every match.\n");
    return absl::OkStatus();
  }
  Table table({">match", "competition", "date", "home", "away"});
  for (const json& match : matches) {
    table.Add({Text(match, "match_id"), Text(match, "competition_code"), Text(match, "match_date"),
               Text(match, "home_team"), Text(match, "away_team")});
  }
  fmt::print("{}", table.Render());
  if (options.dry_run) {
    fmt::print("Nothing was changed. To take them back: fairline matches repair\n");
  } else {
    fmt::print("Taken back. Forecasts, bets and the record follow with the next run.\n");
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
