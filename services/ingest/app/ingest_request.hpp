#pragma once
// What may be asked of an ingest, and what it says while it runs.

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace fairline::ingest
