#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/fit/ports.hpp"

namespace fairline::training {

// Reads the views that ingest and preprocessing publish, in one snapshot, as a stream: 225,000
// matches in a few seconds.
class PgMatchSource final : public MatchSource {
 public:
  // `database` must outlive the source.
  explicit PgMatchSource(storage::Database& database) : database_(database) {}

  absl::StatusOr<Dataset> Read(std::string_view sport, std::size_t outcomes,
                               Instant as_of) override;
  absl::StatusOr<std::map<std::int32_t, std::string>> ReadCompetitionCodes(
      std::string_view sport) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::training
