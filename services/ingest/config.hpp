#pragma once
// Settings of the ingest service.

#include <string>

#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"
#include "services/ingest/app/ingestion.hpp"
#include "services/ingest/fetch/http_fetcher.hpp"

namespace fairline::ingest {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string lake_url;
  std::vector<SourceAt> sources;
  IngestOptions ingest;
  HttpFetcherOptions fetcher;

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::ingest
