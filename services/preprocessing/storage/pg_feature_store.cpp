#include "services/preprocessing/storage/pg_feature_store.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"

namespace fairline::preprocessing {
namespace {

constexpr char kLatest[] =
    "SELECT (extract(epoch FROM s.as_of) * 1000000)::bigint, s.data_version, s.finished_matches, "
    "       s.coming_matches "
    "FROM features.team_states s JOIN features.feature_sets f USING (feature_set_id) "
    "WHERE f.catalogue_hash = $1 ORDER BY s.state_id DESC LIMIT 1";

constexpr char kLock[] = "SELECT pg_advisory_xact_lock(hashtext('fairline.features'))";

constexpr char kAddFeatureSet[] =
    "INSERT INTO features.feature_sets (sport, name, catalogue_hash, catalogue) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (catalogue_hash) DO NOTHING";
constexpr char kFeatureSetId[] =
    "SELECT feature_set_id FROM features.feature_sets WHERE catalogue_hash = $1";

constexpr char kMakeStaging[] =
    "CREATE TEMPORARY TABLE staging (match_id bigint, match_date date, is_coming boolean, "
    "values real[]) ON COMMIT DROP";
constexpr char kAnalyseStaging[] = "ANALYZE staging (match_id)";
constexpr char kDeleteGone[] =
    "DELETE FROM features.match_features m WHERE feature_set_id = $1 "
    "AND NOT EXISTS (SELECT FROM staging s WHERE s.match_id = m.match_id)";
constexpr char kUpdateChanged[] =
    "UPDATE features.match_features m SET match_date = s.match_date, is_coming = s.is_coming, "
    "  values = s.values, computed_at = now() "
    "FROM staging s WHERE m.feature_set_id = $1 AND s.match_id = m.match_id "
    "AND (s.match_date, s.is_coming, s.values) IS DISTINCT FROM "
    "    (m.match_date, m.is_coming, m.values)";
constexpr char kInsertNew[] =
    "INSERT INTO features.match_features (feature_set_id, match_id, match_date, is_coming, values) "
    "SELECT $1, match_id, match_date, is_coming, values FROM staging s "
    "WHERE NOT EXISTS (SELECT FROM features.match_features m "
    "                  WHERE m.feature_set_id = $1 AND m.match_id = s.match_id) "
    "ORDER BY match_date, match_id";

constexpr char kAddState[] =
    "INSERT INTO features.team_states (feature_set_id, as_of, data_version, finished_matches, "
    "                                  coming_matches, state) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
// A reader may still be about to fetch the one before the latest.
constexpr char kDropOldStates[] =
    "DELETE FROM features.team_states WHERE feature_set_id = $1 AND state_id NOT IN "
    "(SELECT state_id FROM features.team_states WHERE feature_set_id = $1 "
    " ORDER BY state_id DESC LIMIT 3)";

constexpr char kRowOf[] =
    "SELECT f.catalogue_hash, m.values FROM features.match_features m "
    "JOIN features.feature_sets f USING (feature_set_id) "
    "WHERE m.match_id = $1 AND f.catalogue_hash = ANY (string_to_array($2, ',')) "
    "ORDER BY m.feature_set_id DESC LIMIT 1";

// Copies what `produce` gives into the staging table; returns the state.
absl::StatusOr<std::string> CopyRows(pqxx::work& transaction,
                                     const FeatureStore::Produce& produce) {
  pqxx::stream_to stream(
      transaction, "staging",
      std::array<std::string, 4>{"match_id", "match_date", "is_coming", "values"});
  std::string values;
  Day day;
  std::string day_text;
  ASSIGN_OR_RETURN(std::string state, produce([&](const features::Fixture& fixture, bool finished,
                                                  std::span<const float> row) {
                     if (fixture.day != day || day_text.empty()) {
                       day = fixture.day;
                       day_text = FormatDay(day);
                     }
                     storage::FormatArray(row, values);
                     stream << std::tuple(fixture.id.value, day_text, finished ? "f" : "t", values);
                     return absl::OkStatus();
                   }));
  stream.complete();
  return state;
}

}  // namespace

absl::StatusOr<std::optional<Computation>> PgFeatureStore::Latest(std::string_view catalogue_hash,
                                                                  Deadline deadline) {
  std::optional<Computation> latest;
  RETURN_IF_ERROR(
      database_.Transact({.deadline = deadline, .read_only = true}, [&](pqxx::work& transaction) {
        const pqxx::result rows = transaction.exec_params(kLatest, std::string(catalogue_hash));
        if (rows.empty()) return absl::OkStatus();
        const pqxx::row row = rows[0];
        latest = Computation{storage::AsInstant(row[0]), row[1].as<std::int64_t>(),
                             row[2].as<std::int64_t>(), row[3].as<std::int64_t>()};
        return absl::OkStatus();
      }));
  return latest;
}

absl::Status PgFeatureStore::Replace(const features::FeatureCatalogue& catalogue,
                                     const Computation& computation, const Produce& produce,
                                     Deadline deadline) {
  return database_.Transact({.deadline = deadline}, [&](pqxx::work& transaction) -> absl::Status {
    transaction.exec(kLock);
    transaction.exec_params(kAddFeatureSet, catalogue.sport(),
                            catalogue.sport() + " revision " + catalogue.revision(),
                            catalogue.hash(), catalogue.ToJson());
    const int set_id = transaction.exec_params1(kFeatureSetId, catalogue.hash())[0].as<int>();

    transaction.exec(kMakeStaging);
    ASSIGN_OR_RETURN(const std::string state, CopyRows(transaction, produce));
    transaction.exec(kAnalyseStaging);
    transaction.exec_params(kDeleteGone, set_id);
    transaction.exec_params(kUpdateChanged, set_id);
    transaction.exec_params(kInsertNew, set_id);

    transaction.exec_params(kAddState, set_id, FormatInstant(computation.as_of),
                            computation.data_version, computation.finished_matches,
                            computation.coming_matches, pqxx::binarystring(state));
    transaction.exec_params(kDropOldStates, set_id);
    return absl::OkStatus();
  });
}

absl::StatusOr<FeatureStore::StoredRow> PgFeatureStore::RowOf(
    MatchId match, const std::vector<std::string>& catalogue_hashes, Deadline deadline) {
  std::string hashes;
  for (const std::string& hash : catalogue_hashes) hashes += (hashes.empty() ? "" : ",") + hash;
  StoredRow stored;
  RETURN_IF_ERROR(database_.Transact(
      {.deadline = deadline, .read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(kRowOf, match.value, hashes);
        if (rows.empty())
          return FieldError(absl::StatusCode::kNotFound, "match_id", "no features of such a match");
        stored.catalogue_hash = rows[0][0].as<std::string>();
        const std::string_view text(rows[0][1].c_str(), rows[0][1].size());
        stored.values.resize(1 + std::count(text.begin(), text.end(), ','));
        return storage::ParseArray(text, std::span<float>(stored.values)).status();
      }));
  return stored;
}

}  // namespace fairline::preprocessing
