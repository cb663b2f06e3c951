#include "services/ingest/storage/quote_writer.hpp"

#include <array>
#include <optional>
#include <tuple>

#include "libs/storage/array.hpp"

namespace fairline::ingest {
namespace {

using sources::Quote;

constexpr char kMergeHistory[] = R"(
INSERT INTO sports.quotes AS q (match_id, match_date, bookmaker_id, market, line_quarters, phase,
                                price_1, price_2, price_3, captured_at, batch_id)
SELECT n.*, NULL, $10
FROM unnest($1::bigint[], $2::date[], $3::smallint[], $4::smallint[], $5::smallint[],
            $6::smallint[], $7::real[], $8::real[], $9::real[]) AS n
ON CONFLICT (match_id, bookmaker_id, market, line_quarters, phase, captured_at, match_date)
DO UPDATE SET price_1 = excluded.price_1, price_2 = excluded.price_2, price_3 = excluded.price_3,
              batch_id = excluded.batch_id, withdrawn_at = NULL
WHERE q.withdrawn_at IS NOT NULL
   OR (q.price_1, q.price_2, q.price_3)
      IS DISTINCT FROM (excluded.price_1, excluded.price_2, excluded.price_3))";

// Of the matches $1 on the days $2; $3 to $7 are the prices that the file has, $8 to $10 its
// columns. Written so that every plan is a good one: nothing is known of the sizes of arrays and of
// tables that were just filled. NOT IN is hashed; a join would go through all prices for each.
constexpr char kWithdrawHistory[] = R"(
UPDATE sports.quotes SET withdrawn_at = $11::timestamptz
WHERE match_id = ANY ($1::bigint[]) AND match_date = ANY ($2::date[]) AND captured_at IS NULL
  AND withdrawn_at IS NULL
  AND (bookmaker_id, market, phase) IN (
    SELECT * FROM unnest($8::smallint[], $9::smallint[], $10::smallint[]))
  AND (match_id, bookmaker_id, market, line_quarters, phase) NOT IN (
    SELECT * FROM unnest($3::bigint[], $4::smallint[], $5::smallint[], $6::smallint[],
                         $7::smallint[])))";

// A price that is as it was last seen is seen once more; any other is a new row. A content that is
// read again ($13) makes no price older that a later one had.
constexpr char kMergeSeen[] = R"(
WITH n AS MATERIALIZED (
  SELECT u.*, last.captured_at AS last_at,
         last.captured_at IS NOT NULL AND last.withdrawn_at IS NULL
           AND (last.price_1, last.price_2, last.price_3)
               IS NOT DISTINCT FROM (u.price_1, u.price_2, u.price_3) AS same
  FROM unnest($1::bigint[], $2::date[], $3::smallint[], $4::smallint[], $5::smallint[],
              $6::smallint[], $7::real[], $8::real[], $9::real[], $10::timestamptz[])
       AS u(match_id, match_date, bookmaker_id, market, line_quarters, phase, price_1, price_2,
            price_3, captured_at)
  LEFT JOIN LATERAL (
    SELECT l.price_1, l.price_2, l.price_3, l.captured_at, l.withdrawn_at FROM sports.quotes l
    WHERE l.match_id = u.match_id AND l.match_date = u.match_date
      AND l.bookmaker_id = u.bookmaker_id AND l.market = u.market
      AND l.line_quarters = u.line_quarters AND l.phase = u.phase
      AND l.captured_at <= u.captured_at
    ORDER BY l.captured_at DESC LIMIT 1) last ON true),
seen AS (
  UPDATE sports.quotes q SET list_file_id = $12 FROM n
  WHERE n.same AND q.match_id = n.match_id AND q.match_date = n.match_date
    AND q.bookmaker_id = n.bookmaker_id AND q.market = n.market
    AND q.line_quarters = n.line_quarters AND q.phase = n.phase AND q.captured_at = n.last_at
    AND NOT ($13::boolean AND EXISTS (
      SELECT FROM sports.source_files later, sports.source_files this
      WHERE later.source_file_id = q.list_file_id AND this.source_file_id = $12
        AND later.fetched_at > this.fetched_at)))
INSERT INTO sports.quotes AS q (match_id, match_date, bookmaker_id, market, line_quarters, phase,
                                price_1, price_2, price_3, captured_at, batch_id, list_file_id)
SELECT match_id, match_date, bookmaker_id, market, line_quarters, phase, price_1, price_2, price_3,
       captured_at, $11, $12
FROM n WHERE NOT same
ON CONFLICT (match_id, bookmaker_id, market, line_quarters, phase, captured_at, match_date)
DO UPDATE SET price_1 = excluded.price_1, price_2 = excluded.price_2, price_3 = excluded.price_3,
              batch_id = excluded.batch_id, list_file_id = excluded.list_file_id,
              withdrawn_at = NULL)";

// All rows of a price go with the newest, lest an older one shows in its place. Of the matches $1
// on the days $2, as above.
constexpr char kWithdrawSeen[] = R"(
UPDATE sports.quotes q SET withdrawn_at = $3::timestamptz
WHERE q.match_id = ANY ($1::bigint[]) AND q.match_date = ANY ($2::date[])
  AND q.captured_at IS NOT NULL AND q.withdrawn_at IS NULL
  AND (q.list_file_id IS NULL OR q.list_file_id IN (
    SELECT f.source_file_id FROM sports.source_files f WHERE f.source = $5 AND f.name = $6))
  AND (q.match_id, q.bookmaker_id, q.market, q.line_quarters, q.phase) NOT IN (
    SELECT l.match_id, l.bookmaker_id, l.market, l.line_quarters, l.phase FROM sports.quotes l
    WHERE l.match_id = ANY ($1::bigint[]) AND l.match_date = ANY ($2::date[])
      AND l.list_file_id = $4))";

// When a later content than the list's was loaded; NULL when there is none.
constexpr char kLaterList[] = R"(
SELECT min(b.as_of)
FROM sports.source_files this
JOIN sports.source_files s ON s.source = this.source AND s.name = this.name
                          AND s.status = 'loaded' AND s.fetched_at > this.fetched_at
JOIN sports.ingest_batches b ON b.batch_id = s.batch_id
WHERE this.source_file_id = $1)";

// What a list has alone that is read again, and of which there is a later one, is history.
constexpr char kWithdrawOutdated[] = R"(
UPDATE sports.quotes SET withdrawn_at = $3::timestamptz
WHERE match_id = ANY ($1::bigint[]) AND list_file_id = $2 AND withdrawn_at IS NULL)";

constexpr std::array<const char*, 12> kColumns = {
    "match_id", "match_date", "bookmaker_id", "market",      "line_quarters", "phase",
    "price_1",  "price_2",    "price_3",      "captured_at", "batch_id",      "list_file_id"};

// Every quote of the rows for which `wanted(competition, row)` says so. The reader gives a match no
// two quotes of the same key.
template <typename Wanted, typename Use>
void ForEachQuote(const FileLoad& load, const Wanted& wanted, const Use& use) {
  for (std::size_t c = 0; c < load.competitions.size(); ++c) {
    const std::vector<LoadRow>& rows = load.competitions[c].rows;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (!wanted(c, r)) continue;
      for (std::size_t k = 0; k < rows[r].row->quote_count; ++k) {
        const Quote& quote = load.parsed->quotes[rows[r].row->first_quote + k];
        use(c, rows[r], r, quote, load.bookmakers[quote.bookmaker]);
      }
    }
  }
}

std::int64_t CopyNew(pqxx::work& transaction, const FileLoad& load, SourceFileId file,
                     const std::vector<WrittenMatches>& written) {
  std::int64_t count = 0;
  const std::optional<std::int64_t> list =
      load.kind == sources::FileKind::kFixtures ? std::optional(file.value) : std::nullopt;
  // An unqualified name: stream_to quotes it as one identifier; the role's search_path is sports.
  pqxx::stream_to stream(transaction, "quotes", kColumns);
  const LoadRow* current = nullptr;
  std::string date;
  std::string seen_at;
  ForEachQuote(
      load, [&](std::size_t c, std::size_t r) { return static_cast<bool>(written[c].added[r]); },
      [&](std::size_t c, const LoadRow& row, std::size_t r, const Quote& quote,
          BookmakerId bookmaker) {
        if (current != &row) {
          current = &row;
          date = FormatDay(row.match.date);
          seen_at = row.seen_at ? FormatInstant(*row.seen_at) : "";
        }
        const std::string third = quote.prices[2] > 0 ? storage::ShortText(quote.prices[2]) : "";
        stream << std::make_tuple(
            written[c].ids[r].value, date.c_str(), bookmaker.value, static_cast<int>(quote.market),
            static_cast<int>(quote.line_quarters), static_cast<int>(quote.phase),
            storage::ShortText(quote.prices[0]), storage::ShortText(quote.prices[1]),
            third.empty() ? nullptr : third.c_str(), seen_at.empty() ? nullptr : seen_at.c_str(),
            load.file.batch.value, list);
        ++count;
      });
  stream.complete();
  return count;
}

// Columns of the known matches' prices, as parameters.
struct PriceArrays {
  storage::ArrayText ids, dates, bookmakers, markets, lines, phases, first, second, third, seen;
};

PriceArrays KnownPrices(const FileLoad& load, const std::vector<WrittenMatches>& written) {
  PriceArrays out;
  ForEachQuote(
      load, [&](std::size_t c, std::size_t r) { return !written[c].added[r]; },
      [&](std::size_t c, const LoadRow& row, std::size_t r, const Quote& quote,
          BookmakerId bookmaker) {
        out.ids.Add(written[c].ids[r].value);
        out.dates.Add(FormatDay(row.match.date));
        out.bookmakers.Add(bookmaker.value);
        out.markets.Add(static_cast<std::int64_t>(quote.market));
        out.lines.Add(std::int64_t{quote.line_quarters});
        out.phases.Add(static_cast<std::int64_t>(quote.phase));
        out.first.Add(quote.prices[0]);
        out.second.Add(quote.prices[1]);
        if (quote.prices[2] > 0) {
          out.third.Add(quote.prices[2]);
        } else {
          out.third.AddNull();
        }
        if (row.seen_at) out.seen.Add(FormatInstant(*row.seen_at));
      });
  return out;
}

// Matches that the file has and that were known before.
void AddKnownRows(const FileLoad& load, const std::vector<WrittenMatches>& written,
                  storage::ArrayText& ids, storage::ArrayText& dates) {
  for (std::size_t c = 0; c < load.competitions.size(); ++c) {
    const std::vector<LoadRow>& rows = load.competitions[c].rows;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (written[c].added[r]) continue;
      ids.Add(written[c].ids[r].value);
      dates.Add(FormatDay(rows[r].match.date));
    }
  }
}

std::int64_t Affected(const pqxx::result& result) {
  return static_cast<std::int64_t>(result.affected_rows());
}

std::int64_t MergeHistory(pqxx::work& transaction, const FileLoad& load,
                          const std::vector<WrittenMatches>& written) {
  storage::ArrayText known_ids, known_dates;
  AddKnownRows(load, written, known_ids, known_dates);
  if (known_ids.empty()) return 0;
  const PriceArrays prices = KnownPrices(load, written);
  storage::ArrayText bookmakers, markets, phases;
  for (const sources::QuotedColumns& columns : load.parsed->quoted) {
    bookmakers.Add(load.bookmakers[columns.bookmaker].value);
    markets.Add(static_cast<std::int64_t>(columns.market));
    phases.Add(static_cast<std::int64_t>(columns.phase));
  }
  const std::int64_t merged = Affected(transaction.exec_params(
      kMergeHistory, prices.ids.Text(), prices.dates.Text(), prices.bookmakers.Text(),
      prices.markets.Text(), prices.lines.Text(), prices.phases.Text(), prices.first.Text(),
      prices.second.Text(), prices.third.Text(), load.file.batch.value));
  return merged + Affected(transaction.exec_params(
                      kWithdrawHistory, known_ids.Text(), known_dates.Text(), prices.ids.Text(),
                      prices.bookmakers.Text(), prices.markets.Text(), prices.lines.Text(),
                      prices.phases.Text(), bookmakers.Text(), markets.Text(), phases.Text(),
                      FormatInstant(load.file.as_of)));
}

void WithdrawOutdated(pqxx::work& transaction, SourceFileId file, const std::string& later,
                      const std::vector<WrittenMatches>& written) {
  for (const WrittenMatches& matches : written) {
    transaction.exec_params(kWithdrawOutdated,
                            storage::ArrayOf(matches.ids, [](MatchId id) { return id.value; }),
                            file.value, later);
  }
}

std::int64_t MergeSeen(pqxx::work& transaction, const FileLoad& load, SourceFileId file,
                       const std::vector<WrittenMatches>& written) {
  const PriceArrays prices = KnownPrices(load, written);
  std::int64_t changed = 0;
  if (!prices.ids.empty()) {
    changed = Affected(transaction.exec_params(
        kMergeSeen, prices.ids.Text(), prices.dates.Text(), prices.bookmakers.Text(),
        prices.markets.Text(), prices.lines.Text(), prices.phases.Text(), prices.first.Text(),
        prices.second.Text(), prices.third.Text(), prices.seen.Text(), load.file.batch.value,
        file.value, load.read_again_from.has_value()));
  }
  if (load.read_again_from) {
    const auto later = transaction.exec_params1(kLaterList, file.value)[0];
    if (!later.is_null()) {
      WithdrawOutdated(transaction, file, later.as<std::string>(), written);
      return changed;
    }
  }
  storage::ArrayText ids, dates;
  AddKnownRows(load, written, ids, dates);
  for (const WrittenMatches& matches : written) {
    for (const auto& [match, day] : matches.unlisted) {
      ids.Add(match.value);
      dates.Add(FormatDay(day));
    }
  }
  if (ids.empty()) return changed;
  const Instant seen = load.listed_days ? load.listed_days->seen : load.file.as_of;
  return changed + Affected(transaction.exec_params(kWithdrawSeen, ids.Text(), dates.Text(),
                                                    FormatInstant(seen), file.value,
                                                    load.file.source, load.file.name));
}

}  // namespace

std::int64_t WriteQuotes(pqxx::work& transaction, const FileLoad& load, SourceFileId file,
                         const std::vector<WrittenMatches>& written) {
  const std::int64_t added = CopyNew(transaction, load, file, written);
  return added + (load.kind == sources::FileKind::kSeason
                      ? MergeHistory(transaction, load, written)
                      : MergeSeen(transaction, load, file, written));
}

}  // namespace fairline::ingest
