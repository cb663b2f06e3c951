#pragma once
// Prices of one file in one transaction. Writing a file again changes nothing, for four reasons:
// its hash and reader version are known (app/batch.cpp, Load); one file of a competition is written
// at a time (match_writer.cpp, kLockCompetition); a quote has one key, also at an unknown moment
// (quotes_key in migrations/V003); and the merges write only what differs.

#include <cstdint>
#include <vector>

#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"
#include "services/ingest/storage/match_writer.hpp"

namespace fairline::ingest {

// The number of prices that are new, changed or withdrawn. Those of new matches go straight in by
// COPY; those of known matches are merged: prices of history replace what was there, prices of
// coming matches become a new row when they differ from the last one seen. What the file has no
// longer of a match is withdrawn: a coming match's prices that this list (whose row `file` is) had
// before, and prices of history whose column it still has. Throws what pqxx throws.
[[nodiscard]] std::int64_t WriteQuotes(pqxx::work& transaction, const FileLoad& load,
                                       SourceFileId file,
                                       const std::vector<WrittenMatches>& written);

}  // namespace fairline::ingest
