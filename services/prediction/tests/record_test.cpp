#include "services/prediction/app/record/record.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "services/prediction/app/record/sealer.hpp"
#include "services/prediction/app/record/track_record.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

const Instant kSealedAt = At("2026-01-30T09:00:01Z");

std::string LineOf(const SmallInstallation& world, std::size_t coming_index) {
  const SealedForecast sealed = SealRecord(*world.keeper.Current(), coming_index);
  return ForecastLine(sealed, PolicyJson(sealed.policy), kSealedAt);
}

TEST_CASE("what a line says is read back as it was sealed", "[prediction][record]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  const SealedForecast sealed = SealRecord(*world.keeper.Current(), 0);
  const RecordedForecast read = ParseForecastLine(LineOf(world, 0)).value();
  CHECK(read.match == sealed.match);
  CHECK(read.kickoff == At("2026-01-30T20:00:00Z"));
  CHECK(read.competition_code == "E0");
  CHECK(read.home_team == "Arsenal");
  CHECK(read.away_team == "Chelsea");
  CHECK(read.probabilities == sealed.probabilities);  // to the bit
  CHECK(read.market_probabilities == sealed.market_probabilities);
  CHECK(read.sealed_at == kSealedAt);
  REQUIRE(read.bets.size() == 1);
  CHECK(read.bets[0].outcome == 0);
  CHECK(read.bets[0].bookmaker_code == "bet365");
  CHECK(read.bets[0].price == 2.2);
  CHECK(read.bets[0].stakes == sealed.advice[0].stakes);

  for (const char* not_a_line : {"", "{}", "[]", R"({"kind":"forecast","version":2})",
                                 R"({"kind":"withdrawal","version":1})"}) {
    INFO(not_a_line);
    CHECK(ParseForecastLine(not_a_line).status().code() == absl::StatusCode::kDataLoss);
  }
}

TEST_CASE("a line is withdrawn when its match moved, is off, or its price is gone",
          "[prediction][record]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  FakeRecordStore store;
  store.standing = {{1, std::string(64, 'a'), LineOf(world, 0), std::nullopt}};
  std::optional<WithdrawalReason> reason;
  const auto update = [&] {
    REQUIRE(world.keeper.Refresh().ok());
    const Snapshot& snapshot = *world.keeper.Current();
    REQUIRE(UpdateRecord(store, snapshot.season_data(), snapshot.policy(), Soon()).ok());
    if (!store.withdrawn.empty()) reason = store.withdrawn.front().reason;
  };
  const auto change = [&](const std::function<void(ComingMatch&)>& edit) {
    world.data.Ingest([&](SeasonDataRows& rows) {
      for (ComingMatch& match : rows.coming) {
        if (match.id.value == 100) edit(match);
      }
    });
    update();
  };
  SECTION("nothing changed") {
    update();
    CHECK(store.withdrawn.empty());
  }
  SECTION("a better price leaves the advice standing") {
    change([](ComingMatch& match) { match.books[3].prices[0] = 2.25F; });
    CHECK(store.withdrawn.empty());
  }
  SECTION("another book's price does not matter") {
    change([](ComingMatch& match) { match.books[4].prices[0] = 1.5F; });
    CHECK(store.withdrawn.empty());
  }
  SECTION("the price fell") {
    change([](ComingMatch& match) { match.books[3].prices[0] = 2.15F; });
    CHECK(reason == WithdrawalReason::kPriceGone);
  }
  SECTION("the bookmaker took it down") {
    change([](ComingMatch& match) { match.books.erase(match.books.begin() + 3); });
    CHECK(reason == WithdrawalReason::kPriceGone);
  }
  SECTION("another staking policy is in force") {
    PolicyChange change_of_policy{
        .policy = {}, .actor_id = 1, .actor = "admin", .reason = "the same under a new number"};
    REQUIRE(world.policies.Change(change_of_policy, Soon()).ok());
    update();
    CHECK(store.withdrawn.empty());
    change_of_policy.policy.kelly_high = 0.4;
    REQUIRE(world.policies.Change(change_of_policy, Soon()).ok());
    update();
    CHECK(reason == WithdrawalReason::kPolicyChanged);
    // A forecast without advice follows no policy.
    store.withdrawn.clear();
    store.standing = {{2, std::string(64, 'b'), LineOf(world, 1), On("2026-01-31")}};
    change_of_policy.policy.kelly_high = 0.3;
    REQUIRE(world.policies.Change(change_of_policy, Soon()).ok());
    update();
    CHECK(store.withdrawn.empty());
  }
  SECTION("another kick-off") {
    change([](ComingMatch& match) { match.kickoff = At("2026-01-30T20:30:00Z"); });
    CHECK(reason == WithdrawalReason::kMatchMoved);
  }
  SECTION("no longer coming") {
    world.data.Ingest([](SeasonDataRows& rows) {
      std::erase_if(rows.coming, [](const ComingMatch& match) { return match.id.value == 100; });
    });
    update();
    CHECK(reason == WithdrawalReason::kMatchNotComing);
  }
  SECTION("played on another day in the end") {
    store.standing.front().match_date = On("2026-02-02");
    world.data.Ingest([](SeasonDataRows& rows) { rows.coming.clear(); });
    update();
    CHECK(reason == WithdrawalReason::kMatchMoved);
  }
}

TEST_CASE("lines say the same whenever they were sealed", "[prediction][record]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  const SealedForecast forecast = SealRecord(*world.keeper.Current(), 0);
  const auto line = [](const SealedForecast& sealed, const char* sealed_at) {
    return ForecastLine(sealed, "{}", At(sealed_at));
  };
  const std::string first = line(forecast, "2026-01-30T09:00:00Z");
  CHECK(SayTheSame(first, line(forecast, "2026-01-30T10:00:00Z")));
  SealedForecast other = forecast;
  other.probabilities[0] += 1e-12;
  CHECK_FALSE(SayTheSame(first, line(other, "2026-01-30T09:00:00Z")));
  other = forecast;
  other.advice[0].stakes[0] += 0.001;
  CHECK_FALSE(SayTheSame(first, line(other, "2026-01-30T09:00:00Z")));
}

Unscored Finished(std::string line, std::int16_t home, std::int16_t away) {
  return {.last = {7, std::string(64, 'a'), std::move(line), std::nullopt},
          .revision = 1,
          .competition = {1},
          .competition_code = "E0",
          .season_start = 2025,
          .match_date = On("2026-01-30"),
          .home_score = home,
          .away_score = away};
}

TEST_CASE("a closing book with a misprint in it is passed over", "[prediction][record]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  Unscored match = Finished(LineOf(world, 0), 1, 1);
  match.average_closing = {3.60F, 3.47F, 2.10F};
  match.pinnacle_closing = {3.72F, 3.57F, 2.60F};  // 93.4 %: 2.60 was 2.10
  CHECK(ScoreMatch(match, ResultCounts{}).value().closing_source == "average");
  match.pinnacle_closing = {3.72F, 3.57F, 2.20F};  // 100.3 %
  CHECK(ScoreMatch(match, ResultCounts{}).value().closing_source == "pinnacle");
}

TEST_CASE("a match is scored against base rate and the best known closing line",
          "[prediction][record]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  Unscored match = Finished(LineOf(world, 0), 1, 1);
  const ResultCounts before{{1}, 2025, {449, 249, 299}};
  RecordScore score = ScoreMatch(match, before).value();
  CHECK(score.result == 1);
  CHECK(score.line_id == 7);
  CHECK(score.base_probabilities == std::vector<double>{.45, .25, .3});
  CHECK(score.closing_probabilities.empty());
  CHECK(score.closing_source.empty());

  match.average_closing = {2.0F, 4.0F, 4.0F};
  score = ScoreMatch(match, before).value();
  CHECK(score.closing_source == "average");
  CHECK(score.closing_probabilities == std::vector<double>{.5, .25, .25});
  match.pinnacle_closing = {4.0F, 4.0F, 2.0F};
  match.home_score = 0;
  score = ScoreMatch(match, ResultCounts{}).value();
  CHECK(score.result == 2);
  CHECK(score.closing_source == "pinnacle");
  CHECK(score.closing_probabilities[2] == Approx(.5));
  CHECK(score.base_probabilities[0] == Approx(1.0 / 3.0));  // nothing known of the competition
}

ScoredForecast Scored(int day, std::vector<double> probabilities, std::size_t result,
                      std::vector<RecordedBet> bets = {}) {
  ScoredForecast scored;
  scored.forecast.information = "with_odds";
  scored.forecast.probabilities = std::move(probabilities);
  scored.forecast.market_probabilities = {.4, .3, .3};
  scored.forecast.bets = std::move(bets);
  scored.forecast.sealed_at = At("2026-01-01T00:00:00Z");
  scored.score.match_date = On("2026-01-02") + std::chrono::days(day);
  scored.score.result = result;
  scored.score.base_probabilities = {.45, .25, .3};
  return scored;
}

TEST_CASE("the track record is the mean of its matches", "[prediction][record]") {
  std::vector<ScoredForecast> scored;
  const RecordedBet bet{0, "bet365", 2.5, .05, {.01, .02, .03}};
  for (int i = 0; i < 40; ++i) {
    scored.push_back(Scored(i, {.5, .25, .25}, i % 2 == 0 ? 0 : 2, {bet}));
  }
  scored[0].score.closing_probabilities = {.44, .26, .3};
  const TrackRecord record = EvaluateRecord(scored).value();
  CHECK(record.matches == 40);
  REQUIRE(record.skills.size() == 2);
  CHECK(record.skills[1].information == "with_odds");
  CHECK(record.skills[0].evaluation.log_loss == Approx(-(std::log(.5) + std::log(.25)) / 2.0));
  REQUIRE(record.skills[0].against.size() == 3);
  CHECK(record.skills[0].against[1].reference == "market");
  CHECK(record.skills[0].against[1].log_loss.mean ==
        Approx(-(std::log(.5 / .4) + std::log(.25 / .3)) / 2.0));
  CHECK(record.skills[0].against[2].log_loss.matches == 1);
  CHECK(record.skills[0].against[1].brier.mean == Approx(((.375 - .54) + (.875 - .74)) / 2.0));
  CHECK(record.bets.bets == 40);
  CHECK(record.bets.won == 20);
  CHECK(record.bets.yield->mean == Approx((1.5 - 1.0) / 2.0));
  CHECK(record.bets.closing_value->mean == Approx(.44 * 2.5 - 1.0));
  CHECK(record.months.size() == 2);
  CHECK(record.months[0].month == "2026-01");
  CHECK(record.months[0].matches + record.months[1].matches == 40);
  CHECK(record.hindsight == 0);

  // Forty days are too few for an interval, a hundred are not.
  CHECK(record.verdict[0].starts_with("Too few weeks"));
  REQUIRE(record.verdict.size() == 5);  // three references, the bets, their prices
  CHECK(record.verdict[3].find("too few weeks") != std::string::npos);
  CHECK(record.verdict[4].find("too few weeks") != std::string::npos);
  for (int i = 40; i < 100; ++i) scored.push_back(Scored(i, {.5, .25, .25}, 0, {bet}));
  CHECK(EvaluateRecord(scored)->verdict[0].starts_with("Better than how often"));
  CHECK(EvaluateRecord(scored)->verdict[3].find("more than luck") != std::string::npos);
  const auto closing = [&](double home) {
    for (int i = 0; i < 100; ++i) {
      const double p = home + (i % 3 - 1) * .001;
      scored[static_cast<std::size_t>(i)].score.closing_probabilities = {p, .25, .75 - p};
    }
    return EvaluateRecord(scored)->verdict[4];
  };
  CHECK(closing(.39).find("was not there") != std::string::npos);
  CHECK(closing(.41).find("there was an edge") != std::string::npos);
  CHECK(closing(.44).find("even more than was claimed") != std::string::npos);
  CHECK(closing(.4).find("cannot be told") != std::string::npos);
  scored.resize(40);

  scored[3].forecast.sealed_at = At("2026-06-01T00:00:00Z");
  CHECK(EvaluateRecord(scored)->hindsight == 1);
  CHECK(InHindsight(scored[3]));
  CHECK_FALSE(InHindsight(scored[4]));
  CHECK(EvaluateRecord({})->matches == 0);
  CHECK(EvaluateRecord({})->verdict.size() == 1);
  scored[5].forecast.probabilities = {.5, .5};
  CHECK(EvaluateRecord(scored).status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace fairline::prediction
