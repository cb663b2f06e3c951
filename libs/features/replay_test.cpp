#include "libs/features/replay.hpp"

#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libs/features/tests/matches.hpp"

namespace fairline::features {
namespace {

TEST_CASE("a sport without features is not found", "[features][replay]") {
  CHECK(MakeReplay("football").ok());
  CHECK(DefaultSport() == "football");
  CHECK(MakeReplay("chess").status().code() == absl::StatusCode::kNotFound);
  for (const std::string_view sport : ReplaySports()) CHECK(MakeReplay(sport).ok());
}

TEST_CASE("every sport's catalogue has unique names and describes every feature",
          "[features][catalogue]") {
  for (const std::string_view sport : ReplaySports()) {
    const auto replay = MakeReplay(sport);
    REQUIRE(replay.ok());
    const FeatureCatalogue& catalogue = (*replay)->catalogue();
    CHECK(catalogue.sport() == sport);
    std::set<std::string_view> names;
    for (const Feature& feature : catalogue.features()) {
      CHECK(names.insert(feature.name).second);
      CHECK_FALSE(feature.meaning.empty());
      CHECK_FALSE(feature.unit.empty());
      CHECK_FALSE(feature.source.empty());
    }
    const auto json = nlohmann::json::parse(catalogue.ToJson());
    CHECK(json.at("features").size() == catalogue.size());
    CHECK(json.at("hash") == catalogue.hash());
  }
}

TEST_CASE("a catalogue's hash changes with its revision, its order and any text",
          "[features][catalogue]") {
  const Feature a{"a", "meaning", "unit", "source", Block::kRating};
  const Feature b{"b", "meaning", "unit", "source", Block::kRating};
  const Feature a_as_form{"a", "meaning", "unit", "source", Block::kForm};
  const Feature shifted{"ab", "", "unit", "source", Block::kRating};
  const std::string hash = FeatureCatalogue("x", "1", {a, b}).hash();
  CHECK(hash.size() == 16);
  CHECK(hash == FeatureCatalogue("x", "1", {a, b}).hash());
  CHECK(hash != FeatureCatalogue("x", "2", {a, b}).hash());
  CHECK(hash != FeatureCatalogue("y", "1", {a, b}).hash());
  CHECK(hash != FeatureCatalogue("x", "1", {b, a}).hash());
  CHECK(hash != FeatureCatalogue("x", "1", {a_as_form, b}).hash());
  CHECK(FeatureCatalogue("x", "1", {shifted}).hash() !=
        FeatureCatalogue("x", "1", {{"a", "b", "unit", "source", Block::kRating}}).hash());
}

TEST_CASE("matches out of order are refused", "[features][replay]") {
  std::vector<Match> matches = MadeUpLeague(1).Seasons(1);
  std::swap(matches.front(), matches.back());
  const auto replay = MakeReplay("football");
  REQUIRE(replay.ok());
  const auto status =
      RunReplay(**replay, matches, {},
                [](const Fixture&, bool, std::span<const float>) { return absl::OkStatus(); });
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("an error of the sink stops the replay", "[features][replay]") {
  const std::vector<Match> matches = MadeUpLeague(1).Seasons(1);
  const auto replay = MakeReplay("football");
  REQUIRE(replay.ok());
  int rows = 0;
  const auto status =
      RunReplay(**replay, matches, {}, [&](const Fixture&, bool, std::span<const float>) {
        return ++rows == 3 ? absl::UnavailableError("gone") : absl::OkStatus();
      });
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(rows == 3);
}

}  // namespace
}  // namespace fairline::features
