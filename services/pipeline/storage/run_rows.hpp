#pragma once
// Rows of pipeline.runs and pipeline.stages, to and from values. Throws what libpqxx throws; called
// inside Database::Transact only.

#include <optional>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "services/pipeline/app/run.hpp"

namespace fairline::pipeline {

// Whether `text` may be compared with a uuid column without an SQL error.
[[nodiscard]] bool IsUuid(const std::string& text);

// "E0,F1"; codes hold no comma (MakeRun checks them).
[[nodiscard]] std::string JoinCodes(const std::vector<std::string>& codes);

[[nodiscard]] std::optional<Run> ReadRun(pqxx::work& work, const std::string& run_id);

// At most `limit` runs, newest first, beginning after run `after` (empty: with the newest).
[[nodiscard]] std::vector<Run> ReadRunsAfter(pqxx::work& work, const std::string& after, int limit);

void InsertStage(pqxx::work& work, const std::string& run_id, const Stage& stage);
void UpdateStage(pqxx::work& work, const std::string& run_id, const Stage& stage);

}  // namespace fairline::pipeline
