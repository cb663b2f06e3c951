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
#include "services/ingest/app/ingest_request.hpp"
#include "services/ingest/app/name_desk.hpp"
#include "services/ingest/app/sports_store.hpp"
#include "services/ingest/app/stray_matches.hpp"

namespace fairline::ingest {

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
  // What cut lists put in, likewise.
  [[nodiscard]] StrayMatches& stray_matches() { return stray_matches_; }

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
  StrayMatches stray_matches_;
};

}  // namespace fairline::ingest
