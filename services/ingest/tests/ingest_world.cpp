#include "services/ingest/tests/ingest_world.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "libs/testing/postgres.hpp"
#include "services/ingest/app/seed.hpp"

namespace fairline::ingest {
namespace {

constexpr char kEmptyTables[] =
    "TRUNCATE sports.competitions, sports.seasons, sports.teams, sports.team_aliases, "
    "sports.competition_names, sports.team_names, sports.held_names, sports.held_rows, "
    "sports.team_merges, sports.team_merge_matches, sports.team_merge_aliases, "
    "sports.bookmakers, sports.bookmaker_prefixes, sports.ingest_batches, sports.source_files, "
    "sports.rejected_rows, sports.matches, sports.match_corrections, sports.match_statistics, "
    "sports.quotes RESTART IDENTITY; UPDATE sports.data_version SET version = 0";

testing::PrivatePostgres& SharedServer() {
  static const auto server = testing::PrivatePostgres::Start();
  return *server;
}

template <typename T>
T OrThrow(absl::StatusOr<T> value) {
  if (!value.ok()) throw std::runtime_error(value.status().ToString());
  return *std::move(value);
}

}  // namespace

IngestWorld::IngestWorld()
    : clock(ParseInstant("2026-01-30T09:00:00Z").value()), real_clock(clock.Now()) {
  SharedServer().Execute(kEmptyTables);
  lake_folder_ = (std::filesystem::temp_directory_path() / "fairline-lake-XXXXXX").string();
  if (mkdtemp(lake_folder_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  database_ =
      OrThrow(storage::Database::Open({SharedServer().Url("fairline_ingest"), 6, "sports", 4}));
  lake_ = OrThrow(lake::Lake::Open("file://" + lake_folder_));
  store_ = std::make_unique<PgSportsStore>(*database_);
  const absl::Status seeded = store_->AddSeed(OrThrow(ReadSeed()));
  if (!seeded.ok()) throw std::runtime_error(seeded.ToString());
  ingestion_ = Over({{sources::AllSources().front(), "memory:"}});
}

std::unique_ptr<Ingestion> IngestWorld::Over(const std::vector<SourceAt>& sources) {
  return std::make_unique<Ingestion>(sources, *store_, source, *lake_, clock, real_clock,
                                     IngestOptions{2, 2});
}

IngestWorld::~IngestWorld() {
  std::error_code ignored;
  std::filesystem::remove_all(lake_folder_, ignored);
}

testing::PrivatePostgres& IngestWorld::server() { return SharedServer(); }

absl::StatusOr<BatchSummary> IngestWorld::TryLoad(const IngestRequest& request) {
  std::atomic<bool> stop = false;
  return ingestion_->Run(
      request,
      [&](const Progress& progress) {
        if (stop_when(progress)) stop = true;
      },
      [&] { return stop.load(); });
}

BatchSummary IngestWorld::Load(IngestRequest request) { return OrThrow(TryLoad(request)); }

std::string IngestWorld::Value(const std::string& sql) {
  std::string value;
  const absl::Status status =
      database_->Transact({.as_of = clock.Now()}, [&](pqxx::work& transaction) {
        const pqxx::row row = transaction.exec1(sql);
        value = row[0].is_null() ? "NULL" : row[0].as<std::string>();
        return absl::OkStatus();
      });
  if (!status.ok()) throw std::runtime_error(status.ToString());
  return value;
}

}  // namespace fairline::ingest
