#include "services/ingest/config.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace fairline::ingest {
namespace {

// "FAIRLINE_FOOTBALL_DATA_URL" of "football-data".
std::string UrlVariable(const sources::Source& source) {
  std::string name(source.name());
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return fmt::format("FAIRLINE_{}_URL", name);
}

}  // namespace

Config Config::Read(config::Environment& env) {
  constexpr int kSchemaVersion = 4;
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "sports", kSchemaVersion);
  config.lake_url = env.Text("FAIRLINE_LAKE_URL", "where raw files are kept: file:///folder");
  for (const sources::Source* source : sources::AllSources()) {
    SourceAt at{source,
                env.Text(UrlVariable(*source),
                         fmt::format("where {} is, or a mirror of its layout", source->name()),
                         std::string(source->address()))};
    while (at.address.ends_with('/')) at.address.pop_back();
    config.sources.push_back(std::move(at));
  }
  config.ingest.fetch_threads = static_cast<int>(
      env.Integer("FAIRLINE_INGEST_CONCURRENCY", "requests to the source at once", 4, 1, 16));
  config.ingest.load_threads = static_cast<int>(
      env.Integer("FAIRLINE_INGEST_LOAD_THREADS", "files read and loaded at once", 2, 1, 16));
  config.fetcher.user_agent = env.Text("FAIRLINE_INGEST_USER_AGENT", "how we name ourselves",
                                       "fairline-ingest/0.1 (self-hosted sports forecasts)");
  config.fetcher.max_attempts = static_cast<int>(
      env.Integer("FAIRLINE_INGEST_ATTEMPTS", "tries of a request that fails", 4, 1, 10));
  config.fetcher.timeout = std::chrono::seconds(
      env.Integer("FAIRLINE_INGEST_TIMEOUT_SECONDS", "bounds one try", 60, 1, 600));
  config.fetcher.max_bytes = static_cast<std::size_t>(
      env.Integer("FAIRLINE_INGEST_MAX_BYTES", "largest file taken", 32 << 20, 1024, 1 << 30));
  return config;
}

}  // namespace fairline::ingest
