#pragma once
// The public record in the schema `prediction`, whose tables this service's role can only add to.

#include <string>

#include "libs/core/clock.hpp"
#include "libs/storage/database.hpp"
#include "services/prediction/app/record/record.hpp"
#include "services/prediction/app/record/record_reader.hpp"
#include "services/prediction/app/record/sealed.hpp"

namespace fairline::prediction {

// The moment (real time, by the database's clock) at which the transaction seals. Until the
// transaction ends no day can be closed, so that no line can slip in behind its seal, and nobody
// else seals.
[[nodiscard]] Instant BeginSealing(pqxx::work& tx);
// Adds the forecast's line unless the newest one of its match stands and says the same. Whether it
// did.
[[nodiscard]] bool AddForecastLine(pqxx::work& tx, const SealedForecast& forecast,
                                   const std::string& policy_json, Instant sealed_at);

class PgRecord final : public RecordStore, public RecordReader {
 public:
  // Both outlive the record. `clock`: real time as this host has it.
  PgRecord(storage::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  absl::StatusOr<std::vector<StandingLine>> Standing(Instant as_of, Deadline deadline) override;
  absl::StatusOr<std::int64_t> Withdraw(const std::vector<Withdrawal>& withdrawals,
                                        Deadline deadline) override;
  absl::StatusOr<std::vector<Unscored>> FindUnscored(Instant as_of, Deadline deadline) override;
  absl::StatusOr<std::vector<ResultCounts>> CountResults(std::span<const Unscored> matches,
                                                         Instant as_of, Deadline deadline) override;
  absl::StatusOr<std::int64_t> AddScores(const std::vector<RecordScore>& scores,
                                         Deadline deadline) override;
  absl::StatusOr<std::int64_t> AnnulScores(Instant as_of, Deadline deadline) override;
  absl::StatusOr<std::int64_t> CloseDays(Deadline deadline) override;

  absl::StatusOr<std::vector<record::Seal>> ListSeals(std::optional<Day> after, int limit,
                                                      Deadline deadline) override;
  absl::StatusOr<std::vector<PublicLine>> ListLines(Day day, std::int64_t after_line, int limit,
                                                    Instant as_of, Deadline deadline) override;
  absl::StatusOr<std::vector<ScoredForecast>> ListScored(const ScoredFilter& filter,
                                                         Deadline deadline) override;
  absl::StatusOr<UnscoredCounts> CountUnscored(const std::string& competition_code, Instant as_of,
                                               Deadline deadline) override;
  absl::StatusOr<std::string> ScoresStamp(Deadline deadline) override;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace fairline::prediction
