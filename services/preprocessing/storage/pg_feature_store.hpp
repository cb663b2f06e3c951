#pragma once
// Feature rows, catalogues and states in PostgreSQL (schema features).

#include "libs/storage/database.hpp"
#include "services/preprocessing/app/ports.hpp"

namespace fairline::preprocessing {

class PgFeatureStore final : public FeatureStore {
 public:
  explicit PgFeatureStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::optional<Computation>> Latest(std::string_view catalogue_hash,
                                                    Deadline deadline) override;
  // Copies the rows into a temporary table beside the live one and merges, in one transaction and
  // under a lock, so that replicas follow one another. Rows that did not change are not written.
  absl::Status Replace(const features::FeatureCatalogue& catalogue, const Computation& computation,
                       const Produce& produce, Deadline deadline) override;
  absl::StatusOr<StoredRow> RowOf(MatchId match, const std::vector<std::string>& catalogue_hashes,
                                  Deadline deadline) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::preprocessing
