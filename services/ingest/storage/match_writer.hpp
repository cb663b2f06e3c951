#pragma once
// Matches, corrections and statistics of one competition in one transaction.

#include <cstdint>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

struct WrittenMatches {
  std::vector<MatchId> ids;  // by row of the competition
  std::vector<bool> added;   // likewise
  std::int64_t added_count = 0;
  std::int64_t updated_count = 0;
};

// Reads what is known, reconciles and writes the difference. Takes the competition's lock, which
// the transaction holds to its end. Throws what pqxx throws.
[[nodiscard]] WrittenMatches WriteMatches(pqxx::work& transaction, const FileLoad& load,
                                          const CompetitionRows& rows);

}  // namespace fairline::ingest
