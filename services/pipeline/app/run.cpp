#include "services/pipeline/app/run.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fairline::pipeline {
namespace {

constexpr int kEarliestSeason = 1990;
constexpr int kLatestSeason = 2100;
constexpr std::size_t kMaxCompetitions = 200;

bool IsCompetitionCode(std::string_view code) {
  return !code.empty() && code.size() <= 16 && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsSportName(std::string_view text) {
  return text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

absl::Status CheckSeasons(const RunRequest& request) {
  for (const auto& [field, year] : {std::pair{"first_season_start", request.first_season_start},
                                    std::pair{"last_season_start", request.last_season_start}}) {
    if (year != 0 && (year < kEarliestSeason || year > kLatestSeason)) {
      return InvalidField(field, fmt::format("{} is not a season's start year", year));
    }
  }
  if (request.last_season_start != 0 && request.first_season_start > request.last_season_start) {
    return InvalidField("last_season_start", "is before first_season_start");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StageName>> ParseStages(const std::vector<std::string>& names) {
  std::vector<StageName> stages;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const StageName stage, ParseStageName(name));
    if (!stages.empty() && stages.back() >= stage) {
      return InvalidField("stages",
                          fmt::format("{} does not come after {}", name, ToString(stages.back())));
    }
    stages.push_back(stage);
  }
  const auto has = [&](StageName stage) {
    return std::find(stages.begin(), stages.end(), stage) != stages.end();
  };
  if (has(StageName::kRegister) && !has(StageName::kTrain)) {
    return InvalidField("stages", "register judges what train made, so it needs train");
  }
  return stages;
}

}  // namespace

std::string_view ToString(StageName name) {
  switch (name) {
    case StageName::kIngest:
      return "ingest";
    case StageName::kPreprocess:
      return "preprocess";
    case StageName::kTrain:
      return "train";
    case StageName::kRegister:
      return "register";
    case StageName::kPredict:
      return "predict";
    case StageName::kSettle:
      return "settle";
  }
  return "unknown";
}

absl::StatusOr<StageName> ParseStageName(std::string_view text) {
  for (const StageName name : kStageNames) {
    if (ToString(name) == text) return name;
  }
  return InvalidField("stages", fmt::format("\"{}\" is not one of ingest, preprocess, train, "
                                            "register, predict, settle",
                                            text));
}

absl::StatusOr<Run> MakeRun(const RunRequest& request) {
  if (request.request_id.size() > 200) return InvalidField("request_id", "is over 200 bytes");
  if (request.competition_codes.size() > kMaxCompetitions) {
    return InvalidField("competition_codes", fmt::format("are over {}", kMaxCompetitions));
  }
  for (const std::string& code : request.competition_codes) {
    if (!IsCompetitionCode(code)) {
      return InvalidField("competition_codes",
                          fmt::format("\"{}\" is not a code such as E0", code));
    }
  }
  if (!IsSportName(request.sport)) {
    return InvalidField("sport", fmt::format("\"{}\" is not a sport's name", request.sport));
  }
  RETURN_IF_ERROR(CheckSeasons(request));
  ASSIGN_OR_RETURN(const std::vector<StageName> wanted, ParseStages(request.stages));

  Run run;
  run.sport = request.sport;
  run.competition_codes = request.competition_codes;
  run.first_season_start = request.first_season_start;
  run.last_season_start = request.last_season_start;
  run.stages_named = !wanted.empty();
  for (const StageName name : kStageNames) {
    Stage& stage = run.stage(name);
    stage.name = name;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
      stage.state = StageState::kSkipped;
      stage.outcome.message = "Left out by the request.";
    }
  }
  return run;
}

std::string ContentOf(const Run& made) {
  std::string text = fmt::format("{} {}-{} {}", made.sport, made.first_season_start,
                                 made.last_season_start, fmt::join(made.competition_codes, ","));
  if (!made.stages_named) return text;
  for (const Stage& stage : made.stages) {
    if (stage.state != StageState::kSkipped) text += fmt::format(" {}", ToString(stage.name));
  }
  return text;
}

}  // namespace fairline::pipeline
