#pragma once
// Prices of one file in one transaction.

#include <cstdint>
#include <vector>

#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"
#include "services/ingest/storage/match_writer.hpp"

namespace fairline::ingest {

// The number of prices that are new or changed. Those of new matches go straight in by COPY; those
// of known matches are merged: prices of history replace what was there, prices of coming matches
// become a new row when they differ from the last one seen. Throws what pqxx throws.
[[nodiscard]] std::int64_t WriteQuotes(pqxx::work& transaction, const FileLoad& load,
                                       const std::vector<WrittenMatches>& written);

}  // namespace fairline::ingest
