#include "services/prediction/app/record/sealer.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

struct Sealing : SmallInstallation {
  absl::StatusOr<SealSummary> Seal() {
    return sealer.Seal("", Soon(), [](std::int64_t, std::int64_t) { return true; });
  }
  FakeForecastLog log;
  FakeRecordStore record;
  Sealer sealer{keeper, log, record};
};

const SealedForecast& RecordOf(const FakeForecastLog& log, std::int64_t match) {
  const auto found = std::find_if(log.records.begin(), log.records.end(), [&](const auto& entry) {
    return entry.second.match.value == match;
  });
  REQUIRE(found != log.records.end());
  return found->second;
}

TEST_CASE("sealing loads what is in production and writes each match once", "[prediction][seal]") {
  Sealing world;
  CHECK(world.keeper.Current() == nullptr);
  const SealSummary first = world.Seal().value();
  CHECK(first.forecasts == 3);
  CHECK(first.forecasts_sealed == 3);
  CHECK(first.advice_sealed == 2);
  CHECK(first.value_bets == 1);
  CHECK(first.model_version == 1);

  const SealSummary again = world.Seal().value();
  CHECK(again.forecasts == 3);
  CHECK(again.forecasts_sealed == 0);
  CHECK(again.advice_sealed == 0);
  CHECK(again.value_bets == 1);
}

TEST_CASE("a new price or a new version is sealed beside the old", "[prediction][seal]") {
  Sealing world;
  REQUIRE(world.Seal().ok());
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming[0].books[1].prices[0] = 2.25F; });
  const SealSummary priced = world.Seal().value();
  CHECK(priced.forecasts_sealed == 1);
  CHECK(priced.advice_sealed == 1);
  world.registry.production = 2;
  const SealSummary promoted = world.Seal().value();
  CHECK(promoted.forecasts_sealed == 3);
  CHECK(promoted.model_version == 2);
  CHECK(world.log.records.size() == 7);
}

TEST_CASE("a sealed record holds all that the forecast came from", "[prediction][seal]") {
  Sealing world;
  REQUIRE(world.Seal().ok());
  const SealedForecast& quoted = RecordOf(world.log, 100);
  CHECK(quoted.information == "with_odds");
  CHECK(quoted.model == "football");
  CHECK(quoted.bundle_sha256 == std::string(64, 'a'));
  CHECK(quoted.as_of == kNow);
  CHECK(quoted.data_version == 7);
  CHECK(quoted.kickoff == At("2026-01-30T20:00:00Z"));
  CHECK(quoted.odds_hash.size() == 64);
  CHECK(quoted.features_hash.size() == 64);
  REQUIRE(quoted.advice.size() == 3);
  CHECK(quoted.advice[0].outcome == domain::Outcome::kHome);
  CHECK(quoted.advice[0].bookmaker_code == "bet365");
  CHECK(quoted.advice[0].captured_at == At("2026-01-30T08:00:00Z"));
  CHECK(quoted.advice[0].no_bet_reason.empty());
  CHECK(quoted.advice[0].stakes[0] < quoted.advice[0].stakes[1]);
  CHECK(quoted.advice[0].stakes[1] < quoted.advice[0].stakes[2]);
  CHECK(quoted.advice[1].no_bet_reason == "negative_edge");
  CHECK(quoted.advice[1].stakes == std::array<double, 3>{});

  const SealedForecast& unquoted = RecordOf(world.log, 101);
  CHECK(unquoted.information == "no_odds");
  CHECK(unquoted.average_odds.empty());
  CHECK(unquoted.advice.empty());
  CHECK_FALSE(unquoted.kickoff.has_value());
}

TEST_CASE("nothing is sealed once a match has begun", "[prediction][seal]") {
  Sealing world;
  REQUIRE(world.keeper.Refresh().ok());
  world.as_of.Set(At("2026-01-30T20:00:00Z"));
  CHECK(world.Seal()->forecasts == 2);
  CHECK(world.log.records.size() == 2);
}

TEST_CASE("sealing without a usable production version fails and writes nothing",
          "[prediction][seal]") {
  Sealing world;
  SECTION("none yet") {
    world.registry.production = 0;
    CHECK(world.Seal().status().code() == absl::StatusCode::kFailedPrecondition);
  }
  SECTION("a broken one") {
    world.loader.broken = {1};
    CHECK(world.Seal().status().code() == absl::StatusCode::kInvalidArgument);
  }
  SECTION("another sport's") {
    const auto sealed =
        world.sealer.Seal("basketball", Soon(), [](std::int64_t, std::int64_t) { return true; });
    CHECK(sealed.status().code() == absl::StatusCode::kFailedPrecondition);
  }
  CHECK(world.log.records.empty());
}

TEST_CASE("a changed policy is sealed without being asked, once", "[prediction][seal]") {
  Sealing world;
  CHECK(world.sealer.SealChangedPolicy(Soon()).ok());  // nothing is known yet
  REQUIRE(world.keeper.Refresh().ok());
  CHECK(world.sealer.SealChangedPolicy(Soon()).ok());
  CHECK(world.log.records.empty());
  PolicyChange change{.policy = {}, .actor_id = 1, .actor = "admin", .reason = "why"};
  change.policy.kelly_low = 0.05;
  REQUIRE(world.policies.Change(change, Soon()).ok());
  CHECK(world.sealer.SealChangedPolicy(Soon()).ok());
  CHECK(world.log.records.empty());  // it does not answer yet
  REQUIRE(world.keeper.Refresh().ok());
  CHECK(world.sealer.SealChangedPolicy(Soon()).ok());
  CHECK(RecordOf(world.log, 100).policy_version == 1);
  world.log.records.clear();
  CHECK(world.sealer.SealChangedPolicy(Soon()).ok());
  CHECK(world.log.records.empty());
}

TEST_CASE("a policy changed just before the process died is sealed after it, once",
          "[prediction][seal]") {
  Sealing world;
  REQUIRE(world.Seal().ok());
  const SealedForecast& advised = RecordOf(world.log, 100);
  world.record.standing = {{1, std::string(64, 'a'),
                            ForecastLine(advised, PolicyJson(advised.policy), kNow),
                            advised.match_date}};
  world.log.records.clear();
  Sealer undisturbed(world.keeper, world.log, world.record);
  CHECK(undisturbed.SealChangedPolicy(Soon()).ok());
  CHECK(world.log.records.empty());

  PolicyChange change{.policy = {}, .actor_id = 1, .actor = "admin", .reason = "why"};
  change.policy.kelly_low = 0.05;
  REQUIRE(world.policies.Change(change, Soon()).ok());
  REQUIRE(world.keeper.Refresh().ok());
  Sealer restarted(world.keeper, world.log, world.record);
  CHECK(restarted.SealChangedPolicy(Soon()).ok());
  CHECK(RecordOf(world.log, 100).policy_version == 1);
  REQUIRE(world.record.withdrawn.size() == 1);
  CHECK(world.record.withdrawn[0].reason == WithdrawalReason::kPolicyChanged);
  world.log.records.clear();
  CHECK(restarted.SealChangedPolicy(Soon()).ok());
  CHECK(world.log.records.empty());
}

TEST_CASE("the caller may call sealing off", "[prediction][seal]") {
  Sealing world;
  const auto sealed =
      world.sealer.Seal("", Soon(), [](std::int64_t, std::int64_t) { return false; });
  CHECK(sealed.status().code() == absl::StatusCode::kCancelled);
  CHECK(world.log.records.empty());
}

TEST_CASE("the odds hash depends on the prices and not on their order", "[prediction][seal]") {
  ComingMatch match = SmallWorld().coming[1];
  const std::string hash = OddsHash(match);
  std::reverse(match.books.begin(), match.books.end());
  CHECK(OddsHash(match) == hash);
  match.books[0].captured_at = At("2026-01-30T08:30:00Z");
  CHECK(OddsHash(match) == hash);
  match.books[0].prices[2] += 0.01F;
  CHECK(OddsHash(match) != hash);
}

}  // namespace
}  // namespace fairline::prediction
