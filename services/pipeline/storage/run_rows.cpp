#include "services/pipeline/storage/run_rows.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"

namespace fairline::pipeline {
namespace {

constexpr const char* kRunsAfter = R"sql(
  SELECT run_id::text, state, array_to_string(competition_codes, ','), first_season_start,
         last_season_start, stages_named, cancel_requested, error, revision,
         (extract(epoch FROM create_time) * 1000000)::bigint,
         (extract(epoch FROM end_time) * 1000000)::bigint, sport
  FROM pipeline.runs
  WHERE $1 = '' OR (create_time, run_id) <
        (SELECT create_time, run_id FROM pipeline.runs WHERE run_id = nullif($1, '')::uuid)
  ORDER BY create_time DESC, run_id DESC
  LIMIT $2)sql";
constexpr const char* kOneRun = R"sql(
  SELECT run_id::text, state, array_to_string(competition_codes, ','), first_season_start,
         last_season_start, stages_named, cancel_requested, error, revision,
         (extract(epoch FROM create_time) * 1000000)::bigint,
         (extract(epoch FROM end_time) * 1000000)::bigint, sport
  FROM pipeline.runs WHERE run_id = $1)sql";
constexpr const char* kStages = R"sql(
  SELECT stage, state, attempts, activity, done, total,
         (extract(epoch FROM start_time) * 1000000)::bigint,
         (extract(epoch FROM end_time) * 1000000)::bigint,
         message, data_version, catalogue_hash, finished_matches, model, model_version, promoted,
         warnings
  FROM pipeline.stages WHERE run_id = $1 ORDER BY stage)sql";
constexpr const char* kInsertStage =
    "INSERT INTO pipeline.stages (run_id, stage, state, message) VALUES ($1, $2, $3, $4)";
constexpr const char* kUpdateStage = R"sql(
  UPDATE pipeline.stages
  SET state = $3, attempts = $4, activity = $5, done = $6, total = $7,
      start_time = to_timestamp($8::bigint / 1000000.0),
      end_time = to_timestamp($9::bigint / 1000000.0), message = $10, data_version = $11,
      catalogue_hash = $12, finished_matches = $13, model = $14, model_version = $15,
      promoted = $16, warnings = $17::text[]
  WHERE run_id = $1 AND stage = $2)sql";

template <typename T>
std::optional<T> Optional(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<T>();
}

std::optional<std::int64_t> Microseconds(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return instant->time_since_epoch().count();
}

std::vector<std::string> SplitCodes(const std::string& joined) {
  std::vector<std::string> codes;
  std::size_t begin = 0;
  while (begin < joined.size()) {
    const std::size_t end = std::min(joined.find(',', begin), joined.size());
    codes.push_back(joined.substr(begin, end - begin));
    begin = end + 1;
  }
  return codes;
}

Stage StageOf(const pqxx::row& row) {
  Stage stage;
  stage.name = static_cast<StageName>(row[0].as<int>());
  stage.state = static_cast<StageState>(row[1].as<int>());
  stage.attempts = row[2].as<int>();
  stage.progress = {row[3].as<std::string>(), row[4].as<std::int64_t>(), row[5].as<std::int64_t>()};
  stage.start_time = storage::AsOptionalInstant(row[6]);
  stage.end_time = storage::AsOptionalInstant(row[7]);
  stage.outcome.message = row[8].as<std::string>();
  stage.outcome.data_version = Optional<std::int64_t>(row[9]);
  stage.outcome.catalogue_hash = Optional<std::string>(row[10]);
  stage.outcome.finished_matches = Optional<std::int64_t>(row[11]);
  stage.outcome.model = Optional<std::string>(row[12]);
  stage.outcome.model_version = Optional<int>(row[13]);
  stage.outcome.promoted = Optional<bool>(row[14]);
  stage.outcome.warnings = storage::AsTexts(row[15]);
  return stage;
}

Run RunOf(pqxx::work& work, const pqxx::row& row) {
  Run run;
  run.run_id = row[0].as<std::string>();
  run.state = static_cast<RunState>(row[1].as<int>());
  run.competition_codes = SplitCodes(row[2].as<std::string>());
  run.first_season_start = row[3].as<int>();
  run.last_season_start = row[4].as<int>();
  run.stages_named = row[5].as<bool>();
  run.cancel_requested = row[6].as<bool>();
  run.error = row[7].as<std::string>();
  run.revision = row[8].as<std::int64_t>();
  run.create_time = storage::AsInstant(row[9]);
  run.end_time = storage::AsOptionalInstant(row[10]);
  run.sport = row[11].as<std::string>();
  for (const pqxx::row& stage_row : work.exec_params(kStages, run.run_id)) {
    const Stage stage = StageOf(stage_row);
    run.stage(stage.name) = stage;
  }
  return run;
}

}  // namespace

bool IsUuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

std::string JoinCodes(const std::vector<std::string>& codes) {
  std::string joined;
  for (const std::string& code : codes) {
    if (!joined.empty()) joined += ',';
    joined += code;
  }
  return joined;
}

std::optional<Run> ReadRun(pqxx::work& work, const std::string& run_id) {
  const pqxx::result rows = work.exec_params(kOneRun, run_id);
  if (rows.empty()) return std::nullopt;
  return RunOf(work, rows[0]);
}

std::vector<Run> ReadRunsAfter(pqxx::work& work, const std::string& after, int limit) {
  std::vector<Run> runs;
  for (const pqxx::row& row : work.exec_params(kRunsAfter, after, limit)) {
    runs.push_back(RunOf(work, row));
  }
  return runs;
}

void InsertStage(pqxx::work& work, const std::string& run_id, const Stage& stage) {
  work.exec_params0(kInsertStage, run_id, static_cast<int>(stage.name),
                    static_cast<int>(stage.state), stage.outcome.message);
}

void UpdateStage(pqxx::work& work, const std::string& run_id, const Stage& stage) {
  const StageOutcome& outcome = stage.outcome;
  work.exec_params0(
      kUpdateStage, run_id, static_cast<int>(stage.name), static_cast<int>(stage.state),
      stage.attempts, stage.progress.activity, stage.progress.done, stage.progress.total,
      Microseconds(stage.start_time), Microseconds(stage.end_time), outcome.message,
      outcome.data_version, outcome.catalogue_hash, outcome.finished_matches, outcome.model,
      outcome.model_version, outcome.promoted,
      storage::ArrayOf(outcome.warnings, [](const std::string& text) { return text; }));
}

}  // namespace fairline::pipeline
