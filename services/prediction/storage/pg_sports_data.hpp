#pragma once
// Competitions, teams, coming matches with their prices, and the newest team states, from the views
// of ingest (sports.v1_*) and preprocessing (features.v1_latest_state).

#include "libs/storage/database.hpp"
#include "services/prediction/app/serving/ports.hpp"

namespace fairline::prediction {

class PgSportsData final : public SportsData {
 public:
  // `database` outlives this.
  explicit PgSportsData(storage::Database& database) : database_(database) {}

  absl::StatusOr<DataVersion> ReadDataVersion() override;
  absl::StatusOr<SeasonDataRows> Read(Instant as_of) override;
  absl::StatusOr<std::optional<StateStamp>> LatestState(const std::string& catalogue_hash,
                                                        Instant as_of) override;
  absl::StatusOr<SavedState> ReadState(const std::string& catalogue_hash, Instant as_of) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::prediction
