#include "services/accounts/app/ledger/bet_statistics.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "services/accounts/app/ledger/bet_file.hpp"

namespace fairline::accounts {
namespace {

using domain::RecordedBet;

// Upper ends of the ranges of odds, in millionths.
constexpr std::array<std::pair<std::int64_t, const char*>, 6> kOddsRanges = {
    {{1'500'000, "1.01 to 1.49"},
     {2'000'000, "1.50 to 1.99"},
     {3'000'000, "2.00 to 2.99"},
     {5'000'000, "3.00 to 4.99"},
     {10'000'000, "5.00 to 9.99"},
     {INT64_MAX, "10.00 and more"}}};

// Keys sort as the list is to be read; labels are shown.
using Groups = std::map<std::string, std::pair<std::string, std::vector<RecordedBet>>>;

void AddTo(Groups& groups, const std::string& key, const std::string& label,
           const RecordedBet& bet) {
  auto& [name, bets] = groups[key];
  name = label;
  bets.push_back(bet);
}

std::vector<LabelledRecord> RecordsOf(const Groups& groups) {
  std::vector<LabelledRecord> records;
  for (const auto& [key, group] : groups) {
    records.push_back({group.first, domain::RecordOf(group.second)});
  }
  return records;
}

std::string ClosingLineText(std::int64_t pinnacle, std::int64_t average) {
  const std::string how = ", the margin taken out by the power method";
  if (pinnacle > 0 && average > 0) {
    return fmt::format(
        "Pinnacle's closing odds ({} bets), else the average closing odds ({} bets){}", pinnacle,
        average, how);
  }
  if (pinnacle > 0) return "Pinnacle's closing odds" + how;
  if (average > 0) return "The average closing odds" + how;
  return "No bet has a closing line yet";
}

}  // namespace

BetStatistics StatisticsOf(const std::vector<Bet>& bets,
                           const std::map<std::int64_t, ClosingLine>& lines) {
  BetStatistics statistics;
  std::vector<RecordedBet> all;
  Groups competitions, bookmakers, markets, odds, months;
  std::int64_t pinnacle = 0, average = 0;
  for (const Bet& bet : bets) {
    if (!bet.outcome) {
      ++statistics.open_bets;
      statistics.open_exposure = statistics.open_exposure + bet.exposure;
      continue;
    }
    if (bet.outcome->result == domain::BetResult::kCancelled) continue;
    if (bet.logged_afterwards) ++statistics.logged_afterwards;
    RecordedBet recorded{bet.match.match_date, bet.exposure, bet.outcome->returned - bet.exposure,
                         bet.outcome->result, std::nullopt};
    if (const auto line = lines.find(bet.bet_id); line != lines.end()) {
      recorded.clv = domain::ClosingLineValue(bet.order.terms, line->second.probability);
      ++(line->second.source == "pinnacle" ? pinnacle : average);
    }
    all.push_back(recorded);
    AddTo(competitions, bet.match.competition_name + bet.match.competition_code,
          bet.match.competition_name, recorded);
    const std::string& bookmaker = bet.order.bookmaker;
    AddTo(bookmakers, bookmaker, bookmaker.empty() ? "not named" : bookmaker, recorded);
    const std::string market(domain::NameOf(bet.order.selection.market));
    AddTo(markets, market, market, recorded);
    const auto range = std::find_if(kOddsRanges.begin(), kOddsRanges.end(), [&](const auto& one) {
      return bet.order.terms.odds_millionths < one.first;
    });
    AddTo(odds, std::to_string(range - kOddsRanges.begin()), range->second, recorded);
    const std::string month = FormatDay(bet.match.match_date).substr(0, 7);
    AddTo(months, month, month, recorded);
  }
  statistics.overall = domain::RecordOf(all);
  statistics.by_competition = RecordsOf(competitions);
  statistics.by_bookmaker = RecordsOf(bookmakers);
  statistics.by_market = RecordsOf(markets);
  statistics.by_odds = RecordsOf(odds);
  statistics.by_month = RecordsOf(months);
  statistics.closing_line = ClosingLineText(pinnacle, average);
  return statistics;
}

std::vector<CurvePoint> CurveOf(const std::vector<DayFlow>& flows, Day today) {
  std::map<Day, DayFlow> by_day;
  for (const DayFlow& flow : flows) {
    DayFlow& sum = by_day[std::min(flow.day, today)];
    sum.deposited = sum.deposited + flow.deposited;
    sum.profit = sum.profit + flow.profit;
  }
  const auto first_deposit = std::find_if(by_day.begin(), by_day.end(), [](const auto& entry) {
    return entry.second.deposited > Money{0};
  });
  if (first_deposit != by_day.end() && first_deposit != by_day.begin()) {
    std::swap(by_day.begin()->second.deposited, first_deposit->second.deposited);
  }
  std::vector<CurvePoint> curve;
  CurvePoint point;
  Money peak;
  for (const auto& [day, flow] : by_day) {
    point.day = day;
    point.deposited = point.deposited + flow.deposited;
    point.profit = point.profit + flow.profit;
    point.equity = point.deposited + point.profit;
    peak = std::max(peak, point.profit);
    point.drawdown = peak - point.profit;
    const auto at_peak = static_cast<double>((point.equity + point.drawdown).minor_units);
    point.drawdown_fraction =
        at_peak > 0 ? static_cast<double>(point.drawdown.minor_units) / at_peak : 0.0;
    curve.push_back(point);
  }
  return curve;
}

}  // namespace fairline::accounts
