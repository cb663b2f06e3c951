#pragma once
// The part of a file's load that is about names, in its transaction. Throws what pqxx throws.

#include <cstdint>
#include <vector>

#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"
#include "services/ingest/storage/match_writer.hpp"

namespace fairline::ingest {

// Replaces the rows that waited of this file's former content, or of the content that it is read
// again from, by those that wait now.
void WriteHeldNames(pqxx::work& transaction, const FileLoad& load, std::int64_t source_file_id);

// Notes the matches that were reported under a merged team's names. `written` is of `rows`.
void LogMergedMatches(pqxx::work& transaction, const CompetitionRows& rows,
                      const WrittenMatches& written);

// Merges teams whose name is by now another team's alias. True when matches changed hands.
bool MergeStrayTeams(pqxx::work& transaction);

// What Reference says of names.
void ReadNameReference(pqxx::work& transaction, Reference& reference);

}  // namespace fairline::ingest
