#pragma once

#include <string>

#include "libs/storage/database.hpp"
#include "services/ingest/app/catalogue.hpp"

namespace fairline::ingest {

// The schema sports, read; matches and prices through its published views.
class PgCatalogue final : public Catalogue {
 public:
  explicit PgCatalogue(storage::Database& database) : database_(database) {}

  [[nodiscard]] absl::StatusOr<Page<BatchSummary>> Batches(const PageRequest& page) override;
  [[nodiscard]] absl::StatusOr<Page<RejectedRow>> RejectedRows(BatchId batch,
                                                               const std::string& file_contains,
                                                               const PageRequest& page) override;
  [[nodiscard]] absl::StatusOr<Page<CompetitionView>> Competitions(
      const std::string& sport, Instant as_of, const PageRequest& page) override;
  [[nodiscard]] absl::StatusOr<Page<Team>> Teams(const std::string& competition_code,
                                                 int season_start, Instant as_of,
                                                 const PageRequest& page) override;
  [[nodiscard]] absl::StatusOr<Page<MatchView>> Matches(const MatchFilter& filter, Instant as_of,
                                                        const PageRequest& page) override;
  [[nodiscard]] absl::StatusOr<MatchDetail> Match(MatchId id, Instant as_of) override;
  [[nodiscard]] absl::StatusOr<Page<QuoteView>> Quotes(MatchId id, Instant as_of,
                                                       const PageRequest& page) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::ingest
