#include "services/ingest/storage/batch_rows.hpp"

#include "libs/storage/values.hpp"

namespace fairline::ingest {

const char* const kSelectBatches = R"(
SELECT b.batch_id, coalesce(b.request_id, ''), (extract(epoch FROM b.started_at) * 1000000)::bigint,
       (extract(epoch FROM b.ended_at) * 1000000)::bigint, b.files_unchanged, b.files_absent,
       b.files_failed, (b.warnings || f.warnings)[1:100], f.fetched, f.added, f.updated, f.quotes, f.rejected,
       f.taken_back, (SELECT version FROM sports.data_version)
FROM sports.ingest_batches b
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE s.status = 'loaded') AS fetched, coalesce(sum(matches_added), 0)::bigint AS added,
         coalesce(sum(matches_updated), 0)::bigint AS updated,
         coalesce(sum(quotes_added), 0)::bigint AS quotes,
         coalesce(sum(rows_rejected), 0)::bigint AS rejected,
         coalesce(sum(matches_taken_back), 0)::bigint AS taken_back,
         (SELECT coalesce(array_agg(u.warning ORDER BY w.source_file_id, u.position), '{}')
          FROM sports.source_files w, unnest(w.warnings) WITH ORDINALITY AS u(warning, position)
          WHERE w.batch_id = b.batch_id) AS warnings
  FROM sports.source_files s WHERE s.batch_id = b.batch_id) f)";

BatchSummary BatchOfRow(const pqxx::row& row) {
  BatchSummary batch;
  batch.batch = BatchId{row[0].as<std::int64_t>()};
  batch.request_id = row[1].as<std::string>();
  batch.start_time = storage::AsInstant(row[2]);
  if (!row[3].is_null()) batch.end_time = storage::AsInstant(row[3]);
  batch.counts.files_unchanged = row[4].as<std::int64_t>();
  batch.counts.files_absent = row[5].as<std::int64_t>();
  batch.counts.files_failed = row[6].as<std::int64_t>();
  batch.counts.warnings = storage::AsTexts(row[7]);
  batch.files_fetched = row[8].as<std::int64_t>();
  batch.loaded = {row[9].as<std::int64_t>(), row[10].as<std::int64_t>(), row[11].as<std::int64_t>(),
                  row[13].as<std::int64_t>()};
  batch.rows_rejected = row[12].as<std::int64_t>();
  batch.data_version = row[14].as<std::int64_t>();
  return batch;
}

}  // namespace fairline::ingest
