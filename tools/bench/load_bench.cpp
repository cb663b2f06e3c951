// Reads and loads every season file below DATA, with all odds, into a private PostgreSQL that is
// thrown away afterwards; the archive in the lake is part of the time, HTTP is not.
//   load_bench DATA
// prints {"load_seconds":..,"files":..,"matches":..,"quotes":..,"again_seconds":..}; `again` is the
// same work a second time, when nothing is new.

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/core.h>

#include "libs/core/program.hpp"
#include "libs/lake/lake.hpp"
#include "libs/testing/postgres.hpp"
#include "services/ingest/app/ingestion.hpp"
#include "services/ingest/app/seed.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"

namespace fairline::ingest {
namespace {

namespace fs = std::filesystem;

// The site's paths below a folder.
class FolderFetcher final : public Fetcher {
 public:
  explicit FolderFetcher(fs::path folder) : folder_(std::move(folder)) {}

  absl::StatusOr<Fetched> Fetch(const FetchRequest& request,
                                const std::function<bool()>&) override {
    std::ifstream in(folder_ / request.url.substr(1), std::ios::binary);
    if (!in) return Fetched{FetchOutcome::kAbsent, "", "", ""};
    return Fetched{FetchOutcome::kFetched, {std::istreambuf_iterator<char>(in), {}}, "", ""};
  }

 private:
  fs::path folder_;
};

absl::Status Run(const fs::path& data, const fs::path& work) {
  const auto server = testing::PrivatePostgres::Start();
  ASSIGN_OR_RETURN(const auto database,
                   storage::Database::Open({server->Url("fairline_ingest"), 8, "sports", 1}));
  PgSportsStore store(*database);
  ASSIGN_OR_RETURN(const Seed seed, ReadSeed());
  RETURN_IF_ERROR(store.AddSeed(seed));
  ASSIGN_OR_RETURN(const auto lake, lake::Lake::Open("file://" + work.string()));
  FolderFetcher fetcher(data);
  const AsOfClock as_of(ParseInstant("2026-01-30T09:00:00Z").value());
  const RealClock real_clock;
  const std::vector<SourceAt> sources = {{sources::AllSources().front(), ""}};
  Ingestion ingestion(sources, store, fetcher, *lake, as_of, real_clock, IngestOptions{});
  const auto timed = [&](double& seconds) {
    const auto begin = std::chrono::steady_clock::now();
    auto batch = ingestion.Run(
        {"", {}, 1993, 2025}, [](const Progress&) {}, [] { return false; });
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return batch;
  };
  double load_seconds = 0.0;
  double again_seconds = 0.0;
  ASSIGN_OR_RETURN(const BatchSummary batch, timed(load_seconds));
  RETURN_IF_ERROR(timed(again_seconds).status());
  for (const std::string& warning : batch.counts.warnings) Note("{}\n", warning);
  fmt::print(
      "{{\"load_seconds\":{:.2f},\"files\":{},\"matches\":{},\"quotes\":{},\"rejected\":{},"
      "\"again_seconds\":{:.2f}}}\n",
      load_seconds, batch.files_fetched, batch.loaded.matches_added, batch.loaded.quotes_added,
      batch.rows_rejected, again_seconds);
  return absl::OkStatus();
}

}  // namespace
}  // namespace fairline::ingest

int main(int argc, char** argv) {
  return fairline::RunProgram("load_bench", argc, argv, [&] {
    if (argc != 2) {
      fairline::Note("usage: load_bench DATA\n");
      return fairline::kExitUsage;
    }
    std::string work = (std::filesystem::temp_directory_path() / "fairline-load-XXXXXX").string();
    if (mkdtemp(work.data()) == nullptr) return fairline::kExitFailed;
    const absl::Status status = fairline::ingest::Run(argv[1], work);
    std::filesystem::remove_all(work);
    return fairline::EndWith(status);
  });
}
