#include "services/prediction/app/serving/predictor.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

constexpr Account kMedium{{100'000}, staking::RiskLevel::kMedium};

struct Serving : SmallInstallation {
  explicit Serving(SeasonDataRows rows = SmallWorld()) : SmallInstallation(std::move(rows)) {
    REQUIRE(keeper.Refresh().ok());
  }
  Predictor predictor{keeper};
};

std::vector<std::int64_t> Ids(const MatchPage& page) {
  std::vector<std::int64_t> ids;
  for (const MatchView& view : page.matches) ids.push_back(view.match->id.value);
  return ids;
}

TEST_CASE("a coming match is forecast from its market, any other pairing without odds",
          "[prediction]") {
  Serving world;
  const MatchView coming = world.predictor.PredictMatch("E0", "Arsenal", "Chelsea").value();
  REQUIRE(coming.match != nullptr);
  CHECK(coming.match->id.value == 100);
  CHECK(coming.forecast().anchored);
  REQUIRE(coming.forecast().market_probabilities.size() == 3);
  CHECK(coming.forecast().probabilities[0] == coming.forecast().market_probabilities[0] + 0.01);
  CHECK(coming.forecast().average_odds[1] == Approx(3.40).margin(1e-6));

  const MatchView turned = world.predictor.PredictMatch("E0", "Chelsea", "Arsenal").value();
  CHECK(turned.match == nullptr);
  CHECK(turned.advice == nullptr);
  CHECK_FALSE(turned.forecast().anchored);
  CHECK(turned.forecast().market_probabilities.empty());
  CHECK(turned.forecast().probabilities[0] == 0.01);

  const MatchView unquoted = world.predictor.PredictMatch("E1", "Leeds", "York").value();
  REQUIRE(unquoted.match != nullptr);
  CHECK_FALSE(unquoted.forecast().anchored);
}

TEST_CASE("the model that knows most of a match's prices answers", "[prediction]") {
  SmallInstallation world;
  world.loader.served = {kAllInformation.begin(), kAllInformation.end()};
  // Arsenal and Chelsea met at closing odds; Leeds and York are not known.
  const auto replay = features::MakeReplay("football").value();
  features::Match met;
  met.id = {1};
  met.competition = {1};
  met.home = {10};
  met.away = {11};
  met.season = 2025;
  met.day = On("2026-01-10");
  met.average_closing = {2.0F, 3.4F, 3.8F};
  replay->Update(std::vector{met});
  world.data.Preprocess(replay->Save());
  REQUIRE(world.keeper.Refresh().ok());
  const Predictor predictor(world.keeper);
  const auto made_by = [&](const char* competition, const char* home, const char* away) {
    return predictor.PredictMatch(competition, home, away)->forecast().information;
  };
  CHECK(made_by("E0", "Arsenal", "Chelsea") == Information::kWithOdds);
  CHECK(made_by("E0", "Chelsea", "Arsenal") == Information::kPastOdds);
  CHECK(made_by("E1", "Leeds", "York") == Information::kNoOdds);
  const MatchView past = predictor.PredictMatch("E0", "Chelsea", "Arsenal").value();
  CHECK(past.forecast().probabilities[0] == 0.005);
  CHECK_FALSE(past.forecast().anchored);

  SmallInstallation old;
  old.loader.served = {Information::kNoOdds, Information::kWithOdds};
  old.data.Preprocess(replay->Save());
  REQUIRE(old.keeper.Refresh().ok());
  CHECK(Predictor(old.keeper).PredictMatch("E0", "Chelsea", "Arsenal")->forecast().information ==
        Information::kNoOdds);
}

TEST_CASE("a forecast carries its uncertainty and the models it is pooled from", "[prediction]") {
  Serving world;
  const MatchView view = world.predictor.PredictMatch("E0", "Arsenal", "Chelsea").value();
  CHECK(view.forecast().deviations == std::vector<double>(3, 0.02));
  REQUIRE(view.forecast().members.size() == 2);
  CHECK(view.forecast().members[0].name == "bold");
  CHECK(view.forecast().members[0].weight == 0.75);
  CHECK(view.forecast().members[1].probabilities == view.forecast().probabilities);
}

TEST_CASE("an uncertain forecast is staked less than a sure one", "[prediction]") {
  Serving world;
  const MatchView view = world.predictor.PredictMatch("E0", "Arsenal", "Chelsea").value();
  MatchForecast sure = view.forecast();
  sure.deviations.clear();
  const auto stake = [&](const MatchForecast& forecast) {
    const MatchOfDay match{&forecast, view.match};
    return StakeDay({&match, 1}, {}, kNow)
        ->matches[0]
        .at_risk[RiskIndex(staking::RiskLevel::kLow)][0]
        .stake;
  };
  CHECK(stake(view.forecast()) > 0.0);
  CHECK(stake(view.forecast()) < stake(sure));
}

TEST_CASE("a match is found by id while it is coming", "[prediction]") {
  Serving world;
  CHECK(world.predictor.FindMatch({101})->home->name == "Leeds");
  CHECK(world.predictor.FindMatch({7}).status().code() == absl::StatusCode::kNotFound);
  world.as_of.Set(At("2026-01-30T20:00:00Z"));
  CHECK(world.predictor.FindMatch({100}).status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("a bundle without an anchored model gives no advice", "[prediction]") {
  SmallInstallation world;
  world.loader.served = {Information::kNoOdds};
  REQUIRE(world.keeper.Refresh().ok());
  const Predictor predictor(world.keeper);
  const MatchView view = predictor.PredictMatch("E0", "Arsenal", "Chelsea").value();
  CHECK_FALSE(view.forecast().anchored);
  CHECK(view.forecast().market_probabilities.size() == 3);
  const StakedMatch staked = StakeMatch(view, kMedium).value();
  CHECK_FALSE(staked.has_bet);
  CHECK(staked.outcomes[0].advice.no_bet == staking::NoBetReason::kNotAnchored);
}

TEST_CASE("names are found by code, full name and alias in any case", "[prediction]") {
  Serving world;
  for (const char* competition :
       {"E0", "e0", "English Premier League", " english premier LEAGUE "}) {
    INFO(competition);
    CHECK(world.predictor.PredictMatch(competition, "the gunners", "CHELSEA")->match != nullptr);
  }
}

TEST_CASE("names are found as people write them", "[prediction]") {
  SeasonDataRows rows = SmallWorld();
  rows.competition_names = {{{1}, "EPL"}, {{3}, "Bundesliga"}};
  rows.aliases.push_back({"football", "Germany", "1. FC Köln", {21}});
  Serving world(std::move(rows));
  CHECK(world.predictor.PredictMatch("EPL", "Arsenal FC", "chelsea")->match != nullptr);
  CHECK(world.predictor.PredictMatch("bundesliga", "BREMEN", "Köln")->match != nullptr);
  CHECK(world.predictor.PredictMatch("D1", " Bremen ", "1. fc  koln")->match != nullptr);
  CHECK(MessageOf(world.predictor.PredictMatch("E0", "Arsenall", "Chelsea").status()) ==
        "home_team: \"Arsenall\" is not known in English Premier League; the nearest is Arsenal");
}

TEST_CASE("unknown names are refused by field", "[prediction]") {
  Serving world;
  const auto field_of = [&](const char* competition, const char* home, const char* away) {
    const absl::Status status = world.predictor.PredictMatch(competition, home, away).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    return MessageOf(status).substr(0, MessageOf(status).find(':'));
  };
  CHECK(field_of("E9", "Arsenal", "Chelsea") == "competition");
  CHECK(field_of("", "Arsenal", "Chelsea") == "competition");
  CHECK(field_of("E0", "Arsenall", "Chelsea") == "home_team");
  CHECK(field_of("E0", "", "Chelsea") == "home_team");
  CHECK(field_of("E0", "Arsenal", "Bremen") == "away_team");
  CHECK(field_of("E0", "Arsenal", "The Gunners") == "away_team");
  CHECK(world.predictor.ListForecasts("E9", {}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("without a production model the answer says what to do", "[prediction]") {
  SmallInstallation world;
  const Predictor predictor(world.keeper);
  CHECK(predictor.ListForecasts("", {}).status().code() == absl::StatusCode::kUnavailable);
  world.registry.production = 0;
  REQUIRE(world.keeper.Refresh().ok());
  for (const absl::Status& status :
       {predictor.PredictMatch("E0", "Arsenal", "Chelsea").status(),
        predictor.ListForecasts("", {}).status(), predictor.ListTodaysForecasts({}).status(),
        predictor.ListAdvice("", false, kMedium, {}).status()}) {
    CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(MessageOf(status) == "no production model yet: run the pipeline");
  }
  CHECK(predictor.GetServingModel("football")->model == nullptr);
  CHECK(predictor.GetServingModel("cricket").status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a production model that could not be loaded is no reason to run the pipeline",
          "[prediction]") {
  SmallInstallation world;
  world.registry.unreachable = true;
  CHECK_FALSE(world.keeper.Refresh().ok());
  const Predictor predictor(world.keeper);
  CHECK(predictor.ListForecasts("", {}).status().code() == absl::StatusCode::kUnavailable);
  CHECK(predictor.PredictMatch("E0", "Arsenal", "Chelsea").status().code() ==
        absl::StatusCode::kUnavailable);
}

TEST_CASE("lists go by day and kick-off, filter by competition and leave out what began",
          "[prediction]") {
  Serving world;
  using Expected = std::vector<std::int64_t>;
  CHECK(Ids(*world.predictor.ListForecasts("", {})) == Expected{100, 101, 102});
  CHECK(Ids(*world.predictor.ListForecasts("Germany Bundesliga 1", {})) == Expected{102});
  CHECK(Ids(*world.predictor.ListTodaysForecasts({})) == Expected{100});
  CHECK(Ids(world.predictor.ListAdvice("", false, kMedium, {})->page) == Expected{100, 102});
  CHECK(Ids(world.predictor.ListAdvice("", true, kMedium, {})->page) == Expected{100});

  // Kick-off passes without a refresh in between.
  world.as_of.Set(At("2026-01-30T20:00:00Z"));
  CHECK(Ids(*world.predictor.ListForecasts("", {})) == Expected{101, 102});
  CHECK(world.predictor.PredictMatch("E0", "Arsenal", "Chelsea")->match == nullptr);
  // Without a kick-off time a match is coming until its day is over.
  world.as_of.Set(At("2026-01-31T23:59:59Z"));
  CHECK(Ids(*world.predictor.ListForecasts("", {})) == Expected{101, 102});
  world.as_of.Set(At("2026-02-01T00:00:00Z"));
  CHECK(Ids(*world.predictor.ListForecasts("", {})) == Expected{102});
}

TEST_CASE("pages join without gap or repetition, also when data change in between",
          "[prediction]") {
  SeasonDataRows rows = SmallWorld();
  const ComingMatch pattern = rows.coming[1];
  for (std::int64_t i = 0; i < 25; ++i) {
    ComingMatch match = pattern;
    match.id = {200 + i};
    match.kickoff = At("2026-01-30T15:00:00Z") + std::chrono::minutes(i / 5);
    rows.coming.push_back(match);
  }
  Serving world(rows);
  const std::vector<std::int64_t> all = Ids(*world.predictor.ListForecasts("", {}));
  REQUIRE(all.size() == 28);

  std::vector<std::int64_t> joined;
  PageRequest request{4, ""};
  do {
    const MatchPage page = world.predictor.ListForecasts("", request).value();
    CHECK(page.matches.size() <= 4);
    for (const std::int64_t id : Ids(page)) joined.push_back(id);
    request.token = page.next_token;
    world.data.Ingest([](SeasonDataRows&) {});
    REQUIRE(world.keeper.Refresh().ok());
  } while (!request.token.empty());
  CHECK(joined == all);

  for (const char* token : {"x", "1.2", "1.2.3.4", "1.2.", "-", "1..3"}) {
    INFO(token);
    const absl::Status status = world.predictor.ListForecasts("", {4, token}).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(MessageOf(status).starts_with("page_token"));
  }
  CHECK(MessageOf(world.predictor.ListForecasts("", {-1, ""}).status()).starts_with("page_size"));
}

TEST_CASE("advice takes the best price of the bookmakers alone", "[prediction]") {
  Serving world;
  const MatchView view = world.predictor.PredictMatch("E0", "Arsenal", "Chelsea").value();
  const StakedMatch staked = StakeMatch(view, kMedium).value();
  REQUIRE(staked.outcomes.size() == 3);
  // The exchange and the aggregate "best" quote higher and are passed over.
  CHECK(staked.outcomes[0].offer->bookmaker_code == "bet365");
  CHECK(staked.outcomes[0].offer->offer.best->value() == Approx(2.20).margin(1e-6));
  CHECK(staked.outcomes[0].offer->offer.bookmakers == 2);
  CHECK(staked.outcomes[2].offer->bookmaker_code == "pinnacle");
  CHECK(staked.has_bet);
  CHECK(staked.outcomes[0].no_bet == NoBet::kNone);
  const double stake = staked.outcomes[0].advice.stake;
  CHECK(staked.outcomes[0].stake.minor_units == static_cast<std::int64_t>(stake * 100'000));
  CHECK(staked.summary.find("on the home side at 2.20 with Book bet365") != std::string::npos);

  const StakedMatch none =
      StakeMatch(world.predictor.PredictMatch("D1", "Bremen", "Koeln").value(), kMedium).value();
  CHECK_FALSE(none.has_bet);
  CHECK(none.summary.starts_with("No bet, because"));
}

TEST_CASE("a stake below the smallest allowed is no bet", "[prediction]") {
  Serving world;
  const MatchView view = world.predictor.PredictMatch("E0", "Arsenal", "Chelsea").value();
  for (const std::int64_t bankroll : {0, 20}) {
    const StakedMatch staked = StakeMatch(view, {{bankroll}, staking::RiskLevel::kLow}).value();
    CHECK_FALSE(staked.has_bet);
    CHECK(staked.outcomes[0].no_bet == NoBet::kStakeTooSmall);
    CHECK(staked.outcomes[0].stake.minor_units == 0);
  }
  for (const std::int64_t bankroll : {0, 20}) {
    const auto advice =
        world.predictor.ListAdvice("", true, {{bankroll}, staking::RiskLevel::kLow}, {});
    CHECK(advice->page.matches.empty());
    CHECK(advice->days.empty());
  }
}

TEST_CASE("stakes for own odds follow the Kelly formula, the risk level and the caps",
          "[prediction][kelly]") {
  Serving world;
  const auto three = world.predictor.ComputeStake({0.2, 0.3, 0.5}, {2, 3, 5}, kMedium).value();
  CHECK(three[2].full_kelly == Approx(0.375));
  CHECK(three[2].edge == Approx(1.5));
  CHECK(three[2].fraction == staking::StakingPolicy{}.max_per_bet);
  CHECK(three[0].full_kelly == 0.0);
  CHECK(three[0].explanation.starts_with("No bet"));

  const auto home =
      world.predictor
          .ComputeStake({0.65, 0.25, 0.1}, {1.7, 3.5, 2.3}, {{25'000}, staking::RiskLevel::kLow})
          .value();
  CHECK(home[0].full_kelly == Approx(0.15));
  CHECK(home[0].fraction == Approx(0.015));
  CHECK(home[0].stake.minor_units == 375);
}

TEST_CASE("stakes for own odds refuse what is not a bet", "[prediction]") {
  Serving world;
  struct Row {
    std::vector<double> probabilities;
    std::vector<double> odds;
    const char* field;
  };
  const double nan = std::nan("");
  const Row rows[] = {
      {{}, {}, "probabilities"},
      {{1.0}, {2.0}, "probabilities"},
      {{0.25, 0.25, 0.25, 0.25}, {4, 4, 4, 4}, "probabilities"},
      {{0.5, 0.6}, {2, 2}, "probabilities"},
      {{0.5, 0.4}, {2, 2}, "probabilities"},
      {{-0.1, 1.1}, {2, 2}, "probabilities[0]"},
      {{0.5, nan}, {2, 2}, "probabilities[1]"},
      {{0.5, 0.5}, {2}, "odds"},
      {{0.5, 0.5}, {2, 1.0}, "odds[1]"},
      {{0.5, 0.5}, {nan, 2}, "odds[0]"},
      {{0.5, 0.5}, {HUGE_VAL, 2}, "odds[0]"},
      {{0.5, 0.5}, {120, 150}, "odds"},
  };
  for (const Row& row : rows) {
    INFO(row.field << " of " << row.probabilities.size());
    const absl::Status status =
        world.predictor.ComputeStake(row.probabilities, row.odds, kMedium).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(MessageOf(status).starts_with(std::string(row.field) + ":"));
  }
}

}  // namespace
}  // namespace fairline::prediction
