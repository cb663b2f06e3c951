// Ten weeks of real matches, Friday by Friday: the site is as it was then, the pipeline runs, one
// account follows the advice, another bets by hand, and services die in the middle of their writes.
// After each step the record and both books are held against the files.

#include <array>
#include <filesystem>
#include <future>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/core/date.hpp"
#include "libs/testing/data.hpp"
#include "tests/months/bettor.hpp"
#include "tests/months/blow.hpp"
#include "tests/months/data_site.hpp"
#include "tests/months/ledger_check.hpp"
#include "tests/months/record_check.hpp"
#include "tools/fairline/verify.hpp"

namespace fairline::testing {
namespace {

using namespace std::chrono;
using nlohmann::json;

constexpr int kSteps = 10;
constexpr std::int64_t kBankroll = 1'000'000;
constexpr Moment kFirst = sys_days(2025y / October / 3) + 9h;

Moment StepAt(int step) { return kFirst + weeks(step); }

// How many days before today each step is sealed: between two steps a day passes at least, so that
// the next run closes it, but at step 4 the clock runs ahead over a midnight and at 6 it is put
// back.
constexpr std::array<int, kSteps> kDaysAgo{12, 11, 10, 9, 6, 5, 8, 7, 4, 3};

Incidents WhatHappens() {
  const auto friday = [](int step) { return StepAt(step); };
  return {
      .moved = {{"E0", "Everton", "Tottenham", 2025y / October / 25, friday(3)},
                {"E1", "Birmingham", "Millwall", 2025y / November / 1, friday(5)},
                {"E1", "QPR", "Southampton", 2025y / November / 1, friday(5)},
                {"E0", "Bournemouth", "Everton", 2025y / November / 29, friday(9)},
                {"E0", "Brighton", "Aston Villa", 2025y / November / 29, friday(9)}},
      .postponed = {{"E1", "Hull", "West Brom", 2025y / October / 25, friday(3), friday(4)},
                    {"E0", "Newcastle", "Chelsea", 2025y / November / 8, friday(4), friday(5)},
                    {"SP1", "Betis", "Villarreal", 2025y / November / 8, friday(4), friday(5)},
                    {"SP1", "Barcelona", "Oviedo", 2025y / November / 22, friday(7), friday(8)}},
      .misreported = {{"E0", "Chelsea", "Sunderland", 2, 1, friday(5)},
                      {"E1", "Hull", "Charlton", 1, 0, friday(6)}}};
}

SiteContents Contents() {
  return {.first_season = 2022,
          .season = 2025,
          .growing = {"E0", "E1"},
          .whole = {"SP1"},
          .incidents = WhatHappens()};
}

class Months {
 public:
  explicit Months(const std::filesystem::path& data)
      : folder_(MakeFolder()),
        site_(data / "football", folder_ / "site", Contents()),
        record_(site_) {
    site_.StandAt(kFirst);
    fairline_ =
        std::make_unique<Installation>(InstallationOptions{site_.folder(), MomentText(kFirst)});
    follower_ = std::make_unique<Bettor>(fairline_->url(), "follower", kBankroll);
    gambler_ = std::make_unique<Bettor>(fairline_->url(), "gambler", kBankroll);
  }
  ~Months() {
    fairline_.reset();
    std::filesystem::remove_all(folder_);
  }

  void StandAt(int step) {
    site_.StandAt(StepAt(step));
    SetRealTime(step);
    fairline_->StandAt(MomentText(StepAt(step)));
  }
  void RunPipeline(int step);
  void Bet(int step);
  void Check(int step);
  // Where the clock of sealing stands at the step, whatever the as-of clock says.
  void SetRealTime(int step);
  void KeepFirstSeal(int step);
  void CheckChain();

 private:
  static std::filesystem::path MakeFolder() {
    char name[] = "/tmp/fairline-months-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
    return name;
  }

  void FollowAdvice(const json& advice, const std::map<std::string, Listing>& by_match);
  [[nodiscard]] OwnBet ByHand(const Listing& listing, const std::string& match_id) const;
  void CheckNothingFromLater(Moment moment) const;

  std::filesystem::path folder_;
  DataSite site_;
  RecordCheck record_;
  std::unique_ptr<Installation> fairline_;
  std::unique_ptr<Bettor> follower_;
  std::unique_ptr<Bettor> gambler_;
  std::string first_seal_;
};

void Months::RunPipeline(int step) {
  static const std::map<int, Blow> kBlows{
      {1, {"ingest", "sports.quotes", "fairline_ingest"}},
      {2, {"preprocessing", "features.match_features", "fairline_preprocessing"}},
      {3, {"prediction", "prediction.record_lines", "fairline_prediction"}},
      {4, {"prediction", "prediction.scores", "fairline_prediction"}},
      {5, {"accounts", "accounts.bet_settlements", "fairline_accounts"}},
      {6, {"pipeline", "accounts.bet_settlements", "fairline_accounts"}},
      {8, {"accounts", "accounts.journal", "fairline_accounts"}}};
  json request{{"competition_codes", site_.divisions()},
               {"first_season_start", site_.first_season()}};
  if (step > 0) request["stages"] = {"ingest", "preprocess", "predict", "settle"};
  std::string run_id;
  const auto start = [&] { run_id = fairline_->StartRun(request); };
  const auto blow = kBlows.find(step);
  if (blow == kBlows.end()) {
    start();
  } else {
    Strike(*fairline_, blow->second, start);
  }
  const json run = fairline_->AwaitRun(run_id, 120s);
  INFO(run.dump(2));
  REQUIRE(run["state"] == "RUN_STATE_SUCCEEDED");
}

// A menu that goes through every market, back and lay, with prices of the file where it has some.
OwnBet Months::ByHand(const Listing& listing, const std::string& match_id) const {
  const PastMatch& match = listing.match;
  const auto price = [&](const char* column) { return match.Number(column).value_or(1.9); };
  const int handicap = static_cast<int>(4 * match.Number("AHh").value_or(0));
  const std::vector<Wager> menu{{"ASIAN_HANDICAP", "HOME", handicap, "BACK", price("AvgAHH")},
                                {"TOTAL", "OVER", 10, "BACK", price("B365>2.5")},
                                {"MATCH_RESULT", "DRAW", 0, "LAY", price("AvgD"), 0, 200},
                                {"ASIAN_HANDICAP", "AWAY", handicap, "BACK", price("AvgAHA")},
                                {"TOTAL", "UNDER", 10, "BACK", price("B365<2.5")},
                                {"TOTAL", "OVER", 9, "BACK", 1.77},
                                {"TOTAL", "UNDER", 11, "BACK", 1.833},
                                {"ASIAN_HANDICAP", "HOME", -1, "BACK", 2.05, 0, 150},
                                {"ASIAN_HANDICAP", "AWAY", 3, "BACK", 1.91},
                                {"DRAW_NO_BET", "HOME", 0, "BACK", 1.6},
                                {"BOTH_TO_SCORE", "YES", 0, "BACK", 1.72},
                                {"DOUBLE_CHANCE", "DRAW_OR_AWAY", 0, "BACK", 1.5},
                                {"HOME_TOTAL", "OVER", 6, "BACK", 2.1},
                                {"AWAY_TOTAL", "UNDER", 5, "BACK", 1.65},
                                {"MATCH_RESULT", "HOME", 0, "BACK", price("AvgH"), 0, 500}};
  const std::size_t count = gambler_->bets().size();
  OwnBet bet;
  bet.wager = menu[count % menu.size()];
  bet.wager.stake = 501 + 7 * static_cast<std::int64_t>(count % 13);
  bet.match_id = match_id;
  bet.bookmaker = "by hand";
  bet.match = match;
  bet.day = listing.day;
  return bet;
}

void Months::FollowAdvice(const json& advice, const std::map<std::string, Listing>& by_match) {
  for (const json& one : advice) {
    const json& forecast = one["forecast"];
    const Listing& listing = by_match.at(forecast["match_id"]);
    if (follower_->HasBetOn(listing.match)) continue;
    for (const json& outcome : one["outcomes"]) {
      OwnBet bet;
      bet.wager.market = "MATCH_RESULT";
      bet.wager.outcome = outcome["outcome"].get<std::string>().substr(8);
      bet.wager.odds = outcome["best_odds"];
      bet.wager.stake = std::stoll(outcome["stake_minor_units"].get<std::string>());
      if (bet.wager.stake == 0) continue;
      bet.match_id = forecast["match_id"];
      bet.bookmaker = outcome["bookmaker_code"];
      bet.probability = outcome["probability"];
      bet.model_version = forecast["model_version"];
      bet.match = listing.match;
      bet.day = listing.day;
      follower_->Place(std::move(bet));
    }
  }
}

void Months::Bet(int step) {
  const Moment moment = StepAt(step);
  const json forecasts = gambler_->All("/v1/forecasts", "forecasts");
  record_.Forecasts(moment, forecasts);
  std::map<std::string, Listing> by_name, by_match;
  for (const Listing& listing : site_.ListedAt(moment)) by_name[listing.match.name()] = listing;
  for (const json& forecast : forecasts) {
    const std::string name = fmt::format("{} - {}", forecast["home_team"].get<std::string>(),
                                         forecast["away_team"].get<std::string>());
    by_match[forecast["match_id"]] = by_name.at(name);
  }
  FollowAdvice(follower_->All("/v1/advice?only_bets=true", "advice"), by_match);

  bool die_next = step == 7;
  for (const auto& [match_id, listing] : by_match) {
    if (gambler_->HasBetOn(listing.match)) continue;
    OwnBet bet = ByHand(listing, match_id);
    if (!std::exchange(die_next, false)) {
      gambler_->Place(std::move(bet));
      continue;
    }
    std::future<void> placed;
    Strike(*fairline_, {"accounts", "accounts.bets", "fairline_accounts"}, [&] {
      placed = std::async(std::launch::async, [&] { gambler_->PlaceStubbornly(std::move(bet)); });
    });
    placed.get();
  }
}

void Months::CheckNothingFromLater(Moment moment) const {
  const std::string day = DayText(floor<days>(moment) - days(1));
  for (const json& match : gambler_->All("/v1/matches?from_date=" + day, "matches")) {
    INFO(MomentText(moment) << " " << match.dump());
    const auto kickoff = ParseInstant(match["kickoff_time"].get<std::string>());
    REQUIRE(kickoff.ok());
    if (*kickoff + 150min > moment) CHECK_FALSE(match.contains("home_score"));
  }
}

void Months::Check(int step) {
  const Moment moment = StepAt(step);
  CheckNothingFromLater(moment);
  const json scored = gambler_->All("/v1/record/forecasts", "forecasts");
  record_.Scored(moment, scored);
  CHECK(fairline_->Count("SELECT count(*) FROM prediction.scores") ==
        static_cast<std::int64_t>(scored.size()));
  if (scored.size() > 1) record_.TrackRecord(moment, gambler_->Get("/v1/record"), scored);
  // Nothing was forecast at a moment at which the match had begun.
  CHECK(fairline_->Count("SELECT count(*) FROM prediction.record_lines l JOIN sports.matches m "
                         "USING (match_id) WHERE l.kind = 1 AND "
                         "(l.line::jsonb->>'as_of')::timestamptz >= m.kickoff_time") == 0);
  CheckLedger(*follower_, site_, moment);
  CheckLedger(*gambler_, site_, moment);
  const auto violations = fairline_->api().Get("/v1/ledger/violations");
  REQUIRE(violations.ok());
  CHECK((*violations)["violations"].empty());
}

void Months::SetRealTime(int step) {
  if (step == 0) {
    fairline_->Execute(
        "CREATE SCHEMA stepped; CREATE TABLE stepped.clock (days_ago int NOT NULL); "
        "INSERT INTO stepped.clock VALUES (0); "
        "CREATE FUNCTION stepped.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "  'SELECT pg_catalog.clock_timestamp() - days_ago * interval ''1 day'' "
        "   FROM stepped.clock'; "
        "GRANT USAGE ON SCHEMA stepped TO fairline_prediction; "
        "GRANT SELECT ON stepped.clock TO fairline_prediction; "
        "ALTER ROLE fairline_prediction SET search_path = stepped, pg_catalog, prediction");
  }
  fairline_->Execute(fmt::format("UPDATE stepped.clock SET days_ago = {}",
                                 kDaysAgo.at(static_cast<std::size_t>(step))));
}

void Months::KeepFirstSeal(int step) {
  if (step == 1) first_seal_ = gambler_->Get("/v1/record/seals")["seals"][0]["sha256"];
}

void Months::CheckChain() {
  fairline_->Execute("UPDATE stepped.clock SET days_ago = 0");
  const json run = fairline_->AwaitRun(fairline_->StartRun({{"stages", {"predict"}}}));
  REQUIRE(run["state"] == "RUN_STATE_SUCCEEDED");
  // Steps 5 to 7 are in one seal: the days from which the clock stepped back, and back again.
  CHECK(gambler_->All("/v1/record/seals", "seals").size() == kSteps - 2);
  CHECK(fairline_->Count("SELECT count(*) FROM prediction.record_lines WHERE day NOT IN "
                         "(SELECT day FROM prediction.seals)") == 0);
  cli::Context context{fairline_->api()};
  CHECK(cli::VerifyRecord(context, "").ok());
  CHECK(cli::VerifyRecord(context, first_seal_).ok());
  // Somebody with all rights in the database makes one forecast look better, years ago.
  fairline_->Execute(
      "UPDATE prediction.record_lines SET line = replace(line, '\"probabilities\":[0.', "
      "'\"probabilities\":[0.9') WHERE line_id = (SELECT min(line_id) FROM "
      "prediction.record_lines)");
  CHECK(absl::IsDataLoss(cli::VerifyRecord(context, first_seal_)));
}

TEST_CASE("ten weeks of real matches come out as the files say, whatever dies", "[months]") {
  const auto data = TestDataDir();
  if (!data) return;
  Months months(*data);
  for (int step = 0; step < kSteps; ++step) {
    const auto began = steady_clock::now();
    months.StandAt(step);
    months.RunPipeline(step);
    months.Bet(step);
    months.Check(step);
    months.KeepFirstSeal(step);
    fmt::print("{}: {:.1f} s\n", MomentText(StepAt(step)),
               duration<double>(steady_clock::now() - began).count());
  }
  months.CheckChain();
}

}  // namespace
}  // namespace fairline::testing
