#pragma once
// Matches, corrections and statistics of one competition in one transaction.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

struct WrittenMatches {
  std::vector<MatchId> ids;  // by row of the competition
  std::vector<bool> added;   // likewise
  std::int64_t added_count = 0;
  std::int64_t updated_count = 0;
  std::int64_t taken_back_count = 0;
  std::vector<std::string> notes;  // sentences on what was taken back, put off or is not offered
  // Of a list: coming matches that it leaves out, with their days; their prices are off.
  std::vector<std::pair<MatchId, Day>> unlisted;
  // See Reconciled; then nothing was written.
  std::string doubt;
};

// Reads what is known, reconciles and writes the difference; `file` is the row of load.file. Takes
// the competition's lock, which the transaction holds to its end. Throws what pqxx throws.
[[nodiscard]] WrittenMatches WriteMatches(pqxx::work& transaction, const FileLoad& load,
                                          SourceFileId file, const CompetitionRows& rows);

}  // namespace fairline::ingest
