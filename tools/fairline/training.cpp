#include "tools/fairline/training.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "libs/core/program.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kLookEvery{500};
constexpr std::chrono::seconds kPatience{60};  // with a gateway that is restarting

// Where a kind of work is found over REST and how its answers are named.
struct Kind {
  const char* path;
  const char* item;
  const char* list;
  const char* id;
  void (*print)(const json& item);
};

std::string Interval(const json& difference) {
  return fmt::format("{:+.1f} ({:+.1f} to {:+.1f})", 1e4 * Number(difference, "log_loss"),
                     1e4 * Number(difference, "log_loss_low"),
                     1e4 * Number(difference, "log_loss_high"));
}

json List(const json& object, const char* field) { return object.value(field, json::array()); }

std::string DifferenceTo(const json& evaluation, const std::string& reference) {
  for (const json& difference : List(evaluation, "differences")) {
    if (Text(difference, "against") == reference) return Interval(difference);
  }
  return "";
}

void PrintHead(const json& item, const char* id) {
  const json progress = item.value("progress", json::object());
  fmt::print("{}  {}  begun {}  {} of {} tasks\n", Text(item, id), Text(item, "state"),
             Text(item, "create_time"), Integer(progress, "done"), Integer(progress, "total"));
  if (!Text(item, "error").empty()) fmt::print("  {}\n", Text(item, "error"));
  for (const json& task : List(item, "running_tasks")) {
    fmt::print("  now: {} {} {} {:.0f} %  by {}\n", Text(task, "kind"),
               Integer(task, "season_start") == 0 ? "" : Text(task, "season_start"),
               Text(task, "model"), 100 * Number(task, "share_done"), Text(task, "worker"));
  }
}

void PrintWalkForward(const json& walk) {
  PrintHead(walk, "walk_forward_id");
  Table table({"model", ">matches", ">log loss", ">RPS", ">ECE", ">slope",
               ">to market, 1e-4 (95 %)", ">to closing, 1e-4 (95 %)"});
  for (const json& each : List(walk, "evaluations")) {
    if (Integer(each, "season_start") != 0) continue;
    table.Add({Text(each, "model"), Text(each, "matches"),
               fmt::format("{:.5f}", Number(each, "log_loss")),
               fmt::format("{:.5f}", Number(each, "rps")),
               fmt::format("{:.4f}", Number(each, "calibration_error")),
               fmt::format("{:.3f}", Number(each, "calibration_slope")),
               DifferenceTo(each, "market"), DifferenceTo(each, "closing")});
  }
  if (Text(walk, "state") == "done") fmt::print("{}", table.Render());
  for (const json& leak : List(walk, "suspected_leaks")) {
    fmt::print("A leak is suspected. {}\n", leak.get<std::string>());
  }
}

void PrintSearch(const json& search) {
  PrintHead(search, "search_id");
  fmt::print("  {}, seasons {} to {}, seed {}\n", Text(search, "model"),
             Text(search, "first_season_start"), Text(search, "last_season_start"),
             Integer(search, "seed"));
  std::string rungs;
  for (const json& rung : List(search, "rungs")) {
    rungs += fmt::format("{}{} trials on {} seasons", rungs.empty() ? "" : ", ",
                         Text(rung, "trials"), Text(rung, "seasons"));
  }
  if (!rungs.empty()) fmt::print("  rungs: {}\n", rungs);
  const json ranges = List(search, "ranges");
  std::vector<std::string> headings = {">rank", ">trial", ">seasons", ">log loss",
                                       ">to present, 1e-4 (95 %)"};
  for (const json& range : ranges) headings.push_back(">" + Text(range, "name"));
  Table table(headings);
  for (const json& trial : List(search, "trials")) {
    std::vector<std::string> cells = {
        Text(trial, "rank"), Text(trial, "trial"), Text(trial, "seasons"),
        fmt::format("{:.5f}", Number(trial, "log_loss")),
        trial.contains("against_present") && !trial["against_present"].is_null()
            ? Interval(trial["against_present"])
            : "the present one"};
    for (const json& range : ranges) {
      std::string cell;
      for (const json& value : List(trial, "parameters")) {
        if (Text(value, "name") != Text(range, "name")) continue;
        cell = fmt::format("{:.4g}", Number(value, "value"));
      }
      cells.push_back(std::move(cell));
    }
    table.Add(std::move(cells));
  }
  if (!List(search, "trials").empty()) fmt::print("{}", table.Render());
  if (!Text(search, "best_entry").empty()) {
    fmt::print("To adopt the best, paste this entry into the recipe:\n{}\n",
               Text(search, "best_entry"));
  }
  if (!Text(search, "caution").empty()) fmt::print("{}\n", Text(search, "caution"));
}

constexpr Kind kWalkForwards = {"/v1/walk-forwards", "walk_forward", "walk_forwards",
                                "walk_forward_id", PrintWalkForward};
constexpr Kind kSearches = {"/v1/searches", "search", "searches", "search_id", PrintSearch};

void Print(Context& context, const Kind& kind, const json& item) {
  if (context.json) {
    PrintJson(item);
  } else {
    kind.print(item);
  }
}

absl::StatusOr<std::string> FindId(Context& context, const Kind& kind, const std::string& id) {
  if (id != "latest") return id;
  ASSIGN_OR_RETURN(const json items,
                   context.api.GetAll(kind.path, kind.list, {{"page_size", "1"}}, 1));
  if (items.empty()) return absl::NotFoundError("there has been none yet");
  return Text(items[0], kind.id);
}

absl::Status Watch(Context& context, const Kind& kind, const std::string& id) {
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  auto answered = std::chrono::steady_clock::now();
  std::string shown;
  while (true) {
    const absl::StatusOr<json> answer =
        context.api.Get(fmt::format("{}/{}", kind.path, PercentEncode(id)));
    const auto now = std::chrono::steady_clock::now();
    if (answer.ok()) {
      answered = now;
      const json item = answer->value(kind.item, json::object());
      const json progress = item.value("progress", json::object());
      const std::string state = Text(item, "state");
      std::string line = fmt::format("    {} of {} tasks  {}", Integer(progress, "done"),
                                     Integer(progress, "total"), Text(progress, "activity"));
      const bool ended = state != "queued" && state != "running";
      if (!context.json && (ended || line != shown)) {
        if (terminal && !shown.empty()) fmt::print("\r\033[K");
        if (!ended) fmt::print("{}{}", line.substr(0, 150), terminal ? "" : "\n");
        FlushOutput();
        shown = std::move(line);
      }
      if (ended) {
        Print(context, kind, item);
        if (!List(item, "suspected_leaks").empty()) {
          return absl::FailedPreconditionError("a leak is suspected");
        }
        if (state == "done") return absl::OkStatus();
        return absl::FailedPreconditionError(fmt::format("{} {}", Text(item, kind.id), state));
      }
    } else if (!absl::IsUnavailable(answer.status()) || now - answered > kPatience) {
      return answer.status();
    }
    std::this_thread::sleep_for(kLookEvery);
  }
}

absl::Status Start(Context& context, const Kind& kind, const json& request, bool watch) {
  ASSIGN_OR_RETURN(const json answer, context.api.Post(kind.path, request));
  const std::string id = Text(answer, kind.id);
  if (watch) return Watch(context, kind, id);
  if (context.json) {
    PrintJson(answer);
  } else {
    fmt::print("{} started; see it by: fairline {} show {}\n", id,
               &kind == &kSearches ? "search" : "walk-forward", id);
  }
  return absl::OkStatus();
}

absl::Status Show(Context& context, const Kind& kind, const std::string& id, bool watch) {
  ASSIGN_OR_RETURN(const std::string found, FindId(context, kind, id));
  if (watch) return Watch(context, kind, found);
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Get(fmt::format("{}/{}", kind.path, PercentEncode(found))));
  Print(context, kind, answer.value(kind.item, json::object()));
  return absl::OkStatus();
}

absl::Status PrintAll(Context& context, const Kind& kind, std::size_t limit) {
  ASSIGN_OR_RETURN(const json items, context.api.GetAll(kind.path, kind.list, {}, limit));
  if (context.json) {
    PrintJson(items);
    return absl::OkStatus();
  }
  Table table({">id", "state", ">tasks done", "begun", "what", "error"});
  for (const json& item : items) {
    const json progress = item.value("progress", json::object());
    table.Add({Text(item, kind.id), Text(item, "state"),
               fmt::format("{}/{}", Integer(progress, "done"), Integer(progress, "total")),
               Text(item, "create_time"),
               Text(item, "model").empty() ? Text(item, "sport") : Text(item, "model"),
               Text(item, "error")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status Cancel(Context& context, const Kind& kind, const std::string& id) {
  ASSIGN_OR_RETURN(const std::string found, FindId(context, kind, id));
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Post(fmt::format("{}/{}:cancel", kind.path, PercentEncode(found)),
                                    json::object()));
  Print(context, kind, answer.value(kind.item, json::object()));
  return absl::OkStatus();
}

}  // namespace

absl::Status StartWalkForward(Context& context, const WalkForwardOptions& options) {
  json request{{"request_id", NewRequestId()}};
  RETURN_IF_ERROR(AddSeasons(options.seasons, request));
  if (!options.competitions.empty()) request["competition_codes"] = options.competitions;
  if (!options.sport.empty()) request["sport"] = options.sport;
  return Start(context, kWalkForwards, request, options.watch);
}

absl::Status ShowWalkForward(Context& context, const std::string& id, bool watch) {
  return Show(context, kWalkForwards, id, watch);
}

absl::Status ListWalkForwards(Context& context, std::size_t limit) {
  return PrintAll(context, kWalkForwards, limit);
}

absl::Status CancelWalkForward(Context& context, const std::string& id) {
  return Cancel(context, kWalkForwards, id);
}

absl::Status StartSearch(Context& context, const SearchOptions& options) {
  json request{{"request_id", NewRequestId()}, {"seed", options.seed}};
  RETURN_IF_ERROR(AddSeasons(options.seasons, request));
  if (!options.model.empty()) request["model"] = options.model;
  if (options.trials != 0) request["trials"] = options.trials;
  if (options.factor != 0.0) request["factor"] = options.factor;
  return Start(context, kSearches, request, options.watch);
}

absl::Status ShowSearch(Context& context, const std::string& id, bool watch) {
  return Show(context, kSearches, id, watch);
}

absl::Status ListSearches(Context& context, std::size_t limit) {
  return PrintAll(context, kSearches, limit);
}

absl::Status CancelSearch(Context& context, const std::string& id) {
  return Cancel(context, kSearches, id);
}

}  // namespace fairline::cli
