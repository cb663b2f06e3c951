#pragma once
// The staking policies in the schema `prediction`, a table that this service's role can only add
// to.

#include "libs/storage/database.hpp"
#include "services/prediction/app/staking/staking_policies.hpp"

namespace fairline::prediction {

class PgPolicies final : public PolicyStore {
 public:
  // `database` outlives this.
  explicit PgPolicies(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::optional<PolicyVersion>> Latest() override;
  absl::StatusOr<PolicyVersion> Add(const PolicyChange& change,
                                    std::chrono::system_clock::time_point deadline) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::prediction
