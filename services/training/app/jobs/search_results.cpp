// Searches as JSON, and what came of them.

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/training/app/jobs/search.hpp"
#include "services/training/app/jobs/search_space.hpp"

namespace fairline::training {
namespace {

using nlohmann::json;

template <typename Read>
auto FromJson(std::string_view text, const Read& read) -> absl::StatusOr<decltype(read(json()))> {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored search: ") + error.what());
  }
}

}  // namespace

std::string ToJson(const SearchOptions& options) {
  json ranges = json::array();
  for (const ParameterRange& range : options.ranges) {
    ranges.push_back({{"name", range.name},
                      {"scale", ScaleName(range.scale)},
                      {"low", range.low},
                      {"high", range.high}});
  }
  return json{{"model", options.model},
              {"ranges", std::move(ranges)},
              {"trials", options.trials},
              {"factor", options.factor},
              {"seed", options.seed},
              {"first_season", options.first_season},
              {"last_season", options.last_season}}
      .dump();
}

absl::StatusOr<SearchOptions> SearchOptionsFrom(std::string_view text) {
  return FromJson(text, [](const json& value) {
    SearchOptions options{.model = value.at("model").get<std::string>(),
                          .ranges = {},
                          .trials = value.at("trials").get<std::size_t>(),
                          .factor = value.at("factor").get<double>(),
                          .seed = value.at("seed").get<std::uint32_t>(),
                          .first_season = value.at("first_season").get<int>(),
                          .last_season = value.at("last_season").get<int>()};
    for (const json& range : value.at("ranges")) {
      options.ranges.push_back(
          {.name = range.at("name").get<std::string>(),
           .scale = ParseScale(range.at("scale").get<std::string>()).value_or(Scale::kLinear),
           .low = range.at("low").get<double>(),
           .high = range.at("high").get<double>()});
    }
    return options;
  });
}

std::string RungsToJson(const std::vector<Rung>& rungs) {
  json list = json::array();
  for (const Rung& rung : rungs) {
    list.push_back({{"trials", rung.trials}, {"seasons", rung.budget}});
  }
  return json{{"rungs", std::move(list)}}.dump();
}

absl::StatusOr<std::vector<Rung>> RungsFromJson(std::string_view text) {
  return FromJson(text, [](const json& value) {
    std::vector<Rung> rungs;
    for (const json& rung : value.at("rungs")) {
      rungs.push_back(
          {rung.at("trials").get<std::size_t>(), rung.at("seasons").get<std::size_t>()});
    }
    return rungs;
  });
}

ParameterValues ValuesOf(const SearchOptions& options, int trial) {
  return DrawTrial(options.ranges, options.seed, static_cast<std::size_t>(trial));
}

std::string ToJson(const RungResult& result) {
  json trials = json::array();
  for (const EvaluatedTrial& trial : result.trials) {
    trials.push_back({{"trial", trial.trial},
                      {"seasons", trial.seasons},
                      {"matches", trial.matches},
                      {"log_loss", trial.log_loss},
                      {"mean", trial.against_present.mean},
                      {"lower", trial.against_present.lower},
                      {"upper", trial.against_present.upper},
                      {"blocks", trial.against_present.blocks}});
  }
  return json{{"trials", std::move(trials)}, {"promoted", result.promoted}}.dump();
}

absl::StatusOr<RungResult> RungResultFrom(std::string_view text) {
  return FromJson(text, [](const json& value) {
    RungResult result;
    result.promoted = value.at("promoted").get<std::vector<int>>();
    for (const json& trial : value.at("trials")) {
      const auto matches = trial.at("matches").get<std::int64_t>();
      result.trials.push_back(
          {.trial = trial.at("trial").get<int>(),
           .seasons = trial.at("seasons").get<int>(),
           .matches = matches,
           .log_loss = trial.at("log_loss").get<double>(),
           .against_present = {.mean = trial.at("mean").get<double>(),
                               .lower = trial.at("lower").get<double>(),
                               .upper = trial.at("upper").get<double>(),
                               .matches = matches,
                               .blocks = trial.at("blocks").get<std::int64_t>()}});
    }
    return result;
  });
}

absl::StatusOr<std::vector<EvaluatedTrial>> RankTrials(const std::vector<TaskResult>& promotions) {
  std::map<int, EvaluatedTrial> latest;
  for (const TaskResult& promotion : promotions) {  // by stage: rung after rung
    ASSIGN_OR_RETURN(const RungResult rung, RungResultFrom(promotion.result));
    for (const EvaluatedTrial& trial : rung.trials) latest.insert_or_assign(trial.trial, trial);
  }
  std::vector<EvaluatedTrial> ranked;
  for (const auto& [number, trial] : latest) ranked.push_back(trial);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const EvaluatedTrial& a, const EvaluatedTrial& b) {
                     if (a.seasons != b.seasons) return a.seasons > b.seasons;
                     return a.log_loss < b.log_loss;
                   });
  return ranked;
}

std::string CautionOf(const SearchOptions& options, const std::vector<EvaluatedTrial>& ranked) {
  if (ranked.empty()) return "";
  std::string caution;
  const EvaluatedTrial& best = ranked.front();
  if (best.trial == kPresentParameters) {
    caution = "No setting was better than the present parameters. ";
  } else if (!best.against_present.better()) {
    caution =
        "The best setting is not surely better than the present parameters: its interval "
        "holds 0. ";
  }
  caution += fmt::format(
      "The best of {} settings looks better on the seasons that it was chosen by than it is, and "
      "its interval does not know of the choice: judge it by a walk-forward over later seasons "
      "before adopting it.",
      options.trials);
  if (options.last_season > kLastValidationSeason) {
    caution += fmt::format(
        " Seasons after {} are those that models are tested on: they no longer test this one.",
        kLastValidationSeason);
  }
  return caution;
}

}  // namespace fairline::training
