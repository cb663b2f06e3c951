// The pure parts of bets: when they may be logged, how they are settled, files, limits, statistics.

#include "services/accounts/app/ledger/bet.hpp"

#include <catch2/catch.hpp>

#include "libs/domain/match.hpp"
#include "services/accounts/app/ledger/bet_file.hpp"
#include "services/accounts/app/ledger/bet_statistics.hpp"
#include "services/accounts/app/ledger/limits.hpp"
#include "services/accounts/app/ledger/settlement.hpp"

namespace fairline::accounts {
namespace {

using domain::BetResult;
using domain::MatchState;

Instant At(const char* text) { return ParseInstant(text).value(); }
Day On(const char* text) { return ParseDay(text).value(); }

BetMatch ArsenalLeeds() {
  BetMatch match;
  match.match_id = MatchId{11};
  match.match_date = On("2026-01-31");
  match.kickoff_time = At("2026-01-31T15:00:00Z");
  match.sport = "football";
  match.competition_code = "E0";
  match.competition_name = "English Premier League";
  match.home_team = "Arsenal";
  match.away_team = "Leeds";
  return match;
}

NewBet TenOnHome() {
  NewBet order;
  order.match_id = MatchId{11};
  order.terms = {domain::BetSide::kBack, 2'100'000, Money{1'000}, 0};
  order.bookmaker = "bet365";
  return order;
}

Bet OpenBet() {
  Bet bet;
  bet.bet_id = 1;
  bet.order = TenOnHome();
  bet.order.placed_time = At("2026-01-30T09:00:00Z");
  bet.match = ArsenalLeeds();
  bet.exposure = Money{1'000};
  return bet;
}

BetMatch Finished(int home, int away, MatchState state = MatchState::kFinished) {
  BetMatch match = ArsenalLeeds();
  match.state = state;
  match.home_score = home;
  match.away_score = away;
  return match;
}

const Instant kNextDay = At("2026-02-01T09:00:00Z");

TEST_CASE("a bet is settled by hand with a reason and either a result or a score", "[bets]") {
  const auto field = [](const ByHand& said) {
    const auto settled = SettledByHand(OpenBet(), said, kNextDay);
    return settled.ok() ? "" : ViolationsOf(settled.status()).front().field;
  };
  CHECK(field({.result = BetResult::kWin}) == "reason");
  CHECK(field({.result = BetResult::kWin, .reason = std::string(201, 'x')}) == "reason");
  CHECK(field({.result = BetResult::kWin, .reason = "a\nb"}) == "reason");
  CHECK(field({.reason = "why"}) == "result");
  CHECK(field({.result = BetResult::kWin, .home_score = 1, .away_score = 0, .reason = "why"}) ==
        "result");
  CHECK(field({.result = BetResult::kCancelled, .reason = "why"}) == "result");
  CHECK(field({.result = BetResult(9), .reason = "why"}) == "result");
  CHECK(field({.home_score = 1, .reason = "why"}) == "away_score");
  CHECK(field({.home_score = -1, .away_score = 0, .reason = "why"}) == "home_score");
  Bet lay = OpenBet();
  lay.order.terms.side = domain::BetSide::kLay;
  const auto lost =
      SettledByHand(lay, {.home_score = 2, .away_score = 0, .reason = "why"}, kNextDay);
  CHECK((*lost)->result == BetResult::kLoss);
  CHECK((*lost)->reason == "loss by hand at 2-0: why");
  const auto half =
      SettledByHand(OpenBet(), {.result = BetResult::kHalfWin, .reason = "dead heat"}, kNextDay);
  CHECK((*half)->returned == Money{1'550});
  Bet settled = OpenBet();
  settled.outcome = BetOutcome{.result = BetResult::kVoid, .settlements = 1, .by_hand = true};
  CHECK_FALSE(SettleBet(settled, Finished(2, 1), kNextDay));
}

TEST_CASE("a bet is logged until kick-off, afterwards only with the time it was placed", "[bets]") {
  const BetMatch match = ArsenalLeeds();
  NewBet order = TenOnHome();
  CHECK(CheckOrder(order, match, At("2026-01-31T14:59:59Z")).ok());
  CHECK(absl::IsFailedPrecondition(CheckOrder(order, match, At("2026-01-31T15:00:00Z"))));
  order.placed_time = At("2026-01-31T14:00:00Z");
  CHECK(CheckOrder(order, match, kNextDay).ok());
  order.placed_time = At("2026-01-31T15:00:01Z");
  CHECK_THAT(MessageOf(CheckOrder(order, match, kNextDay)), Catch::StartsWith("placed_time: "));
  order.placed_time = At("2026-01-30T10:00:00Z");
  CHECK_THAT(MessageOf(CheckOrder(order, match, At("2026-01-30T09:00:00Z"))),
             Catch::StartsWith("placed_time: "));
  // Without a time knowledge ends when the day begins.
  BetMatch timeless = match;
  timeless.kickoff_time.reset();
  CHECK(CheckOrder(TenOnHome(), timeless, At("2026-01-30T23:59:59Z")).ok());
  CHECK_FALSE(CheckOrder(TenOnHome(), timeless, At("2026-01-31T00:00:00Z")).ok());
}

TEST_CASE("a bookmaker's name is one line, a note may have several", "[bets]") {
  NewBet order = TenOnHome();
  order.note = "seen on\nSaturday";
  CHECK(CheckOrder(order, ArsenalLeeds(), At("2026-01-30T09:00:00Z")).ok());
  order.bookmaker = "bet\n365";
  CHECK_THAT(MessageOf(CheckOrder(order, ArsenalLeeds(), At("2026-01-30T09:00:00Z"))),
             Catch::StartsWith("bookmaker: "));
}

TEST_CASE("a bet settles by the score, once", "[bets]") {
  Bet bet = OpenBet();
  CHECK_FALSE(SettleBet(bet, ArsenalLeeds(), kNextDay));
  const auto won = SettleBet(bet, Finished(2, 1), kNextDay);
  REQUIRE(won);
  CHECK(won->result == BetResult::kWin);
  CHECK(won->returned == Money{2'100});
  CHECK(won->effective_time == At("2026-01-31T17:30:00Z"));
  bet.outcome = BetOutcome{.result = won->result,
                           .returned = won->returned,
                           .home_score = 2,
                           .away_score = 1,
                           .settlements = 1};
  CHECK_FALSE(SettleBet(bet, Finished(2, 1), kNextDay));
  // A corrected result settles anew, also when the money stays the same.
  const auto corrected = SettleBet(bet, Finished(1, 1, MatchState::kCorrected), kNextDay);
  REQUIRE(corrected);
  CHECK(corrected->result == BetResult::kLoss);
  CHECK(corrected->returned == Money{0});
  CHECK(SettleBet(bet, Finished(3, 1, MatchState::kCorrected), kNextDay));
  bet.outcome->result = BetResult::kCancelled;
  CHECK_FALSE(SettleBet(bet, Finished(1, 1, MatchState::kCorrected), kNextDay));
}

TEST_CASE("a layer wins what the backer loses", "[bets]") {
  Bet bet = OpenBet();
  bet.order.terms = {domain::BetSide::kLay, 3'000'000, Money{1'000}, 500};
  bet.exposure = domain::Exposure(bet.order.terms);
  CHECK(bet.exposure == Money{2'000});
  CHECK(SettleBet(bet, Finished(0, 0), kNextDay)->returned == Money{2'950});
  CHECK(SettleBet(bet, Finished(1, 0), kNextDay)->returned == Money{0});
}

TEST_CASE("an awarded match that was played is settled by the pitch", "[bets]") {
  const Bet bet = OpenBet();
  CHECK(SettleBet(bet, Finished(3, 0, MatchState::kAwarded), kNextDay)->result == BetResult::kWin);
}

TEST_CASE("moved, postponed, abandoned and awarded matches void their bets", "[bets]") {
  const Bet bet = OpenBet();
  BetMatch match = ArsenalLeeds();
  match.match_date = On("2026-02-03");
  CHECK_FALSE(SettleBet(bet, match, kNextDay));
  match.match_date = On("2026-02-04");
  CHECK(SettleBet(bet, match, kNextDay)->result == BetResult::kVoid);
  match = ArsenalLeeds();
  match.state = MatchState::kPostponed;
  CHECK_FALSE(SettleBet(bet, match, At("2026-02-03T23:00:00Z")));
  CHECK(SettleBet(bet, match, At("2026-02-04T00:00:00Z"))->returned == Money{1'000});
  CHECK(SettleBet(bet, Finished(1, 0, MatchState::kAbandoned), kNextDay)->result ==
        BetResult::kVoid);
  match = ArsenalLeeds();
  match.state = MatchState::kAwarded;
  CHECK(SettleBet(bet, match, kNextDay)->result == BetResult::kVoid);
  match = ArsenalLeeds();
  match.taken_back = true;
  CHECK(SettleBet(bet, match, kNextDay)->result == BetResult::kVoid);
  // No result, or no match any more: a fortnight's patience.
  CHECK_FALSE(SettleBet(bet, ArsenalLeeds(), At("2026-02-13T23:00:00Z")));
  CHECK(SettleBet(bet, ArsenalLeeds(), At("2026-02-14T00:00:00Z"))->result == BetResult::kVoid);
  CHECK_FALSE(SettleBet(bet, std::nullopt, At("2026-02-13T23:00:00Z")));
  CHECK(SettleBet(bet, std::nullopt, At("2026-02-14T00:00:00Z"))->result == BetResult::kVoid);
}

TEST_CASE("a file of bets comes back as it was", "[bets][csv]") {
  Bet bet = OpenBet();
  bet.order.selection = {domain::Market::kAsianHandicap, domain::Outcome::kAway, -3};
  bet.order.terms = {domain::BetSide::kLay, 1'952'381, Money{12'345}, 250};
  bet.exposure = domain::Exposure(bet.order.terms);
  bet.order.note = "=SUM(A1), \"quoted\"\nand more";
  bet.outcome = BetOutcome{.result = BetResult::kHalfWin,
                           .returned = Money{20'000},
                           .home_score = 2,
                           .away_score = 1,
                           .settlements = 1};
  const std::string file = WriteBetFile({bet}, {{1, {0.5, "pinnacle"}}}, "EUR");
  CHECK_THAT(file, Catch::Contains("\"'=SUM(A1), \"\"quoted\"\""));
  CHECK_THAT(file, Catch::Contains(",1.952381,123.45,2.5,"));
  const auto read = ReadBetFile(file, "EUR");
  INFO(MessageOf(read.status()));
  REQUIRE(read.ok());
  REQUIRE(read->size() == 1);
  const FileBet& back = read->front();
  CHECK(back.match.match_date == bet.match.match_date);
  CHECK(back.match.competition == "E0");
  CHECK(back.match.home_team == "Arsenal");
  CHECK(back.order.selection.market == bet.order.selection.market);
  CHECK(back.order.selection.outcome == bet.order.selection.outcome);
  CHECK(back.order.selection.line_quarters == -3);
  CHECK(back.order.terms.side == domain::BetSide::kLay);
  CHECK(back.order.terms.odds_millionths == 1'952'381);
  CHECK(back.order.terms.stake == Money{12'345});
  CHECK(back.order.terms.commission_basis_points == 250);
  CHECK(back.order.note == bet.order.note);
  CHECK(back.order.placed_time == bet.order.placed_time);
}

TEST_CASE("every error of a file is named by line and column", "[bets][csv]") {
  const std::string header =
      "match_date,competition,home_team,away_team,market,outcome,line,odds,stake\n";
  const auto errors = [&](const std::string& rows) {
    return MessageOf(ReadBetFile(header + rows, "EUR").status());
  };
  const std::string message = errors(
      "2026-01-31,E0,Arsenal,Leeds,match_result,home,,2.1,10\n"
      "05/06/2026,E0,Arsenal,Leeds,match_result,home,,2.1,10\n"
      "2026-01-31,E0,Arsenal,Leeds,1x2,home,0.3,2.1x,10.123\n"
      "2026-01-31,E0,Arsenal,Leeds,total,home,2.5,0.9,10\n"
      "2026-01-31,E0,Arsenal\n");
  CHECK_THAT(message, Catch::StartsWith("content: line 3, column match_date: may be two days"));
  CHECK_THAT(message, Catch::Contains("line 4, column market: \"1x2\" is not one of"));
  CHECK_THAT(message, Catch::Contains("line 4, column line: must be a whole number of quarters"));
  CHECK_THAT(message, Catch::Contains("line 4, column odds: \"2.1x\" is not a number"));
  CHECK_THAT(message, Catch::Contains("line 4, column stake: \"10.123\""));
  CHECK_THAT(message, Catch::Contains("line 5, column outcome: "));
  CHECK_THAT(message, Catch::Contains("line 5, column odds: "));
  CHECK_THAT(message, Catch::Contains("line 6: has 3 cells"));
  CHECK_THAT(MessageOf(ReadBetFile("match_date,odds\n", "EUR").status()),
             Catch::Contains("line 1, column stake: is missing in the header"));
  CHECK_FALSE(ReadBetFile("", "EUR").ok());
}

TEST_CASE("a bet is read from what spreadsheets make of its file", "[bets][csv]") {
  const std::string header =
      "match_date,competition,home_team,away_team,market,outcome,odds,stake\r\n";
  for (const std::string& file : {
           header + "2026-01-31,E0,Chelsea,West Ham,match_result,home,1.55,5.00\r\n",
           header + ",,,,,,,\r\n2026-01-31,E0,Chelsea,West Ham,match_result,home,1.55,5.00,,\r\n,,,"
                    ",,,,\r\n",
           std::string(
               "match_date, competition, home_team, away_team, market, outcome, odds, stake\r"
               "\n2026-01-31, E0, Chelsea, \"West Ham \", match_result, home, 1.55, 5.00\r\n"),
           std::string("Match_Date,Competition,Home_Team,Away_Team,Market,Outcome,Odds,Stake,,\r\n"
                       "31/01/2026,E0,Chelsea,West Ham,Match_Result,Home,1.55,5,,\r\n"),
           std::string("match_date;competition;home_team;away_team;market;outcome;odds;stake\r\n"
                       "31.01.2026;E0;Chelsea;West Ham;match_result;home;1,55;5,00\r\n"),
           "sep=,\r\n" + header +
               "2026-01-31 00:00:00,E0,Chelsea,\xC2\xA0West "
               "Ham,match_result,home,\"1,5500001\",5.00\r\n",
           std::string(
               "match_date\tcompetition\thome_team\taway_team\tmarket\toutcome\todds\tstake\r"
               "2026-01-31\tE0\tChelsea\tWest Ham\tmatch_result\thome\t1,55\t5,00\r"),
       }) {
    CAPTURE(file);
    const auto read = ReadBetFile(file, "EUR");
    INFO(MessageOf(read.status()));
    REQUIRE(read.ok());
    REQUIRE(read->size() == 1);
    const FileBet& bet = read->front();
    CHECK(bet.match.match_date == On("2026-01-31"));
    CHECK(bet.match.home_team == "Chelsea");
    CHECK(bet.match.away_team == "West Ham");
    CHECK(bet.order.selection.market == domain::Market::kMatchResult);
    CHECK(bet.order.selection.outcome == domain::Outcome::kHome);
    CHECK(bet.order.terms.odds_millionths == 1'550'000);
    CHECK(bet.order.terms.stake == Money{500});
  }
}

TEST_CASE("odds of a file may be American or fractional, amounts go by the currency",
          "[bets][csv]") {
  const auto read = [](const std::string& odds, const std::string& stake, const char* currency) {
    return ReadBetFile(
        "match_date;competition;home_team;away_team;market;outcome;odds;stake;currency\n"
        "2026-01-31;E0;Chelsea;West Ham;match_result;home;" +
            odds + ";" + stake + ";" + currency + "\n",
        currency[0] == '\0' ? "EUR" : "JPY");
  };
  CHECK(read("-105", "5", "")->front().order.terms.odds_millionths == 1'952'381);
  CHECK(read("+120", "5", "")->front().order.terms.odds_millionths == 2'200'000);
  CHECK(read("20/21", "5", "")->front().order.terms.odds_millionths == 1'952'381);
  CHECK_FALSE(read("-50", "5", "").ok());
  CHECK(read("2", "1500", "jpy")->front().order.terms.stake == Money{1'500});
  CHECK_THAT(MessageOf(read("2", "15,5", "JPY").status()), Catch::Contains("column stake"));
  CHECK_THAT(MessageOf(read("2", "15", "USD").status()),
             Catch::Contains("line 2, column currency: is USD and the account's is JPY"));
}

TEST_CASE("a row that contradicts how its bet is settled is told by line and column",
          "[bets][csv]") {
  const auto told = [](const std::string& columns, const std::string& cells) {
    const auto read = ReadBetFile(
        "match_date,competition,home_team,away_team,market,outcome,odds,stake," + columns +
            "\n2026-01-31,E0,Chelsea,West Ham,match_result,home,2,10," + cells + "\n",
        "EUR");
    const BetOutcome won{
        .result = BetResult::kWin, .returned = Money{2'000}, .home_score = 2, .away_score = 1};
    std::vector<std::string> contradictions;
    AddContradictions(read->front(), won, "EUR", contradictions);
    return contradictions;
  };
  CHECK(told("result,score,returned,profit", "Won,2:1,20.00,10").empty());
  CHECK(told("result,score", "pending,").empty());
  CHECK(told("result", "lost") ==
        std::vector<std::string>{
            "line 2, column result: says loss, and the bet is settled as win at 2-1"});
  CHECK(told("score", "0-3") ==
        std::vector<std::string>{"line 2, column score: says 0-3, and the bet goes by 2-1"});
  CHECK(told("returned,profit", "19.50,9.50") ==
        std::vector<std::string>{"line 2, column returned: says 19.50, and 20.00 came back",
                                 "line 2, column profit: says 9.50, and the bet's is 10.00"});
}

TEST_CASE("odds without an end are rounded, money and thousands are not guessed", "[bets][csv]") {
  const auto read = [](const std::string& odds, const std::string& stake) {
    return ReadBetFile(
        "match_date;competition;home_team;away_team;market;outcome;odds;stake\n"
        "2026-01-31;E0;Chelsea;West Ham;match_result;home;" +
            odds + ";" + stake + "\n",
        "EUR");
  };
  CHECK(read("1.9523809523809523", "5")->front().order.terms.odds_millionths == 1'952'381);
  CHECK(read("1,95238095238095238095", "5")->front().order.terms.odds_millionths == 1'952'381);
  CHECK(read("2", "1234,5")->front().order.terms.stake == Money{123'450});
  CHECK_THAT(MessageOf(read("2", "5,001").status()), Catch::Contains("column stake: \"5,001\""));
  CHECK_THAT(MessageOf(read("2", "1.500").status()),
             Catch::Contains("\"1.500\" may be thousands or decimals"));
  CHECK_THAT(MessageOf(read("2", "1.234,50").status()), Catch::Contains("is not a number"));
  CHECK_THAT(MessageOf(read("2", "123456789012345678").status()),
             Catch::Contains("is not a number"));
  CHECK_THAT(MessageOf(ReadBetFile("<!DOCTYPE html>", "EUR").status()),
             Catch::StartsWith("content: is a web page"));
  CHECK_THAT(MessageOf(ReadBetFile("a,\"b\n", "EUR").status()),
             Catch::StartsWith("content: line 1: a quote is not closed"));
}

TEST_CASE("a lower limit holds at once, a higher one or none is to be confirmed",
          "[bets][limits]") {
  CHECK(HoldsAtOnce(Money{100}, Money{50}));
  CHECK(HoldsAtOnce(std::nullopt, Money{50}));
  CHECK(HoldsAtOnce(Money{100}, Money{100}));
  CHECK_FALSE(HoldsAtOnce(Money{100}, Money{101}));
  CHECK_FALSE(HoldsAtOnce(Money{100}, std::nullopt));
  Limit limit;
  limit.kind = LimitKind::kStake;
  limit.period = LimitPeriod::kWeek;
  limit.amount = Money{100};
  limit.used = Money{80};
  CHECK(CheckWithin(limit, Money{20}, "EUR").ok());
  CHECK(MessageOf(CheckWithin(limit, Money{21}, "EUR")) ==
        "your stake limit of 1.00 EUR in 7 days leaves 0.20 EUR");
  limit.amount.reset();
  CHECK(CheckWithin(limit, Money{1'000'000}, "EUR").ok());
}

TEST_CASE("a higher limit is confirmed as it was asked for, when its time has come",
          "[bets][limits]") {
  Limit limit;
  limit.amount = Money{100};
  const auto confirm = [&](const std::optional<Money>& wanted) {
    return MessageOf(CheckMayConfirm(limit, wanted, "EUR", kNextDay));
  };
  CHECK_THAT(confirm(Money{200}), Catch::StartsWith("no higher limit waits"));
  limit.next_time = kNextDay + std::chrono::microseconds(1);
  limit.next_amount = Money{200};
  CHECK(confirm(Money{200}) ==
        "take the time to think it over: it can be confirmed from 2026-02-01T09:00:01Z");
  limit.next_time = kNextDay;
  CHECK(confirm(Money{200}).empty());
  CHECK(confirm(Money{201}) == "the limit that was asked for is 2.00 EUR");
  CHECK_FALSE(confirm(std::nullopt).empty());
  limit.next_amount.reset();
  CHECK(confirm(std::nullopt).empty());
  CHECK(confirm(Money{200}) == "it was asked for to take the limit away");
}

TEST_CASE("bets of one file count against limits one after another", "[bets][limits]") {
  Limit loss;
  loss.kind = LimitKind::kLoss;
  loss.amount = Money{100};
  loss.settled_loss = Money{-30};                            // 30 won
  loss.used = Money{20};                                     // which open bets can lose
  REQUIRE(CountBet(loss, Money{80}, Money{0}, "EUR").ok());  // lost at once: 50 net
  CHECK(loss.used == Money{70});
  CHECK_FALSE(CountBet(loss, Money{31}, std::nullopt, "EUR").ok());
  CHECK(loss.used == Money{70});
  REQUIRE(CountBet(loss, Money{30}, Money{90}, "EUR").ok());  // won 60: nothing is lost net
  CHECK(loss.used == Money{20});
  CHECK(loss.settled_loss == Money{-10});
  Limit stake;
  stake.kind = LimitKind::kStake;
  stake.amount = Money{100};
  REQUIRE(CountBet(stake, Money{60}, Money{200}, "EUR").ok());  // what came back does not count
  CHECK_FALSE(CountBet(stake, Money{41}, std::nullopt, "EUR").ok());
}

TEST_CASE("an excluded account is refused kindly, with where to find help", "[bets][limits]") {
  Account account;
  CHECK(CheckNotExcluded(account, kNextDay).ok());
  account.excluded_until = kNextDay;
  CHECK(CheckNotExcluded(account, kNextDay).ok());
  account.excluded_until = kNextDay + std::chrono::hours(1);
  const absl::Status refusal = CheckNotExcluded(account, kNextDay);
  CHECK(absl::IsPermissionDenied(refusal));
  CHECK_THAT(MessageOf(refusal), Catch::Contains("gamblingtherapy.org"));
  CHECK_FALSE(ExclusionEnd(0, kNextDay).ok());
  CHECK_FALSE(ExclusionEnd(1827, kNextDay).ok());
  CHECK(ExclusionEnd(1, kNextDay).value() == kNextDay + std::chrono::hours(24));
  CHECK(ExclusionEnd(std::nullopt, kNextDay).value() == ForGood());
}

TEST_CASE("statistics are cut every way and say whose closing line", "[bets][statistics]") {
  std::vector<Bet> bets;
  for (int i = 0; i < 4; ++i) {
    Bet bet = OpenBet();
    bet.bet_id = i + 1;
    bet.order.terms.odds_millionths = i == 0 ? 1'490'000 : 1'500'000;
    bet.outcome = BetOutcome{.result = i == 3 ? BetResult::kCancelled : BetResult::kWin,
                             .returned = domain::Returned(bet.order.terms, BetResult::kWin),
                             .settlements = 1};
    bet.logged_afterwards = i == 1;
    bets.push_back(bet);
  }
  Bet open = OpenBet();
  bets.push_back(open);
  const BetStatistics statistics =
      StatisticsOf(bets, {{1, {0.5, "pinnacle"}}, {2, {0.8, "average"}}});
  CHECK(statistics.overall.won == 3);
  CHECK(statistics.overall.clv_bets == 2);
  CHECK(statistics.overall.mean_clv == Approx((0.745 - 1 + 1.2 - 1) / 2));
  CHECK(statistics.open_bets == 1);
  CHECK(statistics.open_exposure == Money{1'000});
  CHECK(statistics.logged_afterwards == 1);
  REQUIRE(statistics.by_odds.size() == 2);
  CHECK(statistics.by_odds[0].label == "1.01 to 1.49");
  CHECK(statistics.by_odds[1].record.won == 2);
  CHECK(statistics.by_month.front().label == "2026-01");
  CHECK_THAT(statistics.closing_line, Catch::Contains("Pinnacle's closing odds (1 bets)"));
}

TEST_CASE("the curve falls from the peak of profit, not when money is taken out", "[bets]") {
  const auto curve = CurveOf({{On("2026-01-01"), Money{1'000}, Money{0}},
                              {On("2026-01-02"), Money{0}, Money{500}},
                              {On("2026-01-03"), Money{-400}, Money{0}},
                              {On("2026-01-04"), Money{0}, Money{-300}},
                              {On("2026-02-09"), Money{50}, Money{0}}},
                             On("2026-01-31"));
  REQUIRE(curve.size() == 5);
  CHECK(curve[2].equity == Money{1'100});
  CHECK(curve[2].drawdown == Money{0});
  CHECK(curve[3].equity == Money{800});
  CHECK(curve[3].drawdown == Money{300});
  CHECK(curve[3].drawdown_fraction == Approx(300.0 / 1'100));
  CHECK(curve[4].day == On("2026-01-31"));
}

TEST_CASE("bets older than the first deposit stand on its money", "[bets]") {
  const auto curve = CurveOf(
      {{On("2025-08-10"), Money{0}, Money{-300}}, {On("2026-01-30"), Money{1'000}, Money{100}}},
      On("2026-01-31"));
  REQUIRE(curve.size() == 2);
  CHECK(curve[0].equity == Money{700});
  CHECK(curve[0].drawdown_fraction == Approx(0.3));
  CHECK(curve[1].equity == Money{800});
}

TEST_CASE("a word is lost about five losses in a row, and none about wins", "[bets]") {
  CHECK(StreakNotice(false, 4, Money{-400}, "EUR").empty());
  CHECK(StreakNotice(true, 9, Money{900}, "EUR").empty());
  CHECK_THAT(StreakNotice(false, 5, Money{-4'520}, "EUR"),
             Catch::StartsWith("Your last 5 settled bets lost, 45.20 EUR in all."));
}

}  // namespace
}  // namespace fairline::accounts
