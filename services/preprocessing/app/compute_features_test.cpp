#include "services/preprocessing/app/compute_features.hpp"

#include <catch2/catch.hpp>

#include "services/preprocessing/app/match_features.hpp"
#include "services/preprocessing/tests/fakes.hpp"

namespace fairline::preprocessing {
namespace {

const Instant kNow = ParseInstant("2026-01-30T09:00:00Z").value();

struct Bench {
  FakeMatchSource matches;
  FakeFeatureStore store;
  bool cancelled = false;
  std::vector<Progress> progress;

  absl::StatusOr<FeatureSummary> Compute(Instant as_of = kNow,
                                         std::string_view sport = "football") {
    return ComputeFeatures(sport, as_of, matches, store,
                           {.deadline = Deadline::max(),
                            .report = [&](const Progress& p) { progress.push_back(p); },
                            .cancelled = [&] { return cancelled; }});
  }
};

TEST_CASE("finished and coming matches get their rows, and the state is that after them",
          "[preprocessing]") {
  Bench bench;
  const auto summary = bench.Compute();
  REQUIRE(summary.ok());
  CHECK_FALSE(summary->up_to_date);
  const KnownMatches& known = bench.matches.known();
  CHECK(summary->computation.finished_matches == static_cast<std::int64_t>(known.finished.size()));
  CHECK(summary->computation.coming_matches == static_cast<std::int64_t>(known.coming.size()));
  CHECK(bench.store.stored.size() == known.finished.size() + known.coming.size());

  const auto replay = features::MakeReplay("football");
  REQUIRE(replay.ok());
  for (const auto& row : features::RowsOf(**replay, known.finished, known.coming)) {
    CHECK(features::SameBits(row.values, bench.store.stored.at(row.match)));
  }
  CHECK((*replay)->Save() == bench.store.state);
  CHECK(bench.progress.back().done == bench.progress.back().total);
}

TEST_CASE("nothing is done twice for the same data and moment", "[preprocessing]") {
  Bench bench;
  REQUIRE(bench.Compute().ok());
  const auto again = bench.Compute();
  REQUIRE(again.ok());
  CHECK(again->up_to_date);
  CHECK(again->computation.finished_matches > 0);
  CHECK(bench.matches.reads == 1);

  SECTION("but when the moment has moved and something became known") {
    CHECK_FALSE(bench.Compute(kNow - std::chrono::hours(24))->up_to_date);
    CHECK(bench.matches.reads == 2);
  }
  SECTION("nor when the moment has moved and nothing became known") {
    bench.matches.learned = false;
    CHECK(bench.Compute(kNow + std::chrono::minutes(5))->up_to_date);
    CHECK(bench.matches.reads == 1);
  }
  SECTION("but when the data have changed") {
    ++bench.matches.known().data_version;
    CHECK_FALSE(bench.Compute()->up_to_date);
    CHECK(bench.matches.reads == 2);
  }
  SECTION("but when the catalogue is another") {
    bench.store.hash = "0123456789abcdef";
    CHECK_FALSE(bench.Compute()->up_to_date);
  }
}

TEST_CASE("a caller who has gone stops the replay and nothing is stored", "[preprocessing]") {
  Bench bench;
  std::vector<features::Match>& finished = bench.matches.known().finished;
  const std::vector<features::Match> some = finished;
  while (finished.size() < 20'000) {
    for (features::Match match : some) {
      match.day = finished.back().day;
      match.id.value = static_cast<std::int64_t>(finished.size() + 1);
      finished.push_back(match);
    }
  }
  bench.matches.known().coming.clear();
  bench.cancelled = true;
  CHECK(bench.Compute().status().code() == absl::StatusCode::kCancelled);
  CHECK(bench.store.stored.empty());
}

TEST_CASE("a sport without features is not found", "[preprocessing]") {
  Bench bench;
  CHECK(bench.Compute(kNow, "chess").status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("a match's features are read by name", "[preprocessing]") {
  Bench bench;
  REQUIRE(bench.Compute().ok());
  const auto row = *bench.store.stored.begin();
  const auto named = FeaturesOf(row.first, bench.store, Deadline::max());
  REQUIRE(named.ok());
  REQUIRE(named->size() == row.second.size());
  CHECK(named->front().name == "elo_difference");
  CHECK(named->front().value == row.second.front());
  CHECK(FeaturesOf({999'999}, bench.store, Deadline::max()).status().code() ==
        absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace fairline::preprocessing
