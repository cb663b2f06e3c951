#pragma once
// An ingest service on a real database without its gRPC host: empty tables, a source in memory,
// a clock that stands at 30 January 2026.

#include <functional>
#include <memory>
#include <string>

#include "libs/testing/fake_clock.hpp"
#include "services/ingest/app/ingestion.hpp"
#include "services/ingest/storage/pg_catalogue.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"
#include "services/ingest/tests/fake_source.hpp"

namespace fairline::testing {
class PrivatePostgres;
}

namespace fairline::ingest {

class IngestWorld {
 public:
  // Starts one server for the whole program and empties its tables for each world.
  IngestWorld();
  ~IngestWorld();
  IngestWorld(const IngestWorld&) = delete;
  IngestWorld& operator=(const IngestWorld&) = delete;

  // Of E0 in 2025-26 and the fixtures, unless the request says otherwise; throws on failure.
  BatchSummary Load(IngestRequest request = {"", {"E0"}, 2025, 2025});
  [[nodiscard]] absl::StatusOr<BatchSummary> TryLoad(const IngestRequest& request);

  // A query's single value as text, read by the service's role as of `as_of` or the clock.
  [[nodiscard]] std::string Value(const std::string& sql);

  [[nodiscard]] storage::Database& database() { return *database_; }
  [[nodiscard]] lake::Lake& lake() { return *lake_; }
  [[nodiscard]] const std::string& lake_folder() const { return lake_folder_; }
  [[nodiscard]] Ingestion& ingestion() { return *ingestion_; }
  // Another one on the same store and lake, of these sources, whose files are those of `source`.
  [[nodiscard]] std::unique_ptr<Ingestion> Over(const std::vector<SourceAt>& sources);
  [[nodiscard]] testing::PrivatePostgres& server();

  FakeSource source;
  testing::FakeClock clock;
  testing::FakeClock real_clock;  // dates what is fetched
  std::function<bool(const Progress&)> stop_when = [](const Progress&) { return false; };

 private:
  std::string lake_folder_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<lake::Lake> lake_;
  std::unique_ptr<PgSportsStore> store_;
  std::unique_ptr<Ingestion> ingestion_;
};

// A season file of E0 2025-26 with Bet365's and the average odds, before and closing.
inline constexpr char kSeasonHeader[] =
    "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HS,AS,B365H,B365D,B365A,AvgH,AvgD,AvgA,B365CH,"
    "B365CD,B365CA\n";
inline constexpr char kFixturesHeader[] = "Div,Date,Time,HomeTeam,AwayTeam,B365H,B365D,B365A\n";

}  // namespace fairline::ingest
