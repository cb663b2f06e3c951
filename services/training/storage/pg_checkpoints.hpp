#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/fit/fitting.hpp"

namespace fairline::training {

// Thread-safe. Fits that were of no use for 60 days are forgotten.
class PgCheckpoints final : public CheckpointStore {
 public:
  explicit PgCheckpoints(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::optional<std::string>> Find(std::string_view key) override;
  absl::Status Save(std::string_view key, std::string_view bytes) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::training
