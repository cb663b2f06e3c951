#pragma once
// The use case: fetch the wanted files, archive their bytes, read them, load them.

#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/lake/lake.hpp"
#include "libs/sources/source.hpp"
#include "services/ingest/app/fetcher.hpp"
#include "services/ingest/app/name_desk.hpp"
#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

struct IngestRequest {
  std::string request_id;
  std::vector<std::string> competition_codes;  // empty: all
  int first_season_start = 0;                  // 0: the source's usual first season
  int last_season_start = 0;                   // 0: the season of the as-of moment
  std::string sport = {};                      // empty: that of every source
};

struct Progress {
  std::string activity;
  std::int64_t done = 0;
  std::int64_t total = 0;
};

struct IngestOptions {
  int fetch_threads = 4;  // requests at once
  int load_threads = 2;
};

class Ingestion {
 public:
  // All outlive this object, the sources too. `real_clock` dates what is archived.
  Ingestion(std::span<const SourceAt> sources, SportsStore& store, Fetcher& fetcher,
            lake::Lake& lake, const Clock& as_of, const Clock& real_clock, IngestOptions options);

  // What Run would refuse of a request (InvalidArgument naming the field), at once.
  [[nodiscard]] absl::Status Check(const IngestRequest& request);

  // One at a time; a second call waits for the first to end. `progress` is called from several
  // threads, one at a time. A file that fails is a warning of the summary; the call fails when the
  // request is wrong (InvalidArgument) or its id was another's (AlreadyExists), no source can be
  // reached at all or the database is gone (Unavailable), or `cancelled` turns true (Cancelled).
  // What was loaded by then stays, and the same request takes the work up where it stood.
  [[nodiscard]] absl::StatusOr<BatchSummary> Run(
      const IngestRequest& request, const std::function<void(const Progress&)>& progress,
      const std::function<bool()>& cancelled);

  // What waits for somebody's word, on the same sources, store and lake.
  [[nodiscard]] NameDesk& names() { return names_; }

 private:
  const std::vector<SourceAt> sources_;
  SportsStore& store_;
  Fetcher& fetcher_;
  lake::Lake& lake_;
  const Clock& as_of_;
  const Clock& real_clock_;
  IngestOptions options_;
  std::timed_mutex running_;
  NameDesk names_;
};

}  // namespace fairline::ingest
