#pragma once
// Rows of ingest_batches with the sums over their files, as one statement reads them.

#include <string>

#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

// "SELECT ... FROM sports.ingest_batches b"; to be followed by WHERE and ORDER BY on b.
extern const char* const kSelectBatches;

[[nodiscard]] BatchSummary BatchOfRow(const pqxx::row& row);

}  // namespace fairline::ingest
