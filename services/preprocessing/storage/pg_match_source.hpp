#pragma once
// The known matches, from the views that ingest publishes (sports.v1_*), in a few bulk reads.

#include "libs/storage/database.hpp"
#include "services/preprocessing/app/ports.hpp"

namespace fairline::preprocessing {

class PgMatchSource final : public MatchSource {
 public:
  explicit PgMatchSource(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::int64_t> DataVersion(Deadline deadline) override;
  absl::StatusOr<bool> Learned(std::string_view sport, Instant since, Instant until,
                               Deadline deadline) override;
  absl::StatusOr<KnownMatches> Read(std::string_view sport, Instant as_of,
                                    Deadline deadline) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::preprocessing
