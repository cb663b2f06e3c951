// fairline-ingest: results and odds from their sources into the schema sports.

#include "libs/core/clock.hpp"
#include "libs/lake/lake.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/ingest/app/ingestion.hpp"
#include "services/ingest/app/seed.hpp"
#include "services/ingest/config.hpp"
#include "services/ingest/fetch/http_fetcher.hpp"
#include "services/ingest/rpc/ingest_service.hpp"
#include "services/ingest/storage/pg_catalogue.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"

namespace fairline::ingest {
namespace {

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  ASSIGN_OR_RETURN(const auto lake, lake::Lake::Open(config.lake_url));
  PgSportsStore store(*database);
  ASSIGN_OR_RETURN(const Seed seed, ReadSeed());
  RETURN_IF_ERROR(store.AddSeed(seed));

  const RealClock real_clock;
  HttpFetcher fetcher(config.fetcher);
  Ingestion ingestion(config.sources, store, fetcher, *lake, host.as_of(), real_clock,
                      config.ingest);
  PgCatalogue catalogue(*database);
  IngestService rpc(ingestion, catalogue, host);
  host.Register(rpc);
  host.AddReadiness([&lake] { return lake->CheckWriting(); });
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::ingest

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::ingest::Config>(
      "ingest", "results and odds from their sources into the database", argc, argv,
      fairline::ingest::Serve);
}
