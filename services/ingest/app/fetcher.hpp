#pragma once

#include <functional>
#include <string>

#include "libs/core/status.hpp"
#include "libs/sources/source.hpp"

namespace fairline::ingest {

// A source, and what its files' names follow, without a final slash.
struct SourceAt {
  const sources::Source* source = nullptr;
  std::string address;
};

struct FetchRequest {
  std::string url;
  std::string etag;           // of the copy at hand; empty when there is none
  std::string last_modified;  // likewise
};

enum class FetchOutcome { kFetched, kNotModified, kAbsent };

struct Fetched {
  FetchOutcome outcome = FetchOutcome::kFetched;
  std::string body;  // kFetched only, as do the rest
  std::string etag;
  std::string last_modified;
};

// Gets files of a source. Thread-safe.
class Fetcher {
 public:
  virtual ~Fetcher() = default;

  // Waits and tries again where that may help, unless `cancelled` says to stop. Unavailable when
  // the source cannot be reached or keeps failing, ResourceExhausted when the file is too large,
  // Cancelled, FailedPrecondition for an answer that makes no sense.
  [[nodiscard]] virtual absl::StatusOr<Fetched> Fetch(const FetchRequest& request,
                                                      const std::function<bool()>& cancelled) = 0;
};

}  // namespace fairline::ingest
