#include <algorithm>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tools/evaluate/line_up.hpp"
#include "tools/evaluate/reuse.hpp"

namespace fairline::evaluate {
namespace {

using models::Forecasts;

// Says the same of every match and counts how often it was asked.
class CountingForecaster final : public models::Forecaster {
 public:
  explicit CountingForecaster(int* calls) : calls_(calls) {}
  absl::StatusOr<Forecasts> Forecast(const models::WalkForwardStep& step) const override {
    ++*calls_;
    Forecasts forecasts(3);
    for (std::size_t i = 0; i < step.wanted.size(); ++i) {
      forecasts.Append(std::vector{0.5, 0.3, 0.2});
    }
    return forecasts;
  }

 private:
  int* calls_;
};

std::vector<std::string> NamesOf(const std::vector<Candidate>& candidates) {
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates) names.push_back(candidate.name);
  return names;
}

Candidate Named(std::string name, std::vector<std::string> needs) {
  return {.name = std::move(name),
          .description = "",
          .needs = std::move(needs),
          .seasons_ahead = 0,
          .forecaster = nullptr};
}

}  // namespace

TEST_CASE("choosing a model brings what it needs, in order", "[evaluate]") {
  const std::vector<Candidate> all = {Named("base_rate", {}), Named("a", {}), Named("b", {}),
                                      Named("pool", {"a"})};
  CHECK(NamesOf(Choose(all, {"pool"}).value()) ==
        std::vector<std::string>{"base_rate", "a", "pool"});
  CHECK(NamesOf(Choose(all, {}).value()).size() == 4);
  CHECK(Choose(all, {"nobody"}).status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("every model's needs stand before it", "[evaluate]") {
  std::vector<std::string> before;
  for (const Candidate& candidate : AllCandidates(FootballMatches{})) {
    for (const std::string& need : candidate.needs) {
      CHECK(std::find(before.begin(), before.end(), need) != before.end());
    }
    before.push_back(candidate.name);
  }
}

TEST_CASE("kept forecasts are taken for the same data, description and season only", "[evaluate]") {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("fairline_evaluate_test_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  models::MatchTable matches;
  matches.days = {Day(std::chrono::days(1)), Day(std::chrono::days(400))};
  matches.seasons = {2000, 2001};
  matches.competitions = {1, 1};
  matches.results = {0, 1};
  int calls = 0;
  const auto run = [&](const std::string& data, const std::string& description, int season) {
    models::ForecastColumns columns;
    const auto forecaster =
        Reusing(std::make_shared<CountingForecaster>(&calls), folder, data, description);
    REQUIRE(models::WalkForward(matches, {{"f", forecaster, season}}, season, columns).ok());
    return columns.find("f")->second.row(season == 2000 ? 0 : 1)[1];
  };
  CHECK(run("data", "model", 2000) == 0.3);
  CHECK(run("data", "model", 2000) == 0.3);
  CHECK(calls == 1);
  for (const char* data : {"data", "other data"}) {
    for (const char* description : {"model", "other model"}) {
      for (const int season : {2000, 2001}) CHECK(run(data, description, season) == 0.3);
    }
  }
  CHECK(calls == 8);
  std::filesystem::remove_all(folder);
}

}  // namespace fairline::evaluate
