#include "services/ingest/storage/quote_writer.hpp"

#include <array>
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
              batch_id = excluded.batch_id
WHERE (q.price_1, q.price_2, q.price_3)
      IS DISTINCT FROM (excluded.price_1, excluded.price_2, excluded.price_3))";

constexpr char kMergeSeen[] = R"(
INSERT INTO sports.quotes AS q (match_id, match_date, bookmaker_id, market, line_quarters, phase,
                                price_1, price_2, price_3, captured_at, batch_id)
SELECT n.*, $11
FROM unnest($1::bigint[], $2::date[], $3::smallint[], $4::smallint[], $5::smallint[],
            $6::smallint[], $7::real[], $8::real[], $9::real[], $10::timestamptz[])
     AS n(match_id, match_date, bookmaker_id, market, line_quarters, phase, price_1, price_2,
          price_3, captured_at)
LEFT JOIN LATERAL (
  SELECT l.price_1, l.price_2, l.price_3 FROM sports.quotes l
  WHERE l.match_id = n.match_id AND l.match_date = n.match_date
    AND l.bookmaker_id = n.bookmaker_id AND l.market = n.market
    AND l.line_quarters = n.line_quarters AND l.phase = n.phase
    AND l.captured_at <= n.captured_at
  ORDER BY l.captured_at DESC LIMIT 1) last ON true
WHERE (last.price_1, last.price_2, last.price_3)
      IS DISTINCT FROM (n.price_1, n.price_2, n.price_3)
ON CONFLICT (match_id, bookmaker_id, market, line_quarters, phase, captured_at, match_date)
DO UPDATE SET price_1 = excluded.price_1, price_2 = excluded.price_2, price_3 = excluded.price_3,
              batch_id = excluded.batch_id)";

constexpr std::array<const char*, 11> kColumns = {
    "match_id", "match_date", "bookmaker_id", "market",      "line_quarters", "phase",
    "price_1",  "price_2",    "price_3",      "captured_at", "batch_id"};

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

std::int64_t CopyNew(pqxx::work& transaction, const FileLoad& load,
                     const std::vector<WrittenMatches>& written) {
  std::int64_t count = 0;
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
            load.file.batch.value);
        ++count;
      });
  stream.complete();
  return count;
}

std::int64_t MergeKnown(pqxx::work& transaction, const FileLoad& load,
                        const std::vector<WrittenMatches>& written) {
  storage::ArrayText ids, dates, bookmakers, markets, lines, phases, first, second, third, seen;
  ForEachQuote(
      load, [&](std::size_t c, std::size_t r) { return !written[c].added[r]; },
      [&](std::size_t c, const LoadRow& row, std::size_t r, const Quote& quote,
          BookmakerId bookmaker) {
        ids.Add(written[c].ids[r].value);
        dates.Add(FormatDay(row.match.date));
        bookmakers.Add(bookmaker.value);
        markets.Add(static_cast<std::int64_t>(quote.market));
        lines.Add(std::int64_t{quote.line_quarters});
        phases.Add(static_cast<std::int64_t>(quote.phase));
        first.Add(quote.prices[0]);
        second.Add(quote.prices[1]);
        if (quote.prices[2] > 0) {
          third.Add(quote.prices[2]);
        } else {
          third.AddNull();
        }
        if (row.seen_at) seen.Add(FormatInstant(*row.seen_at));
      });
  if (ids.empty()) return 0;
  if (load.kind == sources::FileKind::kSeason) {
    return static_cast<std::int64_t>(
        transaction
            .exec_params(kMergeHistory, ids.Text(), dates.Text(), bookmakers.Text(), markets.Text(),
                         lines.Text(), phases.Text(), first.Text(), second.Text(), third.Text(),
                         load.file.batch.value)
            .affected_rows());
  }
  return static_cast<std::int64_t>(
      transaction
          .exec_params(kMergeSeen, ids.Text(), dates.Text(), bookmakers.Text(), markets.Text(),
                       lines.Text(), phases.Text(), first.Text(), second.Text(), third.Text(),
                       seen.Text(), load.file.batch.value)
          .affected_rows());
}

}  // namespace

std::int64_t WriteQuotes(pqxx::work& transaction, const FileLoad& load,
                         const std::vector<WrittenMatches>& written) {
  return CopyNew(transaction, load, written) + MergeKnown(transaction, load, written);
}

}  // namespace fairline::ingest
