// Walk-forwards and searches, task by task, on a league whose law is known.
#include "services/training/app/jobs/jobs.hpp"

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/testing/fake_clock.hpp"
#include "services/training/tests/fake_tasks.hpp"

namespace fairline::training {
namespace {

const testing::FakeClock kSummer2023(ParseInstant("2023-08-01T09:00:00Z").value());
const TaskObserver kGoOn = [](double) { return true; };

// A store, the works and as many processes as a test wants.
struct Office {
  explicit Office(LeagueOptions league = {}) : matches(league) {}

  // Works until nothing is left. With a seed, tasks are claimed in threes and done in a random
  // order, each by another process, as several replicas would.
  void WorkOff(std::optional<std::uint64_t> seed = std::nullopt) {
    std::mt19937_64 random(seed.value_or(0));
    while (true) {
      std::vector<Task> claimed;
      while (claimed.size() < (seed ? 3U : 1U)) {
        auto task = tasks.ClaimTask("test", kManyTasks).value();
        if (!task) break;
        claimed.push_back(*std::move(task));
      }
      if (claimed.empty()) return;
      if (seed) std::shuffle(claimed.begin(), claimed.end(), random);
      for (const Task& task : claimed) {
        JobDataCache fresh(matches, tasks);
        JobDataCache& cache = seed ? fresh : data;
        WalkForwardWork walk_forwards(cache, tasks);
        SearchWork searches(cache, tasks);
        const auto outcome = task.job.kind == JobKind::kSearch ? searches.Run(task, kGoOn)
                                                               : walk_forwards.Run(task, kGoOn);
        if (outcome.ok()) {
          REQUIRE(tasks.CompleteTask(task, *outcome).ok());
        } else {
          REQUIRE(tasks.FailTask(task, MessageOf(outcome.status())).ok());
        }
      }
    }
  }

  FakeMatchSource matches;
  FakeTaskStore tasks;
  JobDataCache data{matches, tasks};
  Jobs jobs{tasks, kSummer2023, "football", TaskRecipe(), TaskSpaces()};
};

const ModelEvaluation& Of(const std::vector<ModelEvaluation>& evaluations, std::string_view model,
                          int season) {
  const auto found = std::find_if(evaluations.begin(), evaluations.end(), [&](const auto& e) {
    return e.model == model && e.season_start == season;
  });
  REQUIRE(found != evaluations.end());
  return *found;
}

const evaluation::PairedDifference& Against(const ModelEvaluation& evaluation,
                                            std::string_view reference) {
  const auto found =
      std::find_if(evaluation.comparisons.begin(), evaluation.comparisons.end(),
                   [&](const Comparison& comparison) { return comparison.against == reference; });
  REQUIRE(found != evaluation.comparisons.end());
  return found->log_loss;
}

}  // namespace

TEST_CASE("a walk-forward judges each season by what came before, and all together",
          "[training][walk_forward]") {
  Office office;
  const std::int64_t id =
      office.jobs.StartWalkForward("w", {.first_season = 2020, .last_season = 0}).value();
  CHECK(office.jobs.GetWalkForward(id)->view.state == JobState::kQueued);
  office.WorkOff();
  const auto walk = office.jobs.GetWalkForward(id);
  REQUIRE(walk.status().ToString() == "OK");
  CHECK(walk->view.error == "");
  CHECK(walk->view.state == JobState::kDone);
  CHECK(walk->view.tasks_done == walk->view.tasks);
  CHECK(walk->leaks.empty());

  const ModelEvaluation& pool = Of(walk->evaluations, "pool", 0);
  CHECK(pool.scores.matches == 1200);
  CHECK(Against(pool, kBaseRate).better());
  CHECK_FALSE(Against(pool, kClosing).better());
  for (const int season : {2020, 2021, 2022}) {
    CHECK(Of(walk->evaluations, "logistic", season).scores.matches == 400);
    CHECK(Of(walk->evaluations, "market", season).scores.matches == 400);
  }
  CHECK(std::none_of(walk->evaluations.begin(), walk->evaluations.end(),
                     [](const auto& each) { return each.season_start == 2019; }));

  // The members began a season earlier, for the pool to learn from.
  REQUIRE(walk->pool_weights.size() == 3);
  CHECK(walk->pool_weights[0].season == 2020);
  CHECK(walk->pool_weights[2].weights.size() == 2);

  std::int64_t matches = 0;
  for (const CompetitionScore& score : walk->competition_scores) {
    CHECK((score.model == "pool" || score.model == "base_rate" || score.model == "market" ||
           score.model == "closing"));
    if (score.model == "pool") matches += score.matches;
  }
  CHECK(matches == 1200);
}

TEST_CASE("who works on which task, and when, changes no bit", "[training][walk_forward]") {
  const auto forecasts_of = [](std::optional<std::uint64_t> seed) {
    Office office;
    const std::int64_t id = office.jobs.StartWalkForward("w", {.first_season = 2020}).value();
    office.WorkOff(seed);
    CHECK(office.jobs.GetWalkForward(id)->view.state == JobState::kDone);
    std::map<std::pair<int, std::string>, std::vector<double>> bits;
    const auto stored = office.tasks.LoadForecasts(id, 3, {}, 0, 9999).value();
    for (const auto& each : stored) {
      const auto values = each.forecasts.forecasts.values();
      bits[{each.season, each.forecasts.forecaster}] = {values.begin(), values.end()};
    }
    return bits;
  };
  const auto alone = forecasts_of(std::nullopt);
  CHECK(alone.size() == 4 * 3 + 2 * 3 + 2);  // models; lines; the season before, of members
  for (const std::uint64_t seed : {1U, 2U}) CHECK(forecasts_of(seed) == alone);
}

TEST_CASE("only the competitions that were asked for are judged", "[training][walk_forward]") {
  Office office;
  const std::int64_t id =
      office.jobs.StartWalkForward("w", {.first_season = 2021, .competitions = {"L1"}}).value();
  office.WorkOff();
  const auto walk = office.jobs.GetWalkForward(id);
  REQUIRE(walk->view.state == JobState::kDone);
  CHECK(Of(walk->evaluations, "pool", 0).scores.matches < 500);
  for (const CompetitionScore& score : walk->competition_scores) CHECK(score.competition == "L1");

  const std::int64_t wrong = office.jobs.StartWalkForward("x", {.competitions = {"L7"}}).value();
  office.WorkOff();
  CHECK_THAT(office.jobs.GetWalkForward(wrong)->view.error,
             Catch::StartsWith("competition_codes: no match of L7"));
}

TEST_CASE("a walk-forward over seasons that do not exist fails and says why",
          "[training][walk_forward]") {
  Office office;
  const auto id =
      office.jobs.StartWalkForward("w", {.first_season = 1990, .last_season = 1995}).value();
  office.WorkOff();
  const auto walk = office.jobs.GetWalkForward(id);
  CHECK(walk->view.state == JobState::kFailed);
  CHECK_THAT(walk->view.error, Catch::Contains("1990"));
}

TEST_CASE("a result among the features is suspected as a leak", "[training][walk_forward]") {
  Office office({.leak = true});
  const std::int64_t id = office.jobs.StartWalkForward("w", {.first_season = 2021}).value();
  office.WorkOff();
  const auto walk = office.jobs.GetWalkForward(id);
  REQUIRE_FALSE(walk->leaks.empty());
  CHECK_THAT(walk->leaks[0], Catch::StartsWith("logistic: "));
}

TEST_CASE("data that changed in mid-run fails the job", "[training][walk_forward]") {
  Office office;
  const std::int64_t id = office.jobs.StartWalkForward("w", {.first_season = 2021}).value();
  const auto plan = office.tasks.ClaimTask("one", kManyTasks).value();
  WalkForwardWork work(office.data, office.tasks);
  REQUIRE(office.tasks.CompleteTask(*plan, work.Run(*plan, kGoOn).value()).ok());
  FakeMatchSource changed{LeagueOptions{.matches_a_season = 401}};
  JobDataCache other(changed, office.tasks);
  WalkForwardWork elsewhere(other, office.tasks);
  const auto task = office.tasks.ClaimTask("two", kManyTasks).value();
  CHECK(absl::IsFailedPrecondition(elsewhere.Run(*task, kGoOn).status()));
  CHECK(office.jobs.GetWalkForward(id)->view.state == JobState::kRunning);
}

TEST_CASE("a search ranks its trials against the present parameters", "[training][search]") {
  Office office;
  const std::int64_t id =
      office.jobs.StartSearch("s", {.trials = 9, .first_season = 2020, .last_season = 2022})
          .value();
  office.WorkOff();
  const auto search = office.jobs.GetSearch(id);
  REQUIRE(search.status().ToString() == "OK");
  CHECK(search->view.error == "");
  REQUIRE(search->view.state == JobState::kDone);
  REQUIRE(search->rungs.size() == 2);
  CHECK(search->rungs[1].trials == 3);
  CHECK(search->view.tasks_done == search->view.tasks);
  REQUIRE(search->trials.size() == 10);
  // Three drawn ones and the present parameters saw all seasons.
  CHECK(std::count_if(search->trials.begin(), search->trials.end(), [](const auto& trial) {
          return trial.judged.seasons == 3 && trial.judged.matches == 1200;
        }) == 4);
  for (std::size_t i = 1; i < search->trials.size(); ++i) {
    const EvaluatedTrial& better = search->trials[i - 1].judged;
    const EvaluatedTrial& worse = search->trials[i].judged;
    CHECK((better.seasons > worse.seasons || better.log_loss <= worse.log_loss));
  }
  double present = 0.0;
  for (const auto& trial : search->trials) {
    if (trial.judged.trial != kPresentParameters) continue;
    present = trial.judged.log_loss;
    CHECK(trial.judged.against_present.mean == 0.0);
    CHECK(trial.values == ParameterValues{0.2, 15.0});
  }
  const EvaluatedTrial& best = search->trials[0].judged;
  CHECK(best.log_loss == Approx(present + best.against_present.mean));
  CHECK(search->best_entry.empty() == (best.trial == kPresentParameters));
  if (!search->best_entry.empty()) {
    CHECK_THAT(search->best_entry, Catch::Contains("\"max_depth\": 2"));  // what was not varied
  }
  CHECK_THAT(search->caution, Catch::Contains("The best of 9 settings looks better"));
  CHECK_THAT(search->caution, Catch::Contains("Seasons after 2018"));
}

TEST_CASE("the same search gives the same result, whoever works on it", "[training][search]") {
  const auto result_of = [](std::optional<std::uint64_t> seed) {
    Office office;
    const std::int64_t id =
        office.jobs.StartSearch("s", {.trials = 6, .first_season = 2021, .last_season = 2022})
            .value();
    office.WorkOff(seed);
    std::string text;
    const Search search = office.jobs.GetSearch(id).value();
    for (const auto& trial : search.trials) {
      text += fmt::format("{} {} {};", trial.judged.trial, trial.judged.log_loss,
                          trial.judged.against_present.lower);
    }
    return text;
  };
  const std::string alone = result_of(std::nullopt);
  CHECK_FALSE(alone.empty());
  CHECK(result_of(5) == alone);
}

TEST_CASE("a search of what nobody described, or of a wrong size, is refused",
          "[training][search]") {
  Office office;
  const auto refuse = [&](const SearchRequest& request) {
    return std::string(office.jobs.StartSearch("s", request).status().message());
  };
  CHECK_THAT(refuse({.model = "logistic"}), Catch::StartsWith("model: nothing says how"));
  CHECK_THAT(refuse({.trials = 1001}), Catch::StartsWith("trials"));
  CHECK_THAT(refuse({.factor = 1.0}), Catch::StartsWith("factor"));
  CHECK_THAT(refuse({.first_season = 2019}), Catch::StartsWith("first_season_start"));
  CHECK(office.tasks.views.empty());
}

TEST_CASE("a range that the model does not take fails the search before any work",
          "[training][search]") {
  Office office;
  Jobs jobs(office.tasks, kSummer2023, "football", TaskRecipe(),
            ParseSearchSpaces(R"({"sport": "football", "spaces": [{"model": "trees",
              "parameters": {"depth": {"scale": "integer", "low": 1, "high": 3}}}]})")
                .value());
  const std::int64_t id =
      jobs.StartSearch("s", {.trials = 3, .first_season = 2021, .last_season = 2022}).value();
  office.WorkOff();
  const auto search = jobs.GetSearch(id);
  CHECK(search->view.state == JobState::kFailed);
  CHECK_THAT(search->view.error, Catch::Contains("depth"));
  CHECK(office.tasks.rows.size() == 1);
}

TEST_CASE("the search spaces that come with the recipe fit it", "[training][search]") {
  const auto read = [](const char* path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  };
  const std::string recipe = read("services/training/recipes/football.json");
  const auto spaces = ParseSearchSpaces(read("services/training/recipes/search.json"));
  REQUIRE(spaces.status().ToString() == "OK");
  CHECK(spaces->sport == "football");
  for (const SearchSpace& space : spaces->spaces) {
    INFO(space.model);
    const auto present = PresentValues(recipe, space.model, space.ranges);
    REQUIRE(present.status().ToString() == "OK");
    for (std::size_t i = 0; i < space.ranges.size(); ++i) {
      INFO(space.ranges[i].name);
      CHECK_FALSE((*present)[i] < space.ranges[i].low);
      CHECK_FALSE((*present)[i] > space.ranges[i].high);
    }
    for (const bool high : {false, true}) {
      ParameterValues values;
      for (const ParameterRange& range : space.ranges) {
        values.push_back(high ? range.high : range.low);
      }
      const auto changed = WithParameters(recipe, space.model, space.ranges, values);
      REQUIRE(changed.status().ToString() == "OK");
      const auto parsed = models::ParseRecipe(*changed);
      REQUIRE(parsed.status().ToString() == "OK");
      const models::ModelRecipe& entry = *parsed->Find(space.model);
      models::ModelInputs inputs{
          .features = {}, .columns = {}, .members = entry.members, .anchor = entry.anchor};
      if (entry.members.empty()) {
        inputs.features = {"a feature"};
        inputs.columns = {0};
      }
      CHECK(models::MakeLearner(entry, inputs, 3, 1).status().ToString() == "OK");
    }
  }
}

TEST_CASE("a search space says what is wrong with it", "[training][search]") {
  const auto refuse = [](const std::string& range) {
    return std::string(
        ParseSearchSpaces(
            R"({"sport": "football", "spaces": [{"model": "m", "parameters": {"p": )" + range +
            "}}]}")
            .status()
            .message());
  };
  CHECK_THAT(refuse(R"({"scale": "log", "low": 0, "high": 1})"), Catch::Contains("parameters.p"));
  CHECK_THAT(refuse(R"({"scale": "integer", "low": 0.5, "high": 1})"), Catch::Contains("whole"));
  CHECK_THAT(refuse(R"({"scale": "linear", "low": 2, "high": 1})"), Catch::Contains("above"));
  CHECK_THAT(refuse(R"({"scale": "cubic", "low": 1, "high": 2})"), Catch::Contains("scale"));
  CHECK_THAT(refuse(R"({"scale": "linear", "low": 1, "high": 2, "step": 1})"),
             Catch::Contains("step"));
  CHECK_THAT(refuse(R"({"scale": "linear", "low": 1})"), Catch::StartsWith("search"));
}

}  // namespace fairline::training
