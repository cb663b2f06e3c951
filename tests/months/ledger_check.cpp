#include "tests/months/ledger_check.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <catch2/catch.hpp>

namespace fairline::testing {
namespace {

using nlohmann::json;
using namespace std::chrono;

std::int64_t Minor(const json& object, const char* field) {
  return std::stoll(object.value(field, std::string("0")));
}

// What the rules say of a bet; nothing while it is open.
std::optional<Ending> Fate(const OwnBet& bet, const DataSite& site, Moment moment) {
  if (bet.match.over() > moment) {
    // Announced, not played, and played only after `moment`.
    if (bet.match.day != bet.day && moment >= Moment(bet.day + days(4))) return Void(bet.wager);
    return std::nullopt;
  }
  if (std::chrono::abs(bet.match.day - bet.day) > days(3)) return Void(bet.wager);
  // Corrected a week later, which is an award: bets keep the first result.
  const PastMatch published = site.PublishedAt(bet.match, bet.match.over());
  return Settle(bet.wager, published.home_goals, published.away_goals);
}

// Per unit of the backer's stake: odds after commission times the fair closing probability, minus
// 1; for who laid, what is to be won from the other side.
std::optional<double> ClosingValue(const OwnBet& bet, const PastMatch& match) {
  const std::vector<double> fair = FairClosing(match, bet.wager.market, bet.wager.line_quarters);
  if (fair.empty()) return std::nullopt;
  std::size_t position = 0;
  if (bet.wager.outcome == "DRAW") position = 1;
  if (bet.wager.outcome == "AWAY" || bet.wager.outcome == "UNDER") position = fair.size() - 1;
  const double kept = 1 - bet.wager.commission_basis_points / 10'000.0;
  const double p = fair[position];
  if (bet.wager.side == "BACK") return p * (1 + (bet.wager.odds - 1) * kept) - 1;
  return (1 - p) * kept - p * (bet.wager.odds - 1);
}

struct Sums {
  std::int64_t open = 0, exposure = 0, returned = 0, turnover = 0, profit = 0, with_line = 0;
  std::map<std::string, std::int64_t> results;
  double closing_value = 0;
};

void CheckBet(const OwnBet& own, const json& bet, const DataSite& site, Moment moment, Sums& sums) {
  INFO(MomentText(moment) << " " << bet.dump());
  CHECK_FALSE(bet["logged_afterwards"].get<bool>());
  CHECK(bet["match_date"] == DayText(own.day));
  const std::int64_t exposure = Exposure(own.wager);
  CHECK(Minor(bet, "exposure_minor_units") == exposure);
  const std::optional<Ending> fate = Fate(own, site, moment);
  if (!fate) {
    CHECK(bet["result"] == "BET_RESULT_UNSPECIFIED");
    ++sums.open;
    sums.exposure += exposure;
    return;
  }
  CHECK(bet["result"] == "BET_RESULT_" + fate->result);
  CHECK(Minor(bet, "returned_minor_units") == fate->returned);
  ++sums.results[fate->result];
  sums.returned += fate->returned;
  sums.profit += fate->returned - exposure;
  if (fate->result == "WIN" || fate->result == "LOSS") sums.turnover += exposure;
  if (fate->result == "HALF_WIN" || fate->result == "HALF_LOSS") sums.turnover += exposure;
  if (own.match.over() > moment) return;
  const auto value = ClosingValue(own, own.match);
  REQUIRE(bet.contains("closing_line_value") == value.has_value());
  if (!value) return;
  CHECK(bet["closing_line_value"].get<double>() == Approx(*value).epsilon(0).margin(1e-6));
  ++sums.with_line;
  sums.closing_value += *value;
}

void CheckStatistics(const Bettor& bettor, const Sums& sums) {
  const json statistics = bettor.Get("/v1/bets/statistics");
  INFO(statistics.dump(2));
  const auto result = [&](const char* name) {
    const auto found = sums.results.find(name);
    return found == sums.results.end() ? 0 : found->second;
  };
  const json& all = statistics["overall"];
  CHECK(Minor(statistics, "open_bets") == sums.open);
  CHECK(Minor(statistics, "open_exposure_minor_units") == sums.exposure);
  CHECK(Minor(statistics, "logged_afterwards") == 0);
  CHECK(Minor(all, "won") == result("WIN") + result("HALF_WIN"));
  CHECK(Minor(all, "lost") == result("LOSS") + result("HALF_LOSS"));
  CHECK(Minor(all, "voided") == result("VOID"));
  CHECK(Minor(all, "turnover_minor_units") == sums.turnover);
  CHECK(Minor(all, "profit_minor_units") == sums.profit);
  CHECK(Minor(all, "closing_line_bets") == sums.with_line);
  if (sums.with_line > 0) {
    CHECK(all["mean_closing_line_value"].get<double>() ==
          Approx(sums.closing_value / static_cast<double>(sums.with_line)).epsilon(0).margin(1e-6));
  }
  for (const char* group : {"by_competition", "by_bookmaker", "by_market", "by_odds", "by_month"}) {
    std::int64_t profit = 0;
    for (const json& part : statistics[group]) profit += Minor(part, "profit_minor_units");
    CHECK(profit == sums.profit);
  }
}

}  // namespace

void CheckLedger(const Bettor& bettor, const DataSite& site, Moment moment) {
  const json bets = bettor.All("/v1/bets", "bets");
  REQUIRE(bets.size() == bettor.bets().size());
  std::map<std::string, json> by_id;
  for (const json& bet : bets) by_id[bet["bet_id"]] = bet;
  Sums sums;
  std::int64_t staked = 0;
  for (const OwnBet& own : bettor.bets()) {
    CheckBet(own, by_id.at(own.bet_id), site, moment, sums);
    staked += Exposure(own.wager);
  }

  const json account = bettor.Get("/v1/account")["account"];
  INFO(account.dump());
  CHECK(Minor(account, "bankroll_minor_units") == bettor.deposited() - staked + sums.returned);
  CHECK(Minor(account, "open_exposure_minor_units") == sums.exposure);
  CheckStatistics(bettor, sums);
  const json curve = bettor.Get("/v1/bankroll/curve");
  const json& last = curve["points"].back();
  CHECK(Minor(last, "profit_minor_units") == sums.profit);
  CHECK(Minor(last, "equity_minor_units") == bettor.deposited() + sums.profit);
  CHECK(Minor(last, "deposited_minor_units") == bettor.deposited());
}

}  // namespace fairline::testing
