#pragma once

#include <string>

#include "libs/storage/database.hpp"
#include "services/ingest/app/catalogue.hpp"

namespace fairline::ingest {

// The schema sports, read; matches and prices through its published views.
class PgCatalogue final : public Catalogue {
 public:
  explicit PgCatalogue(storage::Database& database) : database_(database) {}

  [[nodiscard]] absl::StatusOr<Listed<BatchSummary>> Batches(const Page& page) override;
  [[nodiscard]] absl::StatusOr<Listed<RejectedRow>> RejectedRows(BatchId batch,
                                                                 const std::string& file_contains,
                                                                 const Page& page) override;
  [[nodiscard]] absl::StatusOr<Listed<CompetitionView>> Competitions(const std::string& sport,
                                                                     Instant as_of,
                                                                     const Page& page) override;
  [[nodiscard]] absl::StatusOr<Listed<Team>> Teams(const std::string& competition_code,
                                                   int season_start, Instant as_of,
                                                   const Page& page) override;
  [[nodiscard]] absl::StatusOr<Listed<MatchView>> Matches(const MatchFilter& filter, Instant as_of,
                                                          const Page& page) override;
  [[nodiscard]] absl::StatusOr<MatchDetail> Match(MatchId id, Instant as_of) override;
  [[nodiscard]] absl::StatusOr<Listed<QuoteView>> Quotes(MatchId id, Instant as_of,
                                                         const Page& page) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::ingest
