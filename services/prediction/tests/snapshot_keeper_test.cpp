#include "services/prediction/app/serving/snapshot_keeper.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "services/prediction/app/serving/predictor.hpp"
#include "services/prediction/app/serving/snapshot_poller.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

std::int32_t ServedVersion(const SnapshotKeeper& keeper) {
  return keeper.Current()->ModelOf("football")->version.version;
}

TEST_CASE("a promoted version is taken up", "[prediction][snapshot]") {
  SmallInstallation world;
  CHECK(world.keeper.Current() == nullptr);
  REQUIRE(world.keeper.Refresh().ok());
  CHECK(ServedVersion(world.keeper) == 1);
  CHECK(world.keeper.Current()->ModelOf("football")->loaded_at == world.real_time.Now());
  world.registry.production = 2;
  REQUIRE(world.keeper.Refresh().ok());
  CHECK(ServedVersion(world.keeper) == 2);
}

TEST_CASE("a refresh reads again only what changed", "[prediction][snapshot]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  const auto first = world.keeper.Current();
  REQUIRE(world.keeper.Refresh().ok());
  CHECK(world.keeper.Current() == first);
  CHECK(world.data.reads == 1);
  CHECK(world.data.state_reads == 1);
  CHECK(world.loader.loads == 1);

  SECTION("new data are read without loading the model again") {
    world.data.Ingest([](SeasonDataRows& rows) { rows.coming.pop_back(); });
    REQUIRE(world.keeper.Refresh().ok());
    CHECK(world.keeper.Current()->season_data().coming().size() == 2);
    CHECK(world.loader.loads == 1);
    CHECK(world.data.state_reads == 1);
  }
  SECTION("new team states are read without loading the model again") {
    world.data.Preprocess(world.data.state_bytes());
    REQUIRE(world.keeper.Refresh().ok());
    CHECK(world.keeper.Current() != first);
    CHECK(world.data.state_reads == 2);
    CHECK(world.loader.loads == 1);
    CHECK(world.data.reads == 1);
  }
  SECTION("the next day drops the matches of this one") {
    world.as_of.Set(At("2026-01-31T00:00:01Z"));
    REQUIRE(world.keeper.Refresh().ok());
    CHECK(world.data.reads == 2);
    CHECK(world.keeper.Current()->season_data().coming().size() == 2);
  }
}

TEST_CASE("a version that cannot be loaded leaves the old one serving", "[prediction][snapshot]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  world.loader.broken = {2};
  world.registry.production = 2;
  CHECK(world.keeper.Refresh().code() == absl::StatusCode::kInvalidArgument);
  CHECK(ServedVersion(world.keeper) == 1);
  CHECK(world.keeper.LastLoadError("football") == "the bundle's hash is wrong");

  // New data go on being taken up beside the old version.
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming.pop_back(); });
  CHECK_FALSE(world.keeper.Refresh().ok());
  CHECK(world.keeper.Current()->season_data().coming().size() == 2);
  CHECK(ServedVersion(world.keeper) == 1);

  world.registry.production = 3;
  CHECK(world.keeper.Refresh().ok());
  CHECK(ServedVersion(world.keeper) == 3);
  CHECK(world.keeper.LastLoadError("football").empty());
}

TEST_CASE("ready is who serves what the registry names", "[prediction][snapshot]") {
  SmallInstallation world;
  CHECK_FALSE(world.keeper.Ready().ok());  // nothing has been read
  SECTION("a bundle that cannot be read, until it can") {
    world.loader.broken = {1};
    CHECK_FALSE(world.keeper.Refresh().ok());
    CHECK_THAT(MessageOf(world.keeper.Ready()),
               Catch::Contains("football") && Catch::Contains("the bundle's hash is wrong"));
    world.loader.broken = {};
    CHECK(world.keeper.Refresh().ok());
    CHECK(world.keeper.Ready().ok());
  }
  SECTION("the version before goes on beside one that cannot be read") {
    REQUIRE(world.keeper.Refresh().ok());
    world.loader.broken = {2};
    world.registry.production = 2;
    CHECK_FALSE(world.keeper.Refresh().ok());
    CHECK(world.keeper.Ready().ok());
  }
  SECTION("a registry that was never reached, until it is") {
    world.registry.unreachable = true;
    CHECK_FALSE(world.keeper.Refresh().ok());
    CHECK_FALSE(world.keeper.Ready().ok());
    world.registry.unreachable = false;
    CHECK(world.keeper.Refresh().ok());
    world.registry.unreachable = true;
    CHECK_FALSE(world.keeper.Refresh().ok());
    CHECK(world.keeper.Ready().ok());  // what was loaded serves on
  }
  SECTION("an installation without a model has nothing to read") {
    world.registry.production = 0;
    CHECK(world.keeper.Refresh().ok());
    CHECK(world.keeper.Ready().ok());
  }
}

TEST_CASE("what does not fit together is refused and named", "[prediction][snapshot]") {
  SmallInstallation world;
  SECTION("a bundle of another feature catalogue") {
    world.registry.catalogue_hash = "0123456789abcdef";
    CHECK(world.keeper.Refresh().code() == absl::StatusCode::kFailedPrecondition);
    CHECK(world.keeper.LastLoadError("football").find("0123456789abcdef") != std::string::npos);
  }
  SECTION("team states that were never saved") {
    world.data.has_state = false;
    CHECK(world.keeper.Refresh().code() == absl::StatusCode::kFailedPrecondition);
    CHECK(world.keeper.LastLoadError("football").find("run the pipeline") != std::string::npos);
  }
  SECTION("broken team states") {
    world.data.Preprocess("nonsense");
    CHECK_FALSE(world.keeper.Refresh().ok());
    CHECK(world.keeper.LastLoadError("football").find("team states") != std::string::npos);
  }
  SECTION("a registry out of reach") {
    world.registry.unreachable = true;
    CHECK(world.keeper.Refresh().code() == absl::StatusCode::kUnavailable);
  }
  // The data are served all the same, without a model, and nobody is told that all is well.
  CHECK(absl::IsUnavailable(world.keeper.Ready()));
  REQUIRE(world.keeper.Current() != nullptr);
  CHECK(world.keeper.Current()->ModelOf("football") == nullptr);
  CHECK(world.keeper.Current()->season_data().coming().size() == 3);
}

TEST_CASE("an outage of the database keeps the snapshot", "[prediction][snapshot]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  world.data.unreachable = true;
  CHECK(world.keeper.Refresh().code() == absl::StatusCode::kUnavailable);
  CHECK(ServedVersion(world.keeper) == 1);
}

TEST_CASE("requests during swaps never fail and never mix two versions", "[prediction][snapshot]") {
  SmallInstallation world;
  REQUIRE(world.keeper.Refresh().ok());
  const Predictor predictor(world.keeper);
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::atomic<int> mixed{0};
  std::atomic<std::int64_t> answered{0};
  std::set<std::int32_t> seen;
  std::mutex seen_mutex;

  const auto ask = [&] {
    while (!stop) {
      // Arsenal never meet York: this forecast is made in the request.
      const auto view = predictor.PredictMatch("E0", "Arsenal", "York");
      const auto page = predictor.ListForecasts("", {});
      if (!view.ok() || !page.ok()) {
        ++failed;
        continue;
      }
      const std::int32_t version = view->model->version.version;
      if (view->forecast().probabilities[0] != version / 100.0) ++mixed;
      const std::int32_t first = page->matches.front().model->version.version;
      for (const MatchView& match : page->matches) {
        if (match.model->version.version != first) ++mixed;
        if (!match.forecast().anchored && match.forecast().probabilities[0] != first / 100.0) {
          ++mixed;
        }
      }
      ++answered;
      const std::lock_guard lock(seen_mutex);
      seen.insert(version);
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) callers.emplace_back(ask);
  world.loader.broken = {7};
  for (std::int32_t version = 2; version <= 12; ++version) {
    world.registry.production = version;
    CHECK(world.keeper.Refresh().ok() == (version != 7));
    const std::int64_t before = answered;
    while (answered < before + 20 && failed == 0) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  CHECK(failed == 0);
  CHECK(mixed == 0);
  CHECK(seen.size() > 5);
  CHECK_FALSE(seen.contains(7));
}

TEST_CASE("the poller refreshes until it is stopped", "[prediction][snapshot]") {
  SmallInstallation world;
  SnapshotPoller poller(world.keeper, std::chrono::milliseconds(1),
                        [] { return absl::OkStatus(); });
  const auto wait_for = [&](std::int32_t version) {
    while (world.keeper.Current() == nullptr || ServedVersion(world.keeper) != version) {
      std::this_thread::yield();
    }
  };
  wait_for(1);
  world.registry.production = 4;
  wait_for(4);
  poller.Stop();
}

}  // namespace
}  // namespace fairline::prediction
