#include "services/training/storage/pg_match_source.hpp"

#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/domain/market.hpp"
#include "libs/domain/match.hpp"
#include "libs/storage/copy.hpp"
#include "libs/storage/stored.hpp"

namespace fairline::training {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::MatchState::kFinished) == 4 &&
              storage::Stored(domain::MatchState::kCorrected) == 6);

constexpr char kNewestFeatureSet[] =
    "SELECT feature_set_id, catalogue_hash, catalogue::text FROM features.v1_feature_sets "
    "WHERE sport = $1 ORDER BY feature_set_id DESC LIMIT 1";

// Lines of the match winner, the last known one of each book and phase last.
constexpr char kLines[] =
    "SELECT match_id, bookmaker_code, phase, coalesce(price_1, 0), coalesce(price_2, 0), "
    "        coalesce(price_3, 0) "
    " FROM sports.v1_quotes "
    " WHERE market = {} AND bookmaker_code IN ('average', 'pinnacle') "
    " ORDER BY match_id, captured_at NULLS LAST";

// Finished (4) and corrected (6) matches: an awarded result says nothing about play.
constexpr char kMatches[] =
    "SELECT m.match_id, m.match_date - date '1970-01-01', m.season_start, m.competition_id, "
    "        m.competition_code, m.home_score, m.away_score, f.values "
    " FROM features.v1_match_features f JOIN sports.v1_matches m USING (match_id) "
    "   JOIN sports.v1_teams h ON h.team_id = m.home_team_id "
    "   JOIN sports.v1_teams a ON a.team_id = m.away_team_id "
    " WHERE f.feature_set_id = {} AND NOT f.is_coming AND m.sport = {} AND m.state IN (4, 6) "
    "   AND m.home_score IS NOT NULL AND m.away_score IS NOT NULL "
    " ORDER BY m.match_date, m.competition_code COLLATE \"C\", h.name COLLATE \"C\", "
    "   a.name COLLATE \"C\", m.match_id";

constexpr char kCompetitions[] =
    "SELECT competition_id, code FROM sports.v1_competitions WHERE sport = $1";

struct Lines {
  PriceLine average{};
  PriceLine pinnacle_closing{};
  PriceLine average_closing{};
};
using LinesByMatch = std::unordered_map<std::int64_t, Lines>;

absl::StatusOr<FeatureSet> ReadFeatureSet(pqxx::work& transaction, std::string_view sport) {
  const pqxx::result rows = transaction.exec_params(kNewestFeatureSet, std::string(sport));
  if (rows.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("preprocessing has computed no features of {}", sport));
  }
  FeatureSet feature_set;
  feature_set.feature_set_id = rows[0][0].as<std::int64_t>();
  feature_set.catalogue_hash = rows[0][1].as<std::string>();
  const auto catalogue = nlohmann::json::parse(rows[0][2].as<std::string>());
  feature_set.sport = sport;
  feature_set.revision = catalogue.value("revision", "");
  for (const auto& feature : catalogue.at("features")) {
    feature_set.features.push_back({.name = feature.at("name").get<std::string>(),
                                    .block = feature.at("block").get<std::string>(),
                                    .meaning = feature.value("meaning", ""),
                                    .unit = feature.value("unit", ""),
                                    .source = feature.value("source", "")});
  }
  return feature_set;
}

absl::Status ReadLines(pqxx::work& transaction, domain::Market market, LinesByMatch& lines) {
  const auto read = [&](storage::CopyRow& row) {
    Lines& match = lines[row.Number<std::int64_t>()];
    const bool pinnacle = row.Text() == "pinnacle";
    const bool closing = row.Number<int>() == static_cast<int>(domain::Phase::kClosing);
    if (pinnacle && !closing) return absl::OkStatus();
    PriceLine& line = !closing   ? match.average
                      : pinnacle ? match.pinnacle_closing
                                 : match.average_closing;
    for (float& price : line) price = row.Number<float>();
    return absl::OkStatus();
  };
  return storage::CopyOut(transaction, fmt::format(kLines, static_cast<int>(market)), read);
}

absl::Status ReadMatches(pqxx::work& transaction, std::string_view sport, const LinesByMatch& lines,
                         Dataset& dataset) {
  std::vector<float> values;
  const auto read = [&](storage::CopyRow& row) {
    TrainingMatch match;
    match.match_id = row.Number<std::int64_t>();
    match.date = Day(std::chrono::days(row.Number<int>()));
    match.season_start = row.Number<int>();
    match.competition_id = row.Number<std::int32_t>();
    match.competition_code = row.Text().value_or("");
    match.home_score = row.Number<int>();
    match.away_score = row.Number<int>();
    values.clear();
    row.Reals(values);
    match.features = values;
    if (const auto found = lines.find(match.match_id); found != lines.end()) {
      match.average = found->second.average;
      match.pinnacle_closing = found->second.pinnacle_closing;
      match.average_closing = found->second.average_closing;
    }
    return dataset.Append(match);
  };
  return storage::CopyOut(transaction,
                          fmt::format(kMatches, dataset.feature_set().feature_set_id,
                                      transaction.quote(std::string(sport))),
                          read);
}

}  // namespace

absl::StatusOr<std::map<std::int32_t, std::string>> PgMatchSource::ReadCompetitionCodes(
    std::string_view sport) {
  std::map<std::int32_t, std::string> codes;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        codes.clear();
        for (const pqxx::row& row : transaction.exec_params(kCompetitions, std::string(sport))) {
          codes.emplace(row[0].as<std::int32_t>(), row[1].as<std::string>());
        }
        return absl::OkStatus();
      }));
  return codes;
}

absl::StatusOr<Dataset> PgMatchSource::Read(std::string_view sport, std::size_t outcomes,
                                            Instant as_of) {
  std::optional<Dataset> dataset;
  const absl::Status read = database_.Transact(
      {.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        // One snapshot: features and results that belong together.
        transaction.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        ASSIGN_OR_RETURN(FeatureSet feature_set, ReadFeatureSet(transaction, sport));
        LinesByMatch lines;
        RETURN_IF_ERROR(ReadLines(transaction, domain::WinnerMarket(outcomes), lines));
        dataset.emplace(std::move(feature_set), outcomes);
        return ReadMatches(transaction, sport, lines, *dataset);
      });
  RETURN_IF_ERROR(read);
  if (dataset->size() == 0) {
    return absl::FailedPreconditionError(
        fmt::format("no finished match of {} has features", sport));
  }
  return *std::move(dataset);
}

}  // namespace fairline::training
