#include "tools/fairline/backtests.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "libs/core/program.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/backtest_text.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr char kBacktests[] = "/v1/backtests";
// How long a gateway that is restarting is waited for.
constexpr std::chrono::seconds kPatience(60);
constexpr std::chrono::milliseconds kLookAgain(500);

// On a terminal the line is redrawn in place; elsewhere only what is new in kind is printed.
class ProgressLine {
 public:
  void Show(const json& backtest) {
    const json progress = backtest.value("progress", json::object());
    const std::string activity = Text(progress, "activity");
    const std::int64_t total = Integer(progress, "total");
    if (terminal_) {
      Note("\r\033[K    {}{}", activity,
           total > 0 ? fmt::format("  {} of {}", Integer(progress, "done"), total) : "");
    } else if (activity != last_) {
      Note("    {}\n", activity);
    }
    last_ = activity;
  }
  void Clear() const {
    if (terminal_) Note("\r\033[K");
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  std::string last_;
};

absl::Status Print(Context& context, const json& backtest) {
  if (context.json) {
    PrintJson(backtest);
    return absl::OkStatus();
  }
  const std::string state = Text(backtest, "state");
  if (state == "failed")
    return absl::InternalError("the backtest failed: " + Text(backtest, "error"));
  if (state == "done") {
    fmt::print("{}", BacktestText(backtest));
    return absl::OkStatus();
  }
  const json progress = backtest.value("progress", json::object());
  fmt::print("{}: {}/{} days\n", state, Integer(progress, "done"), Integer(progress, "total"));
  return absl::OkStatus();
}

std::string PathOf(const std::string& id) {
  return fmt::format("{}/{}", kBacktests, PercentEncode(id));
}

}  // namespace

absl::Status RunBacktest(Context& context, const BacktestOptions& options) {
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  ASSIGN_OR_RETURN(const json settings, SettingsOf(options, currency));
  const json request = {{"request_id", NewRequestId()}, {"settings", settings}};
  ASSIGN_OR_RETURN(const json started, context.api.Post(kBacktests, request));
  const std::string id = Text(started, "backtest_id");
  if (!context.json) fmt::print("backtest {}\n", id);
  ProgressLine line;
  json last;
  std::string resume_token;
  const auto on_message = [&](const json& message) {
    last = message.value("backtest", json::object());
    if (!context.json) line.Show(last);
  };
  absl::Status watched = context.api.Watch(PathOf(id) + ":watch", resume_token, on_message);
  // A gateway or a service that restarts breaks the stream; the backtest goes on.
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (absl::IsUnavailable(watched) && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(kLookAgain);
    watched = context.api.Watch(PathOf(id) + ":watch", resume_token, on_message);
  }
  if (!context.json) line.Clear();
  RETURN_IF_ERROR(watched);
  return Print(context, last);
}

absl::Status ShowBacktest(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get(PathOf(id)));
  return Print(context, answer.value("backtest", json::object()));
}

absl::Status ListBacktests(Context& context, std::size_t limit) {
  ASSIGN_OR_RETURN(const json backtests,
                   context.api.GetAll(kBacktests, "backtests", {{"page_size", "50"}}, limit));
  if (context.json) {
    PrintJson(backtests);
    return absl::OkStatus();
  }
  Table table({">id", "state", "forecaster", ">bets", "yield"});
  for (const json& backtest : backtests) {
    const json settings = backtest.value("settings", json::object());
    const json report = backtest.value("report", json::object());
    const std::string forecaster = Text(settings, "forecaster");
    table.Add({Text(backtest, "backtest_id"), Text(backtest, "state"),
               forecaster.empty() ? "with_odds" : forecaster,
               std::to_string(Integer(report, "bets")), RangeText(report, "yield")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status CancelBacktest(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const json answer, context.api.Post(PathOf(id) + ":cancel", json::object()));
  return Print(context, answer.value("backtest", json::object()));
}

absl::Status ExportBacktestBets(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get(PathOf(id) + "/bets"));
  if (context.json) {
    PrintJson(answer);
  } else {
    fmt::print("{}", Text(answer, "csv"));
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
