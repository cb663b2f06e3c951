#include "tools/fairline/runs.hpp"

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include <absl/strings/str_split.h>
#include <fmt/format.h>
#include <unistd.h>

#include "libs/core/program.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr char kRuns[] = "/v1/pipeline/runs";
constexpr std::chrono::milliseconds kLookEvery{400};
// How long a gateway that is restarting is waited for.
constexpr std::chrono::seconds kPatience{60};

std::string StageState(const json& stage) { return EnumText(stage, "state", "STAGE_STATE_"); }
std::string RunState(const json& run) { return EnumText(run, "state", "RUN_STATE_"); }

// "succeeded with 2 warnings"
std::string RunOutcome(const json& run) {
  const std::int64_t warnings = Integer(run, "warnings");
  if (warnings == 0) return RunState(run);
  return fmt::format("{} with {} warning{}", RunState(run), warnings, warnings == 1 ? "" : "s");
}

void PrintWarnings(const json& stage) {
  for (const json& warning : stage.value("warnings", json::array())) {
    fmt::print("      ! {}\n", warning.get<std::string>());
  }
}

bool HasEnded(const json& run) {
  const std::string state = RunState(run);
  return state != "queued" && state != "running";
}

std::string ProgressText(const json& stage) {
  const json progress = stage.value("progress", json::object());
  const std::int64_t done = Integer(progress, "done"), total = Integer(progress, "total");
  std::string text = Text(progress, "activity");
  if (total > 0) text += fmt::format("  {}/{} ({} %)", done, total, done * 100 / total);
  return text;
}

// Lines of a watched run: on a terminal the last one is redrawn in place, elsewhere progress is
// printed only now and then.
class ProgressPrinter {
 public:
  void Print(const json& run) {
    for (const json& stage : run.value("stages", json::array())) PrintStage(stage);
    FlushOutput();
  }

 private:
  void PrintStage(const json& stage) {
    const std::string name = Text(stage, "name"), state = StageState(stage);
    if (state == "waiting" || ended_[name]) return;
    if (state == "running") {
      PrintProgress(name, stage);
      return;
    }
    ended_[name] = true;
    ClearLine();
    fmt::print("    {:<11} {}: {}\n", name, state, Text(stage, "message"));
    PrintWarnings(stage);
  }

  void PrintProgress(const std::string& name, const json& stage) {
    std::string text = fmt::format("    {:<11} {}", name, ProgressText(stage));
    if (Integer(stage, "attempts") > 1) {
      text += fmt::format("  [attempt {}: {}]", Text(stage, "attempts"), Text(stage, "message"));
    }
    if (text == last_) return;
    const auto now = std::chrono::steady_clock::now();
    if (terminal_) {
      ClearLine();
      fmt::print("{}", text.substr(0, 150));
      dirty_ = true;
    } else if (name != last_name_ || now - printed_ >= std::chrono::seconds(5)) {
      fmt::print("{}\n", text);
      printed_ = now;
      last_name_ = name;
    } else {
      return;
    }
    last_ = text;
  }

  void ClearLine() {
    if (dirty_) fmt::print("\r\033[K");
    dirty_ = false;
  }

  const bool terminal_ = ::isatty(STDOUT_FILENO) != 0;
  std::map<std::string, bool> ended_;
  std::string last_, last_name_;
  std::chrono::steady_clock::time_point printed_;
  bool dirty_ = false;
};

void PrintRun(const json& run) {
  fmt::print("run {}  {}  begun {}{}\n", Text(run, "run_id"), RunOutcome(run),
             Text(run, "create_time"),
             Text(run, "end_time").empty() ? "" : ", ended " + Text(run, "end_time"));
  if (!Text(run, "error").empty()) fmt::print("  {}\n", Text(run, "error"));
  Table table({"stage", "state", ">attempts", "what came of it"});
  for (const json& stage : run.value("stages", json::array())) {
    const std::string state = StageState(stage);
    table.Add({Text(stage, "name"), state, Text(stage, "attempts"),
               state == "running" ? ProgressText(stage) : Text(stage, "message")});
  }
  fmt::print("{}", table.Render());
  for (const json& stage : run.value("stages", json::array())) PrintWarnings(stage);
}

// What `up` remembers under `name`.
std::string Remembered(const std::filesystem::path& state_dir, const std::string& name) {
  std::ifstream lines(state_dir / "options");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  return "";
}

}  // namespace

StartOptions TakeOver(StartOptions options, const std::filesystem::path& state_dir) {
  const bool fetches = options.stages.empty() || options.stages.front() == "ingest";
  if (fetches && !state_dir.empty()) {
    if (options.competitions.empty()) {
      options.competitions =
          absl::StrSplit(Remembered(state_dir, "competitions"), ',', absl::SkipEmpty());
    }
    if (options.seasons.empty()) options.seasons = Remembered(state_dir, "seasons");
  }
  if (options.competitions == std::vector<std::string>{"all"}) options.competitions.clear();
  if (options.seasons == "all") options.seasons.clear();
  return options;
}

absl::Status StartRun(Context& context, const StartOptions& given) {
  const StartOptions options = TakeOver(given, context.state_dir);
  if (given.competitions.empty() && !options.competitions.empty()) {
    Note("as tools/dev up was given: --competitions {} (--competitions all for every one)\n",
         fmt::join(options.competitions, ","));
  }
  if (given.seasons.empty() && !options.seasons.empty()) {
    Note("as tools/dev up was given: --seasons {} (--seasons all for every one)\n",
         options.seasons);
  }
  json request{{"request_id", NewRequestId()}};
  if (!options.competitions.empty()) request["competition_codes"] = options.competitions;
  if (!options.stages.empty()) request["stages"] = options.stages;
  if (!options.sport.empty()) request["sport"] = options.sport;
  RETURN_IF_ERROR(AddSeasons(options.seasons, request));
  // The request id makes it safe to ask again while the gateway is starting.
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  absl::StatusOr<json> answer = context.api.Post(kRuns, request);
  while (absl::IsUnavailable(answer.status()) && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(kLookEvery);
    answer = context.api.Post(kRuns, request);
  }
  RETURN_IF_ERROR(answer.status());
  const json run = answer->value("run", json::object());
  if (options.watch) return WatchRun(context, Text(run, "run_id"));
  if (context.json) {
    PrintJson(run);
  } else {
    PrintRun(run);
  }
  return absl::OkStatus();
}

absl::Status WatchRun(Context& context, const std::string& run_id) {
  ProgressPrinter printer;
  auto answered = std::chrono::steady_clock::now();
  while (true) {
    const absl::StatusOr<json> answer =
        context.api.Get(std::string(kRuns) + "/" + PercentEncode(run_id));
    const auto now = std::chrono::steady_clock::now();
    if (answer.ok()) {
      answered = now;
      const json run = answer->value("run", json::object());
      if (!context.json) printer.Print(run);
      if (HasEnded(run)) {
        if (context.json) PrintJson(run);
        if (RunState(run) == "succeeded") return absl::OkStatus();
        return absl::FailedPreconditionError(fmt::format("the run {}{}{}", RunState(run),
                                                         Text(run, "error").empty() ? "" : ": ",
                                                         Text(run, "error")));
      }
    } else if (!absl::IsUnavailable(answer.status()) || now - answered > kPatience) {
      return answer.status();
    }
    std::this_thread::sleep_for(kLookEvery);
  }
}

absl::Status ShowRun(Context& context, const std::string& run_id) {
  json run;
  if (run_id == "latest") {
    ASSIGN_OR_RETURN(const json runs, context.api.GetAll(kRuns, "runs", {{"page_size", "1"}}, 1));
    if (runs.empty()) return absl::NotFoundError("there has been no run yet");
    run = runs[0];
  } else {
    ASSIGN_OR_RETURN(const json answer,
                     context.api.Get(std::string(kRuns) + "/" + PercentEncode(run_id)));
    run = answer.value("run", json::object());
  }
  if (context.json) {
    PrintJson(run);
  } else {
    PrintRun(run);
  }
  return absl::OkStatus();
}

absl::Status ListRuns(Context& context, std::size_t limit) {
  ASSIGN_OR_RETURN(const json runs, context.api.GetAll(kRuns, "runs", {}, limit));
  if (context.json) {
    PrintJson(runs);
    return absl::OkStatus();
  }
  Table table({"run", "state", "begun", "ended", "error"});
  for (const json& run : runs) {
    table.Add({Text(run, "run_id"), RunOutcome(run), Text(run, "create_time"),
               Text(run, "end_time"), Text(run, "error")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status ActOnRun(Context& context, const std::string& run_id, const std::string& action) {
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Post(fmt::format("{}/{}:{}", kRuns, PercentEncode(run_id), action),
                                    json::object()));
  const json run = answer.value("run", json::object());
  if (context.json) {
    PrintJson(run);
  } else {
    PrintRun(run);
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
