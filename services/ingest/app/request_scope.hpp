#pragma once
// What a request means: which sources it asks, for which seasons and competitions.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/sources/source.hpp"
#include "services/ingest/app/fetcher.hpp"
#include "services/ingest/app/ingest_request.hpp"
#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

// Those of `codes` that are of the sport, each once; all of the sport when none is named.
[[nodiscard]] std::vector<std::string> CodesOf(std::string_view sport,
                                               const std::vector<std::string>& codes,
                                               const Reference& reference);

// What a request asks of each source as regards seasons.
class SeasonRange {
 public:
  // Seasons later than as-of may be loaded: what they hold stays invisible until then.
  [[nodiscard]] static absl::StatusOr<SeasonRange> Make(const IngestRequest& request,
                                                        const std::vector<SourceAt>& sources,
                                                        Day as_of, Day latest);

  [[nodiscard]] int FirstOf(const sources::Source& source) const {
    return first_ == 0 ? source.usual_first_season() : std::max(first_, source.oldest_season());
  }
  [[nodiscard]] int LastOf(const sources::Source& source) const {
    return last_ == 0 ? source.SeasonOf(as_of_) : last_;
  }

 private:
  SeasonRange(const IngestRequest& request, Day as_of)
      : first_(request.first_season_start), last_(request.last_season_start), as_of_(as_of) {}

  int first_;  // 0: each source's own
  int last_;
  Day as_of_;
};

// A request that can be done: which sources it asks, for which seasons and competitions.
struct Accepted {
  std::vector<SourceAt> asked;
  SeasonRange seasons;
  Reference reference;
  std::vector<std::string> codes;  // none: all
};

// Of the sources `asked` for. InvalidArgument naming the field when it cannot be done.
[[nodiscard]] absl::StatusOr<Accepted> Accept(const IngestRequest& request,
                                              std::vector<SourceAt> asked, SportsStore& store,
                                              Instant as_of, Instant real_now);

}  // namespace fairline::ingest
