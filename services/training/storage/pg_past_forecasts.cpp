// PgBacktests::Read: the forecasts of a walk-forward and the prices of their matches.

#include <unordered_map>

#include <fmt/format.h>
#include <pqxx/stream_from>

#include "libs/domain/market.hpp"
#include "libs/domain/match.hpp"
#include "libs/models/recipe.hpp"
#include "libs/storage/array.hpp"
#include "libs/storage/stored.hpp"
#include "services/training/storage/pg_backtests.hpp"

namespace fairline::training {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::Phase::kPreMatch) == 1 &&
              storage::Stored(domain::Phase::kClosing) == 2);

using backtest::ByOutcome;
using backtest::PastMatch;

constexpr char kWalkForward[] =
    "SELECT job_id, coalesce(recipe, '') FROM training.jobs WHERE kind = 'walk_forward' AND state "
    "= 'done' "
    "AND ($1::bigint = 0 OR job_id = $1) ORDER BY job_id DESC LIMIT 1";
constexpr char kForecasts[] =
    "SELECT season_start, match_ids::text, match_dates::text, results::text, probabilities::text "
    "FROM training.season_forecasts WHERE job_id = $1 AND forecaster = $2 AND season_start > 0 "
    "ORDER BY season_start";
constexpr char kForecasters[] =
    "SELECT string_agg(DISTINCT forecaster, ', ') FROM training.season_forecasts WHERE job_id = $1";
constexpr char kCompetitions[] =
    "(SELECT match_id, competition_code FROM sports.v1_matches "
    " WHERE match_date BETWEEN {} AND {})";

constexpr char kBookmakers[] =
    "SELECT coalesce(bool_or(code = $1), false), string_agg(code, ', ' ORDER BY code) "
    "FROM sports.v1_bookmakers WHERE kind <> 'aggregate'";

// By match: best of the bookmakers and at whom, their number, average, one bookmaker, the highest
// anywhere, Pinnacle's closing and the average closing. Of several readings of one book the last
// counts.
constexpr char kPrices[] =
    "(SELECT match_id, {best}, {best_at}, count(*) FILTER (WHERE {is_book}), {average}, "
    "        {bookmaker}, {maximum}, {pinnacle_closing}, {average_closing} "
    " FROM (SELECT DISTINCT ON (match_id, bookmaker_code, phase) match_id, bookmaker_code, "
    "         bookmaker_kind, phase, price_1, price_2, price_3 "
    "       FROM sports.v1_quotes "
    "       WHERE market = {market} AND match_date BETWEEN {first} AND {last} "
    "       ORDER BY match_id, bookmaker_code, phase, captured_at DESC NULLS LAST) q "
    " GROUP BY match_id)";
constexpr char kIsBook[] = "phase = 1 AND bookmaker_kind = 'bookmaker'";

// The three prices of the rows that satisfy `condition`, 0 for none.
std::string PricesWhere(const std::string& condition) {
  std::string columns;
  for (int i = 1; i <= 3; ++i) {
    columns += fmt::format("{}coalesce(max(price_{}) FILTER (WHERE {}), 0)", i == 1 ? "" : ", ", i,
                           condition);
  }
  return columns;
}

// The codes of the first that offer the highest of each of the three prices.
std::string BooksWhere(const std::string& condition) {
  std::string columns;
  for (int i = 1; i <= 3; ++i) {
    columns += fmt::format(
        "{}coalesce((array_agg(bookmaker_code ORDER BY price_{} DESC NULLS LAST, bookmaker_code) "
        "FILTER (WHERE {}))[1], '')",
        i == 1 ? "" : ", ", i, condition);
  }
  return columns;
}

std::string PricesQuery(pqxx::work& transaction, const backtest::Plan& plan, domain::Market market,
                        Day first, Day last) {
  return fmt::format(
      kPrices, fmt::arg("best", PricesWhere(kIsBook)), fmt::arg("best_at", BooksWhere(kIsBook)),
      fmt::arg("is_book", kIsBook),
      fmt::arg("average", PricesWhere("phase = 1 AND bookmaker_code = 'average'")),
      fmt::arg("bookmaker", PricesWhere("phase = 1 AND bookmaker_code = " +
                                        transaction.quote(plan.bookmaker()))),
      fmt::arg("maximum", PricesWhere("phase = 1 AND bookmaker_code = 'best'")),
      fmt::arg("pinnacle_closing", PricesWhere("phase = 2 AND bookmaker_code = 'pinnacle'")),
      fmt::arg("average_closing", PricesWhere("phase = 2 AND bookmaker_code = 'average'")),
      fmt::arg("market", static_cast<int>(market)),
      fmt::arg("first", transaction.quote(FormatDay(first))),
      fmt::arg("last", transaction.quote(FormatDay(last))));
}

// Tab-separated fields of a line of COPY, none of which needs unescaping.
std::vector<std::string_view> Fields(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

absl::Status AppendSeason(const pqxx::row& row, std::vector<PastMatch>& matches) {
  std::vector<std::int64_t> ids;
  std::vector<int> results;
  std::vector<double> probabilities;
  storage::ParseArray(row[1].as<std::string>(), ids);
  storage::ParseArray(row[3].as<std::string>(), results);
  storage::ParseArray(row[4].as<std::string>(), probabilities);
  const std::size_t first = matches.size();
  for (std::size_t m = 0; m < ids.size(); ++m) {
    PastMatch& match = matches.emplace_back();
    match.id = {ids[m]};
    match.season_start = row[0].as<int>();
    match.outcomes = probabilities.size() / ids.size();
    match.result = static_cast<std::size_t>(results.at(m));
    if (match.outcomes > backtest::kMaxOutcomes) return absl::InternalError("too many outcomes");
    for (std::size_t i = 0; i < match.outcomes; ++i) {
      match.probabilities[i] = probabilities[m * match.outcomes + i];
    }
  }
  absl::Status status;
  std::size_t m = first;
  storage::ForEachElement(row[2].as<std::string>(), [&](std::string_view text) {
    const auto date = ParseDay(text);
    status.Update(date.status());
    if (date.ok()) matches.at(m++).date = *date;
  });
  return status;
}

void FillPrices(const std::vector<std::string_view>& fields, PastMatch& match) {
  const auto prices = [&](std::size_t at) {
    ByOutcome out;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = storage::ParseNumber<double>(fields.at(at + i));
    return out;
  };
  match.best = prices(1);
  for (std::size_t i = 0; i < match.best_at.size(); ++i) match.best_at[i] = fields.at(4 + i);
  match.bookmakers = storage::ParseNumber<int>(fields.at(7));
  match.average = prices(8);
  match.bookmaker = prices(11);
  match.maximum = prices(14);
  match.closing = prices(17);
  match.pinnacle_closing = match.closing[0] > 1.0;
  if (!match.pinnacle_closing) match.closing = prices(20);
}

absl::Status CheckBookmaker(pqxx::work& transaction, const std::string& code) {
  if (code.empty()) return absl::OkStatus();
  const pqxx::row row = transaction.exec_params1(kBookmakers, code);
  if (row[0].as<bool>()) return absl::OkStatus();
  return InvalidField("bookmaker_code", "one of " + row[1].as<std::string>("none"));
}

absl::Status ReadForecasts(pqxx::work& transaction, const backtest::Plan& plan,
                           PastForecasts& past) {
  const pqxx::result walks = transaction.exec_params(kWalkForward, plan.walk_forward_id);
  if (walks.empty() && plan.walk_forward_id == 0) {
    return absl::FailedPreconditionError("no walk-forward is done: start one first");
  }
  if (walks.empty()) {
    return InvalidField("walk_forward_id", "there is none of that id that is done");
  }
  past.walk_forward_id = walks[0][0].as<std::int64_t>();
  const auto recipe = walks[0][1].as<std::string>();
  if (!recipe.empty()) {
    ASSIGN_OR_RETURN(const models::Recipe parsed, models::ParseRecipe(recipe));
    past.anchored = parsed.IsAnchored(plan.forecaster);
    past.parameters_chosen_by_seasons_to = parsed.chosen_by_seasons_to;
  }
  for (const pqxx::row& season :
       transaction.exec_params(kForecasts, past.walk_forward_id, plan.forecaster)) {
    RETURN_IF_ERROR(AppendSeason(season, past.matches));
  }
  if (!past.matches.empty()) return absl::OkStatus();
  const pqxx::row known = transaction.exec_params1(kForecasters, past.walk_forward_id);
  return InvalidField("forecaster", "this walk-forward has " + known[0].as<std::string>("none"));
}

void ReadPrices(pqxx::work& transaction, const backtest::Plan& plan,
                std::vector<PastMatch>& matches) {
  std::unordered_map<std::int64_t, PastMatch*> by_id;
  Day first = matches.front().date, last = first;
  for (PastMatch& match : matches) {
    by_id.emplace(match.id.value, &match);
    first = std::min(first, match.date);
    last = std::max(last, match.date);
  }
  const auto for_each = [&](const std::string& query, auto&& take) {
    pqxx::stream_from stream(transaction, query);
    std::string line;
    while (stream.get_raw_line(line)) {
      const std::vector<std::string_view> fields = Fields(line);
      const auto found = by_id.find(storage::ParseNumber<std::int64_t>(fields.at(0)));
      if (found != by_id.end()) take(fields, *found->second);
    }
    stream.complete();
  };
  for_each(fmt::format(kCompetitions, transaction.quote(FormatDay(first)),
                       transaction.quote(FormatDay(last))),
           [](const auto& fields, PastMatch& match) { match.competition = fields.at(1); });
  const domain::Market market = domain::WinnerMarket(matches.front().outcomes);
  for_each(PricesQuery(transaction, plan, market, first, last),
           [](const auto& fields, PastMatch& match) { FillPrices(fields, match); });
}

}  // namespace

absl::StatusOr<PastForecasts> PgBacktests::Read(const backtest::Plan& plan, Instant as_of) {
  PastForecasts past;
  const absl::Status read = database_.Transact(
      {.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        past = {};
        RETURN_IF_ERROR(CheckBookmaker(transaction, plan.bookmaker()));
        RETURN_IF_ERROR(ReadForecasts(transaction, plan, past));
        ReadPrices(transaction, plan, past.matches);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return past;
}

}  // namespace fairline::training
